"""Figures agree with scikit-image, and keep the field's protocols."""

import numpy as np
import pytest
from skimage import data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from engine import metrics


@pytest.fixture
def pair():
    truth = data.astronaut()[:120, :130]
    noisy = np.clip(truth + np.random.default_rng(0).normal(0, 12, truth.shape), 0, 255)
    return noisy.round().astype(np.uint8), truth


def floats(picture):
    return np.ascontiguousarray(picture.transpose(2, 0, 1)).astype(np.float32) / 255


def test_psnr_is_scikit_images(pair):
    expected = peak_signal_noise_ratio(pair[1], pair[0])
    assert metrics.psnr(*map(floats, pair)) == pytest.approx(expected, abs=1e-4)


def test_ssim_is_scikit_images_gaussian_variant(pair):
    luma = [metrics.luma(floats(picture)) for picture in pair]
    expected = structural_similarity(
        *luma, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert metrics.ssim_y(*map(floats, pair), border=0) == pytest.approx(expected, abs=2e-3)


def test_luma_spans_sixteen_to_235():
    assert metrics.luma(np.zeros((3, 1, 1), np.float32)) == pytest.approx(16)
    assert metrics.luma(np.ones((3, 1, 1), np.float32)) == pytest.approx(235)


def test_the_border_is_not_counted(pair):
    result, truth = map(floats, pair)
    spoilt = result.copy()
    spoilt[:, :4] = 0
    assert metrics.psnr_y(spoilt, truth, border=4) == metrics.psnr_y(result, truth, border=4)


def test_equal_pictures_are_infinitely_good(pair):
    assert metrics.psnr(floats(pair[1]), floats(pair[1])) == float("inf")
