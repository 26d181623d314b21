"""The fastest executor is found once and remembered; whatever fails, the picture comes out."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from engine import catalogue, devices, executors
from engine.errors import UserError
from engine.job import Note
from engine.runtime import Runtime, compiled_path, probe_tile


@pytest.fixture
def entry(tiny, monkeypatch):
    monkeypatch.delenv("SAFELIGHT_EXECUTOR")
    return catalogue.find("tiny-denoise")


def test_the_race_is_run_once_and_remembered(entry, drain, monkeypatch):
    _, network = drain(Runtime().network(entry, "cpu"))
    saved = json.loads(compiled_path(entry).with_suffix(".json").read_text())
    assert saved["exact"] == network.traits.executor != "openvino-bf16"
    monkeypatch.setattr("engine.runtime.race", None)  # a second race would fail
    _, again = drain(Runtime().network(entry, "cpu"))
    assert again.traits == network.traits


def test_less_than_float32_is_for_8_bit_pictures_and_hides_in_their_rounding(entry, drain):
    _, exact = drain(Runtime().network(entry, "cpu"))
    _, quick = drain(Runtime().network(entry, "cpu", precise=False))
    assert exact.traits.executor != "openvino-bf16"
    tile = probe_tile(4, 1)
    stray = np.sqrt(np.mean((quick.run(tile) - exact.run(tile)) ** 2))
    assert stray <= 0.35 / 255


@pytest.mark.parametrize("executor", ["torch", "openvino"])
def test_both_executors_give_the_same_picture(entry, drain, monkeypatch, executor):
    monkeypatch.setenv("SAFELIGHT_EXECUTOR", executor)
    _, network = drain(Runtime().network(entry, "cpu"))
    assert network.traits.executor.startswith(executor)
    tile = probe_tile(4, 1)
    reference = executors.Eager(executors.build(entry), "cpu")(tile)
    np.testing.assert_allclose(network.run(tile), reference, atol=1e-4)


def test_without_openvino_torch_does_it_without_a_word(entry, drain, monkeypatch):
    def broken(*_):
        raise RuntimeError("no CPU plug-in")

    monkeypatch.setattr(executors, "OpenVino", broken)
    events, network = drain(Runtime().network(entry, "cpu"))
    assert network.traits.executor == "torch"
    assert network.run(probe_tile(4, 1)).shape == (1, 3, 256, 256)
    assert not [event for event in events if isinstance(event, Note) and "plug" in event.text]


def test_a_compiled_network_that_is_right_for_squares_only_loses_the_race(
    entry, drain, monkeypatch
):
    class Squares(executors.OpenVino):
        def __call__(self, batch):
            return super().__call__(batch) + 0.1 * (batch.shape[2] != batch.shape[3])

    monkeypatch.setattr(executors, "OpenVino", Squares)
    _, network = drain(Runtime().network(entry, "cpu"))
    assert network.traits.executor == network.traits.exact == "torch"


def test_a_damaged_compiled_file_is_no_obstacle(entry, drain, monkeypatch):
    monkeypatch.setenv("SAFELIGHT_EXECUTOR", "openvino")
    drain(Runtime().network(entry, "cpu"))
    compiled_path(entry).write_text("not a network")
    _, network = drain(Runtime().network(entry, "cpu"))
    assert network.run(probe_tile(4, 1)).shape == (1, 3, 256, 256)


def test_networks_stay_warm_and_a_changed_file_is_read_again(tiny, entry, drain):
    runtime = Runtime()
    _, first = drain(runtime.network(entry, "cpu"))
    assert drain(runtime.network(entry, "cpu")) == ([], first)
    tiny.add("tiny-denoise", "unet", "denoise", channels=3, widths=[4, 4], blocks=1)
    _, other = drain(runtime.network(catalogue.find("tiny-denoise"), "cpu"))
    assert other is not first


@pytest.mark.skipif(torch.cuda.is_available(), reason="has CUDA")
def test_cuda_without_a_card_says_so_once_and_uses_the_cpu(entry, drain):
    runtime = Runtime()
    events, network = drain(runtime.network(entry, "cuda"))
    assert network.device == "cpu"
    words = [event.text for event in events if isinstance(event, Note)]
    assert any("No CUDA device was found. The CPU" in text for text in words)
    assert drain(runtime.network(entry, "cuda"))[0] == []


def test_a_card_that_fails_its_first_kernel_leaves_the_work_to_the_cpu(monkeypatch):
    devices.cuda_trouble.cache_clear()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    def no_kernel(*_, **__):
        raise RuntimeError("no kernel image is available for execution on the device")

    monkeypatch.setattr(torch, "ones", no_kernel)
    assert devices.resolve("cuda:0") == (
        "cpu",
        "The CUDA device cuda:0 failed its first computation. The CPU does the work instead.",
    )
    devices.cuda_trouble.cache_clear()


@pytest.mark.parametrize("asked", ["gpu", "cuda:x", "cpu:1x", ""])
def test_a_device_nobody_knows_is_refused(asked):
    with pytest.raises(UserError, match="no device called"):
        devices.resolve(asked)


def test_half_precision_that_overflows_is_done_again_in_full(entry, monkeypatch):
    eager = executors.Eager(executors.build(entry), "cpu")
    eager._half = True
    calls = []
    net = eager._net

    def overflow_first(image):
        calls.append(1)
        return net(image) * (float("nan") if len(calls) == 1 else 1)

    eager._net = overflow_first
    assert np.isfinite(eager(probe_tile(4, 1))).all()
    assert len(calls) == 2
    assert eager._half is False


def test_nothing_is_sent_anywhere(entry, home):
    """Every look-up and connection of a first run, telemetry included, would be seen here."""
    code = f"""
import sys
calls = []
sys.addaudithook(lambda event, _: event.startswith("socket.") and calls.append(event))
from pathlib import Path
from engine import catalogue, executors
entry, = [e for e in catalogue.entries(folders=[Path({str(entry.path.parent)!r})])
          if e.id == "tiny-denoise"]
executors.convert(executors.build(entry), 4, Path({str(home / "net.xml")!r}))
executors.OpenVino(Path({str(home / "net.xml")!r}))
import time; time.sleep(1)  # telemetry goes out from a thread
print([call for call in calls if call != "socket.gethostname"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
