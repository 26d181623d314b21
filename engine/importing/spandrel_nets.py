"""Restoration and super-resolution networks that spandrel recognises: Denoise or Upscale.

How far a network looks is measured here, so that its tiles cannot be seen.
"""

import logging
import math
from collections.abc import Generator
from dataclasses import asdict, replace
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import UserError
from engine.importing.found import Found, State
from engine.importing.unwrap import Candidate
from engine.job import Event, Step
from engine.models.spandrel import NET, Config, restore

log = logging.getLogger(__name__)
WORDS = {1: "Restores pictures", 0: "Enlarges {} times"}
ELSEWHERE = {  # what spandrel knows and nothing here runs
    "GFPGAN": "restores faces cut out of pictures",
    "RestoreFormer": "restores faces cut out of pictures",
    "LaMa": "fills holes in pictures",
}
HALOS = (16, 32, 64)  # px, tried in turn
CORE = 64  # px, the piece that is compared
SLOW = 2e-5  # seconds a pixel; slower networks are not measured, but given the middle halo
SEEN = 1 / 255
SEAMS = "It looks far: where a large picture is cut into tiles, faint seams can show."
FIRST = 64  # px, edge of the first picture a network is shown


def recognised(candidate: Candidate) -> Generator[Event, None, Found | None]:
    """The network of a state dict, or None. UserError where it is none for pictures."""
    state = candidate.state
    descriptor = described(state)
    if descriptor is None:
        return None
    name = descriptor.architecture.name
    channels = descriptor.input_channels
    if channels not in (1, 3) or descriptor.output_channels not in (1, 3):
        raise UserError(
            f"This {name} takes {channels} channels; pictures here have 1 or 3.",
            "Look for a variant for RGB or grey pictures.",
        )
    yield Step(1, 4, f"Looking at {name}")
    config, weights = configured(descriptor, state)
    yield Step(2, 4, f"Trying {name}")
    config, notes = yield from measured(config, weights, far=descriptor.tiling.name != "SUPPORTED")
    scale = descriptor.scale
    words = f"{WORDS[scale == 1].format(scale)}, {'grey' if channels == 1 else 'colour'}."
    return Found(
        network=name,
        architecture="spandrel",
        config=asdict(config),
        weights=weights,
        task="upscale" if scale > 1 else "denoise",
        words=words,
        scale=scale,
        channels=channels,
        extras={"blind": scale == 1 and not config.conditions},
        notes=notes,
    )


def described(state: State) -> Any:
    """A descriptor of spandrel's, or None where it knows no such network, or cannot load it.

    UserError where it is one that nothing here runs.
    """
    from spandrel import MAIN_REGISTRY

    for known in MAIN_REGISTRY.architectures("detection"):
        try:
            if not known.detect(dict(state)):
                continue
            if (about := ELSEWHERE.get(known.architecture.id)) is not None:
                raise UserError(
                    f"{known.architecture.name} {about}; nothing here does.",
                    "Safelight imports networks that denoise, restore or enlarge whole pictures.",
                )
            return known.architecture.load({key: value.clone() for key, value in state.items()})
        except UserError:
            raise
        except Exception as why:  # noqa: BLE001 - another network with like keys fails anyhow
            log.info("not %s: %s: %s", known.architecture.name, type(why).__name__, why)
    return None


def configured(descriptor: Any, state: State) -> tuple[Config, State]:
    """What the descriptor says, as our config, and the weights as they will be kept.

    Weights are kept as the network itself has them where that can be read again, so that they can
    be trained further; else as the authors wrote them.
    """
    need = descriptor.size_requirements
    config = Config(
        network=str(descriptor.architecture.id),
        channels=descriptor.input_channels,
        scale=descriptor.scale,
        multiple=math.lcm(need.multiple_of, grid(descriptor.model)),
        minimum=max(1, need.minimum),
        conditions=("sigma",) if is_told(descriptor) else (),
        tileable=descriptor.tiling.name != "INTERNAL",
        half=bool(descriptor.supports_half),
    )
    own = {NET + name: value for name, value in descriptor.model.state_dict().items()}
    kept = {NET + name: value for name, value in state.items()}
    try:
        small = torch.rand(
            1, config.channels + len(config.conditions), *[fitted(FIRST, config)] * 2
        )
        same = torch.equal(run(restore(config, own), small), run(restore(config, kept), small))
    except Exception as why:  # noqa: BLE001 - whether it works at all is seen later
        log.info("%s is kept as its authors wrote it: %s", config.network, why)
        same = False
    return config, {name: value.clone() for name, value in (own if same else kept).items()}


