"""Specs become a command line: every option is made from a spec's knobs.

A new task is one more spec in `COMMANDS`. Exit codes: 0 all done, 1 some files failed, 2 wrong use,
130 and 143 interrupted.
"""

import inspect
import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from engine import cli_explore, cli_lab, cli_models, cli_show, cli_steps, cli_train, places
from engine.cli_options import settings
from engine.cli_show import Show, say
from engine.errors import UserError
from engine.job import Started, result_of
from engine.specs import Benchmark, Denoise, Doctor, Faces, Restore, Train, Transfer, Upscale

COMMANDS: tuple[type[Any], ...] = (
    Denoise,
    Upscale,
    Restore,
    Transfer,
    Benchmark,
)  # one line a task

OTHERS = {"models", "doctor", "train", "lab", "apply", "faces", "explore"}

DONE, SOME_FAILED, WRONG_USE = 0, 1, 2
log = logging.getLogger(__name__)
app = typer.Typer(
    help="A local darkroom for pictures. Without a command its window opens.",
    rich_markup_mode=None,  # plain text, in any terminal
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
app.add_typer(cli_models.app, name="models")
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
JsonLines = Annotated[bool, typer.Option("--json", help="One event a line, as JSON.")]


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    cli_show.forgive_names()
    with log_file():
        try:
            app(args=arguments, prog_name="safelight")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else SOME_FAILED
        except UserError as why:
            say(f"Error: {why}")
            return WRONG_USE
        except KeyboardInterrupt:
            return 128 + signal.SIGINT
        except Exception as why:
            log.exception("the command line failed: %s", arguments)
            say(f"Something went wrong inside Safelight ({type(why).__name__}: {why}).")
            say(f"Details are in {log_path()}.")
            return SOME_FAILED
    return DONE


def names() -> set[str]:
    """The words that a command line can begin with."""
    return {name_of(spec) for spec in COMMANDS} | OTHERS


def name_of(spec: type[Any]) -> str:
    """The command of a spec."""
    return spec.__name__.lower()


def command(spec: type[Any]) -> Callable[..., None]:
    """A function whose signature is the spec's settings, for typer to read."""
    options = settings(spec)
    as_json = inspect.Parameter(
        "json_", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonLines
    )
    parameters = [*(each.parameter() for each in options.values()), as_json]

    def run_command(*, json_: bool, **given: Any) -> None:
        said = {name: value for name, value in given.items() if value is not None}
        values = {name: options[name].read(value) for name, value in said.items()}
        raise typer.Exit(perform(spec(**values), as_json=json_))

    run_command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run_command.__annotations__ = {each.name: each.annotation for each in parameters}
    run_command.__doc__ = spec.__doc__
    return run_command


class Stop:
    """Ctrl-C and SIGTERM are noticed between two events; a second one does not wait for that."""

    number = 0

    def __enter__(self) -> "Stop":
        """Listen."""
        asked = (signal.SIGINT, signal.SIGTERM)
        self._before = {number: signal.signal(number, self._notice) for number in asked}
        return self

    def __exit__(self, *_: object) -> None:
        """Put back who listened before."""
        for number, listener in self._before.items():
            signal.signal(number, listener)

    def _notice(self, number: int, _frame: FrameType | None) -> None:
        if self.number:
            raise KeyboardInterrupt
        self.number = number


def perform(spec: Any, *, as_json: bool) -> int:
    """Run `spec`, show what happens, and return the exit code."""
    from engine.studio import Studio

    began, result = False, None
    with Stop() as stop, cli_show.show(as_json=as_json) as view:
        try:
            with closing(Studio().run(spec)) as job:
                while not stop.number:
                    event = next(job)
                    began = began or isinstance(event, Started)
                    view.event(event)
        except StopIteration as end:
            result = end.value
        except KeyboardInterrupt:
            stop.number = stop.number or signal.SIGINT
        except UserError as why:
            view.end(None)
            say(f"Error: {why}")
            return SOME_FAILED if began else WRONG_USE
        view.end(result)
    if stop.number:
        return interrupted(spec, view, stop.number)
    return SOME_FAILED if view.failed else DONE


def interrupted(spec: Any, view: Show, number: int) -> int:
    """Say how far it got and how to go on."""
    if isinstance(spec, Train):
        say(f"Stopped: {view.progress_words()}. To go on, say the same with --resume.")
        return 128 + number
    again = getattr(spec, "on_conflict", "") == "skip"
    how = " The same command does what is left." if again else ""
    say(f"Stopped: {view.progress_words()}.{how}")
    return 128 + number


for each_spec in COMMANDS:
    app.command(name_of(each_spec))(command(each_spec))
app.command("faces", help=cli_explore.FACES)(command(Faces))
app.command("apply")(cli_steps.command(perform))
app.add_typer(cli_train.train_app(perform), name="train")
app.add_typer(cli_lab.lab_app(perform), name="lab")
app.add_typer(cli_explore.explore_app(perform), name="explore")


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """A local darkroom for pictures. Without a command its window opens."""
    if version:
        cli_show.out(f"Safelight {places.VERSION}")
        raise typer.Exit


@app.command()
def doctor(*, json_: Json = False) -> None:
    """Say what this computer offers: devices, precision, versions, folders."""
    from engine.studio import Studio

    rows = result_of(Studio().run(Doctor()))
    if json_:
        cli_show.out(json.dumps(dict(rows), indent=2))
    else:
        cli_show.table(("", "This computer"), rows)


def log_path() -> Path:
    """Where the command line's log lies."""
    return places.data() / "logs" / "command-line.log"


@contextmanager
def log_file() -> Iterator[None]:
    """What the engine logs goes to a file while a command runs; nowhere, if none can be written."""
    engine = logging.getLogger("engine")
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            log_path(), maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    level = engine.level
    engine.setLevel(logging.INFO)
    engine.addHandler(handler)
    try:
        yield
    finally:
        engine.removeHandler(handler)
        engine.setLevel(level)
        handler.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
