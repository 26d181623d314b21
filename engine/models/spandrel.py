"""Published restoration and super-resolution networks in the form that spandrel knows (MIT).

An imported checkpoint is kept as its authors wrote it; spandrel reads the sizes of the network off
the shapes of its weights, so the config holds only what the engine must know besides.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from engine.errors import UserError
from engine.models import Architecture

NET = "net."  # how the names of all weights begin here


@dataclass(frozen=True, slots=True)
class Config:
    """`network`: spandrel's name for it; the others as in `Architecture`, found at the import."""

    network: str = ""
    channels: int = 3
    scale: int = 1
    multiple: int = 1
    minimum: int = 1
    halo: int = 32
    conditions: tuple[str, ...] = ()
    tileable: bool = True
    half: bool = True


class Published(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, C', scale H, scale W), not clamped.

    A network told its noise level takes it as one more channel, sigma / 255.
    """

    def __init__(self, config: Config, weights: dict[str, Tensor]) -> None:
        super().__init__()
        from spandrel import MAIN_REGISTRY

        known = MAIN_REGISTRY.get(config.network)
        if known is None:
            raise UserError(f"The network {config.network} is not known here.", "Update Safelight.")
        descriptor: Any = known.architecture.load(weights)
        self.net: nn.Module = descriptor.model.eval().requires_grad_()
        self._told = bool(config.conditions)
        self._call = descriptor._call_fn  # what its authors do around the network

    def forward(self, x: Tensor) -> Tensor:
        """As the authors run it, on a copy: some of them work in place."""
        own = x.clone()
        result: Tensor = self.net(own) if self._told else self._call(self.net, own)
        return result


def restore(config: Config, weights: dict[str, Tensor]) -> Published:
    """The network of an imported file. RuntimeError where the weights do not fit."""
    bare = {name.removeprefix(NET): value for name, value in weights.items()}
    try:
        return Published(config, bare)
    except (KeyError, IndexError, ValueError, AssertionError) as why:
        raise RuntimeError(f"spandrel cannot load it: {why}") from why


def build(config: Config) -> nn.Module:
    """There is none without weights."""
    raise UserError(
        f"A network of {config.network or 'spandrel'} begins with an imported file.",
        "Name it as the base model.",
    )


ARCHITECTURE = Architecture(
    name="spandrel",
    config=Config,
    build=build,
    kind="foreign",
    varies=("multiple", "minimum", "halo", "conditions", "tileable", "half"),
    restore=restore,
)
