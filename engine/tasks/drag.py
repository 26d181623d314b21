"""Points of the picture dragged to their targets, a step at a time."""

import time
from dataclasses import replace
from math import isfinite

from engine.errors import UserError
from engine.job import Job, Preview
from engine.latent import dragging, points
from engine.latent.dragging import Drag
from engine.latent.warm import shown
from engine.specs import Dragged, DragPoints, Place
from engine.tasks.room import Ready, Room

DRAGGED = ("coarse", "middle")  # the layers that hold shapes; the fine ones hold colours


def run(spec: DragPoints, room: Room) -> Job:
    """Step until every handle has arrived; see `specs.DragPoints`. Returns a `Dragged`."""
    dragging.check(spec.pulls)
    ready = yield from room.ready(spec.place, spec.device)
    drag = Drag(ready.loaded, ready.w(), spec.pulls, layers_of(spec, ready), spec.place.noise)
    if spec.mask is not None:
        drag.hold(spec.mask)
    for number in range(spec.steps):
        if drag.arrived:
            break
        start = time.perf_counter()
        drag.step()
        if not isfinite(drag.distance):
            raise UserError("The picture fell apart.", "Undo, and drag less far.")
        facts = {"place": place_of(ready, drag), "handles": drag.spots(), "step": number + 1}
        facts |= {"distance": drag.distance, "ms": (time.perf_counter() - start) * 1000}
        yield Preview("place", shown(drag.picture), facts=facts)
    words = ""
    if not drag.arrived:
        words = f"The handles stopped {drag.distance:.0f} px short. Try fewer, or nearer targets."
    return Dragged(place_of(ready, drag), drag.spots(), drag.arrived, words)


def layers_of(spec: DragPoints, ready: Ready) -> range:
    """Which w may change: those asked for, else coarse and middle ones."""
    count = ready.loaded.net.layers
    if spec.layers is not None:
        chosen = points.layers_of(spec.layers, count)
    else:
        coarse, middle = (points.layers_of(each, count) for each in DRAGGED)
        chosen = range(coarse.start, max(coarse.stop, middle.stop))
    if not chosen:
        raise UserError(f"{ready.loaded.id} has no layers {spec.layers}.", "Choose others.")
    return chosen


def place_of(ready: Ready, drag: Drag) -> Place:
    """Where it is now. Edits stay, so that their sliders do: w is what they are added to."""
    w = drag.w
    if ready.place.edits:
        w = w - points.edits(ready.place, ready.arrows, len(w)).to(w.device)
    return replace(ready.place, model=ready.loaded.id, w=points.rows(w), truncation=1.0, mixes=())
