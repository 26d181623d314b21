"""Make an autoencoder small: prune and quantize it, and see what is lost.

Weights pruned by size: Han, Pool, Tran and Dally, "Learning both weights and connections for
efficient neural networks", 2015, section 3. Whole units: Li, Kadav, Durdanovic, Samet and Graf,
"Pruning filters for efficient ConvNets", 2017, section 3.1. Few bits, a scale for each row,
symmetric: Jacob and others, "Quantization and training of neural networks for efficient
integer-arithmetic-only inference", 2018, equation 1 with zero point 0.
"""

from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import asdict
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from engine.job import Event, Job, Pixels, Preview, Step, Table
from engine.lab import data, draw, trained
from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.autoencoders.undercomplete import Undercomplete
from engine.lab.data import Split
from engine.lab.learner import count
from engine.lab.loop import Budget, Drawer, Training, budget, fit, rate_of
from engine.lab.warm import Warm
from engine.specs_lab import LabSqueeze
from engine.specs_lab_live import Cut, LabResult

PRUNED = (0.5, 0.8, 0.9)  # shares of the weights that go
BITS = (8, 4)
WAYS = ("bit weights", "weights pruned", "units pruned")  # by the names of the networks
TIMED = 15  # rounds of the stopwatch, of which the median counts
SCALE_BYTES = 4  # of a row's scale
Row = tuple[str, float, float, float]  # what, bytes, ms, dB


def run(spec: LabSqueeze, warm: Warm) -> Job:
    """Train one, then make it small in several ways; those that are pruned learn on for a while."""
    del warm
    parts = data.split((yield from data.load(spec)), spec.seed)
    plan = Plan(parts.learned.shape, spec.latent, spec.hidden)
    done = yield from trained.autoencoder(
        spec, "undercomplete", plan, parts, budget(spec, 0.6), title="training"
    )
    model = done.model
    rows = [row("as it is, float32", model, 4 * count(model), parts)]
    for bits in BITS:
        small, size = quantized(model, bits)
        rows.append(row(f"{bits}-bit weights", small, size, parts))
        yield Step(len(rows), len(rows) + 1, rows[-1][0])
    share = 0.4 / (len(PRUNED) + 1)
    for part in PRUNED:
        small = deepcopy(model)
        masks = pruned(small, part)
        yield from tuned(spec, small, parts, budget(spec, share), masked(small, masks))
        rows.append(row(f"{part:.0%} of the weights pruned", small, sparse_bytes(small), parts))
    small = halved(model, parts)
    yield from tuned(spec, small, parts, budget(spec, share), lambda: None)
    rows.append(row("half of the units pruned", small, 4 * count(small), parts))
    sheet, cut = trained.sheet(small, parts.test), trained.cut(parts.test)
    yield Preview("sheet", sheet, facts=asdict(cut))
    return found(spec, rows, sheet, cut)


def found(spec: LabSqueeze, rows: list[Row], sheet: Pixels, cut: Cut) -> LabResult:
    """Size, speed and quality of each."""
    heads = ("Network", "Size, kB", "Time for 256 pictures, ms", "PSNR, dB")
    table = Table(heads, tuple((name, size / 1e3, ms, psnr) for name, size, ms, psnr in rows))
    lines = {way: line(rows[0], [each for each in rows if way in each[0]]) for way in WAYS}
    figures = {f"{name}, dB": psnr for name, _, _, psnr in rows}
    figures |= {f"{name}, kB": size / 1e3 for name, size, _, _ in rows}
    words = (
        "Sizes are of the stored weights. Fewer bits and scattered zeros save room, not time: "
        "the arithmetic here stays float32. Whole units save both."
    )
    return LabResult(
        spec.experiment,
        words,
        figures,
        {"Networks": table},
        {"reconstructions": sheet},
        cuts={"reconstructions": cut},
        diagrams={"size": draw.diagram(lines, "size, kB", "PSNR, dB")},
    )


