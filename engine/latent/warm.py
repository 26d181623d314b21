"""Generators kept warm between jobs, and all that is asked of one: w of a place, picture of a w."""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Generator as Steps
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from engine import catalogue, devices, executors
from engine.catalogue import Entry
from engine.errors import UserError
from engine.job import Event, Note, Pixels
from engine.latent import pad, points
from engine.latent.generator import Encoder, Generator
from engine.specs import GENERATORS, GeneratorFacts, Place

log = logging.getLogger(__name__)
KEPT_WARM = 3  # generators; the least recently used goes first
KEPT_SEEDS = 4096  # w of seeds that are remembered: a pad with thumbnails asks for the same ones
SAMPLES = 512  # of w, to know how far it spreads


class Loaded:
    """A generator on its device, ready to draw.

    It is never run in inference mode: what a network keeps for the next time, such as its noise,
    could then not be used where points are dragged and photos projected, which need gradients.
    """

    def __init__(self, entry: Entry, net: nn.Module, device: str) -> None:
        self.entry, self.device = entry, device
        self.module = net.to(device).requires_grad_(requires_grad=False)
        self.net = cast(Generator, self.module)
        self.mean = self.net.mean_w.to(device).reshape(1, -1)
        self._seeds: OrderedDict[tuple[int, int | None], Tensor] = OrderedDict()
        self._spread: float | None = None

    @property
    def id(self) -> str:
        """The model's id."""
        return self.entry.id

    @property
    def maps(self) -> bool:
        """Whether there is a network from z to w, which gives w a shape of its own."""
        return self.net.layers > 1

    @property
    def encodes(self) -> bool:
        """Whether it finds the w of a picture by itself."""
        return isinstance(self.module, Encoder)

    def facts(self) -> GeneratorFacts:
        """What a face must know of it."""
        net = self.net
        return GeneratorFacts(
            model=self.id,
            title=self.entry.card.title,
            size=net.size,
            channels=net.channels,
            z_dim=net.z_dim,
            w_dim=net.w_dim,
            layers=net.layers,
            labels=net.labels,
            maps=self.maps,
            encodes=self.encodes,
            spread=self.spread(),
        )

    def spread(self) -> float:
        """Root mean square of w around its mean."""
        if self._spread is None:
            away = self.sampled(SAMPLES)[:, 0] - self.mean
            self._spread = float(away.square().sum(1).mean().sqrt())
        return self._spread

    @torch.no_grad()
    def sampled(self, count: int, seed: int = 0) -> Tensor:
        """The w (count, layers, w_dim) of random z, the same for the same seed."""
        net = self.net
        z = points.z_of(seed, count * net.z_dim).view(count, net.z_dim).to(self.device)
        labels = torch.arange(count, device=self.device) % net.labels if net.labels else None
        return net.map(z, labels)

    @torch.no_grad()
    def mapped(self, z: Tensor, label: int | None = None) -> Tensor:
        """From z (z_dim,) to w (layers, w_dim)."""
        labels = None if label is None else torch.tensor([label], device=self.device)
        return self.net.map(z.to(self.device)[None], labels)[0]

    def seed_w(self, seed: int, label: int | None = None) -> Tensor:
        """The w (layers, w_dim) of a seed, remembered."""
        label = points.label_of(self.net, seed, label)
        key = (seed, label)
        if key not in self._seeds:
            self._seeds[key] = self.mapped(points.z_of(seed, self.net.z_dim), label)
            if len(self._seeds) > KEPT_SEEDS:
                self._seeds.popitem(last=False)
        return self._seeds[key]

    @torch.no_grad()
    def base_w(self, place: Place) -> Tensor:
        """The w (layers, w_dim) of the pad position, or the one given; nothing done to it."""
        if place.w is not None:
            w = torch.tensor(place.w, dtype=torch.float32, device=self.device)
            return w.expand(self.net.layers, -1)
        corners = pad.corners(place.x, place.y)
        total = torch.zeros_like(self.mean).repeat(self.net.layers, 1)
        for seed, weight in corners:
            total.add_(self.seed_w(seed, place.label), alpha=weight)
        return total

    @torch.no_grad()
    def w_of(self, place: Place, arrows: points.Arrows) -> Tensor:
        """The w (layers, w_dim) that is drawn. UserError where the place is another generator's.

        `arrows`: every direction that the place's edits name.
        """
        points.check(self.net, place, self.id)
        w = points.truncated(self.base_w(place), self.mean, place.truncation)
        for mix in place.mixes:
            other = self.w_of(mix.source, arrows)
            w = points.mixed(w, other, points.layers_of(mix.layers, self.net.layers))
        if not place.edits:
            return w
        return w + points.edits(place, arrows, self.net.layers).to(self.device)

    @torch.no_grad()
    def draw(self, w: Tensor, noise: int | None = 0) -> Tensor:
        """(N, layers, w_dim) -> (N, C, size, size) in [0, 1] on the device."""
        if self.device == "cpu":
            return self.net.draw(w, noise).clamp_(0, 1)
        with torch.backends.cudnn.flags(allow_tf32=False):  # TF32 strays by a level or two
            return self.net.draw(w, noise).clamp_(0, 1)

    def picture(self, w: Tensor, noise: int | None = 0, edge: int | None = None) -> Pixels:
        """From w (layers, w_dim) to (3, edge, edge) RGB in [0, 1]; None as it is drawn."""
        return shown(self.draw(w[None], noise)[0], edge)


