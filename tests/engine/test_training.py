"""The training script learns, goes on where it stopped, and leaves a usable model."""

import argparse
import json

import cv2
import numpy as np
import pytest
import torch
from skimage import data as pictures

from engine import catalogue
from engine.training import data, degradation, script


@pytest.fixture
def folder(tmp_path):
    """Four photographs."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("chelsea", "astronaut", "coffee", "rocket"):
        shot = getattr(pictures, name)()[:192, :224, ::-1]
        (folder / f"{name}.png").write_bytes(cv2.imencode(".png", shot)[1].tobytes())
    return folder


def asked(folder, run, seconds, task="denoise-grey"):
    return argparse.Namespace(task=task, data=[folder], minutes=seconds / 60, run=run, base=None)


def test_it_learns_resumes_and_leaves_a_model(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "BATCH", 2)
    run = tmp_path / "run"
    script.train(asked(folder, run, 4))
    first = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    script.train(asked(folder, run, 8))
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert log[-1]["step"] > first[-1]["step"] > 0
    assert log[-1]["loss"] < first[-1]["loss"]
    (entry,) = catalogue.entries(folders=[run])
    assert entry.card.channels == 1
    assert f"{log[-1]['step']:,} steps" in entry.card.training
    assert not list(run.glob("*.part"))


def test_crops_of_a_pair_show_the_same_place():
    dice = np.random.default_rng(0)
    large = dice.integers(0, 255, (3, 96, 128), np.uint8)
    small = np.ascontiguousarray(large[:, ::2, ::2])
    left, right = data.crop_pairs([(small, large)], dice, count=8, edge=20)
    assert left.shape == (8, 3, 20, 20)
    assert right.shape == (8, 3, 40, 40)
    for lo, hi in zip(left, right, strict=True):
        corners = [hi[:, y::2, x::2] for y in (0, 1) for x in (0, 1)]
        assert any(torch.equal(lo, corner) for corner in corners)  # whichever way it was turned


def test_noise_has_the_level_it_tells():
    clean = torch.full((4, 3, 128, 128), 0.5)
    noisy = degradation.gaussian_noise(clean, 10, 50)
    for picture in noisy:
        told = float(picture[3, 0, 0]) * 255
        assert float((picture[:3] - 0.5).std()) * 255 == pytest.approx(told, rel=0.05)
        assert picture[3].min() == picture[3].max()


def test_bicubic_reduction_keeps_a_ramp_a_ramp_up_to_the_border():
    ramp = torch.arange(64.0).repeat(1, 1, 64, 1)
    small = degradation.bicubic(ramp, 1 / 4)
    assert small.shape == (1, 1, 16, 16)
    middle = small[0, 0, 8]
    expected = torch.arange(16.0) * 4 + 1.5
    torch.testing.assert_close(middle[2:-2], expected[2:-2], atol=1e-3, rtol=0)


def test_a_file_that_is_no_picture_is_named(tmp_path):
    (tmp_path / "a.png").write_text("no")
    with pytest.raises(ValueError, match=r"a\.png"):
        data.load(tmp_path, longest=100, channels=3)