def line(whole: Row, smaller: list[Row]) -> draw.Line:
    """From the smallest network to the whole one: kB and dB."""
    by_size = sorted((size / 1e3, psnr) for _, size, _, psnr in (whole, *smaller))
    return [size for size, _ in by_size], [psnr for _, psnr in by_size]


def row(name: str, model: Autoencoder, size: float, parts: Split) -> Row:
    """One network measured."""
    return name, size, milliseconds(model, parts), trained.psnr(model, parts.test.images)


@torch.inference_mode()
def milliseconds(model: Autoencoder, parts: Split) -> float:
    """The median time for 256 pictures on this computer."""
    images = parts.learned.images[:1].expand(256, -1, -1, -1).contiguous()
    times = []
    for _ in range(TIMED):
        began = perf_counter()
        model(images)
        times.append(1e3 * (perf_counter() - began))
    return float(np.median(times))


def linears(model: nn.Module) -> list[nn.Linear]:
    """The layers that weigh something."""
    return [each for each in model.modules() if isinstance(each, nn.Linear)]


@torch.no_grad()
def quantized(model: Autoencoder, bits: int) -> tuple[Autoencoder, float]:
    """Weights as s q, whole q in [-(2^(b-1) - 1), 2^(b-1) - 1], s for each row; and its bytes."""
    small = deepcopy(model)
    highest, size = 2 ** (bits - 1) - 1, 0.0
    for layer in linears(small):
        scale = layer.weight.abs().amax(1, keepdim=True).clamp(min=1e-12) / highest
        layer.weight.copy_((layer.weight / scale).round() * scale)
        size += layer.weight.numel() * bits / 8 + SCALE_BYTES * len(scale) + 4 * len(layer.bias)
    return small, size


@torch.no_grad()
def pruned(model: Autoencoder, share: float) -> list[Tensor]:
    """Zero the smallest weights of each layer; the masks say which stay."""
    masks = []
    for layer in linears(model):
        size = layer.weight.abs()
        mask = size > size.flatten().kthvalue(max(1, round(share * size.numel()))).values
        layer.weight.mul_(mask)
        masks.append(mask)
    return masks


def masked(model: Autoencoder, masks: list[Tensor]) -> Callable[[], None]:
    """Called after each step: what was pruned stays so."""

    @torch.no_grad()
    def hold() -> None:
        for layer, mask in zip(linears(model), masks, strict=True):
            layer.weight.mul_(mask)

    return hold


def sparse_bytes(model: Autoencoder) -> float:
    """Stored as a bit a weight and four bytes for each that is not 0."""
    size = 0.0
    for layer in linears(model):
        left = int(layer.weight.count_nonzero())
        size += layer.weight.numel() / 8 + 4 * left + 4 * len(layer.bias)
    return size


@torch.no_grad()
def halved(model: Autoencoder, parts: Split) -> Autoencoder:
    """A network of half the hidden units: those whose weights, in and out, are largest."""
    plan = Plan(parts.learned.shape, model.plan.latent, max(1, model.plan.hidden // 2))
    small = Undercomplete(plan)
    whole, half = linears(model), linears(small)
    for first in (0, 2):
        into, out = whole[first], whole[first + 1]
        worth = into.weight.norm(dim=1) * out.weight.norm(dim=0)
        stay = worth.argsort(descending=True)[: plan.hidden]
        half[first].weight.copy_(into.weight[stay])
        half[first].bias.copy_(into.bias[stay])
        half[first + 1].weight.copy_(out.weight[:, stay])
        half[first + 1].bias.copy_(out.bias)
    return small


def tuned(
    spec: LabSqueeze, model: Autoencoder, parts: Split, left: Budget, after: Callable[[], None]
) -> Generator[Event, None, None]:
    """Learn on for a while, at a third of the rate."""
    rate = rate_of(spec, model) / 3
    training = Training(
        model, Drawer(parts.learned), spec.batch, rate, spec.seed, after=after, name="learning on"
    )
    yield from fit(training, left)
