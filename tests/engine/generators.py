"""A small generator whose latent space is known: a soft spot that w moves and colours."""

from dataclasses import asdict, dataclass, replace

import torch
from torch import nn

from engine import catalogue, models
from engine.catalogue import Card
from engine.models import Architecture

SCALES = (3.0, 2.0, 1.0, 0.6, 0.3, 0.1)  # standard deviations of w along the columns of `turn`
WEIGHTS = (0.1, 5.0, 0.4, 2.0, 1.0, 0.2)  # how strongly the styles take each column up


@dataclass(frozen=True)
class Config:
    layers: int = 6
    size: int = 32
    labels: int = 0
    maps: bool = True


def turn():
    """(6, 6) orthogonal, always the same."""
    return torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(5)))[0]


class Spot(nn.Module):
    """z -> w = mean + turn (scales z). The first half of the layers moves the spot, the rest
    colours it."""

    def __init__(self, config):
        super().__init__()
        self.z_dim = self.w_dim = 6
        self.layers, self.size, self.labels = config.layers, config.size, config.labels
        self.channels, self.maps = 3, config.maps
        mean = torch.linspace(-1, 1, 6) if config.maps else torch.zeros(6)
        self.register_buffer("mean_w", mean)
        basis = turn() * torch.tensor(SCALES) if config.maps else torch.eye(6)
        self.register_buffer("basis", basis.contiguous())
        self.weight = nn.Parameter(torch.ones(1))

    def map(self, z, labels=None):
        w = z @ self.basis.T + self.mean_w
        if labels is not None:
            w = w + labels[:, None]
        return w[:, None].expand(-1, self.layers, -1)

    def codes(self, w):
        """(N, layers, 6) back to what is standard normal."""
        return (w - self.mean_w) @ torch.linalg.inv(self.basis).T

    def spots(self, w, side, offsets):
        """(N, offsets, side, side): soft spots around the place that the coarse layers say."""
        middle = self.codes(w)[:, : max(1, self.layers // 2)].mean(1)[:, :2] * 0.12 + 0.5
        line = (torch.arange(side, device=w.device) + 0.5) / side
        centre = middle[:, None] + offsets.to(w.device)
        across = (line - centre[..., :1]).square()[:, :, None, :]
        down = (line - centre[..., 1:]).square()[:, :, :, None]
        return torch.exp(-(across + down) / 0.03)

    def draw(self, w, noise=0):
        spot = self.spots(w, self.size, torch.zeros(1, 2))
        colour = torch.sigmoid(self.codes(w)[:, self.layers // 2 :].mean(1)[:, 2:5])
        picture = self.weight * spot * colour[:, :, None, None] + 0.1
        if noise is not None:
            dice = torch.Generator().manual_seed(noise)
            grain = torch.randn(1, 1, self.size, self.size, generator=dice).to(w.device)
            picture = picture + 0.01 * grain
        return picture

    def look(self, w, side, noise=0):
        ring = torch.tensor([[x, y] for x in (-0.2, 0.0, 0.2) for y in (-0.2, 0.0, 0.2)])
        return self.draw(w, noise), self.spots(w, min(side, self.size), ring)

    def style_weights(self):
        rows = torch.diag(torch.tensor(WEIGHTS)) @ turn().T
        return [rows[:3], rows[3:]]


ARCHITECTURE = Architecture("spot", Config, Spot, kind="generator")


def install(monkeypatch, home, name="faces", config=None, task="faces"):
    """The generator as a person's own model; returns its file."""
    monkeypatch.setenv("SAFELIGHT_HOME", str(home))
    known = models.architectures() | {"spot": ARCHITECTURE}
    monkeypatch.setattr(models, "architectures", lambda: known)
    config = config or Config()
    card = Card(architecture="spot", config=asdict(config), task=task, title="Spots")
    path = home / "models" / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write(path, Spot(config).state_dict(), card)
    return path


def change(path):
    """The same model with other weights."""
    entry = catalogue.describe(path, path.stat().st_size, path.stat().st_mtime_ns)
    weights = {name: value + 0.01 for name, value in catalogue.read(entry).items()}
    catalogue.write(path, weights, replace(entry.card))


def result(job):
    """(events, what the job returned)."""
    events = []
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return events, end.value
