"""How restoring is measured: holes, scratches, old photos and colours of good pictures.

Each is a job on one file that returns its figures by name, as in `engine.tasks.protocols`.
"""

from pathlib import Path

import numpy as np

from engine import chroma, ciede2000, image, metrics
from engine.job import Pixels, Step, steps_only
from engine.perceptual import Lpips
from engine.runtime import Network, Runtime
from engine.specs import ColourStep
from engine.tasks import colour, fill, old_photo, scratches
from engine.tasks.denoise import matched
from engine.tasks.protocols import Measuring, distance
from engine.training import damage

CROP = 256  # px
LEAST, MOST = 0.1, 0.3  # share of a crop that holes cover
CROPS = 50


def holes(network: Network, path: Path, index: int, *, lpips: Lpips | None) -> Measuring:
    """The middle of a picture with holes torn into it, filled as in the app; beside Telea."""
    whole = matched(image.read(path).pixels, 3)
    top, left = ((side - CROP) // 2 for side in whole.shape[1:])
    clean = np.ascontiguousarray(whole[:, top : top + CROP, left : left + CROP])
    mask = torn(index)
    hole = mask[0] > 0
    figures = {}
    for words, filler in (("", network), ("Telea ", None)):
        spoilt = np.where(mask > 0, np.float32(0.5), clean)
        result: Pixels = yield from steps_only(fill.filled(spoilt, mask, filler))
        inside = result[:, hole][:, None], clean[:, hole][:, None]
        figures[f"{words}PSNR in the hole"] = metrics.psnr(*inside)
        if lpips is not None:
            figures[f"{words}LPIPS-squeeze"] = yield from distance(lpips, result, clean)
    return figures


def torn(index: int) -> Pixels:
    """The holes of the crop of that number, (1, 256, 256), the same in every run."""
    dice = np.random.default_rng((CROP, index))
    while True:
        mask = damage.holes(CROP, CROP, dice)
        if LEAST <= (mask > 0).mean() <= MOST:
            return (mask > 0).astype(np.float32)[None]


def scratched(
    network: Network, path: Path, _index: int, *, runtime: Runtime, device: str
) -> Measuring:
    """A damaged picture left, the same mended right: what is found, and what filling wins."""
    damaged, mended = halves(path)
    yield Step(0, 1)
    mask = yield from steps_only(scratches.found(damaged, network, 50))
    said, true = mask[0] > 0, differing(damaged, mended)
    hit = float((said & true).sum())
    filler = yield from steps_only(fill.filler(None, device, runtime, precise=True))
    result = damaged
    if said.any() and said.mean() < 0.9:
        result = yield from steps_only(fill.filled(damaged, mask, filler))
    before, after = metrics.psnr(damaged, mended), metrics.psnr(result, mended)
    return {
        "recall": hit / max(1, int(true.sum())),
        "precision": hit / max(1, int(said.sum())),
        "input PSNR": before,
        "PSNR": after,
        "gain": after - before,
    }


def aged(network: Network, path: Path, _index: int) -> Measuring:
    """The same pictures through the network for old photos alone."""
    old, mended = halves(path)
    result = yield from steps_only(old_photo.mended(old, 100, network))
    before, after = metrics.psnr(old, mended), metrics.psnr(result, mended)
    return {"input PSNR": before, "PSNR": after, "gain": after - before}


def greyed(network: Network, path: Path, _index: int) -> Measuring:
    """A colour picture made grey and coloured."""
    return (yield from recoloured(network, matched(image.read(path).pixels, 3)))


def mended_greyed(network: Network, path: Path, _index: int) -> Measuring:
    """The mended half of a pair, made grey and coloured."""
    return (yield from recoloured(network, halves(path)[1]))


def recoloured(network: Network, truth: Pixels) -> Measuring:
    """(3, H, W) made grey, rounded to 8 bits, and coloured without hints."""
    y = (np.rint(chroma.luma(truth) * 255) / 255).astype(np.float32)
    result = yield from steps_only(colour.colourized(ColourStep(), y, network))
    rounded = (np.rint(result * 255) / 255).astype(np.float32)
    yield Step(0, 1)
    grey = ciede2000.mean_difference(np.repeat(y, 3, 0), truth)
    yield Step(1, 1)
    levels = np.rint(chroma.luma(rounded) * 255) - np.rint(y * 255)
    return {
        "CIEDE2000": ciede2000.mean_difference(rounded, truth),
        "left grey CIEDE2000": grey,
        "chroma": vividness(rounded) / max(1e-6, vividness(truth)),
        "luma error": float(np.abs(levels).max()),
    }


def vividness(pixels: Pixels) -> float:
    """Mean chroma of CIELAB."""
    _, a, b = ciede2000.lab(pixels)
    return float(np.hypot(a, b).mean())


def halves(path: Path) -> tuple[Pixels, Pixels]:
    """(left, right) of a picture."""
    whole = matched(image.read(path).pixels, 3)
    middle = whole.shape[2] // 2
    left, right = whole[:, :, :middle], whole[:, :, middle : 2 * middle]
    return np.ascontiguousarray(left), np.ascontiguousarray(right)


def differing(damaged: Pixels, mended: Pixels) -> np.ndarray:
    """Where they differ, as the learner sees it; (H, W) of truth values."""
    bytes_of = [np.rint(each * 255).astype(np.uint8) for each in (damaged, mended)]
    return damage.differing(*bytes_of) > 0
