"""Steps: read and written, checked before anything runs, done in order, noted and read back."""

from dataclasses import replace

import numpy as np
import pytest

from engine import image, masks, steps, xmp
from engine.errors import UserError
from engine.image import Meta
from engine.job import Preview
from engine.specs import (
    STEPS,
    Apply,
    ColourStep,
    CropStep,
    Denoise,
    DenoiseStep,
    FillStep,
    FinishStep,
    Hint,
    OldPhotoStep,
    PreviewSteps,
    ReadSteps,
    ResizeStep,
    RotateStep,
    ScratchesStep,
    StyleStep,
    TransferStep,
    UpscaleStep,
    WriteSteps,
)
from engine.studio import Studio
from tests.engine.restoring import install, photo, saved, spot

EVERY = (
    DenoiseStep(model="a", strength=12.5, blend=80),
    UpscaleStep(scale=3),
    FillStep(png=b"\x89PNG\0", box=(1, 2, 3, 4), on=False),
    ScratchesStep(sensitivity=70, strength=90),
    OldPhotoStep(strength=55),
    ColourStep(saturation=150, hints=(Hint(1.5, 2, "#aabbcc"), Hint(3, 4, "#000000"))),
    TransferStep(model="b", direction="b2a"),
    StyleStep(strength=40),
    FinishStep(brightness=5, gamma=1.2, temperature=-30),
    CropStep(left=10, top=10, width=50, height=50),
    RotateStep(angle=90, mirror=True),
    ResizeStep(longest=512),
)


@pytest.fixture
def models(tiny):
    install(tiny)
    return tiny


def applied(drain, source, target, *chosen, **more):
    _, report = drain(Studio().run(Apply(sources=(source,), target=target, steps=chosen, **more)))
    assert not report.failed, report.failed
    return image.read(report.done[0][1])


