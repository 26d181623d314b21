"""What the lab's small models reach in the time that people wait.

    python -m benchmarks.lab [--defects DIR] [--share 1]

Digits: the convolutional autoencoder in 30 s, the VAE's bound beside a factorized Gaussian in 60 s,
a conditional GAN read by a classifier of real digits. The ring of eight Gaussians, three seeds
each: WGAN-GP in 120 s beside vanilla minimax, with ten turns of the discriminator. DIR: classes
of pictures, the largest one usual, for the odd one out. `--share` shortens every time.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from engine.job import result_of
from engine.specs_lab import (
    Lab,
    LabDuel,
    LabGenerate,
    LabOddOneOut,
    LabReconstruct,
)
from engine.studio import Studio

SEEDS = (0, 1, 2)


def main() -> None:
    """Print a line for each experiment as it ends."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--defects", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores", flush=True)
    studio = Studio()
    for name, spec in experiments(asked.defects):
        shorter = replace(spec, seconds=spec.seconds * asked.share)
        result = result_of(studio.run(shorter))
        told = ", ".join(f"{key} {value:.4g}" for key, value in result.figures.items())
        print(f"{name} ({shorter.seconds:.0f} s): {told}", flush=True)


def experiments(defects: Path | None) -> list[tuple[str, Lab]]:
    """Each with its name."""
    named: list[tuple[str, Lab]] = [
        ("convolutional", LabReconstruct(model="convolutional", seconds=30, sweep=False)),
        ("variational", LabReconstruct(model="variational", seconds=60, sweep=False)),
        ("conditional GAN", LabGenerate(maker="conditional", seconds=60)),
    ]
    if defects is not None:
        named.append(("odd one out", LabOddOneOut(data=str(defects), seconds=60)))
    for loss in ("wgan-gp", "minimax"):
        spec = LabDuel(loss=loss, turns=10, seconds=120)
        named += [(f"{loss}, seed {seed}", replace(spec, seed=seed)) for seed in SEEDS]
    return named


if __name__ == "__main__":
    main()
