"""Events on a terminal: a bar, plain lines, or JSON. Results go to stdout, all else to stderr."""

import codecs
import json
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column, Table
from rich.text import Text

from engine.job import (
    Curve,
    Event,
    Failed,
    Finished,
    Note,
    Pace,
    Planned,
    Skipped,
    Started,
    Step,
)
from engine.job import Table as Rows
from engine.specs import Projected, Trained
from engine.specs_lab_live import LabResult

LINE_SECONDS = 10  # how often plain lines tell of progress within one file
DRAW_SECONDS = 0.1  # how often the bar is drawn
NAMED = 5  # more skipped files than this are counted, not named


def out(line: str) -> None:
    """A line of result, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """A line for people."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def forgive_names() -> None:
    """File names that are no text, or that the terminal cannot show, are no reason to stop."""
    codecs.register_error("forgiving", _forgiving)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="forgiving")


def _forgiving(trouble: UnicodeError) -> tuple[str | bytes, int]:
    """The bytes a file name had; escapes for what the terminal's alphabet lacks."""
    try:
        return codecs.lookup_error("surrogateescape")(trouble)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(trouble)


class Show(ABC):
    """Counts what happens to files, and tells it in one way or another."""

    def __init__(self) -> None:
        self.planned = 0
        self.done = 0
        self.skipped: list[Skipped] = []
        self.failed: list[Failed] = []
        self.start = monotonic()
        self.training = ""  # how far, where nothing but steps is counted

    def event(self, event: Event) -> None:
        """Count it and tell it."""
        match event:
            case Planned(pairs=pairs):
                self.planned += len(pairs)
            case Finished():
                self.done += 1
            case Skipped():
                self.skipped.append(event)
            case Failed():
                self.failed.append(event)
            case Step(text=text) if text.startswith("step "):
                self.training = text
            case _:
                pass
        self.tell(event)

    def progress_words(self) -> str:
        """How far it got."""
        if self.training:
            return self.training
        return f"{self.done} of {self.planned} done" if self.planned else "nothing was done yet"

    @abstractmethod
    def tell(self, event: Event) -> None:
        """Show one event."""

    @abstractmethod
    def end(self, result: Any) -> None:
        """Show how it ended; `result` is None where it did not come to its end."""


class JsonLines(Show):
    """One event a line for programs; the job's result is the last one."""

    def tell(self, event: Event) -> None:
        """An object whose "event" is the event's name."""
        out(json.dumps({"event": type(event).__name__} | _plain(event)))

    def end(self, result: Any) -> None:
        """The result, as {"event": "Report", ...} where files were the work."""
        if is_dataclass(result):
            out(json.dumps({"event": type(result).__name__} | _plain(result)))
        elif result is not None:
            out(json.dumps({"event": "Result", "value": _plain(result)}))


def _plain(value: Any) -> Any:
    """What JSON can say of a value: pixels and profiles are left out, paths become text."""
    if is_dataclass(value):
        pairs = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {name: _plain(each) for name, each in pairs if name not in ("pixels", "icc")}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.ndarray):
        return value.round(4).tolist()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


class Silence(Show):
    """Of several processes that train together only the first one speaks."""

    def tell(self, event: Event) -> None:
        """Nothing."""

    def end(self, result: Any) -> None:
        """Nothing."""


class Lines(Show):
    """Plain lines, for logs and pipes."""

    def __init__(self) -> None:
        super().__init__()
        self.pace = Pace()
        self.told = monotonic()

    def tell(self, event: Event) -> None:
        """A line a file; within a long one, a line now and then."""
        match event:
            case Step():
                self.step(event)
            case Note(text=text, path=path):
                say(f"{path.name}: {text}" if path else text)
            case Curve(step=step, values=values) if "rate" not in values:  # on held-back pictures
                say(f"step {step:,}: {scores(values)}")
            case Finished(path=path, target=target, seconds=seconds):
                self.result(str(target))
                self.finished(f"[{self.done}/{self.planned}] {path.name}: {duration(seconds)}")
            case _:
                pass

    def result(self, line: str) -> None:
        """One written file."""
        out(line)

    def finished(self, line: str) -> None:
        """A word about a file that is done."""
        say(line)

    def step(self, step: Step) -> None:
        """Progress within a file, not too often."""
        left = self.pace.left(step)
        if monotonic() - self.told >= LINE_SECONDS:
            self.told = monotonic()
            words = f", {duration(left)} left" if left is not None else ""
            say(f"{step.text} {step.done / step.total if step.total else 0:.0%}{words}".lstrip())

    def end(self, result: Any) -> None:
        """Whatever is no file's result; then what was left out, what failed and why, and a sum."""
        tell_result(result)
        self._tell_skipped()
        for each in self.failed:
            say(f"Failed: {each.path}: {each.reason} {each.remedy}".rstrip())
        if self.planned or self.skipped or self.failed:
            counts = {"done": self.done, "skipped": len(self.skipped), "failed": len(self.failed)}
            words = ", ".join(f"{n} {word}" for word, n in counts.items() if n or word == "done")
            say(f"{words} in {duration(monotonic() - self.start)}.")

    def _tell_skipped(self) -> None:
        if len(self.skipped) <= NAMED:
            for each in self.skipped:
                say(f"Skipped: {each.path}: {each.reason}")
            return
        alike: dict[str, list[Skipped]] = {}
        for each in self.skipped:  # reasons may name the file
            alike.setdefault(each.reason.replace(each.path.stem, "*"), []).append(each)
        for group in alike.values():
            count = f"{len(group)} files, such as " if len(group) > 1 else ""
            say(f"Skipped: {count}{group[0].path}: {group[0].reason}")


