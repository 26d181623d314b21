"""`safelight models`: list them, tell of one, take in another program's, remove one's own."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import catalogue, cli_cards, cli_show, places
from engine.cli_show import say
from engine.job import result_of
from engine.specs import ImportModel, Recognised, RemoveModel

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID")]
app = typer.Typer(help="Which models are installed; importing and removing.", no_args_is_help=True)


@app.command("list")
def list_models(*, json_: Json = False) -> None:
    """List the models that are installed."""
    entries = catalogue.entries()
    if json_:
        cli_show.out(json.dumps([cli_cards.entry_facts(entry) for entry in entries], indent=2))
    elif entries:
        rows = [cli_cards.entry_row(entry) for entry in entries]
        cli_show.table(("Model", "For", "Scale", "Colour", "Size", "About"), rows)
    else:
        folders = " and ".join(str(folder) for folder in places.model_folders())
        say(f"No model is installed. Safelight looks in {folders}.")


@app.command("info")
def model_info(model: Id, *, json_: Json = False) -> None:
    """Tell everything about one model."""
    facts: Mapping[str, Any] = cli_cards.entry_facts(catalogue.find(model))
    if json_:
        cli_show.out(json.dumps(facts, indent=2))
    else:
        cli_show.table(("", model), cli_cards.fact_rows(facts))


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="What it is called here.")
    ] = None,
    *,
    json_: Json = False,
) -> None:
    """Take in a model that another program made: .pth, .pt, .ckpt, .pkl or .safetensors.

    Nothing in the file is run.
    """
    from engine.studio import Studio

    model: Recognised = result_of(Studio().run(ImportModel(file=file, name=name)))
    if json_:
        facts = {**asdict(model), "path": str(model.path)}
        cli_show.out(json.dumps(facts, indent=2))
        return
    cli_show.out(model.id)
    say(f"{model.network}, for {model.task}. {model.words}")
    for note in model.notes:
        say(note)


@app.command("remove")
def remove_model(model: Id) -> None:
    """Delete a model of your own; those that come with Safelight stay."""
    from engine.studio import Studio

    path: Path = result_of(Studio().run(RemoveModel(model)))
    cli_show.out(str(path))
    say(f"{model} is removed.")
