"""Settings as options: a knob becomes an option of the command line, its text a value again."""

import inspect
import math
import re
from dataclasses import MISSING, Field, dataclass
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

import typer

from engine.knobs import Knob, knobs_of

DEVICE = re.compile(r"auto|cpu|cuda(:\d+)?")


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a spec, with all that its option needs: its knob and the types it may have."""

    field: Field[Any]
    about: Knob
    types: frozenset[Any]

    @property
    def required(self) -> bool:
        """Whether the command must name it; where to save to is never guessed by a command."""
        bare = self.field.default is MISSING and self.field.default_factory is MISSING
        return bare or self.about.kind in ("sources", "target")

    @property
    def option(self) -> str:
        """`on_conflict` -> `--on-conflict`, unless the knob names its flag."""
        return self.about.flag or f"--{self.field.name.replace('_', '-')}"

    @property
    def metavar(self) -> str:
        """What may be given, in a word: auto|0..75, skip|overwrite|rename, ID, 1..100."""
        return f"auto|{self._word()}" if self.about.auto else self._word()

    def _word(self) -> str:
        about = self.about
        if about.choices:
            return "|".join(value for value, _ in about.choices)
        if about.low is not None and about.high is not None:
            return f"{about.low:.10g}..{about.high:.10g}"
        if self.types & {int, float}:
            return "N"
        template = "TEMPLATE" if "{" in str(self.field.default) else "TEXT"
        by_type = "PATH" if Path in self.types else template
        return {"device": "auto|cpu|cuda[:N]", "model": "ID"}.get(about.kind, by_type)

    @property
    def help(self) -> str:
        """The knob's help, its unit, and what happens without the option."""
        unit = f" in {self.about.unit}" if len(self.about.unit) > 1 else ""
        words = f"{self.about.label}{unit}. {self.about.help}".rstrip()
        return (
            words
            if self.required or self.field.default in ((), "")
            else f"{words} [{self._without()}]"
        )

    def _without(self) -> str:
        default, auto = self.field.default, self.about.auto
        if default is None:
            return f"auto: {auto[:1].lower()}{auto[1:]}"
        return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)

    def parameter(self) -> inspect.Parameter:
        """As typer wants it. Values come as text, so that None can mean "not given"."""
        return inspect.Parameter(
            self.field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if self.required else None,
            annotation=self._annotation(),
        )

    def _annotation(self) -> Any:
        if self.about.kind == "folders":
            option = typer.Option(self.option, metavar="DIR", help=self.help)
            return Annotated[list[str] | None, option]
        if self.about.kind == "name":
            return Annotated[
                str | None, typer.Option("-o", self.option, metavar="NAME", help=self.help)
            ]
        if self.about.kind == "output":
            option = typer.Option("-o", self.option, metavar="DIR", help=self.help)
            return Annotated[str | None, option]
        if self.about.kind == "sources":
            words = "Files, folders or globs."
            return Annotated[list[str], typer.Argument(metavar="SRC", help=words)]
        if self.about.kind == "target":
            words = "A folder, or a file where there is a single picture."
            return Annotated[str, typer.Option("-o", "--output", metavar="OUT", help=words)]
        if bool in self.types:
            both = f"{self.option}/--no-{self.option.removeprefix('--')}"
            return Annotated[bool | None, typer.Option(both, help=self.help)]
        option = typer.Option(self.option, metavar=self.metavar, help=self.help)
        return Annotated[str if self.required else str | None, option]

    def read(self, given: Any) -> Any:
        """What the command line gave -> the field's value. Limits are checked with the spec."""
        if isinstance(given, list):
            return tuple(Path(each) for each in given)
        if isinstance(given, bool):
            return given
        if self.about.auto and given == "auto":
            return None
        if self.about.kind == "device" and not DEVICE.fullmatch(given):
            raise self._wrong(f"{given} is not auto, cpu, cuda or cuda:N.")
        if self.types & {int, float}:
            return self._number(given)
        return Path(given) if Path in self.types else given

    def _number(self, text: str) -> float:
        whole = float not in self.types
        try:
            value: float = int(text) if whole else float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self._wrong(f"{text} is not a {'whole ' if whole else ''}number.")
        return value

    def _wrong(self, words: str) -> typer.BadParameter:
        return typer.BadParameter(words, param_hint=self.option)


def settings(spec: type[Any]) -> dict[str, Setting]:
    """Every setting of a spec by its field's name, in the order declared."""
    hints = get_type_hints(spec)
    return {
        each.name: Setting(each, about, types_of(hints[each.name]))
        for each, about in knobs_of(spec)
    }


def types_of(hint: Any) -> frozenset[Any]:
    """`float | None` -> {float}; `tuple[Path, ...]` -> {Path, ...}."""
    return frozenset(get_args(hint) or (hint,)) - {NoneType}
