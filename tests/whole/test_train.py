"""Training as people start it: from the shell, in several processes, on a machine with little."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import main as safelight
from engine import catalogue
from engine.training import runs
from tests.engine.lessons import checkpoint, photos, same

ROOT = Path(safelight.__file__).parent
MAIN = [sys.executable, str(ROOT / "main.py"), "train"]
QUICK = ["--batch", "4", "--edge", "32", "--device", "cpu", "--precision", "float32"]
SMALL = [*QUICK, "--network", "unet widths=8,16 blocks=1"]


@pytest.fixture(autouse=True)
def one_thread_each(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
def folder(tmp_path):
    return photos(tmp_path / "photos", count=6)


def run(command, **more):
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, timeout=200, cwd=ROOT, **more
    )


def denoise(folder, *more):
    return [*MAIN, "denoise", "--data", str(folder), *SMALL, "-o", "mine", *more]


def test_loading_processes_do_not_change_what_is_learned(folder):
    for name, workers in (("alone", "0"), ("helped", "1")):
        more = ("--steps", "3", "-o", name, "--workers", workers)
        done = run(denoise(folder, *more))
        assert done.returncode == 0, done.stderr
    left, right = (checkpoint(runs.folder_of(name).path, 3) for name in ("alone", "helped"))
    assert same(left["modules"], right["modules"])


def test_ctrl_c_keeps_the_model_and_says_how_to_go_on(folder, home):
    command = denoise(folder, "--steps", "100000", "--json")
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT
    )
    for line in process.stdout:
        if '"step 5' in line:
            break
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 10
    assert "Stopped: step " in errors
    assert "--resume" in errors
    assert catalogue.find("mine").card.task == "denoise"
    assert runs.described(runs.folder_of("mine")).state == "stopped"


def test_two_processes_train_one_model(folder, home):
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"]
    command = [*torchrun, "--master_port", "29511", *denoise(folder, "--steps", "8")[1:]]
    done = run([*command, "--sample-every", "3"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(home / "models" / "mine.safetensors")  # said once
    state = checkpoint(home / "runs" / "mine", 8)
    assert state["progress"]["step"] == 8
    scores = {s: v for s, v in runs.curve(runs.folder_of("mine")) if "psnr" in v}
    assert list(scores) == [0, 3, 6, 8]
    assert scores[8]["psnr"] > scores[0]["psnr"]
    assert "2 x 1 of" in catalogue.find("mine").card.training


BARE = """
import sys
from importlib.machinery import PathFinder
there = PathFinder.find_spec
def find_spec(name, *more):
    return None if name.partition(".")[0] in {absent} else there(name, *more)
PathFinder.find_spec = find_spec
import main
sys.exit(main.main())
"""


def test_a_bare_machine_trains_without_window_openvino_and_the_like(folder, home):
    absent = {"PySide6", "openvino", "spandrel", "platformdirs", "tifffile", "tensorboardX"}
    absent |= {"skimage", "sklearn", "scipy", "pyqtgraph"}
    script = BARE.format(absent=absent)
    done = run([sys.executable, "-c", script, *denoise(folder, "--steps", "2")[2:]])
    assert done.returncode == 0, done.stderr
    assert (home / "models" / "mine.safetensors").exists()
    assert os.environ["SAFELIGHT_HOME"] == str(home)
