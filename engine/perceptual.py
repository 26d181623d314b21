"""What a network that knows pictures sees in them: features, LPIPS, a Fréchet distance.

The network is SqueezeNet 1.1 (Iandola et al., 2016), small enough to learn with on a CPU. So LPIPS
here is not comparable with published values on AlexNet or VGG, nor is the Fréchet distance FID.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine import places
from engine.errors import UserError
from engine.squeezenet import DEVIATION, MEAN, Fire

FEATURES = "squeezenet1_1-features.safetensors"
HEADS = "lpips-squeeze.safetensors"
TAPS = (1, 4, 7, 9, 10, 11, 12)  # layers that LPIPS looks at
WIDTHS = (64, 128, 256, 384, 384, 512, 512)  # and how many features they have
SMALLEST = 32  # px; the network halves a picture four times


class SqueezeNet(nn.Module):
    """Features of (N, 3, H, W) sRGB in [0, 1] at seven depths; frozen, but the input may learn."""

    mean: Tensor
    deviation: Tensor
    widths = WIDTHS

    def __init__(self) -> None:
        super().__init__()
        # named and numbered as in torchvision's squeezenet1_1().features, whose weights it loads
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 3, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(64, 16, 64),
            Fire(128, 16, 64),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(128, 32, 128),
            Fire(256, 32, 128),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(256, 48, 192),
            Fire(384, 48, 192),
            Fire(384, 64, 256),
            Fire(512, 64, 256),
        )
        for name, values in (("mean", MEAN), ("deviation", DEVIATION)):
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(requires_grad=False).eval()

    def forward(self, image: Tensor) -> list[Tensor]:
        """One (N, C, h, w) a depth, shallow first. Pictures are 32 px or more on both sides."""
        x = (image - self.mean) / self.deviation
        seen = []
        for number, layer in enumerate(self.features):
            x = layer(x)
            if number in TAPS:
                seen.append(x)
        return seen


class Lpips(nn.Module):
    """LPIPS v0.1 (Zhang et al., 2018) on SqueezeNet: a distance that grows as people see it.

    `heads`: one weight a feature, (C,), for each of the seven depths.
    """

    def __init__(self, net: SqueezeNet, heads: list[Tensor]) -> None:
        super().__init__()
        self.net = net
        for number, head in enumerate(heads):
            self.register_buffer(f"head{number}", head.reshape(1, -1, 1, 1))

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        """(N, 3, H, W) and (N, 3, H, W) sRGB in [0, 1] -> (N,)."""
        return self.distance(self.net(left), self.net(right))

    def distance(self, left: list[Tensor], right: list[Tensor]) -> Tensor:
        """What the network saw in two pictures -> (N,); equation 1 of the paper."""
        total = left[0].new_zeros(len(left[0]))
        for number, pair in enumerate(zip(left, right, strict=True)):
            y, y_0 = (unit(features) for features in pair)
            head: Tensor = self.get_buffer(f"head{number}")
            total = total + (head * (y - y_0) ** 2).sum(1).mean((1, 2))
        return total


def unit(features: Tensor) -> Tensor:
    """(N, C, H, W) scaled to length 1 at every place; what is all zero stays zero."""
    # inside the root, so that the gradient is finite there, too
    return features / torch.sqrt(1e-8 + (features**2).sum(1, keepdim=True))


@dataclass(frozen=True, slots=True)
class Gaussian:
    """Mean (D,) and covariance (D, D) of features, all that a Fréchet distance asks of a set."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, features: NDArray[np.floating]) -> "Gaussian":
        """From (N, D), N at least 2."""
        values = features.astype(np.float64)
        return cls(values.mean(0), np.atleast_2d(np.cov(values, rowvar=False)))


def pooled(net: SqueezeNet, images: Tensor) -> Tensor:
    """(N, 3, H, W) in [0, 1] -> (N, 512): the deepest features, averaged over the picture."""
    deepest: Tensor = net(images)[-1]
    return deepest.mean((2, 3))


def frechet(left: Gaussian, right: Gaussian) -> float:
    """|m - m_w|^2 + Tr(C + C_w - 2 (C C_w)^(1/2)), Heusel et al. (2017), equation 6.

    C C_w is not symmetric and seldom of full rank. It has the eigenvalues of the symmetric
    C^(1/2) C_w C^(1/2), whose roots are safe once rounding below zero is cut off.
    """
    root = square_root(left.covariance)
    eigenvalues = np.linalg.eigvalsh(root @ right.covariance @ root)
    trace = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    apart = float(((left.mean - right.mean) ** 2).sum())
    spread = float(np.trace(left.covariance) + np.trace(right.covariance) - 2 * trace)
    return max(0.0, apart + spread)


def square_root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def squeezenet(given: Path | None = None) -> SqueezeNet:
    """The feature network with its weights; `given` is their file, or the folder it lies in."""
    path = features_file(given)
    net = SqueezeNet()
    try:
        net.features.load_state_dict(load(path))
    except RuntimeError as why:
        raise foreign(path) from why
    return net


def lpips(given: Path | None = None) -> Lpips:
    """LPIPS with its weights: both files lie in the folder `given`, or among the models."""
    folder = given.parent if given is not None and given.is_file() else given
    net = squeezenet(folder)
    path = found(HEADS, folder, "the heads of LPIPS v0.1 for SqueezeNet")
    weights = load(path)
    heads = [weights.get(f"lin{number}.model.1.weight") for number in range(len(TAPS))]
    known = [head for head in heads if head is not None]
    if tuple(head.numel() for head in known) != WIDTHS:
        raise foreign(path)
    return Lpips(net, known)


def features_file(given: Path | None = None) -> Path:
    """Where the feature network's weights lie; UserError if nowhere."""
    return found(FEATURES, given, "SqueezeNet 1.1's features")


def found(name: str, given: Path | None, what: str) -> Path:
    """Where a weights file lies: as given, else among the person's models; UserError if nowhere."""
    if given is not None and given.is_file():
        return given
    models = places.data() / "models"
    for folder in (models,) if given is None else (given, models):
        if (folder / name).is_file():
            return folder / name
    raise UserError(
        f"This needs {what}, the file {name}, which is not here.",
        f"Put it into {models}, or name the folder where it lies.",
    )


def load(path: Path) -> dict[str, Tensor]:
    """Every tensor of a safetensors file in float32; UserError where it is damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return {name: value.float() for name, value in load_file(path).items()}
    except (SafetensorError, OSError) as why:
        raise UserError(f"The file {path.name} is damaged or cut off.", "Copy it again.") from why


def foreign(path: Path) -> UserError:
    """What to say of a file that holds something else."""
    return UserError(
        f"{path.name} holds other weights than its name says.", "Copy it again from its source."
    )
