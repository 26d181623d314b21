"""A part looked at closely is that part of the whole result, and costs no more than that part."""

from dataclasses import replace

import numpy as np
import pytest
from skimage import data

from engine import masks, steps
from engine.image import Picture
from engine.job import Note, Preview
from engine.specs import (
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
from engine.tasks import step_regions as regions
from tests.engine import translators
from tests.engine.restoring import install, saved, stir

HIGH, WIDE = 512, 704
BOX = (400, 208, 96, 72)  # left, top, width, height


@pytest.fixture
def models(tiny):
    install(tiny)
    tiny.add("tiny-noise", "unet", "denoise", widths=[4, 6, 8], blocks=1)
    tiny.add("tiny-twice", "span", "upscale", scale=2, channels=3)
    for file in tiny.folder.glob("*.safetensors"):
        if file.stem != "tiny-scratches":
            stir(file)
    translators.add_all()
    return tiny


@pytest.fixture(scope="module")
def photo():
    """(3, 512, 704), with scratches that the finder of white sees."""
    whole = np.concatenate([data.astronaut(), data.astronaut()[:, ::-1][:, :192]], 1)
    pixels = np.ascontiguousarray(whole.transpose(2, 0, 1)).astype(np.float32) * np.float32(0.9)
    pixels[:, 180:260, 430:432] = 255
    pixels[:, 30:32, 30:300] = 255
    return np.rint(pixels) / np.float32(255)


def painted(box):
    return FillStep(png=masks.packed(np.ones((1, box[3], box[2]), np.float32)), box=box)


def whole_and_part(drain, source, pixels, chain, box=BOX, studio=None):
    """All of the result there, and the same asked for alone."""
    studio = studio or Studio()
    bench = apply.Bench(studio._runtime, "cpu", source, pixels.shape[1:])
    _, made = drain(apply.through(steps.check(chain), Picture(pixels), bench))
    events, _ = drain(studio.run(PreviewSteps(source, chain, 0, box, device="cpu")))
    seen = [each for each in events if isinstance(each, Preview)][-1].pixels
    place = regions.wanted(chain, pixels.shape[1:], box)
    cut = made.pixels[:, place[0] : place[2], place[1] : place[3]]
    return np.broadcast_to(cut, seen.shape), seen


EXACT = {
    "denoise": (DenoiseStep(strength=20),),
    "estimated": (DenoiseStep(),),
    "finish": (FinishStep(sharpness=80, gamma=1.4, saturation=30),),
    "softened": (FinishStep(sharpness=-100), FinishStep(contrast=30, sharpness=60)),
    "old": (OldPhotoStep(), FinishStep(brightness=20)),
    "crop": (CropStep(left=10, top=5, width=80, height=90), FinishStep(sharpness=50)),
    "quarter": (RotateStep(angle=90, mirror=True), FinishStep(sharpness=50)),
    "three quarters": (FinishStep(sharpness=50), RotateStep(angle=-90)),
    "half": (RotateStep(angle=180), CropStep(left=3, top=7, width=90, height=90)),
    "tilted": (RotateStep(angle=7.5, mirror=True), FinishStep(gamma=0.8)),
    "smaller": (FinishStep(gamma=1.2), ResizeStep(longest=320)),
    "larger": (ResizeStep(longest=1000), FinishStep(sharpness=40)),
    "colour": (ColourStep(recolour=True, hints=(Hint(420, 230, "#ff2000"),)),),
    "transfer": (TransferStep(),),
}


@pytest.mark.parametrize("chain", EXACT.values(), ids=EXACT)
def test_a_part_is_that_part_of_the_whole(models, tmp_path, drain, photo, chain):
    source = saved(tmp_path / "a.png", photo)
    whole, part = whole_and_part(drain, source, photo, chain)
    assert np.abs(whole - part).max() < 2e-3
    unchanged = photo[:, BOX[1] : BOX[1] + BOX[3], BOX[0] : BOX[0] + BOX[2]]
    assert part.shape != unchanged.shape or np.abs(part - unchanged).max() > 0.01


# What later steps know of the whole picture they know from a smaller copy of it


NEARLY = {
    "tones": (FinishStep(gamma=1.5), OldPhotoStep()),
    "colours": (FinishStep(saturation=-100), ColourStep()),
    "domain": (FinishStep(gamma=1.3), TransferStep()),
    "scratches": (ScratchesStep(), FinishStep(gamma=1.2)),
    "hole": (FinishStep(gamma=1.2), painted((420, 220, 90, 60))),
    "upscale": (FinishStep(gamma=1.2), UpscaleStep(scale=2)),
}


@pytest.mark.parametrize("chain", NEARLY.values(), ids=NEARLY)
def test_what_needs_all_of_the_picture_is_nearly_the_same(models, tmp_path, drain, photo, chain):
    source = saved(tmp_path / "a.png", photo)
    whole, part = whole_and_part(drain, source, photo, chain)
    assert np.abs(whole - part).mean() < 0.01


def test_a_style_is_that_of_the_whole_picture(models, tmp_path, drain, photo):
    source = saved(tmp_path / "a.png", photo)
    chain = (
        FinishStep(gamma=1.2),
        StyleStep(style=saved(tmp_path / "s.png", photo[:, :200, :200])),
    )
    whole, part = whole_and_part(drain, source, photo, chain)
    assert np.abs(whole - part).mean() < 0.01


def test_scratches_of_a_large_picture_are_found_in_a_part_too(models, tmp_path, drain, photo):
    large = np.tile(photo, (1, 1, 3))  # looked at twice, as it is and made smaller
    source = saved(tmp_path / "a.png", large)
    whole, part = whole_and_part(drain, source, large, (ScratchesStep(),))
    assert np.abs(whole - part).max() < 0.05  # what fills them sees a little less around it
    assert np.abs(part[:, 10:40, 30:32] - 1).min() > 0.01


# No more than that is worked out


@pytest.fixture
def seen(monkeypatch):
    """(step, pixels) of every step that was done."""
    done = []
    real = apply.done

    def noted(step, picture, bench):
        done.append((step, picture.width * picture.height))
        return real(step, picture, bench)

    monkeypatch.setattr(apply, "done", noted)
    return done


def test_no_step_sees_more_than_the_part_and_its_surroundings(models, tmp_path, drain, photo, seen):
    source = saved(tmp_path / "a.png", photo)
    chain = (DenoiseStep(strength=9), OldPhotoStep(), FinishStep(sharpness=20))
    drain(Studio().run(PreviewSteps(source, chain, 0, BOX, device="cpu")))
    parts = [(step, px) for step, px in seen if px != HIGH * WIDE]
    assert [step for step, _ in parts] == list(chain)
    margin = 2 * (regions.MARGIN + regions.GRID)
    assert parts[2][1] <= (BOX[2] + margin) * (BOX[3] + margin)
    assert parts[0][1] < HIGH * WIDE / 2


def test_only_what_changed_is_worked_out_again(models, tmp_path, drain, photo, seen):
    source, studio = saved(tmp_path / "a.png", photo), Studio()
    first, last = DenoiseStep(strength=9), FinishStep(contrast=10)

    def ask(*chain, box=BOX):
        seen.clear()
        drain(studio.run(PreviewSteps(source, chain, 0, box, device="cpu")))
        return [step for step, _ in seen]

    assert ask(first, last) == [first, last]
    assert ask(first, last) == []
    other = replace(last, contrast=20)
    assert ask(first, other) == [other]
    assert ask(first) == []
    assert ask(replace(first, strength=20), other) == [replace(first, strength=20), other]
    assert ask(replace(first, strength=20), other, box=(10, 10, 60, 60)) != []


def test_another_file_of_that_name_is_looked_at_anew(models, tmp_path, drain, photo):
    source, studio, chain = saved(tmp_path / "a.png", photo), Studio(), (FinishStep(contrast=10),)
    drain(studio.run(PreviewSteps(source, chain, 0, BOX, device="cpu")))
    source.unlink()
    saved(source, 1 - photo)
    whole, part = whole_and_part(drain, source, 1 - photo, chain, studio=studio)
    assert np.abs(whole - part).max() < 2e-3


def test_filling_in_first_is_done_once_and_looked_at_anywhere(models, tmp_path, drain, photo, seen):
    source, studio = saved(tmp_path / "a.png", photo), Studio()
    chain = (painted((420, 220, 90, 60)), FinishStep(contrast=10))
    whole, part = whole_and_part(drain, source, photo, chain, studio=studio)
    assert np.abs(whole - part).max() < 2e-3
    seen.clear()
    drain(studio.run(PreviewSteps(source, chain, 0, (10, 10, 60, 60), device="cpu")))
    assert [step for step, _ in seen] == [chain[1]]


def test_a_part_that_needs_much_more_than_itself_says_so(
    models, tmp_path, drain, photo, monkeypatch
):
    monkeypatch.setattr("engine.tasks.step_parts.MUCH_PX", 80_000)
    source = saved(tmp_path / "a.png", photo)
    chain = (FinishStep(gamma=1.2), painted((20, 20, 100, 100)))
    for box, told in (((40, 40, 60, 60), True), ((640, 450, 60, 60), False)):
        events, _ = drain(Studio().run(PreviewSteps(source, chain, 0, box, device="cpu")))
        assert any(isinstance(e, Note) and "takes a while" in e.text for e in events) == told
