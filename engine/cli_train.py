"""`safelight train`: a command for each learner, one for any recipe, and the list of runs."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from engine import catalogue, cli_show
from engine.cli_options import settings
from engine.job import result_of
from engine.knobs import knobs_of
from engine.specs import LEARNERS, Run, Runs, Train

Perform = Callable[..., int]
AsJson = Annotated[bool, typer.Option("--json", help="One event a line, as JSON.")]
HELP = """Teach a model with pictures of your own.

LEARNER is one of {}, or a recipe: a TOML file with the settings.
"""


def train_app(perform: Perform) -> typer.Typer:
    """The commands below `train`; `perform` runs a spec and returns the exit code."""

    class Learners(TyperGroup):
        """A word that ends in .toml is a recipe's name, and a command by itself."""

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            """The command of a learner or of a recipe."""
            if not cmd_name.endswith(".toml"):
                return super().get_command(ctx, cmd_name)
            return of_recipe(Path(cmd_name), perform)

    words = ", ".join(each.learner for each in LEARNERS)
    app = typer.Typer(
        cls=Learners,
        help=HELP.format(words),
        subcommand_metavar="LEARNER|RECIPE.toml [OPTIONS]",
        invoke_without_command=True,
        rich_markup_mode=None,
        add_completion=False,
    )
    app.callback()(listing)
    for kind in LEARNERS:
        app.command(kind.learner)(command(kind, kind(), perform))
    return app


def listing(
    ctx: typer.Context,
    *,
    wanted: Annotated[bool, typer.Option("--list", help="Say what there is to train.")] = False,
) -> None:
    """Without a learner: what there is."""
    if wanted:
        show_list()
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        cli_show.out(ctx.get_help())
        raise typer.Exit(2)


def show_list() -> None:
    """The learners with their base models, and the runs there are."""
    from engine.studio import Studio

    rows = []
    for kind in LEARNERS:
        bases = ", ".join(entry.id for entry in catalogue.entries(kind.task))
        rows.append((kind.learner, (kind.__doc__ or "").partition("\n")[0], bases or "none"))
    cli_show.table(("Learner", "What it does", "Base models"), rows)
    runs: tuple[Run, ...] = result_of(Studio().run(Runs()))
    if runs:
        facts = [(r.name, r.spec.learner if r.spec else "", r.state, r.words) for r in runs]
        cli_show.table(("Run", "Learner", "State", "How far"), facts)


def command(kind: type[Train], start: Train, perform: Perform) -> Callable[..., None]:
    """A function whose signature is a learner's settings; what is not said is as in `start`."""
    options = settings(kind)
    as_json = inspect.Parameter(
        "json_", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson
    )
    parameters = [*(each.parameter() for each in options.values()), as_json]

    def run_command(*, json_: bool, **given: Any) -> None:
        said = {name: value for name, value in given.items() if value not in (None, [])}
        values = {name: options[name].read(value) for name, value in said.items()}
        if start.data and "data" in values:
            values = found_below(values["data"], start) | values
            values["data"] = below(values["data"], start.data)
        raise typer.Exit(perform(resumed(start, values), as_json=json_))

    run_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run_command.__annotations__ = {each.name: each.annotation for each in parameters}
    run_command.__doc__ = kind.__doc__
    return run_command


def resumed(start: Train, values: dict[str, Any]) -> Train:
    """The spec asked for; of a run that goes on, what it was started with unless said otherwise."""
    asked = replace(start, **values)
    if not asked.resume:
        return asked
    from engine.training import runs

    before = runs.stored(asked.name)
    return replace(before, **values) if type(before) is type(asked) else asked


def below(roots: tuple[Path, ...], names: tuple[Path, ...]) -> tuple[Path, ...]:
    """A recipe's folders where they lie in one of `roots`; else the roots are the pictures."""
    for root in roots:
        if all((root / name).is_dir() for name in names):
            return tuple(root / name for name in names)
    return roots


def found_below(roots: tuple[Path, ...], start: Train) -> dict[str, Any]:
    """A recipe's other folders (pairs, a second domain), where they lie in one of `roots`."""
    found: dict[str, Any] = {}
    for each, about in knobs_of(start):
        names = getattr(start, each.name)
        if about.kind == "folders" and each.name != "data" and names:
            places = below(roots, names)
            found |= {each.name: places} if places != roots else {}
    return found


def of_recipe(path: Path, perform: Perform) -> Any:
    """A command that runs a recipe, with every setting of its learner to change it."""
    from engine.training import recipes

    start = recipes.read(path)
    if not all(folder.is_dir() for folder in start.data):
        beside = tuple(path.parent / folder for folder in start.data)
        start = replace(start, data=beside if all(map(Path.is_dir, beside)) else start.data)
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(path.name)(command(type(start), start, perform))
    return typer.main.get_command(single)
