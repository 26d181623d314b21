"""The directions of one generator: found once and kept, named and made by the person."""

import logging
from collections.abc import Generator as Steps

import torch
from torch import Tensor

from engine.errors import UserError
from engine.files import whole
from engine.job import Event, Note
from engine.latent import directions, kept, points, warm
from engine.latent.directions import Found
from engine.latent.kept import Kept
from engine.latent.points import Arrow
from engine.latent.warm import Loaded
from engine.specs import Direction, Place

log = logging.getLogger(__name__)
WORDS = {"pca": "Component", "sefa": "Factor"}


class Shelf:
    """What is known of one generator's directions."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._print = warm.fingerprint(loaded.entry)
        self._found: dict[str, Found] = {}
        self._spread: Tensor | None = None
        self._kept = Kept(loaded.id)

    def spread(self) -> Steps[Event, None, Tensor]:
        """The covariance of w, found once."""
        if self._spread is None:
            before = self._before("spread")
            if before is None:
                before = {"covariance": (yield from directions.spread(self._loaded))}
                self._keep("spread", before)
            self._spread = before["covariance"]
        return self._spread

    def found(self, kind: str) -> Steps[Event, None, Found]:
        """The directions of kind "pca" or "sefa", found once."""
        if kind not in self._found:
            before = self._before(kind)
            if before is None:
                found = yield from self._search(kind)
                before = {"steps": found.steps, "share": found.share}
                self._keep(kind, before)
            self._found[kind] = Found(**before)
        return self._found[kind]

    def _search(self, kind: str) -> Steps[Event, None, Found]:
        yield Note(f"Finding directions of {self._loaded.id}; they are kept.")
        if kind == "pca":
            return (yield from directions.pca(self._loaded))
        return directions.sefa(self._loaded.net.style_weights(), (yield from self.spread()))

    def listed(self, kind: str, count: int) -> Steps[Event, None, tuple[Direction, ...]]:
        """The first `count` of a kind, or all one's own ones."""
        self._kept.read()
        if kind == "own":
            return tuple(self._own(name) for name in self._kept.own)
        found = yield from self.found(kind)
        return tuple(self._one(kind, index, found) for index in range(len(found.share))[:count])

    def arrows(self, place: Place) -> Steps[Event, None, dict[str, Arrow]]:
        """What a place's edits, and those of the places mixed in, point along."""
        known: dict[str, Arrow] = {}
        for edit in place.edits:
            known[edit.direction] = yield from self.arrow(edit.direction)
        for mix in place.mixes:
            known |= yield from self.arrows(mix.source)
        return known

    def arrow(self, direction: str) -> Steps[Event, None, Arrow]:
        """A direction by its id. UserError where there is none, or one of another generator."""
        self._kept.read()
        kind, _, name = direction.partition(":")
        if kind == "own" and name in self._kept.own:
            own = self._kept.own[name]
            net = self._loaded.net
            if own.step.shape[1] != net.w_dim or len(own.step) not in (1, net.layers):
                raise UserError(
                    f"The direction {name} was made for another {self._loaded.id}.",
                    "Make it again, or remove it.",
                )
            return own
        if kind in WORDS and name.isdecimal():
            found = yield from self.found(kind)
            if 1 <= int(name) <= len(found.share):
                layers = self._kept.named.get(direction, ("", "all"))[1]
                return Arrow(found.steps[int(name) - 1 : int(name)], layers)
        raise UserError(
            f"{self._loaded.id} has no direction {direction}.",
            "List them: safelight explore directions.",
        )

    def add(self, name: str, step: Tensor, layers: str) -> Direction:
        """Keep one's own direction; one of that name is replaced."""
        self._kept.read()
        name = kept.fit(name)
        self._kept.own[name] = Arrow(step.float().cpu(), layers)
        self._kept.write()
        return self._own(name)

    def rename(self, direction: str, name: str, layers: str) -> Steps[Event, None, Direction]:
        """Call it something and limit it to layers."""
        arrow = yield from self.arrow(direction)
        points.layers_of(layers, self._loaded.net.layers)
        kind, _, old = direction.partition(":")
        name = kept.fit(name)
        if kind != "own":
            self._kept.named[direction] = (name, layers)
            self._kept.write()
            return self._one(kind, int(old) - 1, (yield from self.found(kind)))
        if name != old and name in self._kept.own:
            raise UserError(f"There is a direction {name} already.", "Choose another name.")
        changed = {old: (name, Arrow(arrow.step, layers))}
        own = (changed.get(key, (key, each)) for key, each in self._kept.own.items())
        self._kept.own = dict(own)
        self._kept.write()
        return self._own(name)

    def forget(self, direction: str) -> Steps[Event, None, None]:
        """Remove one's own; a found one gets its plain name back."""
        yield from self.arrow(direction)
        if direction.startswith("own:"):
            del self._kept.own[direction.removeprefix("own:")]
        self._kept.named.pop(direction, None)
        self._kept.write()

    def _own(self, name: str) -> Direction:
        arrow = self._kept.own[name]
        chosen = points.layers_of(arrow.layers, len(arrow.step))
        steps = arrow.step[chosen.start : chosen.stop]
        sigma = float(steps.square().sum(1).mean().sqrt()) if len(steps) else 0.0
        return Direction(f"own:{name}", name, arrow.layers, sigma)

    def _one(self, kind: str, index: int, found: Found) -> Direction:
        known = f"{kind}:{index + 1}"
        name, layers = self._kept.named.get(known, (f"{WORDS[kind]} {index + 1}", "all"))
        sigma, share = float(found.sigmas[index]), float(found.share[index])
        return Direction(known, name, layers, sigma, share)

    def _before(self, kind: str) -> dict[str, Tensor] | None:
        """What was found before, in this very version of the model."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(self._kept.folder / f"{kind}-{self._print}.safetensors")
        except (OSError, SafetensorError):
            return None

    def _keep(self, kind: str, values: dict[str, Tensor]) -> None:
        """Save what was found; where that fails it costs only time."""
        from safetensors.torch import save

        data = save({name: torch.clone(each).contiguous() for name, each in values.items()})
        try:
            with whole(self._kept.folder / f"{kind}-{self._print}.safetensors") as part:
                part.write_bytes(data)
        except UserError as why:
            log.info("not kept: %s", why)
