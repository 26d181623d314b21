"""Generators of CycleGAN and Pix2Pix, recognised by the names and shapes of their weights.

The layout is that of the authors' repository, which most others follow: `model.10.conv_block.1`
for residual blocks, `model.model.1.model.3...` for nested levels of a U-Net.
"""

import logging
import re
from collections.abc import Generator
from typing import Any

import torch
from torch import nn

from engine.domains import Domain
from engine.importing.found import Found, State
from engine.importing.unwrap import Candidate
from engine.job import Event, Step
from engine.models import architectures

log = logging.getLogger(__name__)
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
BLOCK = re.compile(r"model\.(\d+)\.conv_block\.(\d+)\.weight")
FIRST_BLOCK, SECOND_CONV = 10, 5  # numbers of layers; dropout makes the latter 6
LEVEL = re.compile(r"model\.model\.1\.model\.(?:3\.model\.)*1\.weight")
BACK = re.compile(r"(?<![a-z])(g_b|netg_b|b2a|g_b2a|g_ba|genb2a)(?![a-z])")
STYLE = re.compile(r"(?<![a-z])style_([a-z]{3,})")
PAIR = re.compile(r"([a-z]{3,})(?:2|_to_|-to-)([a-z]{3,})")


def recognised(candidate: Candidate) -> Generator[Event, None, Found | None]:
    """The generator of a state dict, or None."""
    told = residual(candidate.state) or nested(candidate.state)
    if told is None:
        return None
    name, config = told
    yield Step(2, 4, "Trying the generator")
    weights = loaded(name, config, candidate.state)
    if weights is None:
        return None
    paired = name == "unet_generator"
    blocks, halvings = config.get("blocks"), config.get("halvings", 8)
    domain = domain_of(candidate, kind="paired" if paired else "unpaired", edge=1 << halvings)
    network = f"Pix2Pix U-Net {domain.edge}" if paired else f"CycleGAN ResNet-{blocks}"
    ways = f"{domain.source} to {domain.target}" if domain.source else "one domain to another"
    return Found(
        network=network,
        architecture=name,
        config=config,
        weights=weights,
        task="transfer",
        words=f"From {ways}.",
        channels=config["channels"],
        extras=domain.extras(),
    )


def residual(state: State) -> tuple[str, dict[str, Any]] | None:
    """CycleGAN's: three convolutions down, blocks, two up, one out."""
    convs = [name for name, value in state.items() if value.ndim == 4]
    blocks = [match for match in map(BLOCK.fullmatch, convs) if match]
    numbers = {int(match[1]) for match in blocks}
    count = len(numbers)
    first, last = state.get("model.1.weight"), state.get(f"model.{FIRST_BLOCK + count + 7}.weight")
    if not numbers or min(numbers) != FIRST_BLOCK or first is None or last is None:
        return None
    return "resnet_generator", {
        "channels": first.shape[1],
        "out_channels": last.shape[0],
        "width": first.shape[0],
        "blocks": count,
        "batch_norm": "model.2.weight" in state,
        "dropout": any(int(match[2]) == SECOND_CONV + 1 for match in blocks),
    }


def nested(state: State) -> tuple[str, dict[str, Any]] | None:
    """Pix2Pix's: a level within a level within a level."""
    levels = [value.shape[0] for name, value in state.items() if LEVEL.fullmatch(name)]
    first, last = state.get("model.model.0.weight"), state.get("model.model.3.weight")
    if len(levels) < 2 or first is None or last is None or last.ndim != 4:
        return None
    width = first.shape[0]
    return "unet_generator", {
        "channels": first.shape[1],
        "out_channels": last.shape[1],
        "width": width,
        "halvings": len(levels) + 1,
        "deepest": max(levels) // width,
        "batch_norm": "model.model.1.model.2.weight" in state,
    }


def loaded(name: str, config: dict[str, Any], state: State) -> State | None:
    """The weights as our network has them; None where they do not fit, or draw no picture.

    Old versions of torch wrote statistics of instance normalization, which nothing uses, and no
    counter of batches, which nothing needs.
    """
    if config["channels"] not in (1, 3) or config["out_channels"] not in (1, 3):
        return None
    known = architectures()[name]
    made = known.config(**config)
    net: nn.Module = known.build(made).eval()
    own = net.state_dict()
    extra = [key for key in state if key not in own and not key.endswith(STATISTICS)]
    missing = [key for key in own if key not in state and not key.endswith(STATISTICS[2])]
    if extra or missing or any(state[key].shape != own[key].shape for key in own if key in state):
        log.info("%s does not fit: %s more, %s missing", name, extra[:3], missing[:3])
        return None
    weights = {key: state.get(key, value).clone() for key, value in own.items()}
    net.load_state_dict(weights)
    edge = max(64, known.multiple_of(made))
    with torch.inference_mode():
        drawn = net(torch.rand(1, config["channels"], edge, edge))
    return weights if torch.isfinite(drawn).all() else None


def domain_of(candidate: Candidate, *, kind: str, edge: int) -> Domain:
    """What the names tell: horse2zebra, style_monet, latest_net_G_B."""
    names = f"{candidate.source} {candidate.where}".lower()
    pair, back = PAIR.search(names), bool(BACK.search(names))
    style = STYLE.search(names)
    source, target = (pair[1], pair[2]) if pair else ("photo", style[1]) if style else ("", "")
    if back:
        source, target = target, source
    return Domain(
        kind=kind, source=source, target=target, direction="b2a" if back else "a2b", edge=edge
    )
