"""Restoring real files with tiny networks: what must stay, stays to the bit."""

from pathlib import Path

import numpy as np
import pytest
from skimage import data

from engine import chroma, image, masks, metrics
from engine.errors import UserError
from engine.image import Picture
from engine.job import Failed, Note, Preview
from engine.runtime import Runtime
from engine.specs import ColourStep, FillStep, Hint, ProposeMask, Restore
from engine.studio import Studio
from engine.tasks import apply, fill
from tests.engine.restoring import install, photo, saved, spot, stir


@pytest.fixture
def models(tiny):
    install(tiny)
    return tiny


def result_of(drain, source, target, **more):
    events, report = drain(Studio().run(Restore(sources=(source,), target=target, **more)))
    assert not report.failed, report.failed
    return image.read(report.done[0][1]), [e.text for e in events if isinstance(e, Note)]


def whole(pixels, full=255):
    return np.rint(pixels.astype(np.float64) * full)


@pytest.mark.parametrize("kind", ["thin", "thick", "many", "grey"])
def test_outside_the_mask_every_bit_stays_and_inside_it_is_plausible(models, tmp_path, drain, kind):
    pixels = photo(200, 300, grey=kind == "grey")
    mask = np.zeros((1, 200, 300), np.float32)
    if kind == "thin":
        mask[0, 20:180, 50:54] = 1
    elif kind == "many":
        mask[0, ::23, ::19] = 1
    else:
        mask[0, 40:160, 90:200] = 1
    broken = np.where(mask > 0, 1, pixels).astype(np.float32)
    source, file = saved(tmp_path / "a.png", broken), saved(tmp_path / "m.png", mask)
    result, _ = result_of(drain, source, tmp_path / "out", mask=file)
    outside = mask[0] == 0
    assert np.array_equal(whole(result.pixels)[:, outside], whole(pixels)[:, outside])
    assert len(result.pixels) == len(pixels)
    hole = ~outside
    inside = metrics.psnr(result.pixels[:, hole][:, None], pixels[:, hole][:, None])
    assert inside > metrics.psnr(broken[:, hole][:, None], pixels[:, hole][:, None]) + 3


def test_sixteen_bits_and_transparency_stay(models, tmp_path, drain):
    pixels, alpha = photo(), np.linspace(0, 1, 96 * 128, dtype=np.float32).reshape(1, 96, 128)
    pixels = (pixels + np.float32(1 / 1000)).clip(0, 1)
    source = saved(tmp_path / "a.png", pixels, alpha=alpha, depth=16)
    mask = saved(tmp_path / "m.png", spot())
    result, _ = result_of(drain, source, tmp_path / "out", mask=mask)
    outside = spot()[0] == 0
    assert result.depth == 16
    before = image.read(source)
    assert np.array_equal(result.pixels[:, outside], before.pixels[:, outside])
    assert np.array_equal(result.alpha, before.alpha)


def test_a_grey_mask_blends(models, drain):
    pixels, mask = photo(), spot() * np.float32(0.5)
    _, half = drain(fill.filled(pixels, mask, None))
    _, full = drain(fill.filled(pixels, spot(), None))
    assert np.allclose(half, (pixels + full) / 2, atol=1e-5)


def test_without_a_model_telea_fills_and_says_so(tiny, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    mask = saved(tmp_path / "m.png", spot())
    _, words = result_of(drain, source, tmp_path / "out", mask=mask)
    assert any("Telea" in each for each in words)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (spot(96, 100), "100 x 96 px"),
        (np.zeros((1, 96, 128), np.float32), "empty"),
        (np.ones((1, 96, 128), np.float32), "covers the whole"),
    ],
)
def test_a_mask_that_cannot_be_is_named_and_nothing_is_written(
    models, tmp_path, drain, mask, words
):
    source, file = saved(tmp_path / "a.png", photo()), saved(tmp_path / "m.png", mask)
    spec = Restore(sources=(source,), target=tmp_path / "out", mask=file)
    events, report = drain(Studio().run(spec))
    assert not report.done
    assert not (tmp_path / "out" / "a_restored.png").exists()
    (failure,) = [event for event in events if isinstance(event, Failed)]
    assert words in failure.reason


def test_a_folder_of_masks_serves_a_folder_of_pictures(models, tmp_path, drain):
    for name in ("a", "b"):
        saved(tmp_path / "in" / f"{name}.png", photo())
        saved(tmp_path / "masks" / f"{name}.png", spot())
    spec = Restore(sources=(tmp_path / "in",), target=tmp_path / "out", mask=tmp_path / "masks")
    _, report = drain(Studio().run(spec))
    assert len(report.done) == 2


def test_scratches_are_found_filled_and_the_rest_is_left(models, tmp_path, drain):
    pixels = photo() * np.float32(0.8)
    torn = pixels.copy()
    torn[:, 10:80, 60:62] = 1
    source = saved(tmp_path / "a.png", torn)
    result, _ = result_of(drain, source, tmp_path / "out", scratches="auto")
    near = np.zeros((96, 128), bool)
    near[8:82, 58:64] = True
    assert np.array_equal(whole(result.pixels)[:, ~near], whole(torn)[:, ~near])
    assert metrics.psnr(result.pixels, pixels) > metrics.psnr(torn, pixels) + 10
    left, words = result_of(drain, source, tmp_path / "none", scratches="auto", strength=0)
    assert np.array_equal(whole(left.pixels), whole(torn))
    assert "Scratches were left alone." in words


