"""The perceptual network: borrowed eyes that say how alike two pictures look.

Weights are looked for in a given file, among the person's models and in torch's cache; only when
asked they are fetched from the place where torchvision keeps them.
"""

import logging
import struct
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from urllib.error import URLError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine import places
from engine.errors import UserError
from engine.squeezenet import DEVIATION, MEAN

log = logging.getLogger(__name__)
UNREADABLE = (RuntimeError, OSError, ValueError, EOFError, UnpicklingError, struct.error)


@dataclass(frozen=True, slots=True)
class Kind:
    """A network that serves: where its weights are, and after which layers it is asked.

    `weight`: by which one multiplies, so that kinds are of the same size.
    """

    title: str
    function: str  # in torchvision.models
    file: str  # as torch's cache names it
    size: str
    taps: tuple[int, ...]
    normalized: bool
    weight: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """Names its weights may have."""
        return f"{self.function}-features.safetensors", f"{self.function}.safetensors", self.file

    @property
    def url(self) -> str:
        """Where torchvision keeps them."""
        return f"https://download.pytorch.org/models/{self.file}"


KINDS = {
    # The layers LPIPS looks at (Zhang et al., 2018), each unit's length set to one.
    "squeezenet": Kind(
        "SqueezeNet 1.1",
        "squeezenet1_1",
        "squeezenet1_1-b8a52dc0.pth",
        "5 MB",
        (1, 4, 7, 9, 10, 11, 12),
        normalized=True,
    ),
    # SRGAN's phi 5,4: the last convolution before the last pooling, after its activation.
    "vgg19": Kind(
        "VGG19", "vgg19", "vgg19-dcbb9e9d.pth", "548 MB", (35,), normalized=False, weight=0.006
    ),
}


class Judge(nn.Module):
    """(N, C, H, W) and the same in [0, 1] -> (N,) how different they look; 0 is the same."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, kind: Kind, layers: nn.Sequential) -> None:
        super().__init__()
        self.kind, self.layers = kind, layers.eval().requires_grad_(False)
        for layer in self.layers.modules():
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # a feature map must stay as it was asked for
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, drawn: Tensor, truth: Tensor) -> Tensor:
        """Squared distances of the features, averaged over the picture, summed over the layers."""
        with torch.no_grad():
            wanted = self.features(truth)
        total = drawn.new_zeros(len(drawn))
        for ours, theirs in zip(self.features(drawn), wanted, strict=True):
            squared = (ours - theirs).square()
            squared = squared.sum(1) if self.kind.normalized else squared.mean(1)
            total = total + squared.mean((1, 2))
        return self.kind.weight * total

    def features(self, image: Tensor) -> list[Tensor]:
        """What the layers say that are asked."""
        x = (image.expand(-1, 3, -1, -1) - self.mean) / self.deviation
        kept = []
        for index, layer in enumerate(self.layers):
            x = layer(x)
            if index in self.kind.taps:
                kept.append(unit(x) if self.kind.normalized else x)
        return kept


def unit(features: Tensor) -> Tensor:
    """Every pixel's vector of length one."""
    return features / (features.square().sum(1, keepdim=True) + 1e-10).sqrt()


def judge(name: str, given: Path | None = None, *, download: bool = False) -> Judge:
    """The perceptual network of that name, with its weights. UserError where they are missing."""
    from torchvision import models

    kind = KINDS[name]
    path = located(name, given, download=download)
    layers: nn.Sequential = getattr(models, kind.function)(weights=None).features
    layers = layers[: max(kind.taps) + 1]
    state = {key.removeprefix("features."): value for key, value in read(path).items()}
    try:
        layers.load_state_dict({k: v.float() for k, v in state.items() if k in layers.state_dict()})
    except RuntimeError as why:
        log.info("%s: %s", path, why)
        raise UserError(
            f"{path.name} does not hold the weights of {kind.title}.", "Choose another file."
        ) from why
    return Judge(kind, layers)


def sought(name: str, given: Path | None = None, *, download: bool = False) -> Path | None:
    """The file with the weights; None where they are missing and nobody asked for them."""
    if given is None and not download:
        return at_hand(KINDS[name])
    return located(name, given, download=download)


def at_hand(kind: Kind) -> Path | None:
    """The file with its weights on this computer, where it is looked for."""
    folders = places.models(), places.shipped("weights"), cache()
    paths = (folder / file for folder in folders for file in kind.names)
    return next((path for path in paths if path.is_file()), None)


def cache() -> Path:
    """Where torch keeps what it has fetched."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def located(name: str, given: Path | None = None, *, download: bool = False) -> Path:
    """The file with the weights; fetched where that was asked."""
    kind = KINDS[name]
    if given is not None:
        if not given.is_file():
            raise UserError(f"There is no file {given}.", f"It should hold {kind.title}'s weights.")
        return given
    path = at_hand(kind)
    if path is not None:
        return path
    if not download:
        raise UserError(
            f"The weights of {kind.title} ({kind.size}) are not on this computer.",
            f"Fetch them with --download, or put {kind.names[0]} into {places.models()}.",
        )
    return fetched(kind, cache())


def fetched(kind: Kind, folder: Path) -> Path:
    """Download into torch's cache, checked by the hash in the file's name."""
    path = folder / kind.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = path.stem.rpartition("-")[2]
        torch.hub.download_url_to_file(kind.url, str(path), digest, progress=False)
    except (URLError, OSError, RuntimeError) as why:
        log.info("%s: %s", kind.url, why)
        raise UserError(
            f"The weights of {kind.title} ({kind.size}) could not be fetched: "
            "this computer seems to be offline.",
            f"Copy {kind.file} from {kind.url} on another one into {places.models()}.",
        ) from why
    return path


def read(path: Path) -> dict[str, Tensor]:
    """Weights as data, whatever the file."""
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251
    except (*UNREADABLE, SafetensorError) as why:
        raise UserError(f"{path.name} is damaged or holds no weights.", "Copy it again.") from why
    if not isinstance(state, dict):
        raise UserError(f"{path.name} holds no weights.", "Choose another file.")
    return state
