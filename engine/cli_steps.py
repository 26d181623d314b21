"""`safelight apply`: a file of steps, then pictures; options as everywhere, made from the spec."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import places
from engine.cli_options import settings
from engine.errors import UserError
from engine.job import result_of
from engine.specs import Apply, ReadSteps


def shipped() -> dict[str, Path]:
    """The recipes for pictures that come with Safelight, by name."""
    return {path.stem: path for path in (places.shipped("assets") / "recipes").glob("*.toml")}


Perform = Callable[..., int]
Steps = Annotated[
    str,
    typer.Argument(
        metavar="STEPS.toml",
        help="A file of steps, a picture that was made with some, or the name of a recipe that "
        f"comes with Safelight: {', '.join(sorted(shipped()))}.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One event a line, as JSON.")]


def command(perform: Perform) -> Callable[..., None]:
    """The command, for typer; `perform` runs a spec and returns the exit code."""
    options = settings(Apply)
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("file", keyword, annotation=Steps),
        *(each.parameter() for each in options.values()),
        inspect.Parameter("json_", keyword, default=False, annotation=AsJson),
    ]

    def run_command(*, file: str, json_: bool, **given: Any) -> None:
        from engine.studio import Studio

        said = {name: value for name, value in given.items() if value is not None}
        values = {name: options[name].read(value) for name, value in said.items()}
        there = file if Path(file).exists() else shipped().get(file, file)
        steps = result_of(Studio().run(ReadSteps(Path(there))))
        if not steps:
            raise UserError(
                f"{file} does not say how it was made.",
                "Name a file of steps, or a picture that Safelight saved with its settings.",
            )
        raise typer.Exit(perform(Apply(steps=steps, **values), as_json=json_))

    run_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run_command.__annotations__ = {each.name: each.annotation for each in parameters}
    run_command.__doc__ = Apply.__doc__
    return run_command
