"""How fast training is here, found out before anyone waits for it."""

from collections.abc import Generator
from time import monotonic, perf_counter

import numpy as np
import torch
from torch import nn

from engine import devices
from engine.errors import UserError
from engine.job import Event, Job, Step
from engine.specs import Train, TrainingSpeed
from engine.training import data
from engine.training.card import hardware
from engine.training.data import Drawn, Pair
from engine.training.dice import dice, torch_dice
from engine.training.gear import Gear, out_of_memory
from engine.training.learners import lesson_of
from engine.training.lesson import Lesson
from engine.training.networks import built

SECONDS = 6.0  # of steps, for the measure
LONGEST_SLICE = 0.4  # seconds between two yields that a window still feels as smooth
WORTH = 1.1  # how many times faster half precision must be to be taken


def fastest(lesson: Lesson) -> Generator[Event, None, tuple[str, int]]:
    """(precision, pieces a batch) that suit this CPU, by a step of the model in each."""
    net = built(lesson.plan, lesson.spec.seed).to(memory_format=torch.channels_last)
    size = max(1, min(2, lesson.size))
    inputs = tuple(
        each.contiguous(memory_format=torch.channels_last) if each.dim() == 4 else each
        for each in lesson.example(size)
    )
    took: dict[str, list[float]] = {"float32": [], "bfloat16": []}
    for _ in range(4):  # in turns, so that a busy moment hits both
        for precision, kind in (("float32", None), ("bfloat16", torch.bfloat16)):
            yield Step(0, 1, "Trying what is fastest here")
            took[precision].append(seconds(net, inputs, kind))
    times = {precision: min(each) * lesson.size / size for precision, each in took.items()}
    best = "bfloat16" if times["bfloat16"] * WORTH < times["float32"] else "float32"
    return best, min(lesson.size, max(1, round(times[best] / LONGEST_SLICE)))


def seconds(net: nn.Module, inputs: tuple[torch.Tensor, ...], kind: torch.dtype | None) -> float:
    """Of one forward and backward."""
    start = perf_counter()
    with torch.autocast("cpu", dtype=kind or torch.bfloat16, enabled=kind is not None):
        output = net(*inputs)
    picture = output[0] if isinstance(output, tuple) else output
    picture.float().abs().mean().backward()
    net.zero_grad(set_to_none=True)
    return perf_counter() - start


def run(spec: Train) -> Job:
    """Real steps on a few of the pictures; nothing is written. Returns a `TrainingSpeed`."""
    lesson = lesson_of(spec)
    files = lesson.found()
    pairs = []
    for path, _ in files.files[:: max(1, len(files.files) // 4)][:4]:
        yield Step(0, 1, "Reading some pictures")
        try:
            pairs.append(lesson.read(path))
        except (UserError, OSError):
            continue  # the training will say which and why
    if not pairs:
        data.enough(0, lesson.rules)
    device, _ = devices.resolve(spec.device)
    precision, splits = spec.precision, 1
    if precision == "auto" and device == "cpu":
        precision, splits = yield from fastest(lesson)
    gear = Gear(spec.device, precision)
    lesson.set_up(gear.device)
    gear.take(lesson)
    speed = yield from timed_steps(lesson, gear, pairs, splits)
    return told(spec, lesson, gear, speed)


def timed_steps(
    lesson: Lesson, gear: Gear, pairs: list[Pair], splits: int
) -> Generator[Event, None, float]:
    """Steps a second, without what the first ones take to warm up."""
    times: list[float] = []
    began = monotonic()
    while len(times) < 4 or (monotonic() - began < SECONDS and len(times) < 200):
        start = perf_counter()
        drawn = lesson.crops(lesson.size)(pairs, dice(0, len(times)))
        drawn = Drawn(*(each.to(gear.device) for each in drawn))
        try:
            one_step(lesson, gear, drawn, splits)
        except RuntimeError as why:
            if not out_of_memory(why) or splits >= lesson.size:
                raise
            splits *= 2
            continue
        times.append(perf_counter() - start)
        yield Step(min(monotonic() - began, SECONDS), SECONDS, "Trying a few steps")
    return 1 / float(np.median(times[2:]))


def one_step(lesson: Lesson, gear: Gear, drawn: Drawn, splits: int) -> None:
    """As the loop does it, at a rate of nothing."""
    gear.set_rate(0.0, lesson.pace)
    pieces = lesson.batch_of(drawn, torch_dice(0, device=gear.device)).pieces(splits)
    for part in lesson.parts(1.0):
        for piece in pieces:
            gear.backward(lesson.loss(part, piece).total / len(pieces))
        gear.update(part, lesson.modules[part], 1.0)


def told(spec: Train, lesson: Lesson, gear: Gear, speed: float) -> TrainingSpeed:
    """What the budget gives at that speed."""
    steps = spec.steps if spec.steps is not None else max(1, round(speed * 60 * spec.minutes))
    minutes = steps / speed / 60 if spec.steps is not None else spec.minutes
    looks = steps * lesson.size * lesson.piece**2 / 1e6
    rate = f"{speed:.2g} steps a second" if speed >= 0.1 else f"{1 / speed:.0f} seconds a step"
    words = (
        f"About {rate} on {hardware(gear.device)}: {steps:,} steps in {minutes:.3g} minutes, "
        f"{looks:,.0f} megapixels seen."
    )
    return TrainingSpeed(
        speed, steps, minutes, lesson.size, str(gear.device), gear.precision, words
    )
