"""How much memory a large photo takes beyond the two pictures, original and result.

    python -m benchmarks.memory [--megapixels 24] [--task denoise|upscale|transfer]

Runs the real task in a process of its own and samples its peak resident memory.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from engine import places
from engine.specs import Denoise, Transfer, Upscale
from engine.studio import Studio


def main() -> None:
    """Print the peak, what the two pictures account for, and the rest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=float, default=24)
    parser.add_argument("--task", choices=("denoise", "upscale", "transfer"), default="denoise")
    asked = parser.parse_args()
    height = round((asked.megapixels * 1e6 * 2 / 3) ** 0.5)
    width = round(asked.megapixels * 1e6 / height)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "photo.jpg"
        dice = np.random.default_rng(0)
        noise = dice.normal(128, 25, (height, width, 3)).clip(0, 255).astype(np.uint8)
        Image.fromarray(noise).save(source, quality=95)
        del noise
        out = Path(folder) / "out"
        spec: Denoise | Upscale | Transfer
        match asked.task:
            case "denoise":
                spec = Denoise(sources=(source,), target=out, strength=25)
            case "upscale":
                spec = Upscale(sources=(source,), target=out, scale=2)
            case _:  # a style: the network that sees the most
                painting = places.shipped("assets") / "painting.webp"
                spec = Transfer(sources=(source,), target=out, style=painting)
        start = time.perf_counter()
        for _ in Studio().run(spec):
            pass
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    scale = 4 if asked.task == "upscale" else 1
    pictures = height * width * 3 * 4 * (1 + scale)
    print(f"{asked.task} {width} x {height}: {seconds:.1f} s")
    print(f"peak {peak / 1e9:.2f} GB, two float pictures {pictures / 1e9:.2f} GB")
    print(f"beyond them {(peak - pictures) / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
