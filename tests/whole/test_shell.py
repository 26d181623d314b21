"""The command line as people start it: real processes, real pictures, the real studio."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main as safelight

ROOT = Path(safelight.__file__).parent
MAIN = [sys.executable, str(ROOT / "main.py")]
COUNT = 16


@pytest.fixture
def photos(tmp_path):
    """A folder of noisy pictures, with one in a subfolder and names that are hard."""
    folder = tmp_path / "photos"
    (folder / "sub").mkdir(parents=True)
    names = ["sub/0.png", "1 é中 100%.png", *(f"{number}.png" for number in range(2, COUNT))]
    dice = np.random.default_rng(0)
    for name in names:
        noise = dice.integers(0, 256, (256, 256, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / name)
    return folder


def denoise(source, out):
    # A model that changes nothing, and no estimate: what is tested is who does what when.
    words = ["--model", "tiny-denoise", "--strength", "25", "--device", "cpu", "--format", "tiff"]
    return [*MAIN, "denoise", str(source), "-o", str(out), *words]


def run(command):
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)


def contents(folder):
    """Every file below by its path, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_is_done_around_a_damaged_file_and_the_originals_stay(tiny, photos, tmp_path):
    (photos / "broken.png").write_bytes((photos / "2.png").read_bytes()[:1000])
    before = contents(photos)
    first = run(denoise(photos, tmp_path / "out"))
    assert first.returncode == 1, first.stderr
    assert "Failed: " in first.stderr
    assert "broken.png" in first.stderr
    written = [Path(line) for line in first.stdout.splitlines()]
    assert len(written) == COUNT
    assert {path.relative_to(tmp_path / "out").as_posix() for path in written} == set(
        contents(tmp_path / "out")
    )
    assert contents(photos) == before
    (photos / "broken.png").unlink()
    again = run(denoise(photos, tmp_path / "out"))
    assert (again.returncode, again.stdout) == (0, "")
    assert f"{COUNT} skipped" in again.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_a_folder_interrupted_thrice_is_finished_by_the_same_command(tiny, photos, tmp_path):
    command, out = denoise(photos, tmp_path / "out"), tmp_path / "out"
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        ) as process:
            process.stdout.readline()  # one file is written, the next one at work
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
        assert process.returncode == code, said
        partial = [name for name in contents(out) if name.endswith(".part")]
        assert number == signal.SIGKILL or (partial == [] and "The same command" in said)
        assert len(contents(out)) < COUNT
    assert run(command).returncode == 0
    assert run(denoise(photos, tmp_path / "whole")).returncode == 0
    assert contents(out) == contents(tmp_path / "whole")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_real_terminal_the_bar_is_drawn_and_stdout_stays_clean(tiny, photos, tmp_path):
    import pty

    keyboard, screen = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        denoise(photos / "2.png", tmp_path / "out"),
        stdout=subprocess.PIPE,
        stderr=screen,
        env=environment,
    ) as process:
        os.close(screen)
        shown = everything_from(keyboard)
        written = process.stdout.read().decode().splitlines()
    assert process.returncode == 0, shown
    assert [Path(line) for line in written] == list((tmp_path / "out").iterdir())
    assert all(words in shown for words in ("2.png", "1/1", "1 done in")), shown


def everything_from(terminal):
    """What is written to a terminal until its last writer leaves."""
    shown = b""
    with os.fdopen(terminal, "rb", buffering=0) as file, suppress(OSError):
        while more := file.read(4096):
            shown += more
    return shown.decode()


def test_a_program_without_streams_still_works():
    script = (
        "import sys; sys.stdout = sys.stderr = None; sys.argv = ['safelight', 'models', 'list'];"
        f"sys.path.insert(0, {str(ROOT)!r}); import main; sys.exit(main.main())"
    )
    assert run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "opened"),
    [
        ([], []),
        (["a photo.png"], ["a photo.png"]),
        (["a photo.png", "denoise"], ["a photo.png", "denoise"]),
    ],
)
def test_pictures_alone_open_the_window(monkeypatch, tmp_path, arguments, opened):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a photo.png").touch()
    (tmp_path / "denoise").mkdir()
    shown = []
    monkeypatch.setattr(safelight, "window", lambda paths: shown.append(paths) or 0)
    monkeypatch.setattr(sys, "argv", ["safelight", *arguments])
    assert safelight.main() == 0
    assert shown == [[Path(each) for each in opened]]


@pytest.mark.parametrize("arguments", [["denoise"], ["missing.png"], ["--version"]])
def test_everything_else_is_the_command_line(monkeypatch, tmp_path, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "denoise").mkdir()  # a command's name wins over a folder's
    monkeypatch.setattr(safelight, "window", lambda paths: pytest.fail("opened the window"))
    monkeypatch.setattr(sys, "argv", ["safelight", *arguments])
    assert safelight.main() == (0 if arguments == ["--version"] else 2)
