"""A setting is declared once; the form, the command line and the tooltips read it here."""

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Knob:
    """What a face must know of one setting.

    `low`, `high`, `step`: limits of a number, in `unit`. `choices`: (value, words) of a closed
    list. `kind`: how to ask where the type does not say: "sources", "target", "model", "device".
    `advanced`: folded away in the window. `auto`: the words for None, where None decides itself.
    `flag`: the option's name on the command line, where it is not the field's.
    """

    label: str
    help: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    advanced: bool = False
    auto: str = ""
    flag: str = ""


def knob(default: Any, label: str, help: str = "", **more: Any) -> Any:
    """A dataclass field that carries its `Knob`."""
    return field(default=default, metadata={"knob": Knob(label=label, help=help, **more)})


def knobs_of(spec: Any) -> Iterator[tuple[Field[Any], Knob]]:
    """(field, knob) of a spec class or a spec, in the order declared."""
    for each in fields(spec):
        if "knob" in each.metadata:
            yield each, each.metadata["knob"]


def check(spec: Any) -> None:
    """Raise ValueError naming the first setting that lies outside its limits."""
    for each, about in knobs_of(spec):
        value = getattr(spec, each.name)
        if value is None and about.auto:
            continue
        if about.choices and value not in dict(about.choices):
            words = ", ".join(choice for choice, _ in about.choices)
            raise ValueError(f"{about.label}: {value} is not one of {words}.")
        if isinstance(value, int | float) and not isinstance(value, bool):
            low, high = about.low, about.high
            if (low is not None and value < low) or (high is not None and value > high):
                raise ValueError(f"{about.label}: {value} is not between {low:g} and {high:g}.")
