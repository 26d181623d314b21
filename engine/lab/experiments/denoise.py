"""A denoising autoencoder against the median and non-local means, at three noise levels.

The filters get the better of several settings, chosen on other pictures: no straw men. Non-local
means is Buades, Coll and Morel's (2005), in OpenCV's making.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import metrics
from engine.job import Job, Pixels, Step, Table
from engine.lab import data, draw, trained
from engine.lab.autoencoders import Plan
from engine.lab.data import Pictures
from engine.lab.learner import normal
from engine.lab.loop import budget
from engine.lab.warm import Warm
from engine.specs_lab import LabDenoise
from engine.specs_lab_live import Cut, LabResult
from engine.training.dice import torch_dice

JUDGED = 200  # pictures
CODE = 128  # numbers at most: this autoencoder need not be small, only right
MEDIANS = (3, 5)  # px
STRENGTHS = (0.5, 0.75, 1.0, 1.25)  # of non-local means, in sigmas
Filter = Callable[[Tensor], Tensor]
Plane = NDArray[np.uint8]


def run(spec: LabDenoise, warm: Warm) -> Job:
    """One autoencoder a level; yields their sheets."""
    del warm
    parts = data.split((yield from data.load(spec)), spec.seed)
    levels = (spec.noise / 2, spec.noise, 2 * spec.noise)
    rows: list[tuple[str | float, ...]] = []
    figures: dict[str, float] = {}
    pages: dict[str, Pixels] = {}
    cuts: dict[str, Cut] = {}
    for number, sigma in enumerate(levels):
        values = int(np.prod(parts.learned.shape))
        plan = Plan(parts.learned.shape, min(CODE, values - 1), spec.hidden, noise=sigma)
        title = f"sigma {sigma:.3g}"
        done = yield from trained.autoencoder(
            spec, "denoising", plan, parts, budget(spec, 1 / len(levels)), title=title
        )
        yield Step(number + 1, len(levels), title)
        test = noisy(parts.test, sigma)
        answers = {"noisy": test}
        for name, filters in (("median", medians()), ("non-local means", non_local(sigma))):
            answers[name] = best(filters, parts.check, sigma)(test)
        answers["autoencoder"] = trained.reconstructed(done.model, test)
        clean = parts.test.images[:JUDGED]
        marks = {name: psnr(answer, clean) for name, answer in answers.items()}
        figures |= {f"{name}, {title}, dB": mark for name, mark in marks.items()}
        rows.append((title, *marks.values()))
        shown = [clean, *answers.values()]
        sheet = torch.cat([each[: trained.SHOWN] for each in shown])
        pages[f"sigma-{sigma:.3g}"] = draw.sheet(sheet, min(trained.SHOWN, len(clean)))
        cuts[f"sigma-{sigma:.3g}"] = Cut(min(trained.SHOWN, len(clean)), ("clean", *answers))
    heads = ("Noise", "Noisy, dB", "Median, dB", "Non-local means, dB", "Autoencoder, dB")
    words = f"{compared(figures, levels[1])} Rows: clean, {', '.join(answers)}."
    tables = {"PSNR": Table(heads, tuple(rows))}
    return LabResult(spec.experiment, words, figures, tables, pages, cuts=cuts)


def compared(figures: dict[str, float], sigma: float) -> str:
    """The autoencoder beside the better filter, at one level, in a sentence."""
    here = {name: mark for name, mark in figures.items() if f", sigma {sigma:.3g}," in name}
    marks = {name.partition(",")[0]: mark for name, mark in here.items()}
    filters = {name: marks[name] for name in ("median", "non-local means")}
    best = max(filters, key=lambda name: filters[name])
    own = marks["autoencoder"]
    return f"At sigma {sigma:.3g}: autoencoder {own:.1f} dB, {best} {filters[best]:.1f} dB."


def noisy(pictures: Pictures, sigma: float) -> Tensor:
    """The first pictures with noise, not clipped; always the same dice."""
    clean = pictures.images[:JUDGED]
    return clean + sigma * normal(clean, torch_dice(0, 5))


def psnr(answer: Tensor, clean: Tensor) -> float:
    """Of all pictures together, dB."""
    after, before = (each.clamp(0, 1).flatten(0, 1).numpy() for each in (answer, clean))
    return metrics.psnr(after, before)


def best(filters: list[Filter], check: Pictures, sigma: float) -> Filter:
    """The one that does best on the validation pictures."""
    given, clean = noisy(check, sigma), check.images[:JUDGED]
    return max(filters, key=lambda each: psnr(each(given), clean))


def medians() -> list[Filter]:
    """Median filters of several sizes, channel by channel."""

    def make(size: int) -> Filter:
        return lambda x: planes(x, lambda plane: cv2.medianBlur(plane, size))

    return [make(size) for size in MEDIANS]


def non_local(sigma: float) -> list[Filter]:
    """Non-local means of several strengths, told the noise."""

    def make(strength: float) -> Filter:
        h = 255 * sigma * strength
        return lambda x: planes(x, lambda plane: cv2.fastNlMeansDenoising(plane, None, h, 3, 11))

    return [make(strength) for strength in STRENGTHS]


def planes(x: Tensor, change: Callable[[Plane], Any]) -> Tensor:
    """An 8-bit filter on every plane of (N, C, H, W)."""
    flat = np.round(x.clamp(0, 1).flatten(0, 1).numpy() * 255).astype(np.uint8)
    done = np.stack([change(plane) for plane in flat])
    return torch.from_numpy(done.astype(np.float32) / 255).reshape(x.shape)
