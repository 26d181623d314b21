"""`safelight explore`: walks, one's own photos, directions; and the words of `safelight faces`."""

import inspect
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import cli_show
from engine.cli_options import settings
from engine.errors import UserError
from engine.job import result_of
from engine.latent import pad
from engine.specs import Directions, LatentTask, Place, Project, ReadPlace, Walk

Perform = Callable[..., int]
MOST_SEEDS = 10_000
FACES = """Generate pictures of what a generator has learned, one for each seed.

OUT is a folder, or a .png file for a single picture or, with --grid, the contact sheet alone. Every
picture carries its place in the latent space and can be opened again to go on from it.
"""
PATH = """Walk from key face to key face: a film.

OUT is an .mp4, a .gif, or a folder for numbered pictures.
"""
PROJECT = """Find the place whose picture comes nearest to a photo of your own.

OUT is a .png file; it carries the place. Ctrl-C ends the search early and keeps the best so far.
"""
DIRECTIONS = """List the directions of a generator: your own, and those that are found.

Finding them takes a while the first time.
"""
KEYWORD = inspect.Parameter.KEYWORD_ONLY
AsJson = Annotated[bool, typer.Option("--json", help="One event a line, as JSON.")]
Out = Annotated[str, typer.Option("-o", "--output", metavar="OUT", help="Where to save.")]
Seeds = Annotated[
    str | None,
    typer.Option("--seeds", metavar="1,2,5-7", help="Seeds of the key faces, in their order."),
]
Pictures = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PNG]...", help="Saved pictures as key faces, before the seeds."),
]
Model = Annotated[
    str | None, typer.Option("--model", metavar="ID", help="Whose seeds. [the shipped faces]")
]
Truncation = Annotated[
    float, typer.Option("--truncation", metavar="-1..2", help="Of the seeds: less is safer.")
]
Photo = Annotated[str, typer.Argument(metavar="PHOTO", help="The photo.")]
Box = Annotated[
    str | None,
    typer.Option(
        "--box",
        metavar="X,Y,SIDE",
        help="The square to look at in px: its middle and its side. [the middle of the photo]",
    ),
]


def explore_app(perform: Perform) -> typer.Typer:
    """The commands below `explore`; `perform` runs a spec and returns the exit code."""
    app = typer.Typer(
        help="Move through the latent space of a generator.",
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
    )
    app.command("path", help=PATH)(path_command(perform))
    app.command("project", help=PROJECT)(project_command(perform))
    app.command("directions", help=DIRECTIONS)(directions_command())
    return app


def path_command(perform: Perform) -> Callable[..., None]:
    """`explore path`."""

    def run_command(
        *,
        pictures: list[str] | None,
        seeds: str | None,
        output: str,
        model: str | None,
        truncation: float,
        **given: Any,
    ) -> None:
        start = Place(model=model, truncation=truncation)
        keys = [place_in(Path(each)) for each in pictures or ()]
        keys += [pad.of_seed(seed, start) for seed in seeds_of(seeds or "")]
        json_ = given.pop("json_")
        spec = Walk(keys=tuple(keys), target=Path(output), **read(Walk, given))
        raise typer.Exit(perform(spec, as_json=json_))

    own = (
        inspect.Parameter("pictures", KEYWORD, default=None, annotation=Pictures),
        inspect.Parameter("output", KEYWORD, annotation=Out),
        inspect.Parameter("seeds", KEYWORD, default=None, annotation=Seeds),
        inspect.Parameter("model", KEYWORD, default=None, annotation=Model),
        inspect.Parameter("truncation", KEYWORD, default=Place().truncation, annotation=Truncation),
    )
    return signed(run_command, Walk, own)


def project_command(perform: Perform) -> Callable[..., None]:
    """`explore project`."""

    def run_command(
        *, photo: str, output: str | None, box: str | None, json_: bool, **given: Any
    ) -> None:
        spec = Project(
            photo=Path(photo),
            target=None if output is None else Path(output),
            box=None if box is None else box_of(box),
            **read(Project, given),
        )
        raise typer.Exit(perform(spec, as_json=json_))

    out = Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="OUT", help="Where to save. [beside the photo]"),
    ]
    own = (
        inspect.Parameter("photo", KEYWORD, annotation=Photo),
        inspect.Parameter("output", KEYWORD, default=None, annotation=out),
        inspect.Parameter("box", KEYWORD, default=None, annotation=Box),
    )
    return signed(run_command, Project, own, but=("photo", "target"))


def directions_command() -> Callable[..., None]:
    """`explore directions`."""

    def run_command(*, json_: bool, **given: Any) -> None:
        found = watched(Directions(**read(Directions, given)))
        if json_:
            cli_show.out(json.dumps([asdict(each) for each in found], indent=2))
            return
        rows = [
            (each.id, each.name, each.layers, f"{each.sigma:.3g}", f"{each.share:.1%}")
            for each in found
        ]
        cli_show.table(("Direction", "Name", "Layers", "Deviation", "Share"), rows)

    return signed(run_command, Directions, ())


def signed(
    run: Callable[..., None],
    spec: type[LatentTask],
    own: tuple[inspect.Parameter, ...],
    *,
    but: tuple[str, ...] = (),
) -> Callable[..., None]:
    """The function with the signature that typer reads: its own options, the spec's, --json."""
    options = settings(spec)
    parameters = [
        *own,
        *(each.parameter() for name, each in options.items() if name not in but),
        inspect.Parameter("json_", KEYWORD, default=False, annotation=AsJson),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def read(spec: type[LatentTask], given: dict[str, Any]) -> dict[str, Any]:
    """The settings that were given, as the spec's values."""
    options = settings(spec)
    return {name: options[name].read(value) for name, value in given.items() if value is not None}


def seeds_of(words: str) -> list[int]:
    """The numbers of 1,2,5-7. UserError where there are none."""
    seeds: list[int] = []
    for part in filter(None, words.replace(" ", "").split(",")):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise UserError(f"{part} is no seed.", "Say --seeds 1,2,5 or --seeds 1-5.")
        numbers = range(int(first), int(last if dash else first) + 1)
        if not numbers or numbers[-1] >= pad.SEEDS or len(seeds) + len(numbers) > MOST_SEEDS:
            raise UserError(f"{part} are no seeds to walk between.", "Say --seeds 1,2,5.")
        seeds += numbers
    return seeds


def box_of(words: str) -> tuple[float, float, float]:
    """The numbers of X,Y,SIDE. UserError where there are none."""
    try:
        x, y, side = (float(part) for part in words.split(","))
    except ValueError:
        raise UserError(f"{words} is no square.", "Say --box X,Y,SIDE in pixels.") from None
    return x, y, side


def place_in(picture: Path) -> Place:
    """The place a picture carries."""
    from engine.studio import Studio

    found = result_of(Studio().run(ReadPlace(picture)))
    if found.words:
        cli_show.say(f"{picture.name}: {found.words}")
    place: Place = found.place
    return place


def watched(spec: LatentTask) -> Any:
    """What a job returns; its progress is shown."""
    from engine.studio import Studio

    with cli_show.show(as_json=False) as view, closing(Studio().run(spec)) as job:
        while True:
            try:
                view.event(next(job))
            except StopIteration as end:
                view.end(None)
                return end.value
