"""What the command line shows, and where."""

import io
import json
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine import cli, cli_show
from engine.job import Finished, Note, Planned, Preview, Report, Started, Step

A, B, OUT = Path("a.png"), Path("b.png"), Path("out")


def denoise(*more):
    return cli.main(["denoise", "a.png", "b.png", "-o", "out", *more])


def test_stdout_carries_the_written_files_and_nothing_else(fake, capsys):
    assert denoise() == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [str(OUT / "a.png"), str(OUT / "b.png")]
    assert "[2/2] b.png: 0.1 s" in err
    assert "2 done in " in err


def test_json_has_one_event_a_line_without_pixels(fake, capsys):
    both_done = fake.job

    def job():
        yield Note("A word.", A)
        yield Preview("after", np.zeros((3, 2, 2), np.float32), b"icc", {"sigma": 25.0})
        return (yield from both_done())

    fake.job = job
    assert denoise("--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"event": "Note", "text": "A word.", "path": "a.png"}
    assert lines[1] == {"event": "Preview", "name": "after", "facts": {"sigma": 25.0}}
    assert {"event": "Step", "done": 1, "total": 2, "text": "b.png"} in lines
    assert lines[-1]["event"] == "Report"
    assert lines[-1]["done"][1] == ["b.png", str(OUT / "b.png")]


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self):
        return True


def test_on_a_terminal_a_bar_shows_file_count_rate_and_time_left(fake, monkeypatch, capsys):
    def job():
        yield Planned(((A, OUT / "a.png"), (B, OUT / "b.png")))
        yield Started(A)
        yield Step(0, 2, "a.png")
        time.sleep(0.25)  # before that nobody can know the pace
        yield Step(0.5, 2, "a.png")
        yield Note("[bold] is no markup", A)
        yield Finished(A, OUT / "a.png", 0.1)
        return Report()

    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stderr", screen)
    fake.job = job
    assert denoise() == 0
    shown = screen.getvalue()
    for words in ("a.png", "1/2", "files/min", "s left", "[bold] is no markup", "1 done in"):
        assert words in shown
    assert capsys.readouterr().out.split() == [str(OUT / "a.png")]


@pytest.mark.parametrize("terminal", [True, False])
def test_names_that_the_terminal_cannot_show_stop_nothing(fake, monkeypatch, terminal):
    def job():
        for name in ("é中.png", "\udcff.png", "[red]%.png"):
            yield Started(Path(name))
            yield Step(0, 1, name)
            yield Finished(Path(name), Path(name), 0.1)

    screens = [io.BytesIO(), io.BytesIO()]
    streams = [io.TextIOWrapper(screen, encoding="ascii") for screen in screens]
    streams[1].isatty = lambda: terminal
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    monkeypatch.setenv("TERM", "xterm")
    fake.job = job
    assert denoise() == 0
    assert screens[0].getvalue() == b"\\xe9\\u4e2d.png\n\xff.png\n[red]%.png\n"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3.21, "3.2 s"), (45, "45 s"), (89.6, "90 s"), (720, "12 min"), (7500, "2 h 5 min")],
)
def test_durations_are_short(seconds, words):
    assert cli_show.duration(seconds) == words


@pytest.mark.parametrize(("files", "words"), [(0.5, "30 files/min"), (1 / 150, "2.5 min/file")])
def test_the_rate_of_slow_work_is_minutes_a_file(files, words):
    assert cli_show.rate(files) == words
