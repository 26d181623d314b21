"""Through the bottleneck and back: originals over reconstructions, curves, compression and PSNR.

PCA stands beside: it is the best that any linear autoencoder can do (Baldi and Hornik, 1989).
"""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from engine import metrics
from engine.job import Event, Job, Table
from engine.lab import data, draw, keep, trained
from engine.lab.autoencoders import Autoencoder, Plan
from engine.lab.autoencoders.variational import Variational, factorized
from engine.lab.data import Split
from engine.lab.loop import Budget, budget
from engine.lab.warm import Warm
from engine.specs_lab import LabReconstruct
from engine.specs_lab_live import LabResult

Points = dict[int, float]  # numbers in the code: PSNR in dB


def run(spec: LabReconstruct, warm: Warm) -> Job:
    """Train one autoencoder, and others with other codes; `Preview` "sheet" while they learn."""
    del warm
    if spec.keep:
        keep.target(spec.keep)
    parts = data.split((yield from data.load(spec)), spec.seed)
    plan = planned(spec, parts)
    half = 0.5 if spec.sweep else 1.0
    done = yield from trained.autoencoder(spec, spec.model, plan, parts, budget(spec, half))
    model = done.model
    points = {width(model, parts): trained.psnr(model, parts.test.images)}
    figures = measured(model, plan, parts)
    if spec.sweep:
        points |= yield from swept(spec, plan, parts, budget(spec, 0.5))
    best = pca(parts, sorted(points))
    pictures = {"reconstructions": trained.sheet(model, parts.test)}
    lines = {spec.model: line(points), "PCA": line(best)}
    diagrams = {
        "losses": trained.losses(done.training),
        "compression": draw.diagram(lines, "numbers in the code", "PSNR, dB"),
    }
    path = None
    if spec.keep:
        card = keep.card(spec.model, plan, spec, figures, plan.shape[0])
        path = keep.kept(model, card, spec.keep)
    code, quality = width(model, parts), figures["PSNR on test pictures, dB"]
    words = f"{plan.values} numbers become {code} and a picture again: {quality:.1f} dB."
    tables = {"Compression": table(plan, points, best)}
    cuts = {"reconstructions": trained.cut(parts.test)}
    found = LabResult(spec.experiment, words, figures, tables, pictures, path)
    return replace(found, cuts=cuts, diagrams=diagrams)


def planned(spec: LabReconstruct, parts: Split) -> Plan:
    """Sizes and weights, as the spec has them."""
    names = ("latent", "hidden", "noise", "sparsity", "target", "weight", "beta", "cell")
    return Plan(parts.learned.shape, **{name: getattr(spec, name) for name in names})


def width(model: Autoencoder, parts: Split) -> int:
    """Numbers in a code, which some kinds decide themselves."""
    return int(trained.codes(model, parts.test.images[:1]).shape[1])


def measured(model: Autoencoder, plan: Plan, parts: Split) -> dict[str, float]:
    """PSNR and compression; of a VAE also its ELBO and what that has to beat."""
    code = width(model, parts)
    figures = {
        "PSNR on test pictures, dB": trained.psnr(model, parts.test.images),
        "compression": plan.values / code,
    }
    if isinstance(model, Variational):
        likelihood, divergence = trained.bound(model, parts.test.images)
        figures["ELBO on test pictures, nats"] = likelihood - divergence
        figures["KL, nats"] = divergence
        base = factorized(parts.learned.images, parts.test.images)
        figures["factorized Gaussian, nats"] = base
    return figures


def swept(
    spec: LabReconstruct, plan: Plan, parts: Split, left: Budget
) -> Generator[Event, None, Points]:
    """Other sizes of the code, each with its share of the time."""
    sizes = {max(1, plan.latent // 4), max(1, plan.latent // 2), 2 * plan.latent, 4 * plan.latent}
    if spec.model == "undercomplete":
        sizes = {size for size in sizes if size < plan.values}
    points: Points = {}
    for size in sorted(sizes - {plan.latent}):
        share = left.part(1 / len(sizes))
        other = replace(plan, latent=size)
        title = f"{spec.model}, code of {size}"
        done = yield from trained.autoencoder(spec, spec.model, other, parts, share, title=title)
        points[width(done.model, parts)] = trained.psnr(done.model, parts.test.images)
    return points


def pca(parts: Split, sizes: list[int]) -> Points:
    """PSNR of the principal components, as many as there can be."""
    learned = parts.learned.images.flatten(1).numpy().astype(np.float64)
    test = parts.test.images.flatten(1).numpy().astype(np.float64)
    mean = learned.mean(0)
    _, _, axes = np.linalg.svd(learned - mean, full_matrices=False)
    points: Points = {}
    for size in sizes:
        if size < min(len(axes), learned.shape[1]):  # all of them lose nothing
            some = axes[:size]
            back = ((test - mean) @ some.T @ some + mean).clip(0, 1)
            points[size] = metrics.decibels(metrics.squared_error(255 * back, 255 * test))
    return points


def line(points: Points) -> draw.Line:
    """As a diagram wants it."""
    return sorted(points), [points[size] for size in sorted(points)]


def table(plan: Plan, points: Points, best: Points) -> Table:
    """Compression against quality."""
    heads = ("Code", "Compression", "PSNR, dB", "PCA, dB")
    rows = tuple(
        (str(size), f"{plan.values / size:.1f} : 1", points[size], best.get(size, "-"))
        for size in sorted(points)
    )
    return Table(heads, rows)
