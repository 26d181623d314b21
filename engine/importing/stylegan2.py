"""StyleGAN2's generators, by the names of NVlabs' weights or of rosinality's.

Both store weights as they are before the equalized learning rate scales them, and so does ours:
renaming is nearly all. What would draw another picture here is refused.
"""

import re
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from engine.errors import UserError
from engine.importing.found import Found, State
from engine.importing.unwrap import Candidate
from engine.job import Event, Step
from engine.models.stylegan2 import BLUR, Config, StyleGan2
from engine.specs import GENERATORS

RATE = 0.01  # of the mapping network, here and as published
SAMPLES, AT_ONCE = 10_000, 1_000  # of w, where a file does not say its mean
MUST = {"architecture": ("skip",), "activation": ("lrelu", "linear"), "use_noise": ("True",)}
Names = dict[str, str]  # ours -> theirs


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one author names what we name otherwise; `levels` counts from 8 px.

    `conv`, `style`, `bias`, `strength`: within a styled convolution; `painted`: the bias of what
    adds to the picture.
    """

    constant: str
    mapping: Callable[[int], str]
    first: tuple[str, str]
    level: Callable[[int], tuple[str, str, str]]
    noise: Callable[[int, str], str]
    conv: str
    style: str
    bias: str
    strength: str
    painted: str
    filters: str


ROSINALITY = Dialect(
    constant="input.input",
    mapping=lambda n: f"style.{n + 1}",
    first=("conv1", "to_rgb1"),
    level=lambda n: (f"convs.{2 * n}", f"convs.{2 * n + 1}", f"to_rgbs.{n}"),
    noise=lambda n, _: f"noises.noise_{n}",
    conv="conv.weight",
    style="conv.modulation",
    bias="activate.bias",
    strength="noise.weight",
    painted="bias",
    filters=".kernel",
)
NVLABS = Dialect(
    constant="synthesis.b4.const",
    mapping=lambda n: f"mapping.fc{n}",
    first=("synthesis.b4.conv1", "synthesis.b4.torgb"),
    level=lambda n: tuple(f"synthesis.b{8 << n}.{part}" for part in ("conv0", "conv1", "torgb")),  # type: ignore[arg-type, return-value]
    noise=lambda _, place: f"{place}.noise_const",
    conv="weight",
    style="affine",
    bias="bias",
    strength="noise_strength",
    painted="bias",
    filters=".resample_filter",
)


def recognised(candidate: Candidate) -> Generator[Event, None, Found | None]:
    """The generator of a state dict, or None. UserError where it draws in another way than ours."""
    state = candidate.state
    if any(name.startswith("synthesis.L") for name in state):
        raise UserError("This is StyleGAN3, which nothing here runs.", "StyleGAN2 can be imported.")
    dialect = next((each for each in (NVLABS, ROSINALITY) if each.constant in state), None)
    if dialect is None or f"{dialect.first[0]}.{dialect.style}.weight" not in state:
        return None
    yield Step(1, 4, "Looking at the generator")
    check(candidate, dialect)
    weights = renamed(state, dialect)
    net = fitted(weights, candidate)
    yield Step(2, 4, "Trying the generator")
    if "mean_w" not in weights:
        net.mean_w.copy_((yield from mean_of(net)))
    labels = net.labels
    return Found(
        network="StyleGAN2",
        architecture="stylegan2",
        config=asdict(net.config),
        weights={name: value.detach().clone() for name, value in net.state_dict().items()},
        task=GENERATORS,
        words=f"Draws pictures of {net.size} px" + (f", of {labels} classes." if labels else "."),
        channels=net.channels,
    )


def check(candidate: Candidate, dialect: Dialect) -> None:
    """UserError where the file says that it draws otherwise: by another filter, or structure."""
    row = torch.tensor(BLUR)
    usual = torch.outer(row, row) / row.sum() ** 2
    for name, value in candidate.state.items():
        if not name.endswith(dialect.filters):
            continue
        shape = torch.outer(value, value) if value.ndim == 1 else value
        if shape.shape != usual.shape or not torch.allclose(shape / shape.sum(), usual, atol=1e-4):
            raise other("it resamples with another filter than the paper's")
    for name, value in candidate.facts.items():
        part, _, word = name.rpartition(".")
        if part and word in MUST and str(value) not in MUST[word]:
            raise other(f"{name} is {value}")


def renamed(state: State, dialect: Dialect) -> State:
    """The weights under our names. UserError where one is missing."""
    levels = 0
    while f"{dialect.level(levels)[0]}.{dialect.conv}" in state:
        levels += 1
    styled, painted = [("first", dialect.first[0])], [("paint", dialect.first[1])]
    for n in range(levels):
        grow, refine, paint = dialect.level(n)
        styled += [(f"levels.{n}.grow", grow), (f"levels.{n}.refine", refine)]
        painted += [(f"levels.{n}.paint", paint)]
    names: Names = {"constant": dialect.constant}
    for ours, theirs in (*styled, *painted):
        names[f"{ours}.conv.weight"] = f"{theirs}.{dialect.conv}"
        names |= pair(f"{ours}.conv.style", f"{theirs}.{dialect.style}")
    for ours, theirs in styled:
        names[f"{ours}.bias"] = f"{theirs}.{dialect.bias}"
        names[f"{ours}.strength"] = f"{theirs}.{dialect.strength}"
    names |= {f"{ours}.bias": f"{theirs}.{dialect.painted}" for ours, theirs in painted}
    optional: Names = {"mean_w": "mapping.w_avg"} | pair("embed", "mapping.embed")
    for n in range(len(state)):
        optional |= pair(f"mapping.{n}", dialect.mapping(n))
    optional |= {f"noise_{n}": dialect.noise(n, theirs) for n, (_, theirs) in enumerate(styled)}
    missing = [theirs for theirs in names.values() if theirs not in state]
    if missing:
        raise other(f"{missing[0]} is missing")
    names |= {ours: theirs for ours, theirs in optional.items() if theirs in state}
    return {ours: state[theirs].float() for ours, theirs in names.items()}


def pair(ours: str, theirs: str) -> Names:
    """Weight and bias of a dense layer."""
    return {f"{ours}.{part}": f"{theirs}.{part}" for part in ("weight", "bias")}


def fitted(weights: State, candidate: Candidate) -> StyleGan2:
    """Our network with these weights. UserError where they do not fit it, or are no numbers."""
    for name, value in weights.items():
        if re.fullmatch(r"mapping\.\d+\.(weight|bias)", name):
            theirs = name.replace("mapping.", "mapping.fc").rpartition(".")[0]
            weights[name] = value * (
                number(candidate.facts.get(f"{theirs}.bias_gain"), RATE) / RATE
            )
    mean = candidate.facts.get("latent_avg")
    if isinstance(mean, Tensor):
        weights["mean_w"] = mean.float().reshape(-1, mean.shape[-1]).mean(0)
    config = config_of(weights, candidate)
    net = StyleGan2(config).eval()
    own = net.state_dict()
    strange = [name for name, value in weights.items() if name not in own]
    strange += [
        name
        for name, value in own.items()
        if name != "mean_w" and (name not in weights or weights[name].numel() != value.numel())
    ]
    if strange:
        raise other(f"{strange[0]} does not fit")
    net.load_state_dict({n: weights.get(n, value).reshape(value.shape) for n, value in own.items()})
    if not all(torch.isfinite(value).all() for value in net.state_dict().values()):
        raise UserError("Some of its weights are no numbers.", "Download the file again.")
    return net


def config_of(weights: State, candidate: Candidate) -> Config:
    """The sizes that the weights have."""
    levels = sum(name.endswith(".grow.bias") for name in weights)
    convs = ["first.bias", *(f"levels.{n}.refine.bias" for n in range(levels))]
    layers = sum(name.endswith(".weight") for name in weights if re.match(r"mapping\.\d", name))
    w_dim = weights["first.conv.style.weight"].shape[1]
    labels = weights["embed.weight"].shape[1] if "embed.weight" in weights else 0
    inputs = weights["mapping.0.weight"].shape[1] if layers else w_dim
    clamps = [
        number(each) for name, each in candidate.facts.items() if name.endswith(".conv_clamp")
    ]
    return Config(
        widths=tuple(weights[name].numel() for name in convs),
        z_dim=inputs // 2 if labels else inputs,
        w_dim=w_dim,
        mapping=layers,
        channels=weights["paint.bias"].numel(),
        labels=labels,
        kept=int("noise_0" in weights),
        clamp=max(clamps, default=0.0),
    )


def number(value: Any, otherwise: float = 0.0) -> float:
    """A plain number of the file's, or what holds without one."""
    return float(value) if isinstance(value, int | float) else otherwise


@torch.inference_mode()
def mean_of(net: StyleGan2) -> Generator[Event, None, Tensor]:
    """The middle of w (w_dim,), from many z."""
    dice = torch.Generator().manual_seed(0)
    total = torch.zeros(net.w_dim)
    for done in range(0, SAMPLES, AT_ONCE):
        total += net.mapped(torch.randn(AT_ONCE, net.z_dim, generator=dice)).sum(0)
        yield Step(2 + done / SAMPLES, 4, "Finding the middle of w")
    return total / SAMPLES


def other(why: str) -> UserError:
    """A generator of the family that is not the published one."""
    return UserError(
        f"This StyleGAN2 is another variant: {why}.", "Import one of the published layout."
    )
