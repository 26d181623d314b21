"""The noise level is found without knowing the clean picture."""

import numpy as np
import pytest
from skimage import data

from engine import noise


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    return np.ascontiguousarray(data.chelsea().transpose(2, 0, 1)).astype(np.float32) / 255


@pytest.mark.parametrize("sigma", [5, 15, 25, 50])
def test_white_noise_is_measured_within_a_tenth(clean, sigma):
    grain = np.random.default_rng(0).normal(0, sigma / 255, clean.shape).astype(np.float32)
    assert noise.level(clean + grain) == pytest.approx(sigma, rel=0.1)


def test_grey_pictures_are_measured_too(clean):
    grey = clean.mean(0, keepdims=True)
    grain = np.random.default_rng(0).normal(0, 20 / 255, grey.shape).astype(np.float32)
    assert noise.level(grey + grain) == pytest.approx(20, rel=0.1)


def test_noise_is_seen_through_jpeg(clean):
    import cv2

    grain = np.random.default_rng(0).normal(0, 20 / 255, clean.shape)
    noisy = (np.clip(clean + grain, 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
    packed = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
    again = cv2.imdecode(packed, cv2.IMREAD_COLOR).transpose(2, 0, 1)
    again = np.ascontiguousarray(again).astype(np.float32) / 255
    assert noise.level(again) == pytest.approx(20, rel=0.2)


def test_a_clean_photograph_has_no_white_noise(clean):
    assert noise.white_colour(clean) < 1


def test_blotchy_grain_counts_more_the_stronger_it_is():
    import cv2

    dice = np.random.default_rng(0)
    slow = np.linspace(0.3, 0.7, 512, dtype=np.float32) * np.ones((3, 512, 512), np.float32)
    levels = []
    for strength in (0, 1, 2):
        grain = dice.normal(0, 1, (512, 512, 3)).astype(np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), 1.5)
        grain *= strength * 2 / 255 / grain.std()
        levels.append(noise.level(slow + grain.transpose(2, 0, 1)))
    assert levels[0] < 1 < levels[1] < levels[2]


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (9, 9), (40, 40)])
def test_tiny_pictures_have_a_level(size):
    image = np.full((3, *size), 0.5, np.float32)
    assert noise.level(image) == 0