def test_the_proposed_mask_can_be_filled_in_as_it_is(models, tmp_path, drain):
    torn = photo() * np.float32(0.8)
    torn[:, 10:80, 60:62] = 1
    source = saved(tmp_path / "a.png", torn)
    events, facts = drain(Studio().run(ProposeMask(source, longest=64)))
    (preview,) = [event for event in events if isinstance(event, Preview)]
    assert preview.pixels.shape == (3, 48, 64)
    assert facts["share"] == pytest.approx(72 * 4 / (96 * 128), rel=0.01)
    assert np.array_equal(masks.unpacked(facts["png"])[0] > 0, preview_mask(facts))
    assert FillStep(png=facts["png"]).png == facts["png"]


def preview_mask(facts):
    expected = np.zeros((facts["height"], facts["width"]), bool)
    expected[9:81, 59:63] = True
    return expected


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("saturation", [0, 100, 200])
def test_luma_is_kept_whatever_colours_are_laid_on_it(models, tmp_path, drain, depth, saturation):
    grey = data.camera()[100:228, 100:260].astype(np.float32)[None] / np.float32(255)
    source = saved(tmp_path / "a.png", grey, depth=depth)
    hints = (Hint(30, 20, "#ff0000"), Hint(100, 90, "#1030ff"))
    more = {"colour": True, "hints": hints, "saturation": saturation}
    result, _ = result_of(drain, source, tmp_path / "out", **more)
    full = 255 if depth == 8 else 65535
    before = whole(chroma.luma(image.read(source).pixels), full)
    after = whole(chroma.luma(result.pixels.astype(np.float64)), full)
    assert np.array_equal(before, after)
    assert (chroma.strength(result.pixels) > 0.002) == (saturation > 0)


def test_a_dot_of_colour_gives_its_place_that_colour(models, tmp_path, drain):
    grey = np.full((1, 128, 160), 0.5, np.float32)
    grey[:, :, 80:] = 0.2
    source = saved(tmp_path / "a.png", grey)
    result, _ = result_of(
        drain, source, tmp_path / "out", colour=True, hints=(Hint(40, 64, "#c04040"),)
    )
    there, other = result.pixels[:, 64, 40], result.pixels[:, 64, 150]
    assert there[0] > there[1] + 0.2
    assert abs(other[0] - other[1]) < 0.05  # it is another thing, as dark as that is


def test_a_mirrored_picture_gets_mirrored_colours_but_for_a_quick_look(models, drain):
    stir(models.folder / "tiny-colour.safetensors", much=0.4)
    grey = data.camera()[100:228, 100:260].astype(np.float32)[None] / np.float32(255)

    def coloured(pixels, hint, **more):
        bench = apply.Bench(Runtime(), "cpu", Path("a.png"), (128, 160), **more)
        step = ColourStep(hints=(Hint(hint, 20.5, "#ff0000"),))
        return drain(apply.through((step,), Picture(pixels), bench))[1].pixels

    for quick in (False, True):
        there = coloured(grey, 30.5, quick=quick)
        back = coloured(np.ascontiguousarray(grey[:, :, ::-1]), 129.5, quick=quick)
        assert (np.abs(there - back[:, :, ::-1]).max() < 1e-3) == (not quick)
        assert np.abs(chroma.luma(there) - grey).max() < 1e-6


def test_a_picture_with_colours_of_its_own_keeps_them_unless_asked(models, tmp_path, drain):
    colours = data.coffee()[100:196, 200:328].transpose(2, 0, 1) / np.float32(255)
    source = saved(tmp_path / "a.png", colours)
    kept, words = result_of(drain, source, tmp_path / "out", colour=True)
    assert any("its own colours" in each for each in words)
    assert np.array_equal(whole(kept.pixels), whole(image.read(source).pixels))
    changed, _ = result_of(drain, source, tmp_path / "new", colour=True, recolour=True)
    assert chroma.strength(changed.pixels) < 0.01


def test_sepia_counts_as_grey(models, tmp_path, drain):
    grey = photo(grey=True)
    sepia = np.concatenate([grey**0.8, grey**0.95, grey**1.2]).astype(np.float32)
    _, words = result_of(drain, saved(tmp_path / "a.png", sepia), tmp_path / "out", colour=True)
    assert not any("its own colours" in each for each in words)


def test_strength_of_an_old_photo_blends(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    half, _ = result_of(drain, source, tmp_path / "out", old_photo=True, strength=50)
    assert np.abs(half.pixels - photo()).max() <= 1.01 / 255  # the tiny model changes nothing


def test_nothing_asked_or_nothing_there_to_do_it_is_said_at_once(tiny, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    with pytest.raises(UserError, match="Nothing was asked"):
        drain(Studio().run(Restore(sources=(source,), target=tmp_path)))
    with pytest.raises(UserError, match="No model for it"):
        drain(Studio().run(Restore(sources=(source,), target=tmp_path, colour=True)))
    wrong = Restore(sources=(source,), target=tmp_path, colour=True, colour_model="tiny-denoise")
    with pytest.raises(UserError, match="not for colourize"):
        drain(Studio().run(wrong))
