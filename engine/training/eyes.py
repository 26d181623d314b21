"""Borrowed eyes: networks that were taught on ImageNet, with their weights, for all that learn."""

import logging
from pathlib import Path

from torch import Tensor

from engine import catalogue, perceptual
from engine.efficientnet import EfficientNetLite
from engine.errors import UserError
from engine.training.critics import Eyes
from engine.training.judge import read

log = logging.getLogger(__name__)
PART = "eyes."  # what their weights' names begin with in a model that colours


def borrowed(name: str, given: Path | None = None) -> Eyes:
    """The eyes of that name; `given` is a file with their weights. UserError where there are none.

    Those of EfficientNet-Lite are within every model that colours, too, perhaps not the deepest.
    """
    if name == "squeezenet":
        return perceptual.squeezenet(given)
    return from_file(given) if given is not None else from_colourizer()


def efficientnet(blocks: int, size: int, given: Path | None = None) -> EfficientNetLite:
    """So many blocks of EfficientNet-Lite, from a file or a model that colours."""
    if given is not None:
        return from_file(given, blocks, size)
    eyes = from_colourizer()
    if (len(eyes.blocks), eyes.size) == (blocks, size):
        return eyes
    raise UserError(
        f"The installed model that colours has {len(eyes.blocks)} blocks of "
        f"EfficientNet-Lite{eyes.size}, not {blocks} of Lite{size}.",
        "Name a file with its weights.",
    )


def from_file(path: Path, blocks: int | None = None, size: int = 0) -> EfficientNetLite:
    """EfficientNet-Lite with published weights."""
    name = f"EfficientNet-Lite{size}"
    if not path.is_file():
        raise UserError(f"There is no file {path}.", f"It should hold {name}'s weights.")
    eyes = EfficientNetLite(blocks, size)
    try:
        eyes.open(read(path))
    except (KeyError, RuntimeError) as why:
        log.info("%s: %s", path, why)
        raise UserError(
            f"{path.name} does not hold the weights of {name}.", "Choose another file."
        ) from why
    return eyes


def from_colourizer() -> EfficientNetLite:
    """The eyes of an installed model that colours."""
    for entry in catalogue.entries("colourize"):
        config = entry.card.config
        eyes = EfficientNetLite(config["eyes"], config.get("lite", 0))
        try:
            eyes.load_state_dict(of_eyes(catalogue.read(entry)))
        except RuntimeError as why:
            log.info("%s: %s", entry.path, why)
            continue
        return eyes
    raise UserError(
        "EfficientNet-Lite's weights are not here, nor a model that colours, which has them.",
        "Name a file that holds them.",
    )


def of_eyes(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Those of the eyes among a colourizer's weights, by their own names."""
    return {
        name.removeprefix(PART): value.float()
        for name, value in weights.items()
        if name.startswith(PART)
    }
