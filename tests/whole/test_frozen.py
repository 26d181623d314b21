"""The packaged app, started as a stranger would: from its folder, with an empty environment."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "dist" / "Safelight"
PROGRAM = FOLDER / ("safelight-cli.exe" if sys.platform == "win32" else "Safelight")
READY = "window shown"  # what gui/app.py logs
BROKEN = re.compile(
    r"ModuleNotFoundError|ImportError|No module named|cannot import|could not get source"
    r"|Traceback|cannot open shared object|Failed to execute|no Qt platform plugin",
    re.IGNORECASE,
)

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(
        not PROGRAM.exists(), reason="dist/Safelight is not built: run make package"
    ),
]


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing in it but a home and a place for Qt to draw."""
    variables = {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    if sys.platform == "win32":  # nothing starts without it there
        variables |= {"SYSTEMROOT": os.environ["SYSTEMROOT"], "LOCALAPPDATA": str(tmp_path)}
    return variables


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Iterator[object]:
    """Print figures past pytest's capturing: they are worth reading when all is well, too."""

    def loudly(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n    {text}\n")

    return loudly


def ask(bare: dict[str, str], *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the frozen command line to its end; missing modules fail the test."""
    answer = subprocess.run(
        [PROGRAM, *arguments], env=bare | more, capture_output=True, text=True, timeout=300
    )
    said = answer.stdout + answer.stderr
    assert not BROKEN.search(said), said
    return answer


def log_text(home: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in home.rglob("logs/*.log"))


def wait_for_window(process: subprocess.Popen[str], home: Path, seconds: float = 60) -> float:
    """Seconds until the log says that the window is there."""
    begun = time.monotonic()
    while READY not in log_text(home):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - begun < seconds, f"no window after {seconds} s: {log_text(home)}"
        time.sleep(0.01)
    return time.monotonic() - begun


def gigabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e9


def test_the_window_opens_and_closes_when_told_to(bare, tmp_path, say):
    process = subprocess.Popen(
        [PROGRAM], env=bare, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        seconds = wait_for_window(process, tmp_path)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    say(f"window after {seconds:.2f} s")
    assert not BROKEN.search(said), said
    assert process.returncode == 0, said


def test_it_knows_the_models_that_the_source_knows(bare, tmp_path):
    frozen = json.loads(ask(bare, "models", "list", "--json").stdout)
    source = subprocess.run(
        [sys.executable, ROOT / "main.py", "models", "list", "--json"],
        env=os.environ | {"SAFELIGHT_HOME": str(tmp_path / "source")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [without_path(each) for each in frozen] == [
        without_path(each) for each in json.loads(source.stdout)
    ]
    assert {each["task"] for each in frozen} >= {"denoise", "upscale"}


def test_it_imports_a_published_network_and_runs_it(bare, tmp_path):
    from spandrel.architectures.Compact import Compact

    torch.save(
        {"params": Compact(num_feat=8, num_conv=2, upscale=2).state_dict()}, tmp_path / "x.pth"
    )
    answer = ask(bare, "models", "import", str(tmp_path / "x.pth"))
    assert answer.stdout.split() == ["x"], answer.stderr
    source, target = tmp_path / "small.png", tmp_path / "large.png"
    Image.fromarray(stripes(40, 48).astype(np.uint8)).save(source)
    answer = ask(bare, "upscale", str(source), "-o", str(target), "--model", "x")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    with Image.open(target) as large:
        assert large.size == (96, 80)


def without_path(facts: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name != "path"}


@pytest.mark.parametrize("executor", ["torch", "openvino"])
def test_it_denoises_with_either_executor(bare, tmp_path, executor, say):
    clean = stripes(96, 128)
    noisy = clean + np.random.default_rng(0).normal(0, 25, clean.shape)
    source, target = tmp_path / "noisy é %.png", tmp_path / "out.png"
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(source)
    begun = time.monotonic()
    command = ("denoise", str(source), "-o", str(target), "--strength", "25", "--device", "cpu")
    answer = ask(bare, *command, SAFELIGHT_EXECUTOR=executor)
    say(f"first picture with {executor} after {time.monotonic() - begun:.1f} s")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    before, after = (psnr(np.asarray(Image.open(path)), clean) for path in (source, target))
    assert after > before + 3
    assert "OpenVINO failed" not in log_text(tmp_path)  # it would have gone on with torch
    assert any(tmp_path.rglob("*.xml")) == (executor == "openvino")  # the network it compiled
    assert not (tmp_path / "intel").exists()  # where OpenVINO's telemetry would keep its number


def test_both_executors_race_and_the_second_run_remembers(bare, tmp_path):
    source = tmp_path / "small.png"
    Image.fromarray(stripes(48, 48).astype(np.uint8)).save(source)
    for name in ("first.png", "second.png"):
        command = ("denoise", str(source), "-o", str(tmp_path / name), "--strength", "25")
        answer = ask(bare, *command, "--device", "cpu")
        assert answer.returncode == 0, answer.stdout + answer.stderr
    log = log_text(tmp_path)
    assert log.count("openvino-f32':") == 1, log
    assert "OpenVINO cannot run" not in log, log


def test_it_says_what_the_computer_offers(bare):
    answer = ask(bare, "doctor", "--json")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)


def test_the_folder_carries_no_compiler_and_reports_to_nobody(say):
    inside = {path.name for path in (FOLDER / "_internal").iterdir()}
    assert not inside & {"triton", "openvino_telemetry", "tensorboard", "IPython", "matplotlib"}
    say(f"{gigabytes(FOLDER):.2f} GB")


def test_no_link_in_the_folder_leads_nowhere():
    dangling = [path for path in FOLDER.rglob("*") if path.is_symlink() and not path.exists()]
    assert not dangling


def stripes(height: int, width: int) -> np.ndarray:
    """A picture with a gradient, an edge and fine stripes, (H, W, 3) in 0..255."""
    y, x = np.mgrid[0:height, 0:width]
    red = 60 + 130 * x / width
    green = np.where((x + y) // 24 % 2, 170.0, 80.0)
    blue = 120 + 40 * np.sin(y / 3)
    return np.dstack([red, green, blue])


def psnr(picture: np.ndarray, clean: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((picture - clean) ** 2)))
