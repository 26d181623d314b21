"""The network a run begins with: the base model's, or a fresh one of a given architecture."""

import logging
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import torch
from torch import nn

from engine import catalogue, executors
from engine.errors import UserError
from engine.models import Architecture, architectures

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which network to build; from a base model where there is one."""

    architecture: Architecture
    config: Any
    base: catalogue.Entry | None = None

    @property
    def multiple(self) -> int:
        """What height and width must be multiples of, px."""
        return self.architecture.multiple_of(self.config)

    @property
    def ready(self) -> bool:
        """Whether every weight comes from the base model."""
        return self.base is not None and self.config == of_base(self.architecture, self.base)

    def settings(self) -> dict[str, Any]:
        """The config as a card has it."""
        return asdict(self.config)


def planned(
    wanted: str | None,
    usual: str,
    base: catalogue.Entry | None,
    *,
    grafted: bool = False,
    **fixed: Any,
) -> Plan:
    """The network of a text such as "unet widths=48,96,192 blocks=2", or the base model's.

    `usual` is the text without either. `fixed` settings come from the task (channels, scale). Where
    it may be `grafted`, another network of the base's architecture takes over what fits.
    """
    if base is not None:
        known = architectures().get(base.card.architecture)
        if known is None:
            raise UserError(
                f"{base.id} has the architecture {base.card.architecture}, which is not here.",
                "Choose another base model.",
            )
        config = of_base(known, base)
        other = planned(wanted, usual, None, **fixed) if wanted is not None else None
        if other is not None and other.config != config:
            if grafted and other.architecture == known:
                return replace(other, base=base)
            raise UserError(
                f"{base.id} is another network than {wanted}.", "Leave one of the two out."
            )
        return Plan(known.of(config), config, base)
    name, *words = (wanted or usual).split()
    known = architectures().get(name)
    if known is None:
        names = ", ".join(architectures())
        raise UserError(f"There is no architecture called {name}.", f"Choose one of: {names}.")
    return Plan(known, configured(known, {**fixed, **dict(map(setting, words))}))


def of_base(known: Architecture, base: catalogue.Entry) -> Any:
    """The config that a base model has."""
    return configured(known, base.card.config)


def rescaled(plan: Plan, scale: int) -> Plan:
    """The base model's network for another scale; what depends on that begins from nothing."""
    assert plan.base is not None
    if plan.architecture.restore is not None:  # its sizes are those of the weights it came with
        must_have(plan.base, scale=scale)
    return replace(plan, config=replace(plan.config, scale=scale))


def setting(word: str) -> tuple[str, int | tuple[int, ...]]:
    """Read "blocks=2" or "widths=48,96" as a name and its value."""
    name, _, text = word.partition("=")
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError as why:
        raise UserError(
            f"{word} is no setting of a network.", "Write them as in: widths=48,96,192 blocks=2."
        ) from why
    return name, numbers if "," in text else numbers[0]


def configured(known: Architecture, settings: dict[str, Any]) -> Any:
    """The architecture's config; UserError where it has no such setting."""
    names = [each.name for each in fields(known.config)]
    for name in settings:
        if name not in names:
            raise UserError(f"{known.name} has no setting {name}.", f"It has: {', '.join(names)}.")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    return known.config(**values)


def built(plan: Plan, seed: int) -> nn.Module:
    """The network with its first weights, float32 on the CPU."""
    if plan.base is not None and plan.ready:
        return executors.build(plan.base).train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net: nn.Module = plan.architecture.build(plan.config)
    if plan.base is not None:
        own, known = net.state_dict(), executors.build(plan.base).state_dict()
        like = {n: value for n, value in known.items() if n in own and own[n].shape == value.shape}
        net.load_state_dict(own | like)
    return net


def base_of(model: str | None, task: str, *, also: tuple[str, ...] = ()) -> catalogue.Entry | None:
    """The base model's entry; UserError where it is missing, damaged or of another task."""
    if model is None:
        return None
    entry = catalogue.find(model)
    if entry.card.task not in (task, *also):
        names = ", ".join(each.id for each in catalogue.entries(task)) or "none is installed"
        raise UserError(
            f"{model} is a model for {entry.card.task}; this learns {task}.",
            f"Choose another base model ({names}), or none.",
        )
    return entry


def must_have(entry: catalogue.Entry, *, channels: int | None = None, scale: int = 1) -> None:
    """UserError where a base model is for another scale, or for grey instead of colour."""
    if entry.card.scale != scale:
        raise UserError(
            f"{entry.id} makes pictures {entry.card.scale} times as large, not {scale} times.",
            "Choose another base model or scale.",
        )
    if channels not in (None, entry.card.channels):
        has, asked = (("grey", "colour")[n == 3] for n in (entry.card.channels, channels))
        raise UserError(
            f"{entry.id} is for {has} pictures, not for {asked}.", "Choose another base model."
        )
