"""A duel that can be stopped anywhere: its state, what one sees of it, and its one JSON."""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import UserError
from engine.job import Curve, Event, Plot, Points, Surface
from engine.lab.gans.planar import gan
from engine.lab.loop import Training, rate_of
from engine.lab.points import Mixture, Places, distribution, divergence, kernel_density
from engine.specs_lab import LabDuel
from engine.specs_lab_live import as_json, from_json
from engine.training.dice import dice, torch_dice

SEEN, COUNTED = 450, 2000  # points that are shown, and that are measured
MESH = 14  # lines a side, of what G makes of the plane of its noise
CELLS = 30  # of the discriminator's surface, a side
PLACES = 160  # along the axis of one dimension
PACE = {"picture": 1 / 10, "exam": 1 / 4}  # seconds between two; both cost about 2 ms
REAL, MADE = 101, 102  # places of the dice


class Duel:
    """Both networks, their optimizers and their step; `look` shows them, `training` moves them."""

    def __init__(self, spec: LabDuel) -> None:
        self.spec = spec
        self.real = distribution(spec)
        self.gan = gan(spec, self.real.dims)
        self.training = Training(
            self.gan,
            self.real,
            spec.batch,
            rate_of(spec, self.gan),
            spec.seed,
            show=self.look,
            exam=self.marks,
            name=spec.loss,
            pace=PACE,
        )
        self.seen = self.real.sample(SEEN, dice(spec.seed, REAL))
        self.counted = self.real.sample(COUNTED, dice(spec.seed, REAL, 1))
        self.z = self.gan.noise(SEEN, torch_dice(spec.seed, MADE))
        self.grid = grid(self.real.box, self.real.dims)

    def move(self, part: str) -> None:
        """One step of one side."""
        figures = self.training.learn(part)
        self.training.step += 1
        self.training.remember(figures)

    # --- what one sees ---

    def look(self) -> Iterator[Event]:
        """Both clouds, how G bends its noise, the surface; in one dimension, densities."""
        if self.real.dims == 1:
            yield self.densities()
            return
        made, arrows = self.made_with_arrows()
        yield Points("real", self.seen)
        yield Points("generated", made, arrows=arrows)
        if self.spec.latent == 2:
            yield Points("mesh", self.mesh(), facts={"columns": MESH})
        heights = self.opinion(self.grid)
        yield Surface("discriminator", heights.reshape(CELLS, CELLS), self.real.box)

    def made_with_arrows(self) -> tuple[Places, Places]:
        """Generated points of always the same z, and where G's loss pushes each: -dL_G/dx."""
        self.gan.critic.eval()
        x = self.gan.generate(self.z).detach().requires_grad_()
        loss = self.gan.generator_loss(self.gan.judge(x))
        (gradient,) = torch.autograd.grad(loss, x)
        self.gan.critic.train()
        return x.detach().numpy(), (-len(x) * gradient).numpy()

    def opinion(self, places: Places) -> NDArray[np.float32]:
        """D(x) in [0, 1] at (N, D); of a critic, its values. The crowd is the places themselves."""
        self.gan.critic.eval()
        with torch.no_grad():
            logits = self.gan.judge(torch.from_numpy(places))
        self.gan.critic.train()
        return (logits.sigmoid() if self.gan.bounded else logits).numpy()

    def densities(self) -> Plot:
        """p, q and D over one axis, and the D that would be best: D* = p / (p + q).

        Goodfellow and others, 2014, proposition 1. p is known, q is estimated from what G makes.
        """
        p = self.real.density(self.grid)
        assert p is not None  # of all distributions of one dimension
        q = kernel_density(self.generated(COUNTED), self.grid)
        lines = {"real": p, "generated": q, "discriminator": self.opinion(self.grid)}
        if self.gan.bounded:
            lines["best discriminator"] = p / (p + q + 1e-12)
        return Plot(
            "densities",
            self.grid[:, 0],
            {name: np.asarray(line, np.float32) for name, line in lines.items()},
        )

    @torch.no_grad()
    def generated(self, size: int) -> Places:
        """Points from G, always of the same z."""
        z = self.gan.noise(size, torch_dice(self.spec.seed, MADE, 1))
        return self.gan.generate(z).numpy()

    @torch.no_grad()
    def mesh(self) -> Places:
        """(MESH * MESH, D): where G takes an even grid of z, -2 to 2, row by row."""
        side = torch.linspace(-2, 2, MESH)
        return self.gan.generate(torch.cartesian_prod(side, side)).numpy()

    def marks(self) -> dict[str, float]:
        """How near it is: Jensen-Shannon in nats, covered Gaussians, the share of points in any."""
        made = self.generated(COUNTED)
        marks = {"divergence": divergence(self.counted, made, self.real.box)}
        if isinstance(self.real, Mixture) and self.spec.distribution != "drawn":
            covered, inside = self.real.covered(made)
            marks |= {"modes": float(covered), "in modes": inside}
        return marks

    def point(self) -> Curve:
        """The newest figures, as a point of the curves."""
        newest = {name: points[-1][1] for name, points in self.training.history.items()}
        return Curve(self.training.step, newest | {"rate": self.training.rate})

    def curves(self) -> Iterator[Curve]:
        """All points of the curves, by step."""
        steps: dict[int, dict[str, float]] = {}
        for name, points in self.training.history.items():
            for step, value in points:
                steps.setdefault(step, {})[name] = value
        for step in sorted(steps):
            yield Curve(step, steps[step] | {"rate": self.training.rate})

    # --- one JSON ---

    def state(self) -> str:
        """Everything, so that the next step is the same as if nothing had happened."""
        training = self.training
        optimizers = {name: each.state_dict() for name, each in training.optimizers.items()}
        return as_json(
            self.spec,
            step=training.step,
            first=training.first,
            history=training.history,
            weights=packed(self.gan.state_dict()),
            optimizers=packed(optimizers),
        )