def measured(
    config: Config, weights: State, *, far: bool
) -> Generator[Event, None, tuple[Config, tuple[str, ...]]]:
    """The config with the halo that hides tiles, and notes; UserError where it does not work.

    `far`: whether its authors would rather not have it see tiles.
    """
    net = restore(config, weights)
    pace = seconds_a_pixel(net, probe(fitted(FIRST, config), config), config)
    yield Step(3, 4, "Measuring how far it looks")
    if pace > SLOW:
        seconds = round(pace * 1e6)
        long = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
        words = f"It is slow: about {long} a megapixel on this CPU."
        return replace(config, halo=HALOS[1]), (words, SEAMS) if far else (words,)
    margin = fitted(HALOS[-1], config)
    whole = probe(fitted(CORE, config) + 2 * margin, config)
    reference = core(run(net, whole), margin, config)
    for halo in HALOS:
        yield Step(3.5, 4, "Measuring how far it looks")
        around = fitted(halo, config)
        piece = inner(whole, margin - around)
        if (core(run(net, piece), around, config) - reference).abs().max() < SEEN:
            return replace(config, halo=halo), ()
    return replace(config, halo=HALOS[-1]), (SEAMS,)


def seconds_a_pixel(net: nn.Module, picture: Tensor, config: Config) -> float:
    """How slow it is. UserError where it fails, or makes no picture of the promised size."""
    size = tuple(config.scale * side for side in picture.shape[2:])
    try:
        run(net, picture)  # the first time is slower
        start = perf_counter()
        result = run(net, picture)
        seconds = perf_counter() - start
        good = tuple(result.shape[2:]) == size and bool(torch.isfinite(result).all())
    except Exception as why:  # noqa: BLE001 - a foreign network can fail in any way
        log.info("%s fails: %s: %s", config.network, type(why).__name__, why)
        good = False
    if not good:
        raise UserError(
            f"This {config.network} does not work: what it makes is no picture.",
            "Its file may be damaged; download it again.",
        )
    return seconds / picture[0, 0].numel()


def probe(edge: int, config: Config) -> Tensor:
    """A square of gradients, edges and grain, (1, C + conditions, edge, edge)."""
    y = torch.linspace(0, 1, edge)[:, None].expand(edge, edge)
    grain = torch.randn(config.channels, edge, edge, generator=torch.Generator().manual_seed(0))
    picture = (0.4 + 0.3 * y.T + 0.2 * (torch.sin(40 * y * y) > 0) + 0.05 * grain).clamp(0, 1)
    told = torch.full((len(config.conditions), edge, edge), 0.1)
    return torch.cat([picture, told])[None]


@torch.inference_mode()
def run(net: nn.Module, picture: Tensor) -> Tensor:
    """Once, on the CPU."""
    result: Tensor = net(picture)
    return result


def core(result: Tensor, margin: int, config: Config) -> Tensor:
    """A result without what `margin` px of input around it made."""
    return inner(result, config.scale * margin).clamp(0, 1)


def inner(picture: Tensor, margin: int) -> Tensor:
    """Without `margin` px at each side."""
    height, width = picture.shape[2:]
    return picture[..., margin : height - margin, margin : width - margin]


def fitted(edge: int, config: Config) -> int:
    """At least `edge` px, as the network takes it."""
    return -(-max(edge, config.minimum) // config.multiple) * config.multiple


def grid(net: nn.Module) -> int:
    """Px of the grid to which the network pads what it sees: its windows' or its levels'."""
    found = [getattr(net, name, 1) for name in ("window_size", "padder_size")]
    sides = [
        side for each in found for side in (each if isinstance(each, list | tuple) else [each])
    ]
    return math.lcm(*(side for side in sides if isinstance(side, int) and side > 0))


def is_told(descriptor: Any) -> bool:
    """Whether the network takes the noise level as one more channel."""
    told = getattr(descriptor.model, "mode", "") == "FDnCNN"
    return told or descriptor.architecture.id == "DRUNet"