def test_every_step_survives_a_file_and_a_line(tmp_path, drain):
    assert {type(each) for each in EVERY} == set(STEPS)
    drain(Studio().run(WriteSteps(tmp_path / "s.toml", EVERY)))
    assert drain(Studio().run(ReadSteps(tmp_path / "s.toml")))[1] == EVERY
    assert steps.unpacked(steps.packed(EVERY)) == EVERY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[step]]\ndo = "polish"', "Step 1 is unknown: polish"),
        (
            '[[step]]\ndo = "denoise"\n[[step]]\ndo = "resize"\nlong = 3',
            "Step 2 .* no setting long",
        ),
        ('[[step]]\ndo = "resize"\nlongest = "wide"', "longest cannot be wide"),
        ("[[step", "no list of steps"),
        ("", "no steps"),
    ],
)
def test_a_file_that_cannot_be_understood_says_where(tmp_path, text, words):
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(UserError, match=words):
        steps.read(tmp_path / "s.toml")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ((), "no step"),
        ((FinishStep(on=False),), "no step"),
        ((CropStep(), FillStep(png=b"x")), r"Step 2 \(fill\) cannot follow step 1 \(crop\)"),
        ((RotateStep(angle=3), ColourStep(hints=(Hint(1, 1, "#fff000"),))), "dots of colour"),
        ((ColourStep(), ColourStep()), r"Step 2 \(colour\) cannot follow step 1 \(colour\)"),
        ((FillStep(),), "has no mask"),
        ((StyleStep(),), "style"),
        ((DenoiseStep(model="nobody"),), r"Step 1 \(denoise\): There is no model called nobody"),
        ((DenoiseStep(model="tiny-old"),), "not for denoise"),
        ((FinishStep(gamma=99),), r"Step 1 \(finish\): Gamma: 99"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(models, tmp_path, drain, chosen, words):
    source = saved(tmp_path / "a.png", photo())
    with pytest.raises(UserError, match=words):
        drain(Studio().run(Apply(sources=(source,), target=tmp_path / "out", steps=chosen)))
    assert not (tmp_path / "out").exists()


def test_a_step_that_is_off_does_not_stand_in_the_way(models):
    assert steps.check((CropStep(on=False), FillStep(png=b"x"))) == (FillStep(png=b"x"),)


def test_order_matters_and_is_kept(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    bright, gamma = FinishStep(brightness=60), FinishStep(gamma=0.5)
    one = applied(drain, source, tmp_path / "1", bright, gamma).pixels
    other = applied(drain, source, tmp_path / "2", gamma, bright).pixels
    expected = (photo() * np.float32(2**0.6)).clip(0, 1) ** 2
    assert np.abs(one - expected).max() < 0.51 / 255
    assert np.abs(one - other).max() > 0.1


def test_nothing_is_rounded_on_the_way(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo() * np.float32(0.5))
    there, back = FinishStep(brightness=-100), FinishStep(brightness=100)
    chain = (there, there, there, there, back, back, back, back)
    result = applied(drain, source, tmp_path / "out", *chain)
    assert np.array_equal(np.rint(result.pixels * 255), np.rint(image.read(source).pixels * 255))


def test_frames_turn_cut_and_resize_colours_and_transparency(models, tmp_path, drain):
    alpha = np.linspace(0, 1, 96 * 128, dtype=np.float32).reshape(1, 96, 128)
    source = saved(tmp_path / "a.png", photo(), alpha=alpha)
    chosen = (
        RotateStep(angle=90),
        CropStep(left=0, top=50, width=50, height=50),
        ResizeStep(longest=32),
    )
    result = applied(drain, source, tmp_path / "out", *chosen)
    assert result.pixels.shape == (3, 32, 24)
    assert result.alpha.shape == (1, 32, 24)
    turned = applied(drain, source, tmp_path / "turned", RotateStep(angle=90))
    assert np.array_equal(turned.pixels, np.rot90(image.read(source).pixels, -1, axes=(1, 2)))
    tilted = applied(drain, source, tmp_path / "tilted", RotateStep(angle=10))
    assert tilted.alpha is not None
    assert 60 < tilted.height < 96


def test_what_was_done_is_noted_and_read_back(models, tmp_path, drain):
    meta = Meta(
        xmp=xmp.with_steps(None, "old").replace(b"</rdf:RDF>", b"<!-- theirs --></rdf:RDF>")
    )
    chosen = (FinishStep(contrast=10), ColourStep(hints=(Hint(1, 2, "#abcdef"),), recolour=True))
    for ending in ("png", "jpg", "webp", "tiff"):
        source = saved(tmp_path / f"a.{ending}", photo(), meta=meta)
        target = tmp_path / ending
        result = applied(drain, source, target, *chosen)
        assert b"theirs" in result.meta.xmp
        assert result.meta.xmp.count(b"safelight:steps>") == 2
        made = target / f"a_finished.{ending}"
        assert drain(Studio().run(ReadSteps(made)))[1] == chosen


def test_notes_can_be_switched_off_and_go_with_the_metadata(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    chosen = FinishStep(contrast=10)
    quiet = applied(drain, source, tmp_path / "1", chosen, note_settings=False)
    bare = applied(drain, source, tmp_path / "2", chosen, keep_metadata=False)
    assert quiet.meta.xmp is None
    assert bare.meta.xmp is None
    assert drain(Studio().run(ReadSteps(source)))[1] == ()


def test_a_plain_task_is_noted_as_one_step(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    job = Studio().run(Denoise(sources=(source,), target=tmp_path / "out", strength=20))
    _, report = drain(job)
    assert drain(Studio().run(ReadSteps(report.done[0][1])))[1] == (DenoiseStep(strength=20),)


def test_a_mask_too_large_to_be_noted_is_left_out_and_the_rest_stays(models, tmp_path, drain):
    noise = np.random.default_rng(0).random((1, 400, 400)) > 0.5
    png = masks.packed(noise.astype(np.float32))
    source = saved(tmp_path / "a.png", np.full((1, 400, 400), 0.5, np.float32))
    applied(drain, source, tmp_path / "out", FillStep(png=png), FinishStep(contrast=5))
    found = drain(Studio().run(ReadSteps(tmp_path / "out" / "a_finished.png")))[1]
    assert found == (FillStep(), FinishStep(contrast=5))


def test_previews_show_the_same_as_the_result_and_keep_what_is_known(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    chosen = (FillStep(png=masks.packed(spot())), FinishStep(contrast=20))
    result = applied(drain, source, tmp_path / "out", *chosen).pixels
    studio = Studio()
    seen = previewed(drain, studio, source, chosen)
    assert np.abs(seen - result).max() < 0.51 / 255
    kept = studio._step_previews._opened[1600].done
    filled = kept[0][1]
    other = (chosen[0], replace(chosen[1], contrast=-20))
    previewed(drain, studio, source, other)
    assert studio._step_previews._opened[1600].done[0][1] is filled
    before = previewed(drain, studio, source, chosen[:1])
    assert np.array_equal(before, filled.pixels)


def previewed(drain, studio, source, chosen, **more):
    events, _ = drain(studio.run(PreviewSteps(source, chosen, **more)))
    return [event.pixels for event in events if isinstance(event, Preview)][-1]


def test_a_preview_of_a_part_at_a_smaller_size(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    png = masks.packed(np.ones((1, 16, 24), np.float32))
    chosen = (FillStep(png=png, box=(40, 30, 24, 16)), UpscaleStep(scale=2))
    part = previewed(drain, Studio(), source, chosen, longest=64, box=(40, 30, 24, 16))
    assert part.shape == (3, 8, 12)


def test_a_picture_may_have_steps_of_its_own_and_notes_those(models, tmp_path, drain):
    one, other, third = (saved(tmp_path / f"{name}.png", photo()) for name in "abc")
    own = ((one, (FinishStep(contrast=30),)), (other, (FinishStep(), FinishStep(tint=20))))
    spec = Apply(
        sources=(one, other, third), target=tmp_path / "out", steps=(FinishStep(gamma=2),), own=own
    )
    _, report = drain(Studio().run(spec))
    assert len(report.done) == 3
    noted = [drain(Studio().run(ReadSteps(target)))[1] for _, target in report.done]
    assert noted == [own[0][1], own[1][1], (FinishStep(gamma=2),)]
    spec = Apply(sources=(one, third), target=tmp_path / "more", own=own)
    _, report = drain(Studio().run(spec))
    assert [path for path, _ in report.done] == [one]
    assert "no step" in report.failed[0].reason


def test_another_strength_of_an_old_photo_is_seen_without_mending_it_again(models, tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    studio = Studio()
    previewed(drain, studio, source, (OldPhotoStep(strength=90),))
    kept = studio._step_previews._opened[1600].mended
    seen = previewed(drain, studio, source, (OldPhotoStep(strength=35),))
    assert studio._step_previews._opened[1600].mended is kept
    result = applied(drain, source, tmp_path / "out", OldPhotoStep(strength=35)).pixels
    assert np.abs(seen - result).max() < 0.51 / 255
    before = (FinishStep(contrast=50), OldPhotoStep(strength=35))
    previewed(drain, studio, source, before)
    assert studio._step_previews._opened[1600].mended is not kept
