"""How fast training is here: steps, the share of the machine's matrix peak, the data's share.

    python -m benchmarks.training --data DIR [--data DIR] [--seconds 30] [--device cpu]

The peak is the best product of two large matrices seen in either precision. The work of a step is
counted by torch (forward and backward of convolutions and products), not estimated. The data's
share is the time the loop waits for a batch; with loading processes that is what they cannot hide.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine import devices
from engine.job import result_of
from engine.specs import Train, TrainDenoise
from engine.training import data, measure, recipes
from engine.training.batches import Batches, from_step
from engine.training.dice import torch_dice
from engine.training.gear import Gear
from engine.training.learners import lesson_of
from engine.training.lesson import MODEL, Lesson

RECIPES = Path(__file__).parents[1] / "recipes"
SHIPPED = ("denoise", "denoise-grey", "jpeg", "upscale-2x", "upscale-4x")
KINDS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
MATRIX = 2048  # edge of the matrices


def main() -> None:
    """Print a table: a line a learner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--workers", type=int, default=0)
    asked = parser.parse_args()
    device, _ = devices.resolve(asked.device)
    peaks = {name: peak(torch.device(device), kind) for name, kind in KINDS.items()}
    print(", ".join(f"peak {name} {each / 1e9:.0f} GFLOP/s" for name, each in peaks.items()))
    print("learner          precision  steps/s   MP/s  GFLOP/s  of peak   data")
    for name, spec in specs(tuple(asked.data), asked.device):
        row = timed(spec, asked.seconds, asked.workers)
        rate = row.work / row.step
        speed, seen = 1 / row.step, row.pixels / row.step / 1e6
        facts = f"{speed:8.2f} {seen:6.2f} {rate / 1e9:8.0f} {rate / max(peaks.values()):8.0%}"
        print(f"{name:16} {row.precision:9} {facts} {row.waited:6.1%}")


def specs(folders: tuple[Path, ...], device: str) -> Iterator[tuple[str, Train]]:
    """What ships, as its recipes have it, and camera noise."""
    for name in SHIPPED:
        recipe = recipes.read(RECIPES / f"{name}.toml")
        yield name, replace(recipe, data=folders, device=device)
    camera = TrainDenoise(name="x", degradation="camera", data=folders, device=device)
    yield "camera noise", camera


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds and floating-point operations of a step, pixels it sees, the data's share."""

    precision: str
    step: float
    work: float
    pixels: int
    waited: float


def timed(spec: Train, seconds: float, workers: int) -> Row:
    """Real steps for so many seconds, the first three left out."""
    lesson = lesson_of(spec)
    device, _ = devices.resolve(spec.device)
    precision = result_of(measure.fastest(lesson))[0] if device == "cpu" else "auto"
    gear = Gear(spec.device, precision)
    lesson.set_up(gear.device)
    gear.take(lesson)
    with tempfile.TemporaryDirectory() as folder:
        files = data.found(spec.data, lesson.rules)
        files = data.Found(files.files[::10], ())
        pictures = result_of(data.packed(files, Path(folder), lesson.rules))
        batches = Batches(pictures, lesson.crops(lesson.size), 0, 0)
        source = from_step(batches, 0, workers=workers, pin=gear.device.type == "cuda")
        work = counted(lesson, gear, next(source))
        steps, waited, took = 0, 0.0, 0.0
        while took < seconds:
            start = time.perf_counter()
            drawn = next(source)
            arrived = time.perf_counter()
            one_step(lesson, gear, drawn, steps)
            if steps >= 3:
                waited += arrived - start
                took += time.perf_counter() - start
            steps += 1
    pixels = lesson.size * lesson.piece**2
    return Row(gear.precision, took / (steps - 3), work, pixels, waited / took)


def one_step(lesson: Lesson, gear: Gear, drawn: data.Drawn, step: int) -> None:
    """As the loop does it, with the averaging left out."""
    moved = data.Drawn(*(each.to(gear.device, non_blocking=True) for each in drawn))
    batch = lesson.batch_of(moved, torch_dice(0, step, device=gear.device))
    gear.backward(lesson.loss(MODEL, batch).total)
    gear.update(MODEL, lesson.modules[MODEL], 0.1)


def counted(lesson: Lesson, gear: Gear, drawn: data.Drawn) -> float:
    """Floating-point operations of one step."""
    with FlopCounterMode(display=False) as counter:
        one_step(lesson, gear, drawn, 0)
    return float(counter.get_total_flops())


def peak(device: torch.device, kind: torch.dtype) -> float:
    """Operations a second of a large matrix product, the best of ten."""
    left, right = torch.rand(2, MATRIX, MATRIX, device=device).to(kind)
    times = []
    for _ in range(10):
        start = time.perf_counter()
        (left @ right).flatten()[0].item()
        times.append(time.perf_counter() - start)
    return 2 * MATRIX**3 / min(times)


if __name__ == "__main__":
    main()
