"""The command line: options from knobs, events on a terminal, exit codes, interruption."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from engine import cli, places
from engine.cli_options import settings
from engine.errors import UserError
from engine.job import (
    Failed,
    Finished,
    Planned,
    Report,
    Skipped,
    Started,
    Step,
)
from engine.knobs import knob
from engine.specs import Denoise, Upscale

ROOT = Path(cli.__file__).parents[1]
A, B, OUT = Path("a.png"), Path("b.png"), Path("out")


def one_failed():
    yield Planned(((A, OUT / "a.png"), (B, OUT / "b.png")))
    yield Started(A)
    yield Failed(A, "The file is cut off.", "Copy it again.")
    yield Started(B)
    yield Finished(B, OUT / "b.png", 0.1)
    return Report()


def denoise(*more):
    return cli.main(["denoise", "a.png", "b.png", "-o", "out", *more])


# What the options say ends up in the spec


def test_options_that_are_not_given_leave_the_spec_as_declared(fake):
    assert denoise() == 0
    assert fake.asked == [Denoise(sources=(A, B), target=OUT)]


def test_every_given_option_reaches_the_spec(fake):
    words = (
        "--scale 3.5 --width 640 --megapixels 12 --tta --model four --device cuda:1 --quality 80"
    )
    more = (
        "--on-conflict rename --format tiff --no-recursive --no-keep-metadata --limit-megapixels 9"
    )
    line = ["upscale", "a.png", "--output", "out", "--name", "{name}%", *words.split()]
    assert cli.main(line + more.split()) == 0
    assert fake.asked == [
        Upscale(
            sources=(A,),
            target=OUT,
            name="{name}%",
            scale=3.5,
            width=640,
            megapixels=12.0,
            tta=True,
            model="four",
            device="cuda:1",
            quality=80,
            on_conflict="rename",
            format="tiff",
            recursive=False,
            keep_metadata=False,
            limit_megapixels=9.0,
        )
    ]


def test_auto_means_decide_for_me(fake):
    assert denoise("--strength", "auto", "--model", "auto") == 0
    assert fake.asked[0].strength is None
    assert fake.asked[0].model is None


@pytest.mark.parametrize("spec", cli.COMMANDS, ids=cli.name_of)
def test_help_names_every_setting_with_its_limits(spec, capsys):
    assert cli.main([cli.name_of(spec), "--help"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    for setting in settings(spec).values():
        if setting.about.kind not in ("sources", "target"):
            assert setting.option in words
            assert bool in setting.types or f"{setting.option} {setting.metavar}" in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Bake:
    """A task that nobody wrote a command for."""

    oven: Path = knob(Path("oven"), "Oven")
    minutes: float = knob(30, "Minutes", low=1, high=90, unit="min")
    eggs: int | None = knob(None, "Eggs", low=0, high=12, auto="By size", flag="--how-many-eggs")
    cake: str = knob("plain", "Cake", choices=(("plain", "Plain"), ("nut", "With nuts")))


def test_a_new_spec_needs_no_further_line(fake):
    app = typer.Typer(add_completion=False)
    app.command()(cli.command(Bake))
    line = "--oven stove --minutes 45 --how-many-eggs 3 --cake nut"
    with pytest.raises(SystemExit, match="0"):
        app(line.split())
    assert fake.asked == [Bake(oven=Path("stove"), minutes=45, eggs=3, cake="nut")]


# Exit codes


def test_a_result_that_was_there_already_is_no_failure(fake, capsys):
    def job():
        yield Planned(())
        yield Skipped(A, "The result is there already.")
        return Report()

    fake.job = job
    assert denoise() == 0
    assert "a.png: The result is there already." in capsys.readouterr().err


def test_a_failed_file_is_named_with_its_reason_at_the_end(fake, capsys):
    fake.job = one_failed
    assert denoise() == 1
    out, err = capsys.readouterr()
    assert out.split() == ["out/b.png"]
    assert "Failed: a.png: The file is cut off. Copy it again.\n1 done, 1 failed" in err


def test_many_skipped_files_are_counted_not_listed(fake, capsys):
    def job():
        yield Planned(())
        for number in range(500):
            yield Skipped(Path(f"{number}.png"), f"{number}_denoised.png is already there.")
        return Report()

    fake.job = job
    assert denoise() == 0
    words = (
        "Skipped: 500 files, such as 0.png: 0_denoised.png is already there.\n0 done, 500 skipped"
    )
    assert words in capsys.readouterr().err


def refused():
    raise UserError("There is nothing to do.", "Name a picture.")
    yield


def full_disk():
    yield Planned(((A, OUT / "a.png"),))
    yield Started(A)
    raise UserError("The disk is full.")


@pytest.mark.parametrize(("job", "code"), [(refused, 2), (full_disk, 1)])
def test_an_error_for_people_is_wrong_use_only_before_work_began(fake, capsys, job, code):
    fake.job = job
    assert denoise() == code
    assert "Error: The" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("denoise a.png", "Missing option '-o'"),
        ("denoise -o out", "Missing argument 'SRC"),
        ("denoise a.png -o out --strength much", "--strength: much is not a number"),
        ("denoise a.png -o out --strength nan", "--strength: nan is not a number"),
        ("denoise a.png -o out --quality 9.5", "--quality: 9.5 is not a whole number"),
        ("denoise a.png -o out --device gpu", "--device: gpu is not auto, cpu, cuda or cuda:N"),
        ("denoise a.png -o out --strength 80", "80.0 is not between 0 and 75"),
        ("denoise a.png -o out --format bmp", "bmp is not one of same, png"),
        ("denoise a.png -o out --frob", "No such option"),
        ("frob", "No such command"),
        ("models info nobody", "There is no model called nobody"),
    ],
)
def test_wrong_use_is_told_in_a_line(line, words, tiny, capsys):
    assert cli.main(line.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_a_bug_is_logged_and_told_plainly(fake, capsys, logged):
    def job():
        yield Started(A)
        raise ZeroDivisionError("oops")

    fake.job = job
    assert denoise() == 1
    err = capsys.readouterr().err
    log = places.data() / "logs" / "command-line.log"
    assert "Something went wrong inside Safelight (ZeroDivisionError: oops)." in err
    assert f"Details are in {log}." in err
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert "failed" in logged.pop().getMessage()


# Interruption


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_closes_the_job_between_two_events(fake, capsys, number, code):
    closed = []

    def job():
        try:
            yield Planned(((A, OUT / "a.png"), (B, OUT / "b.png")))
            yield Started(A)
            yield Finished(A, OUT / "a.png", 0.1)
            signal.raise_signal(number)
            yield Step(1, 2)
            raise AssertionError("went on after the signal")
        finally:
            closed.append(True)

    before = signal.getsignal(number)
    fake.job = job
    assert denoise() == code
    assert closed
    assert signal.getsignal(number) is before
    assert "Stopped: 1 of 2 done. The same command does what is left." in capsys.readouterr().err


def test_a_second_signal_does_not_wait(fake, capsys):
    def job():
        yield Started(A)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("went on")

    fake.job = job
    assert denoise("--on-conflict", "overwrite") == 130
    assert "Stopped: nothing was done yet.\n" in capsys.readouterr().err


# Models, doctor, start


def test_models_list_names_every_model(tiny, capsys):
    assert cli.main(["models", "list"]) == 0
    shown = capsys.readouterr().out
    assert all(path.stem in shown for path in tiny.folder.iterdir())


def test_models_list_as_json_has_the_cards(tiny, capsys):
    assert cli.main(["models", "list", "--json"]) == 0
    facts = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
    assert facts["tiny-upscale-4x"]["scale"] == 4
    assert facts["tiny-denoise-grey"]["channels"] == 1


def test_models_info_shows_the_card(tiny, capsys):
    assert cli.main(["models", "info", "tiny-denoise"]) == 0
    shown = capsys.readouterr().out
    assert "Changes nothing; for tests." in shown
    assert "MIT" in shown


def test_doctor_names_versions_and_folders(capsys, home):
    assert cli.main(["doctor", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["Safelight"].startswith(places.VERSION)
    assert str(home / "models") in facts.values()


def test_help_and_the_model_list_come_without_torch_and_qt():
    script = (
        "import sys; from engine import cli; cli.main(['--help']); cli.main(['models', 'list']);"
        "print(sorted({'torch', 'PySide6', 'cv2', 'openvino'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
