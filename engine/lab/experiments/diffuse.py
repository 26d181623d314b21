"""From noise to picture: the chain forward and back, and what fewer steps cost."""

from collections.abc import Generator, Iterator
from dataclasses import asdict
from time import monotonic

import torch
from torch import Tensor

from engine.job import Event, Job, Pixels, Preview, Step, Table
from engine.lab import data, draw
from engine.lab.data import Split
from engine.lab.diffusion import Diffusion
from engine.lab.learner import Batch, normal
from engine.lab.loop import Drawer, Training, budget, fit, rate_of
from engine.lab.quality import Frechet
from engine.lab.warm import Warm
from engine.specs_lab import LabDiffuse
from engine.specs_lab_live import Cut, LabResult
from engine.training.dice import torch_dice

SHOWN = 8  # chains on a sheet
STAGES = 10  # pictures of a chain
STAIRS = (5, 10, 20, 50)  # steps whose quality is measured


def run(spec: LabDiffuse, warm: Warm) -> Job:
    """Train, then draw; `Preview` "sheet" while it learns, "chain" while it draws."""
    del warm
    parts = data.split((yield from data.load(spec)), spec.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        model = Diffusion(parts.learned.shape, spec.levels, spec.width)

    def look() -> Iterator[Event]:
        yield from forward_and_guess(model, parts)

    training = Training(
        model,
        Drawer(parts.learned),
        spec.batch,
        rate_of(spec, model),
        spec.seed,
        show=look,
        exam=lambda: examined(model, parts),
        name="diffusion",
    )
    yield from fit(training, budget(spec))
    model.eval()
    pages: dict[str, Pixels] = {"forward": forward(model, parts)}
    pages["chain"], cut = yield from chain(model, spec)
    table, figures = yield from measured(model, parts, spec)
    diagrams = {"losses": draw.history(training.history, "loss")}
    words = "Fewer steps are faster; the distance says what they cost."
    tables, cuts = {"Steps and quality": table}, {"forward": Cut(STAGES), "chain": cut}
    return LabResult(spec.experiment, words, figures, tables, pages, cuts=cuts, diagrams=diagrams)


def forward(model: Diffusion, parts: Split) -> Pixels:
    """A few pictures on their way into noise, a row each."""
    x = 2 * parts.test.images[:SHOWN] - 1
    noise = normal(x, torch_dice(0, 1))
    levels = torch.linspace(0, model.levels - 1, STAGES - 1).long()
    stages = [x, *(model.forth(x, t, noise) for t in levels)]
    return sheet(stages)


def sheet(stages: list[Tensor]) -> Pixels:
    """Stages (N, C, H, W) in [-1, 1] as rows of N chains."""
    tiles = torch.stack(stages, 1).flatten(0, 1)
    return draw.sheet((tiles + 1) / 2, len(stages))


@torch.no_grad()
def forward_and_guess(model: Diffusion, parts: Split) -> Iterator[Event]:
    """Pictures half drowned in noise, and what the network takes them for."""
    x = 2 * parts.test.images[:SHOWN] - 1
    t = model.levels // 3
    drowned = model.forth(x, t, normal(x, torch_dice(0, 1)))
    found = model.clean(drowned, t, model.epsilon(drowned, t))
    tiles = torch.cat([x, drowned, found])
    facts = asdict(Cut(len(x), ("original", "noisy", "found")))
    yield Preview("sheet", draw.sheet((tiles + 1) / 2, len(x)), facts=facts)


@torch.no_grad()
def examined(model: Diffusion, parts: Split) -> dict[str, float]:
    """The loss on validation pictures, always with the same dice."""
    loss = model.loss("model", Batch(parts.check.images[:64]), torch_dice(0, 2))
    return {"loss validation": float(loss["loss"])}


def back(model: Diffusion, name: str, start: Tensor, steps: int) -> Iterator[Tensor]:
    """x_t on the way from noise to pictures, by a sampler; always with the same dice."""
    dice = torch_dice(0, 4)
    match name:
        case "ddpm":
            return model.ddpm(start, dice)
        case "ddim":
            return model.ddim(start, steps)
        case _:
            return model.score(start, steps, dice)


def chain(model: Diffusion, spec: LabDiffuse) -> Generator[Event, None, tuple[Pixels, Cut]]:
    """A few chains back from noise, by the sampler asked for."""
    stages = [model.start(SHOWN, torch_dice(spec.seed, 3))]
    steps = min(50, spec.levels)
    total = spec.levels if spec.sampler == "ddpm" else steps
    every = max(1, total // (STAGES - 1))
    for done, x in enumerate(back(model, spec.sampler, stages[0], steps), start=1):
        if (total - done) % every == 0:
            stages.append(x)
            yield Preview("chain", sheet(stages), facts={"columns": len(stages)})
        yield Step(done, total, f"drawing by {spec.sampler}")
    return sheet(stages), Cut(len(stages))


def measured(
    model: Diffusion, parts: Split, spec: LabDiffuse
) -> Generator[Event, None, tuple[Table, dict[str, float]]]:
    """Distance to real pictures against steps, of every sampler, with the seconds it took."""
    frechet, real = Frechet(parts.learned), parts.test.images
    rows: list[tuple[str | float, ...]] = [
        ("real pictures", "-", frechet.distance(real, parts.learned.images), "-")
    ]
    figures: dict[str, float] = {}
    plans = [("ddim", steps) for steps in STAIRS if steps <= spec.levels]
    plans += [("score", min(50, spec.levels)), ("ddpm", spec.levels)]
    for name, steps in plans:
        start = model.start(spec.judged, torch_dice(spec.seed, 5))
        began = monotonic()
        for done, x in enumerate(back(model, name, start, steps), start=1):
            made = x
            yield Step(done, steps, f"{name}, {steps} steps")
        distance = frechet.distance(real, (made.clamp(-1, 1) + 1) / 2)
        figures[f"distance, {name}, {steps} steps"] = distance
        rows.append((name, str(steps), distance, monotonic() - began))
    return Table(("Sampler", "Steps", "Frechet distance", "Seconds"), tuple(rows)), figures