def tell_result(result: Any) -> None:
    """What a job returned, where it is something to be told."""
    if isinstance(result, str | Path):
        out(str(result))
    elif isinstance(result, Trained):
        out(str(result.path))
        was = f" (before: {scores(result.before)})" if result.before else ""
        say(
            f"{result.step:,} steps in {duration(60 * result.minutes)}: "
            f"{scores(result.scores)}{was}."
        )
    elif isinstance(result, LabResult):
        experiment(result)
    elif isinstance(result, Projected):
        out(str(result.path))
        if result.words:
            say(result.words)
    elif isinstance(result, Rows):
        table(result.heads, ([cell(each) for each in row] for row in result.rows))


class Bar(Lines):
    """A bar with the file's name, N/M, the rate and the time left."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        name = Column(max_width=36, no_wrap=True)
        columns = [TextColumn(f"{{task.fields[{each}]}}") for each in ("count", "rate", "left")]
        self.bar = Progress(
            TextColumn("{task.description}", markup=False, table_column=name),
            BarColumn(),
            *columns,
            console=console,
            auto_refresh=False,  # no thread of its own: events draw it
            redirect_stdout=False,  # results belong to stdout
            transient=True,
        )
        self.row = self.bar.add_task("Starting", total=None, count="", rate="", left="")
        self.name = ""
        self.drawn = 0.0

    def tell(self, event: Event) -> None:
        """As plain lines do, and the name of the file at work."""
        if isinstance(event, Started):
            self.name = event.path.name
        super().tell(event)

    def result(self, line: str) -> None:
        """Above the bar where the terminal shows both streams; else where it was sent."""
        if sys.stdout.isatty():
            self.bar.console.print(Text(line), soft_wrap=True)
        else:
            out(line)

    def finished(self, line: str) -> None:
        """The bar says it already."""

    def end(self, result: Any) -> None:
        """Without the bar, as plain lines do."""
        self.bar.stop()
        super().end(result)

    def step(self, step: Step) -> None:
        """Move the bar, as often as an eye can follow."""
        left = self.pace.left(step)
        if monotonic() - self.drawn < DRAW_SECONDS and step.done < step.total:
            return
        self.drawn = monotonic()
        of_files = self.planned > 0
        now = min(int(step.done) + 1, self.planned)
        self.bar.update(
            self.row,
            description=self.name if of_files else step.text,
            completed=step.done,
            total=step.total,
            count=f"{now}/{self.planned}" if of_files else f"{step.done:g}/{step.total:g}",
            rate=rate((step.total - step.done) / left) if left and of_files else "",
            left=f"{duration(left)} left" if left is not None else "",
        )
        self.bar.refresh()


@contextmanager
def show(*, as_json: bool) -> Iterator[Show]:
    """The way that suits: JSON on request, a bar on a terminal, else plain lines."""
    console = Console(stderr=True)
    if os.environ.get("RANK", "0") != "0":
        yield Silence()
    elif as_json:
        yield JsonLines()
    elif console.is_terminal and not console.is_dumb_terminal:
        view = Bar(console)
        with view.bar:
            yield view
    else:
        yield Lines()


def scores(values: Mapping[str, float]) -> str:
    """Psnr 31.2, distance 0.8812."""
    return ", ".join(f"{name} {cell(value)}" for name, value in values.items())


def duration(seconds: float) -> str:
    """3.2 s, 45 s, 12 min, 2 h 5 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def rate(files_a_second: float) -> str:
    """14 files/min, or the time one takes where that is longer than a minute."""
    a_minute = files_a_second * 60
    return f"{a_minute:.0f} files/min" if a_minute >= 1 else f"{1 / a_minute:.1f} min/file"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout; a pipe gets long lines instead of folded ones."""
    wide = None if sys.stdout.isatty() else 500
    grid = Table(*(Column(head, overflow="fold") for head in heads), box=SIMPLE, pad_edge=False)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console(width=wide).print(grid)


def experiment(result: LabResult) -> None:
    """Figures, unless a table has them too; tables, what was written, and a sentence."""
    if len(result.figures) <= NAMED or not result.tables:
        table(("Figure", ""), ((name, cell(value)) for name, value in result.figures.items()))
    for title, rows in result.tables.items():
        out(title)
        table(rows.heads, ([cell(each) for each in row] for row in rows.rows))
    for path in (*result.files, *([result.model] if result.model else [])):
        out(str(path))
    say(result.words)


def cell(value: str | float) -> str:
    """Text as it is; four digits for what is below 1, two for other numbers."""
    if isinstance(value, str):
        return value
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"
