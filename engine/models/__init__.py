"""One file per architecture; this package finds them by walking its own folder.

A network of the kind "picture" keeps this contract: one float tensor (N, C + conditions, H, W) in,
one picture (N, C', scale H, scale W) out, both with values in [0, 1]. What a network must be told
besides the picture (a noise level) rides along as further input channels, so every executor sees
one input. One of the kind "generator" keeps the
contract of `engine.latent.generator`. One of the kind "foreign" is a picture network whose sizes
only its weights tell.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the engine must know of a network: how to build it and how to cut pictures for it.

    `multiple`: height and width must be multiples of it (px); where that depends on the config,
    `multiples` tells. `halo`: input pixels around a tile that still change the tile by 1/255 or
    more (px). `conditions`: names of the extra channels. `minimum`: the least height and width
    (px). `half`: whether half precision is enough. `varies`: which of these the config says
    instead. `restore`: makes the network of config and weights where `build` cannot.
    """

    name: str
    config: type[Any]
    build: Callable[[Any], Any]
    multiple: int = 1
    halo: int = 16
    conditions: tuple[str, ...] = ()
    tileable: bool = True
    kind: str = "picture"  # or "generator", "foreign"
    multiples: Callable[[Any], int] | None = None
    minimum: int = 1
    half: bool = True
    varies: tuple[str, ...] = ()
    restore: Callable[[Any, dict[str, Any]], Any] | None = None

    def multiple_of(self, config: Any) -> int:
        """What height and width must be multiples of in a network of this config, px."""
        return self.of(config).multiple

    def of(self, config: Any) -> "Architecture":
        """The same for one config."""
        told = {name: getattr(config, name) for name in self.varies}
        if self.multiples is not None:
            told["multiple"] = self.multiples(config)
        return replace(self, **told)


def pictures() -> dict[str, "Architecture"]:
    """The architectures that make a picture of a picture, by name."""
    return {name: each for name, each in architectures().items() if each.kind == "picture"}


@cache
def architectures() -> dict[str, Architecture]:
    """Every `ARCHITECTURE` in this folder, by name."""
    modules = [f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)]
    entries: list[Architecture] = [importlib.import_module(name).ARCHITECTURE for name in modules]
    return {entry.name: entry for entry in entries}
