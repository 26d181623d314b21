"""How restoring is measured, on tiny made-up pictures with networks that do something plain."""

import numpy as np
import pytest
from skimage import data

from engine import catalogue, metrics
from engine.runtime import Runtime
from engine.tasks import protocols_restore as protocols
from tests.engine.restoring import install, photo, saved

SIDE = 256


@pytest.fixture
def models(tiny):
    install(tiny)
    return tiny


@pytest.fixture
def runtime():
    return Runtime()


def network(drain, runtime, name):
    entry = catalogue.find(name)
    return drain(runtime.network(entry, "cpu", precise=True))[1]


def pair(path, damaged, mended):
    return saved(path, np.concatenate([damaged, mended], axis=2))


def torn_photo():
    """(damaged, mended): white lines that the finder of white finds to the pixel."""
    clean = photo(96, 120) * np.float32(0.8)
    damaged = clean.copy()
    damaged[:, 10:80, 60:62] = 1
    damaged[:, 40:42, 10:100] = 1
    return damaged, clean


def test_holes_are_the_same_in_every_run_and_of_the_told_share():
    for index in range(6):
        mask = protocols.torn(index)
        assert mask.shape == (1, SIDE, SIDE)
        assert 0.1 <= mask.mean() <= 0.3
        assert np.array_equal(mask, protocols.torn(index))
    assert not np.array_equal(protocols.torn(0), protocols.torn(1))


def test_holes_measures_the_network_beside_telea_and_in_the_hole_alone(
    models, tmp_path, drain, runtime
):
    pixels = data.astronaut()[100:400, 100:420].transpose(2, 0, 1) / np.float32(255)
    path = saved(tmp_path / "a.png", pixels)
    filler = network(drain, runtime, "tiny-fill")
    _, figures = drain(protocols.holes(filler, path, 0, lpips=None))
    assert set(figures) == {"PSNR in the hole", "Telea PSNR in the hole"}
    _, telea = drain(protocols.holes(None, path, 0, lpips=None))
    assert telea["PSNR in the hole"] == telea["Telea PSNR in the hole"]
    assert telea["Telea PSNR in the hole"] == figures["Telea PSNR in the hole"]
    clean = pixels[:, 22:278, 32:288]
    hole = protocols.torn(0)[0] > 0
    grey = np.full_like(clean, 0.5)
    left_grey = metrics.psnr(grey[:, hole][:, None], clean[:, hole][:, None])
    assert figures["Telea PSNR in the hole"] > left_grey + 3


def test_scratches_that_are_found_to_the_pixel_score_one(models, tmp_path, drain, runtime):
    path = pair(tmp_path / "a.png", *torn_photo())
    finder = network(drain, runtime, "tiny-scratches")
    _, figures = drain(protocols.scratched(finder, path, 0, runtime=runtime, device="cpu"))
    assert figures["recall"] > 0.95
    assert 0.3 < figures["precision"] <= 1  # the finder's block is wider than a line
    assert figures["gain"] > 5
    assert figures["gain"] == pytest.approx(figures["PSNR"] - figures["input PSNR"])


def test_a_picture_without_damage_costs_nothing(models, tmp_path, drain, runtime):
    clean = photo(96, 120) * np.float32(0.8)
    path = pair(tmp_path / "a.png", clean, clean)
    finder = network(drain, runtime, "tiny-scratches")
    _, figures = drain(protocols.scratched(finder, path, 0, runtime=runtime, device="cpu"))
    assert (figures["recall"], figures["precision"]) == (0, 0)
    assert figures["PSNR"] == figures["input PSNR"]


def test_a_network_that_changes_nothing_gains_nothing_on_old_photos(
    models, tmp_path, drain, runtime
):
    path = pair(tmp_path / "a.png", *torn_photo())
    mender = network(drain, runtime, "tiny-old")
    _, figures = drain(protocols.aged(mender, path, 0))
    assert abs(figures["gain"]) < 0.2


def test_colour_is_measured_against_leaving_it_grey_and_luma_to_the_level(
    models, tmp_path, drain, runtime
):
    pixels = data.coffee()[100:200, 200:330].transpose(2, 0, 1) / np.float32(255)
    path = saved(tmp_path / "a.png", pixels)
    painter = network(drain, runtime, "tiny-colour")
    _, figures = drain(protocols.greyed(painter, path, 0))
    assert figures["luma error"] == 0
    assert figures["chroma"] < 0.05  # this one paints nothing
    assert figures["CIEDE2000"] == pytest.approx(figures["left grey CIEDE2000"], rel=0.02)
    assert figures["left grey CIEDE2000"] > 5


def test_of_an_old_photo_the_mended_half_is_coloured(models, tmp_path, drain, runtime):
    pixels = data.coffee()[100:200, 200:330].transpose(2, 0, 1) / np.float32(255)
    alone = saved(tmp_path / "alone.png", pixels)
    both = pair(tmp_path / "both.png", np.zeros_like(pixels), pixels)
    painter = network(drain, runtime, "tiny-colour")
    _, figures = drain(protocols.mended_greyed(painter, both, 0))
    assert figures == drain(protocols.greyed(painter, alone, 0))[1]


def test_halves_of_an_odd_width_are_of_one_size(tmp_path):
    path = saved(tmp_path / "a.png", photo(20, 31))
    left, right = protocols.halves(path)
    assert left.shape == right.shape == (3, 20, 15)
    assert np.array_equal(right, photo(20, 31)[:, :, 15:30])


def test_grey_is_not_vivid():
    assert protocols.vividness(np.full((3, 8, 8), 0.4, np.float32)) < 0.1
    red = np.zeros((3, 8, 8), np.float32)
    red[0] = 1
    assert protocols.vividness(red) > 80
