"""Warm networks: which executor runs each one on this machine, measured once and remembered."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import catalogue, devices, executors, places
from engine.executors import Batch, Executor
from engine.job import Event, Note, Step

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)
PROBE_PX = 256  # edge of the tile on which executors race
SMALL_PX = 64  # edge of the tile that a network is traced on
STRAY = 0.35 / 255  # root mean square; rounding to 8 bits alone makes 0.29 / 255
SLOW = 0.15  # seconds for a small tile: the race is run on that, not on a large one
ROUNDS = 5  # of the race; the best of them counts
KEPT_WARM = 6  # networks; the least recently used goes first


@dataclass(frozen=True, slots=True)
class Traits:
    """What is remembered of a network here: how to cut pictures for it, who runs it best.

    `executor`: the fastest for 8-bit pictures; `exact`: the fastest in full float32. `speed`:
    megapixels of input a second, as measured on the probe. `minimum`: the least height and width,
    px. `half`: whether half precision is enough.
    """

    multiple: int
    halo: int
    conditions: tuple[str, ...]
    tileable: bool
    executor: str = "torch"
    exact: str = "torch"
    speed: float = 1.0
    minimum: int = 1
    half: bool = True


@dataclass(frozen=True, slots=True)
class Network:
    """A network ready to run: (1, C + conditions, H, W) -> (1, C', scale H, scale W)."""

    entry: catalogue.Entry
    traits: Traits
    device: str
    run: Executor

    @property
    def scale(self) -> int:
        """How many times wider and higher the output is."""
        return self.entry.card.scale


class Runtime:
    """Keeps networks warm between jobs. One instance, one thread."""

    def __init__(self) -> None:
        self._warm: dict[tuple[str, int, str, bool], Network] = {}
        self._told: set[str] = set()

    def check(self, device: str) -> Generator[Event, None, None]:
        """UserError where there is no such device; a note, once, where it cannot be used."""
        _, word = devices.resolve(device)
        if word and word not in self._told:
            self._told.add(word)
            yield Note(word)

    def network(
        self, entry: catalogue.Entry, device: str = "auto", *, precise: bool = True
    ) -> Generator[Event, None, Network]:
        """A model's network on a device, warm or loaded now; yields what people should know.

        `precise` asks for float32 on a CPU; for 8-bit pictures less is enough where it is faster.
        """
        yield from self.check(device)
        device, _ = devices.resolve(device)
        key = (str(entry.path), entry.path.stat().st_mtime_ns, device, precise)
        if key not in self._warm:
            yield Note(f"Warming up {entry.card.title}.")
            if device == "cpu":
                network = yield from on_cpu(entry, precise=precise)
            else:
                network = on_cuda(entry, device)
            while len(self._warm) >= KEPT_WARM:
                del self._warm[next(iter(self._warm))]
            self._warm[key] = network
        network = self._warm[key] = self._warm.pop(key)  # now the most recently used
        return network


def on_cuda(entry: catalogue.Entry, device: str) -> Network:
    """Half precision, with a check for NaN, on a CUDA device."""
    traits = traits_of(entry)
    run = executors.Eager(executors.build(entry), device, half=traits.half)
    return Network(entry, traits, device, run)


def on_cpu(entry: catalogue.Entry, *, precise: bool) -> Generator[Event, None, Network]:
    """The fastest executor for this network on this CPU: remembered, or found by a short race."""
    xml, notes = compiled_path(entry), compiled_path(entry).with_suffix(".json")
    forced = os.environ.get("SAFELIGHT_EXECUTOR")
    traits = remembered(notes)
    if forced:
        executor = "torch" if forced == "torch" else forced_openvino(forced)
        traits = replace(traits or traits_of(entry), executor=executor, exact=executor)
    elif traits is None:
        traits = yield from race(entry, xml)
        remember(notes, traits)
    traits = replace(traits, executor=traits.exact if precise else traits.executor)
    if traits.executor != "torch":
        try:
            if not xml.exists():
                net = executors.build(entry)
                executors.convert(net, channels_of(entry, traits), xml, fitting(SMALL_PX, traits))
            precision = traits.executor.removeprefix("openvino-")
            return Network(entry, traits, "cpu", executors.OpenVino(xml, precision))
        except (RuntimeError, OSError, ImportError) as why:
            log.info("OpenVINO failed, torch takes over: %s", why)
            traits = replace(traits, executor="torch")
    return Network(entry, traits, "cpu", executors.Eager(executors.build(entry), "cpu"))


def forced_openvino(asked: str) -> str:
    """SAFELIGHT_EXECUTOR may be torch, openvino (float32), openvino-f32 or openvino-bf16."""
    return asked if asked.startswith("openvino-") else "openvino-f32"


def race(entry: catalogue.Entry, xml: Path) -> Generator[Event, None, Traits]:
    """Time every executor on a tile.

    One in float32 that strays from eager torch by over 1/255 anywhere is out; one in less than
    float32 if its error is well above what rounding to 8 bits makes anyway.
    """
    words = f"Warming up {entry.card.title}"
    yield Step(0, 4, words)
    net = executors.build(entry)
    traits = traits_of(entry)
    channels = channels_of(entry, traits)
    yield Step(1, 4, words)
    probe, strip = cut(probe_tile(channels, len(traits.conditions)), traits)
    runners: dict[str, Executor] = {"torch": executors.Eager(net, "cpu")}
    narrow = runners["torch"](strip)  # of another shape: what was traced may know only one
    if seconds(runners["torch"], strip) > SLOW:
        probe = strip
    yield Step(1.5, 4, words)
    reference = runners["torch"](probe)
    yield Step(2, 4, words)
    try:
        executors.convert(net, channels, xml, fitting(SMALL_PX, traits))
        for name in ("f32", "bf16") if "BF16" in executors.capabilities() else ("f32",):
            rival = executors.OpenVino(xml, name)
            if fits(rival(probe) - reference, name) and fits(rival(strip) - narrow, name):
                runners[f"openvino-{name}"] = rival
    except (RuntimeError, OSError, ImportError) as why:
        log.info("OpenVINO cannot run %s: %s", entry.id, why)
    times: dict[str, float] = dict.fromkeys(runners, float("inf"))
    for done in range(ROUNDS):  # in turns, so that a busy moment hits all of them
        for name, run in runners.items():
            times[name] = min(times[name], seconds(run, probe))
        yield Step(3 + done / ROUNDS, 4, words)
    best = min(times, key=times.__getitem__)
    exact = min((name for name in times if name != "openvino-bf16"), key=times.__getitem__)
    log.info("%s: %s s on %s, %s wins", entry.id, times, probe.shape, best)
    return replace(traits, executor=best, exact=exact, speed=probe[0, 0].size / 1e6 / times[exact])


def fits(stray: Batch, precision: str) -> bool:
    """Whether an executor is near enough to eager torch; see `race`."""
    if precision == "f32":
        return float(np.abs(stray).max()) <= 1 / 255
    return float(np.sqrt(np.mean(stray**2))) <= STRAY


def probe_tile(channels: int, conditions: int) -> Batch:
    """A tile of gradients, edges and grain, with the middle of each condition's range."""
    y, x = np.mgrid[0:PROBE_PX, 0:PROBE_PX].astype(np.float32) / PROBE_PX
    picture = 0.4 + 0.3 * x + 0.2 * (np.sin(40 * y * y) > 0)
    grain = np.random.default_rng(0).normal(0, 0.1, (channels, PROBE_PX, PROBE_PX))
    tile = (picture + grain).astype(np.float32)
    if conditions:
        tile[-conditions:] = 0.1
    return tile[None]


def cut(probe: Batch, traits: Traits) -> tuple[Batch, Batch]:
    """A square and a strip of the probe, both of sizes that the network takes."""
    square = max(PROBE_PX // traits.multiple * traits.multiple, fitting(1, traits))
    tall = fitting(SMALL_PX // 2, traits)
    wide = fitting(SMALL_PX // 2 + 1 + traits.multiple, traits)
    need = max(square, wide)
    probe = np.tile(probe, (1, 1, -(-need // PROBE_PX), -(-need // PROBE_PX)))
    return (
        np.ascontiguousarray(probe[..., :square, :square]),
        np.ascontiguousarray(probe[..., :tall, :wide]),
    )


def seconds(run: Executor, tile: Batch) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    run(tile)
    return time.perf_counter() - start


def traits_of(entry: catalogue.Entry) -> Traits:
    """What the architecture says; imports torch."""
    from engine.models import architectures

    known = architectures().get(entry.card.architecture)
    if known is None:
        executors.build(entry)  # raises the reason in words
        raise AssertionError
    suited = known.of(known.config(**entry.card.config))
    return Traits(
        suited.multiple,
        suited.halo,
        tuple(suited.conditions),
        suited.tileable,
        minimum=suited.minimum,
        half=suited.half,
    )


def channels_of(entry: catalogue.Entry, traits: Traits) -> int:
    """Input channels, conditions included."""
    return entry.card.channels + len(traits.conditions)


def fitting(edge: int, traits: Traits) -> int:
    """At least `edge` px, as the network takes it."""
    return -(-max(edge, traits.minimum) // traits.multiple) * traits.multiple


def compiled_path(entry: catalogue.Entry) -> Path:
    """Where the compiled network of exactly this file, on these versions and this CPU, is kept."""
    stat = entry.path.stat()
    file = (str(entry.path.resolve()), stat.st_size, stat.st_mtime_ns)
    parts = (file, installed("openvino"), installed("torch"), os.cpu_count(), places.VERSION)
    name = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    return places.cache() / "compiled" / f"{entry.id}-{name}.xml"


def installed(package: str) -> str:
    """Version of a package; empty where it is absent."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def remembered(notes: Path) -> Traits | None:
    """Traits saved by `remember`; None where there are none, or they cannot be read."""
    try:
        saved = json.loads(notes.read_text())
        return Traits(**{**saved, "conditions": tuple(saved["conditions"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def remember(notes: Path, traits: Traits) -> None:
    """Save traits; a cache that cannot be written costs only time."""
    try:
        notes.parent.mkdir(parents=True, exist_ok=True)
        notes.write_text(json.dumps(asdict(traits)))
    except OSError as why:
        log.info("not remembered: %s", why)