def opened(text: str) -> Duel:
    """A duel out of its JSON. UserError where it is none."""
    spec, kept = from_json(text)
    if not isinstance(spec, LabDuel):
        raise UserError("This is another experiment, not a duel.", "Choose a saved duel.")
    duel = Duel(spec)
    if "weights" not in kept:
        return duel  # settings alone: it begins
    training = duel.training
    try:
        duel.gan.load_state_dict(unpacked(kept["weights"]))
        for name, state in kept["optimizers"].items():
            training.optimizer(name).load_state_dict(unpacked(state))
        training.step, training.first = int(kept["step"]), dict(kept["first"])
        training.history = {
            name: [(int(step), float(value)) for step, value in points]
            for name, points in kept["history"].items()
        }
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as why:
        raise UserError("This duel is damaged.", "Start it anew with its settings.") from why
    return duel


def grid(box: tuple[float, float, float, float], dims: int) -> Places:
    """Places evenly over the box, row by row from the bottom; or along the axis."""
    left, bottom, right, top = box
    if dims == 1:
        return np.linspace(left, right, PLACES, dtype=np.float32)[:, None]
    x, y = np.meshgrid(np.linspace(left, right, CELLS), np.linspace(bottom, top, CELLS))
    return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


def packed(value: Any) -> Any:
    """Tensors in a state as what JSON can say: their shape and their float32 bytes in base 64."""
    if isinstance(value, Tensor):
        data = value.detach().to(torch.float32).contiguous().numpy().tobytes()
        return {"shape": list(value.shape), "float32": base64.b64encode(data).decode()}
    if isinstance(value, dict):
        return {str(key): packed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    return value


def unpacked(value: Any) -> Any:
    """The same, back."""
    if isinstance(value, dict) and set(value) == {"shape", "float32"}:
        data = np.frombuffer(base64.b64decode(value["float32"]), np.float32)
        return torch.from_numpy(data.copy()).reshape(value["shape"])
    if isinstance(value, dict):
        return {int(key) if key.isdigit() else key: unpacked(v) for key, v in value.items()}
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    return value
