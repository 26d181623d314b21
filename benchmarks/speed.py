"""How fast each shipped model runs here: every executor on the same tiles, in one run.

    python -m benchmarks.speed [--edge 512] [--rounds 5]

"eager" is plain PyTorch as most programs run it (NCHW, no compilation, a tile loop); the others are
given as ratios to it. Rounds alternate between executors, so that a busy moment hits all of them.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from engine import catalogue, executors
from engine.catalogue import Entry
from engine.executors import Batch, Executor
from engine.runtime import channels_of, traits_of


def main() -> None:
    """Print a table: seconds per output megapixel, and how many times faster than eager."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edge", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    print(f"{'model':16} {'executor':16} {'s / output MP':>14} {'times eager':>12} {'max dev.':>9}")
    for entry in catalogue.entries():
        compare(entry, asked.edge, asked.rounds)


def compare(entry: Entry, edge: int, rounds: int) -> None:
    """One model: best time of each executor, and how far its picture strays from eager's."""
    tile = np.random.default_rng(0).random((1, channels_of(entry, traits_of(entry)), edge, edge))
    tile = tile.astype(np.float32)
    tile[:, entry.card.channels :] = 0.1
    with tempfile.TemporaryDirectory() as folder:
        runners = contestants(entry, Path(folder))
        results = {name: run(tile) for name, run in runners.items()}
        times: dict[str, float] = dict.fromkeys(runners, float("inf"))
        for _ in range(rounds):
            for name, run in runners.items():
                times[name] = min(times[name], timed(run, tile))
    megapixels = (edge * entry.card.scale) ** 2 / 1e6
    for name, seconds in times.items():
        stray = np.abs(results[name] - results["eager"]).max()
        ratio = times["eager"] / seconds
        print(f"{entry.id:16} {name:16} {seconds / megapixels:14.3f} {ratio:12.2f} {stray:9.5f}")


def contestants(entry: Entry, folder: Path) -> dict[str, Executor]:
    """Every way to run it on this CPU."""
    channels = channels_of(entry, traits_of(entry))
    runners: dict[str, Executor] = {
        "eager": executors.Eager(executors.build(entry), "cpu", channels_last=False),
        "channels-last": executors.Eager(executors.build(entry), "cpu"),
    }
    capable = executors.capabilities()
    if capable:
        xml = folder / "net.xml"
        executors.convert(executors.build(entry), channels, xml)
        runners["openvino-f32"] = executors.OpenVino(xml, "f32")
        if "BF16" in capable:
            runners["openvino-bf16"] = executors.OpenVino(xml, "bf16")
    return runners


def timed(run: Executor, tile: Batch) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    run(tile)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
