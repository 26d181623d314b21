"""What is worked out on a small picture comes to full size with all of the original's detail."""

import numpy as np
from skimage import data

from engine import carry


def photo(height=480, width=600):
    whole = data.astronaut()[:, :, :].astype(np.float32) / 255
    big = np.kron(whole, np.ones((2, 2, 1), np.float32))[:height, :width]
    grain = np.random.default_rng(0).normal(0, 0.02, big.shape)
    return np.ascontiguousarray((big + grain).clip(0, 1).transpose(2, 0, 1), np.float32)


def sepia(image):
    weights = np.array([[0.35, 0.6, 0.05], [0.3, 0.5, 0.1], [0.2, 0.4, 0.1]], np.float32)
    return np.einsum("ck,khw->chw", weights, image) * 0.8 + 0.1


def whole(drain, change, original, strength=1.0):
    return drain(carry.carried(change, original, strength))[1]


def test_a_change_of_colours_keeps_every_detail(drain):
    original = photo()
    _, small = drain(carry.shrunk(original, 120, 150))
    result = whole(drain, carry.guided(small, sepia(small)), original)
    wanted = sepia(original)
    _, enlarged = drain(carry.shrunk(sepia(small), 480, 600))
    assert np.abs(result - wanted).mean() < 0.4 * np.abs(enlarged - wanted).mean()


def test_what_the_original_cannot_explain_is_carried_as_it_is(drain):
    original = np.full((3, 300, 300), 0.5, np.float32)
    small = np.full((3, 100, 100), 0.5, np.float32)
    stroke = small.copy()
    stroke[0, 40:60] = 0.9
    result = whole(drain, carry.guided(small, stroke), original)
    np.testing.assert_allclose(result[0, 135:165], 0.9, atol=0.01)
    np.testing.assert_allclose(result[:, :90], 0.5, atol=0.01)


def test_at_the_same_size_the_result_comes_out_exactly(drain):
    source = photo(90, 110)
    result = np.random.default_rng(1).random(source.shape, np.float32)
    np.testing.assert_allclose(
        whole(drain, carry.guided(source, result), source), result, atol=1e-5
    )


def test_strips_and_regions_leave_no_seam(drain, monkeypatch):
    original = photo()
    _, small = drain(carry.shrunk(original, 60, 75))
    change = carry.guided(small, sepia(small)[::-1])
    once = whole(drain, change, original)
    monkeypatch.setattr(carry, "STRIP_PX", 7 * 600)
    np.testing.assert_array_equal(whole(drain, change, original), once)
    region = change.on(original[:, 33:200, 41:190], (33, 41, 200, 190), (480, 600))
    np.testing.assert_allclose(region, once[:, 33:200, 41:190], atol=1e-6)


def test_nothing_but_the_strips_is_held_in_memory(drain):
    import tracemalloc

    original = np.zeros((3, 1500, 2000), np.float32)
    change = carry.unguided(np.ones((3, 64, 85), np.float32))
    tracemalloc.start()
    result = whole(drain, change, original)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.min() == 1
    assert most < 1.5 * original.nbytes + 60 * carry.STRIP_PX
