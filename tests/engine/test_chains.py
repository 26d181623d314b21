"""Chains of steps: what each keeps and hands on, whatever stands before and behind it."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from engine import chroma, masks, steps
from engine.errors import UserError
from engine.image import Picture
from engine.job import Note, Preview
from engine.runtime import Runtime
from engine.specs import (
    STEPS,
    Apply,
    ColourStep,
    CropStep,
    DenoiseStep,
    FillStep,
    FinishStep,
    Hint,
    OldPhotoStep,
    PreviewSteps,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    UpscaleStep,
)
from engine.studio import Studio
from engine.tasks import apply
from tests.engine import translators
from tests.engine.restoring import install, photo, saved, spot

NOWHERE = Path("a.png")


@pytest.fixture
def models(tiny):
    install(tiny)
    translators.add_all()
    return tiny


def through(drain, pixels, *chosen, **more):
    """A picture in floats after the steps, unrounded."""
    bench = apply.Bench(Runtime(), "cpu", NOWHERE, pixels.shape[1:])
    _, picture = drain(apply.through(steps.check(chosen), Picture(pixels, **more), bench))
    return picture


def painted(box=(40, 30, 24, 16)):
    return FillStep(png=masks.packed(np.ones((1, box[3], box[2]), np.float32)), box=box)


# What must stay, stays


@pytest.mark.parametrize("seed", range(5))
def test_outside_any_masks_every_bit_stays_through_any_number_of_fills(models, drain, seed):
    dice = np.random.default_rng(seed)
    boxes = [
        (*dice.integers(0, 60, 2), *dice.integers(3, 30, 2)) for _ in range(dice.integers(1, 4))
    ]
    pixels = photo() + np.float32(1 / 3000)
    result = through(drain, pixels, *(painted(tuple(map(int, box))) for box in boxes)).pixels
    outside = np.ones((96, 128), bool)
    for left, top, wide, tall in boxes:
        outside[top : top + tall, left : left + wide] = False
    assert np.array_equal(result[:, outside], pixels[:, outside])
    assert not np.array_equal(result, pixels)


@pytest.mark.parametrize("saturation", [0, 70, 200])
def test_luma_stays_through_fill_and_colour_wherever_nothing_was_painted(models, drain, saturation):
    grey = data.camera()[100:196, 100:228].astype(np.float32)[None] / np.float32(255)
    dots = (Hint(10, 10, "#ff2000"), Hint(100, 80, "#0040ff"))
    chain = (painted(), ColourStep(hints=dots, saturation=saturation))
    result = through(drain, grey, *chain).pixels
    outside = spot()[0] == 0
    assert np.abs(chroma.luma(result)[:, outside] - grey[:, outside]).max() < 1e-6


def test_steps_that_do_nothing_do_nothing_in_any_order(models, drain):
    idle = (
        FinishStep(),
        CropStep(),
        RotateStep(),
        ResizeStep(longest=128),
        OldPhotoStep(strength=0),
        DenoiseStep(blend=0),
        TransferStep(strength=0),
    )
    pixels = photo() + np.float32(1 / 3000)
    for chain in itertools.islice(itertools.permutations(idle), 0, 5040, 900):
        result = through(drain, pixels, *chain).pixels
        assert np.abs(result - pixels).max() < 1e-6


# In order, and in floats


def test_every_order_of_three_steps_is_the_one_that_is_done(models, drain):
    three = (FinishStep(gamma=0.5), FinishStep(brightness=70), FinishStep(contrast=-60))
    doing = (
        lambda x: np.clip(x, 0, 1) ** 2,
        lambda x: np.clip(x * 2**0.7, 0, 1),
        lambda x: np.clip(0.5 + (x - 0.5) * 2**-0.6, 0, 1),
    )
    pixels, seen = photo(), []
    for order in itertools.permutations(range(3)):
        wanted = pixels.astype(np.float64)
        for at in order:
            wanted = doing[at](wanted)
        result = through(drain, pixels, *(three[at] for at in order)).pixels
        assert np.abs(result - wanted).max() < 1e-5
        seen.append(result)
    assert all(np.abs(a - b).max() > 0.01 for a, b in itertools.combinations(seen, 2))


def test_floats_between_eight_bit_numbers_go_from_step_to_step(models, drain):
    ramp = np.linspace(0.4, 0.4 + 3 / 255, 96 * 128, dtype=np.float32).reshape(1, 96, 128)
    dark = FinishStep(brightness=-100)
    result = through(drain, ramp, *[dark] * 6, *[FinishStep(brightness=100)] * 6).pixels
    assert np.abs(result - ramp).max() < 1e-5
    assert len(np.unique(result)) > 1000


def test_a_step_sees_what_the_one_before_made(models, drain):
    torn = photo() * np.float32(0.8)
    torn[:, 10:80, 60:62] = np.float32(0.85)  # too dark to be found, until it is made lighter
    found = through(drain, torn, FinishStep(brightness=24), ScratchesStep()).pixels
    lighter = through(drain, torn, FinishStep(brightness=24)).pixels
    missed = through(drain, torn, ScratchesStep(), FinishStep(brightness=24)).pixels
    assert np.array_equal(missed, lighter)
    assert np.abs(found - lighter)[:, 20:70, 60:62].min() > 0.02


def test_resizing_leaves_smaller_ones_alone_where_that_is_asked(models, drain):
    for longest, enlarge, size in ((64, False, 64), (512, False, 128), (512, True, 512)):
        step = ResizeStep(longest=longest, enlarge=enlarge)
        assert through(drain, photo(), step).width == size


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5, 300)])
@pytest.mark.parametrize("grey", [False, True])
def test_every_step_takes_pictures_of_every_size_grey_or_not(models, tmp_path, drain, size, grey):
    pixels = np.linspace(0, 1, size[0] * size[1] * 3, dtype=np.float32).reshape(3, *size)
    pixels = pixels[:1] if grey else pixels
    alpha = np.full((1, *size), 0.5, np.float32)
    style = saved(tmp_path / "style.png", photo(64, 64))
    given = {StyleStep: {"style": style}, ResizeStep: {"longest": 16}, RotateStep: {"angle": 7}}
    for kind in STEPS:
        if kind is FillStep:  # nothing is left of one pixel
            continue
        result = through(drain, pixels, kind(**given.get(kind, {})), alpha=alpha)
        assert np.isfinite(result.pixels).all(), kind
        assert result.pixels.min() >= 0
        assert result.pixels.max() <= 1
        if kind is not TransferStep:  # to a drawing, see-through is paper
            assert result.alpha.shape[1:] == result.pixels.shape[1:]


# Transfer and style


@pytest.mark.parametrize(
    "step", [TransferStep(model="photo-to-ink"), TransferStep(model="drawing-to-face")]
)
def test_transfer_stands_anywhere_in_a_chain(models, drain, step):
    alpha = np.linspace(0, 1, 96 * 128, dtype=np.float32).reshape(1, 96, 128)
    chain = (painted(), step, RotateStep(angle=90), UpscaleStep(scale=2))
    result = through(drain, photo(), *chain, alpha=alpha, depth=16)
    assert result.pixels.shape == (3, 256, 192)
    if step.model == "drawing-to-face":  # see-through is paper there
        assert result.alpha is None
    else:
        assert result.alpha.shape == (1, 256, 192)
    assert result.depth == 16
    without = through(drain, photo(), *(each for each in chain if each is not step))
    assert np.abs(result.pixels - without.pixels).max() > 0.02


def test_a_style_is_laid_on_what_was_mended_and_strength_blends(models, tmp_path, drain):
    painting = saved(tmp_path / "painting.png", photo(80, 80)[::-1].copy())
    step = StyleStep(style=painting)
    full = through(drain, photo(), painted(), step).pixels
    bare = through(drain, photo(), painted()).pixels
    none = through(drain, photo(), painted(), replace(step, strength=0)).pixels
    assert np.abs(full - bare).max() > 0.02
    assert np.abs(none - bare).max() < 1e-5


def test_the_way_back_is_the_partner_of_the_model(models, drain):
    back = through(drain, photo(), TransferStep(model="photo-to-ink", direction="b2a")).pixels
    named = through(drain, photo(), TransferStep(model="ink-to-photo")).pixels
    assert np.array_equal(back, named)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (TransferStep(model="any-style"), "lays the style of a picture"),
        (StyleStep(model="photo-to-ink", style=NOWHERE), "lays no styles"),
        (TransferStep(model="drawing-to-face", direction="b2a"), "goes one way only"),
        (StyleStep(style=NOWHERE), "There is no file"),
    ],
)
def test_what_a_model_for_transfer_cannot_do_is_told_before_anything_runs(
    models, monkeypatch, tmp_path, chosen, words
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=words):
        steps.check((FinishStep(), chosen))


def test_without_a_model_that_fits_there_is_none(tiny):
    translators.add("any-style", "adain", translators.Domain("style", "photo", "painting"))
    with pytest.raises(UserError, match="No model for it"):
        steps.check((TransferStep(),))
    assert steps.lacks_model(TransferStep)
    assert not steps.lacks_model(StyleStep)
    assert not steps.lacks_model(FillStep)  # Telea does it
    assert not steps.lacks_model(FinishStep)


def test_every_fault_of_a_chain_is_told_at_its_step(models):
    chain = (FinishStep(gamma=99), CropStep(), painted(), ColourStep(), ColourStep(on=False))
    found = steps.faults((*chain, ColourStep()))
    assert sorted(found) == [0, 2, 5]
    assert "Gamma" in found[0].what
    assert "cannot follow step 2 (crop)" in found[2].what
    assert "cannot follow step 4 (colour)" in found[5].what
    assert all(each.remedy for at, each in found.items() if at)


# On the screen


def test_step_by_step_shows_each_and_computes_none_twice(models, tmp_path, drain, monkeypatch):
    source = saved(tmp_path / "a.png", photo())
    chain = (painted(), FinishStep(contrast=30), RotateStep(angle=90))
    studio, done = Studio(), []
    real = apply.done
    monkeypatch.setattr(apply, "done", lambda step, *rest: done.append(step) or real(step, *rest))
    seen = []
    for count in (3, 1, 2, 0, 3):
        events, _ = drain(studio.run(PreviewSteps(source, chain[:count])))
        seen.append([each.pixels for each in events if isinstance(each, Preview)][-1])
    assert done == list(chain)
    assert seen[0].shape == (3, 128, 96)
    assert np.array_equal(seen[0], seen[4])
    assert np.array_equal(seen[3], photo())
    assert not np.array_equal(seen[1], seen[2])


def test_a_picture_that_a_mask_does_not_fit_fails_alone(models, tmp_path, drain):
    saved(tmp_path / "in" / "a.png", photo())
    saved(tmp_path / "in" / "b.png", photo(40, 60))
    spec = Apply(sources=(tmp_path / "in",), target=tmp_path / "out", steps=(painted(),))
    events, report = drain(Studio().run(spec))
    assert [source.name for source, _ in report.done] == ["a.png"]
    assert "does not fit" in report.failed[0].reason
    assert not [event for event in events if isinstance(event, Note) and "Telea" in event.text]


@pytest.mark.parametrize("what", ["mask", "dots"])
def test_what_was_painted_on_a_picture_of_another_size_is_told(models, tmp_path, drain, what):
    """Also where it would fit: there it is of something else."""
    saved(tmp_path / "in" / "a.png", photo())
    saved(tmp_path / "in" / "b.png", photo(120, 160))
    dots = ColourStep(hints=(Hint(9, 9, "#ff0000"),), recolour=True, full=(128, 96))
    step = replace(painted(), full=(128, 96)) if what == "mask" else dots
    noted = steps.unpacked(steps.packed((step,)))
    assert noted == (step,)
    spec = Apply(sources=(tmp_path / "in",), target=tmp_path / "out", steps=noted)
    _, report = drain(Studio().run(spec))
    assert [source.name for source, _ in report.done] == ["a.png"]
    assert "a picture of 128 x 96 px; this one has 160 x 120 px" in report.failed[0].reason
    assert not (tmp_path / "out" / "b_finished.png").exists()
