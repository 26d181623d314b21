"""What a generated picture says of itself: its place, in XMP, which survives other programs.

So it also survives Safelight's own denoising and upscaling, and JPEG.
"""

import json
import re
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path

from torch import Tensor

from engine import catalogue, image
from engine.errors import UserError
from engine.image import Meta, Picture
from engine.job import Pixels
from engine.latent import kept, pad, plain, points, warm
from engine.latent.kept import Kept
from engine.latent.points import Arrows
from engine.latent.warm import Loaded
from engine.specs import FoundPlace, Place

VERSION = 1
PACKET = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:latent="urn:safelight:latent">
<latent:place>{}</latent:place>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
TAG = re.compile(rb"<latent:place>(.*?)</latent:place>", re.DOTALL)


def write(path: Path, loaded: Loaded, place: Place, arrows: Arrows) -> Pixels:
    """Draw a place into a PNG that carries it. Returns the pixels."""
    place = replace(place, model=loaded.id)
    w = loaded.w_of(place, arrows)
    pixels = loaded.picture(w, place.noise)
    xmp = PACKET.format(escape(noted(loaded, place, w, arrows), quote=False))
    grey = loaded.net.channels == 1
    picture = Picture(pixels[:1] if grey else pixels, meta=Meta(xmp=xmp.encode()))
    image.write(path, picture, format="png")
    return pixels


def noted(loaded: Loaded, place: Place, w: Tensor, arrows: Arrows) -> str:
    """The note itself: JSON with the place and, whatever may change later, the w drawn."""
    own = {name: kept.mark(arrow.step) for name, arrow in arrows.items() if name[:4] == "own:"}
    values = {
        "version": VERSION,
        "model": loaded.id,
        "fingerprint": warm.fingerprint(loaded.entry),
        "seed": pad.seed_of(place),
        "place": plain.as_plain(place),
        "w": plain.as_rows(points.rows(w)),
        "own": own,
    }
    return json.dumps(values)


@dataclass(frozen=True, slots=True)
class Noted:
    """What was read: the place, the w that was drawn, and what both depended on."""

    place: Place
    drawn: Place
    fingerprint: str
    own: dict[str, str]


def read(path: Path) -> FoundPlace:
    """The place a picture carries. UserError where it carries none."""
    note = noted_in(path)
    if note is None:
        raise UserError(
            f"{path.name} does not say which place it is.",
            "Open a picture saved here, or bring it as your own photo.",
        )
    model = note.place.model or ""
    known = {entry.id: entry for entry in catalogue.entries()}
    if model not in known:
        return FoundPlace(note.place, f"The model {model}, which drew it, is not installed.")
    if warm.fingerprint(known[model]) != note.fingerprint:
        words = f"The model {model} has changed since: the picture may differ."
        return FoundPlace(note.drawn, words)
    if gone := missing(model, note.own):
        words = f"The direction {gone} has changed or is gone; its effect is kept."
        return FoundPlace(note.drawn, words)
    return FoundPlace(note.place)


def noted_in(path: Path) -> Noted | None:
    """What a picture says of its place, or None. UserError where that is damaged."""
    xmp = image.read(path).meta.xmp
    match = TAG.search(xmp) if xmp else None
    if match is None:
        return None
    try:
        values = json.loads(unescape(match[1].decode()))
        place = plain.of_plain(values["place"])
        drawn = Place(
            model=place.model,
            x=place.x,
            y=place.y,
            w=plain.of_rows(values["w"]),
            truncation=1.0,
            noise=place.noise,
            label=place.label,
        )
        return Noted(place, drawn, str(values["fingerprint"]), dict(values["own"]))
    except (ValueError, KeyError, TypeError) as why:
        raise UserError(
            f"What {path.name} says of its place is damaged.", "Bring it as your own photo."
        ) from why


def missing(model: str, own: dict[str, str]) -> str:
    """The first of one's own directions that is not as it was; "" where all are."""
    if not own:
        return ""
    now = Kept(model)
    now.read()
    marks = {f"own:{name}": kept.mark(arrow.step) for name, arrow in now.own.items()}
    return next((name[4:] for name, mark in own.items() if marks.get(name) != mark), "")
