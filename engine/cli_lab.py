"""`safelight lab`: a command for each experiment, the list of them, and worked examples."""

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from engine import cli_show
from engine.cli_options import settings
from engine.job import result_of
from engine.lab_terms import TERMS
from engine.specs_lab import AUTOENCODERS, EXPERIMENTS, LOSSES, MAKERS, SAMPLERS, Lab
from engine.specs_lab_live import Example, Worked, WorkedStep, from_json

Perform = Callable[..., int]
AsJson = Annotated[bool, typer.Option("--json", help="One event a line, as JSON.")]
HELP = """Run one of the experiments.

NAME is one of {}, or a settings.json that the lab has written.
"""


def lab_app(perform: Perform) -> typer.Typer:
    """The commands below `lab`; `perform` runs a spec and returns the exit code."""
    app = typer.Typer(
        help="Small models of the textbooks, trained in seconds.",
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
    )
    app.command("list")(listing)
    app.command("example")(example)
    app.add_typer(run_app(perform), name="run")
    return app


def run_app(perform: Perform) -> typer.Typer:
    """The commands below `lab run`."""

    class Experiments(TyperGroup):
        """A word that ends in .json is a file with an experiment's settings."""

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            """The command of an experiment or of a file."""
            if not cmd_name.endswith(".json"):
                return super().get_command(ctx, cmd_name)
            return of_file(Path(cmd_name), perform)

    names = ", ".join(each.experiment for each in EXPERIMENTS)
    app = typer.Typer(
        cls=Experiments,
        help=HELP.format(names),
        subcommand_metavar="NAME|SETTINGS.json [OPTIONS]",
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
    )
    for kind in EXPERIMENTS:
        app.command(kind.experiment)(command(kind, kind(), perform))
    return app


def of_file(path: Path, perform: Perform) -> Any:
    """A command that repeats an experiment, with every setting of it to change it."""
    from engine.lab import keep

    start, _ = from_json(keep.read(path))
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(path.name)(command(type(start), start, perform))
    return typer.main.get_command(single)


def command(kind: type[Lab], start: Lab, perform: Perform) -> Callable[..., None]:
    """A function whose signature is an experiment's settings; unsaid ones are as in `start`."""
    options = settings(kind)
    as_json = inspect.Parameter(
        "json_", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson
    )
    parameters = [*(each.parameter() for each in options.values()), as_json]

    def run_command(*, json_: bool, **given: Any) -> None:
        said = {name: value for name, value in given.items() if value is not None}
        values = {name: options[name].read(value) for name, value in said.items()}
        raise typer.Exit(perform(replace(start, **values), as_json=json_))

    run_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run_command.__annotations__ = {each.name: each.annotation for each in parameters}
    run_command.__doc__ = kind.__doc__
    return run_command


def listing() -> None:
    """Say which experiments there are, and which models they train."""
    rows = [
        (each.experiment, TERMS[each.experiment].chinese, (each.__doc__ or "").partition("\n")[0])
        for each in EXPERIMENTS
    ]
    cli_show.table(("Experiment", "", "What it shows"), rows)
    kinds = dict([*AUTOENCODERS, *LOSSES, *MAKERS, *SAMPLERS])
    cli_show.table(
        ("Model", "", ""), ((name, TERMS[name].chinese, words) for name, words in kinds.items())
    )


def example(
    name: Annotated[str, typer.Argument(metavar="a|b|c")], *, json_: AsJson = False
) -> None:
    """Work one of the textbook's examples through, stage by stage."""
    from engine.studio import Studio

    worked: Worked = result_of(Studio().run(Example(name)))
    if json_:
        cli_show.out(json.dumps(asdict(worked), indent=2))
        return
    cli_show.out(f"{worked.title}: {worked.given}")
    rows = [
        (each.title, each.formula, numbers(each.values), printed(each), each.remark)
        for each in worked.steps
    ]
    cli_show.table(("Stage", "Formula", "Exact", "Printed", ""), rows)


def numbers(values: tuple[float, ...]) -> str:
    """In one line."""
    return " ".join(f"{value:.4f}" for value in values)


def printed(stage: WorkedStep) -> str:
    """What the book has, a dash where that is not known."""
    return " ".join(each or "-" for each in stage.printed)