def shown(picture: Tensor, edge: int | None = None) -> Pixels:
    """(C, size, size) in [0, 1] -> (3, edge, edge) RGB: resampled, grey made RGB."""
    array = picture.detach().float().cpu().numpy()
    if edge is not None and edge != array.shape[2]:
        way = cv2.INTER_AREA if edge < array.shape[2] else cv2.INTER_CUBIC
        large: Any = cv2.resize(array.transpose(1, 2, 0), (edge, edge), interpolation=way)
        array = np.atleast_3d(large).transpose(2, 0, 1).clip(0, 1)
    return np.repeat(array, 3, axis=0) if len(array) == 1 else array


class Warm:
    """Keeps generators warm between jobs. One instance, one thread."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[tuple[str, int, str], Loaded | UserError] = OrderedDict()
        self._told: set[str] = set()

    def generator(self, model: str | None, device: str = "auto") -> Steps[Event, None, Loaded]:
        """A model's generator on a device, loaded at most once; yields what people should know.

        A file that cannot be used says so again without being read again: a drag asks often.
        """
        entry = chosen(model)
        device, word = devices.resolve(device)
        if word and word not in self._told:
            self._told.add(word)
            yield Note(word)
        key = (str(entry.path), entry.path.stat().st_mtime_ns, device)
        if key not in self._loaded:
            yield Note(f"Opening {entry.card.title or entry.id}.")
            self._loaded[key] = opened(entry, device)
            if len(self._loaded) > KEPT_WARM:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(key)
        loaded = self._loaded[key]
        if isinstance(loaded, UserError):
            raise loaded
        return loaded


def opened(entry: Entry, device: str) -> Loaded | UserError:
    """The generator of a model file, or why there is none in it."""
    try:
        net = executors.build(entry)
    except UserError as why:
        return why
    if not isinstance(net, Generator):
        return UserError(
            f"{entry.id} is a model for {entry.card.task}, not a generator.",
            f"Choose one of: {', '.join(names()) or 'none is installed'}.",
        )
    return Loaded(entry, net, device)


def chosen(model: str | None) -> Entry:
    """The model asked for; else the shipped faces, else any generator. UserError if none."""
    if model is not None:
        return catalogue.find(model)
    known = {entry.id: entry for entry in catalogue.entries(GENERATORS)}
    if not known:
        raise UserError(
            "No generator is installed.",
            "Train one on a folder of faces (safelight train faces), or import one.",
        )
    return known.get(GENERATORS) or next(iter(known.values()))


def names() -> list[str]:
    """The generators that are installed."""
    return [entry.id for entry in catalogue.entries(GENERATORS)]


def fingerprint(entry: Entry) -> str:
    """16 hexadecimal digits that change with the file's content."""
    stat = entry.path.stat()
    return _hashed(entry.path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _hashed(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
