"""Figures agree with scikit-image, published values and the field's protocols."""

import numpy as np
import pytest
import torch
from skimage import color, data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from engine import ciede2000, metrics
from engine.training import degradation

# Sharma, Wu and Dalal (2005), table 1: two colours in CIELAB, and how different they look
PAIRS = """
50 2.6772 -79.7751  50 0 -82.7485  2.0425
50 3.1571 -77.2803  50 0 -82.7485  2.8615
50 2.8361 -74.0200  50 0 -82.7485  3.4412
50 -1.3802 -84.2814  50 0 -82.7485  1.0000
50 -1.1848 -84.8006  50 0 -82.7485  1.0000
50 -0.9009 -85.5211  50 0 -82.7485  1.0000
50 0 0  50 -1 2  2.3669
50 -1 2  50 0 0  2.3669
50 2.4900 -0.0010  50 -2.4900 0.0009  7.1792
50 2.4900 -0.0010  50 -2.4900 0.0010  7.1792
50 2.4900 -0.0010  50 -2.4900 0.0011  7.2195
50 2.4900 -0.0010  50 -2.4900 0.0012  7.2195
50 -0.0010 2.4900  50 0.0009 -2.4900  4.8045
50 -0.0010 2.4900  50 0.0010 -2.4900  4.8045
50 -0.0010 2.4900  50 0.0011 -2.4900  4.7461
50 2.5 0  50 0 -2.5  4.3065
50 2.5 0  73 25 -18  27.1492
50 2.5 0  61 -5 29  22.8977
50 2.5 0  56 -27 -3  31.9030
50 2.5 0  58 24 15  19.4535
50 2.5 0  50 3.1736 0.5854  1.0000
50 2.5 0  50 3.2972 0  1.0000
50 2.5 0  50 1.8634 0.5757  1.0000
50 2.5 0  50 3.2592 0.3350  1.0000
60.2574 -34.0099 36.2677  60.4626 -34.1751 39.4387  1.2644
63.0109 -31.0961 -5.8663  62.8187 -29.7946 -4.0864  1.2630
61.2901 3.7196 -5.3901  61.4292 2.2480 -4.9620  1.8731
35.0831 -44.1164 3.7933  35.0232 -40.0716 1.5901  1.8645
22.7233 20.0904 -46.6940  23.0331 14.9730 -42.5619  2.0373
36.4612 47.8580 18.3852  36.2715 50.5065 21.2231  1.4146
90.8027 -2.0831 1.4410  91.1528 -1.6435 0.0447  1.4441
90.9257 -0.5406 -0.9208  88.6381 -0.8985 -0.7239  1.5381
6.7747 -0.2908 -2.4247  5.8714 -0.0985 -2.2286  0.6377
2.0776 0.0795 -1.1350  0.9033 -0.0636 -0.5514  0.9082
"""


@pytest.fixture
def pair():
    truth = data.astronaut()[:120, :130]
    noisy = np.clip(truth + np.random.default_rng(0).normal(0, 12, truth.shape), 0, 255)
    return noisy.round().astype(np.uint8), truth


def floats(picture):
    return np.ascontiguousarray(picture.transpose(2, 0, 1)).astype(np.float32) / 255


def plane(values):
    return (np.asarray(values) / 255).astype(np.float32)[None]


def test_psnr_is_scikit_images(pair):
    expected = peak_signal_noise_ratio(pair[1], pair[0])
    assert metrics.psnr(*map(floats, pair)) == pytest.approx(expected, abs=1e-4)


def test_ssim_is_scikit_images_gaussian_variant(pair):
    luma = [metrics.luma(floats(picture)) for picture in pair]
    expected = structural_similarity(
        *luma, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert metrics.ssim_y(*map(floats, pair), border=0) == pytest.approx(expected, abs=1e-6)
    assert metrics.ssim(*(plane(each) for each in luma)) == pytest.approx(expected, abs=2e-3)


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


# Blocks of JPEG


def test_visible_blocks_cost_what_the_paper_says():
    steps = np.arange(32) // 8 * 10.0  # a step of 10 at every block edge, nothing between
    picture = plane(np.tile(steps, (32, 1)) + 100)
    truth = plane(np.full((32, 32), 100.0))
    edges = (32 * 3 * 10**2) / (2 * 32 * 3)  # half of all block edges, along one axis, differ
    error = np.mean((np.tile(steps, (32, 1))) ** 2) + edges * np.log2(8) / np.log2(32)
    assert metrics.psnr_b(picture, truth) == pytest.approx(10 * np.log10(255**2 / error))


def test_steps_inside_blocks_cost_nothing_extra():
    steps = (np.arange(32) + 4) // 8 * 10.0
    picture, truth = plane(np.tile(steps, (32, 1))), plane(np.zeros((32, 32)))
    assert metrics.psnr_b(picture, truth) == metrics.psnr(picture, truth)


def test_sizes_that_blocks_do_not_fill_are_measured_too():
    picture = plane(np.random.default_rng(0).integers(0, 255, (5, 13)))
    assert np.isfinite(metrics.psnr_b(picture, plane(np.zeros((5, 13)))))


# Colour


def test_colour_differences_are_the_published_ones():
    rows = np.array([line.split() for line in PAIRS.split("\n") if line], float)
    assert len(rows) == 34
    found = ciede2000.difference(rows[:, :3].T, rows[:, 3:6].T)
    np.testing.assert_allclose(found, rows[:, 6], atol=5e-5)
    swapped = ciede2000.difference(rows[:, 3:6].T, rows[:, :3].T)
    np.testing.assert_allclose(swapped, found, atol=1e-12)


def test_the_mean_over_a_picture_is_scikit_images(pair):
    lab = [color.rgb2lab(picture) for picture in pair]
    expected = color.deltaE_ciede2000(*lab).mean()
    assert ciede2000.mean_difference(*map(floats, pair)) == pytest.approx(expected, rel=1e-3)
    np.testing.assert_allclose(ciede2000.lab(floats(pair[0])), lab[0].transpose(2, 0, 1), atol=0.02)
    assert ciede2000.mean_difference(floats(pair[0]), floats(pair[0])) == 0


# Reduction as MATLAB's imresize does it


def cubic(x):
    x = np.abs(x)
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0))


def imresize(image, scale, axis):
    """One axis: weights of every output sample on mirrored inputs, antialiased, summing to 1."""
    length, stretch = image.shape[axis], min(scale, 1)
    output = np.arange(round(length * scale))
    centre = (output + 0.5) / scale - 0.5
    first = np.floor(centre - 2 / stretch).astype(int)
    index = first[:, None] + np.arange(int(np.ceil(4 / stretch)) + 2)
    weights = cubic(stretch * (centre[:, None] - index))
    weights /= weights.sum(1, keepdims=True)
    around = np.r_[np.arange(length), np.arange(length)[::-1]]  # edge pixels are repeated
    seen = np.moveaxis(image, axis, 0)[around[index % (2 * length)]]
    return np.moveaxis(np.einsum("op,op...->o...", weights, seen), 0, axis)


@pytest.mark.parametrize("scale", [1 / 2, 1 / 3, 1 / 4, 2, 4])
@pytest.mark.parametrize("edge", [12, 60])
def test_bicubic_is_matlabs_up_to_the_last_pixel(scale, edge):
    picture = np.random.default_rng(0).random((3, edge, edge + 24))
    expected = imresize(imresize(picture, scale, 1), scale, 2)
    found = degradation.bicubic(torch.from_numpy(picture)[None], scale)[0].numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)
