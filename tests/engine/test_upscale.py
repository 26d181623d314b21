"""Enlarging real files: sizes, scales, alpha, and better than bicubic with the models that ship."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from engine import image, metrics
from engine.errors import UserError
from engine.job import Failed, Note
from engine.specs import PreviewCrop, Upscale
from engine.studio import Studio
from engine.tasks import upscale
from engine.training.degradation import bicubic


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(data.astronaut()[:60, 180:270]).save(path)
    return path


def run(drain, photo, **settings) -> tuple[list, image.Picture]:
    spec = Upscale(sources=(photo,), target=photo.parent / "out", on_conflict="rename", **settings)
    events, report = drain(Studio().run(spec))
    return events, image.read(report.done[0][1])


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"scale": 2}, (120, 180)),
        ({"scale": 3}, (180, 270)),
        ({"scale": 4}, (240, 360)),
        ({"scale": 8}, (480, 720)),
        ({"scale": 1.3}, (78, 117)),
        ({"scale": 1}, (60, 90)),
        ({"width": 135}, (90, 135)),
        ({"height": 45}, (45, 68)),
        ({"megapixels": 0.0216}, (120, 180)),
        ({"scale": 3, "model": "tiny-upscale-2x"}, (180, 270)),
        ({"scale": 2, "tta": True}, (120, 180)),
    ],
)
def test_the_size_is_what_was_asked(tiny, photo, drain, settings, size):
    _, result = run(drain, photo, **settings)
    assert (result.height, result.width) == size


def test_more_than_eight_times_is_refused_in_words(tiny, photo, drain):
    spec = Upscale(sources=(photo,), target=photo.parent / "out", width=9000)
    events, report = drain(Studio().run(spec))
    assert "8 is the most" in report.failed[0].reason
    assert any(isinstance(event, Failed) for event in events)


def test_making_smaller_says_so(tiny, photo, drain):
    events, _ = run(drain, photo, width=45)
    assert any(isinstance(e, Note) and "only resampled" in e.text for e in events)


@pytest.mark.parametrize("scale", [2, 4])
def test_the_shipped_models_beat_bicubic(photo, drain, scale, tmp_path):
    truth = np.ascontiguousarray(data.astronaut()[:200, 120:320].transpose(2, 0, 1))
    truth = truth.astype(np.float32) / 255
    small = bicubic(torch.from_numpy(truth)[None], 1 / scale)
    small = (small * 255).round().clamp(0, 255).byte()[0].permute(1, 2, 0).numpy()
    Image.fromarray(small).save(tmp_path / "small.png")
    _, result = run(drain, tmp_path / "small.png", scale=scale)
    plain = bicubic(torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255, scale)
    plain = plain[0].clamp(0, 1).numpy()
    gain = metrics.psnr_y(result.pixels, truth, border=scale)
    gain -= metrics.psnr_y(plain, truth, border=scale)
    assert gain > 1


def test_eight_looks_are_the_mean_over_turns(photo, drain):
    pixels = image.read(photo).pixels
    _, plain = drain(upscale.upscaled(Upscale(scale=2), pixels, (120, 180), Studio()._runtime))
    turned = np.ascontiguousarray(np.rot90(pixels, axes=(1, 2)))
    looks = []
    for picture in (pixels, turned):
        size = tuple(2 * side for side in picture.shape[1:])
        spec = Upscale(scale=2, tta=True)
        looks.append(drain(upscale.upscaled(spec, picture, size, Studio()._runtime))[1])
    assert np.abs(np.rot90(looks[1], -1, axes=(1, 2)) - looks[0]).max() < 1e-4
    assert 0 < np.abs(looks[0] - plain).max() < 0.2


def test_soft_alpha_is_enlarged_and_flat_alpha_stays_flat(tiny, tmp_path, drain):
    rgba = np.dstack([data.chelsea()[:40, :50], np.linspace(0, 255, 2000).reshape(40, 50)])
    Image.fromarray(rgba.astype(np.uint8)).save(tmp_path / "soft.png")
    _, soft = run(drain, tmp_path / "soft.png", scale=2)
    assert soft.alpha.shape == (1, 80, 100)
    assert soft.alpha.min() < 0.02 < 0.98 < soft.alpha.max()
    rgba[..., 3] = 255
    Image.fromarray(rgba.astype(np.uint8)).save(tmp_path / "flat.png")
    _, flat = run(drain, tmp_path / "flat.png", scale=2)
    assert flat.alpha.shape == (1, 80, 100)
    assert flat.alpha.min() == 1


def test_hidden_colours_do_not_bleed_into_visible_edges(tiny):
    alpha = np.zeros((1, 32, 32), np.float32)
    alpha[:, :, 16:] = 1
    pixels = np.where(alpha > 0, 0.9, 0.0).astype(np.float32) * np.ones((3, 1, 1), np.float32)
    filled = upscale.bled(pixels, alpha)
    assert np.array_equal(filled[:, :, 16:], pixels[:, :, 16:])
    assert filled[:, :, 14:16].min() > 0.85


def test_grey_and_sixteen_bit_stay(tiny, tmp_path, drain):
    import cv2

    ramp = np.linspace(0, 65535, 30 * 40).reshape(30, 40).astype(np.uint16)
    (tmp_path / "grey.png").write_bytes(cv2.imencode(".png", ramp)[1].tobytes())
    _, result = run(drain, tmp_path / "grey.png", scale=2)
    assert (result.grey, result.depth, result.width) == (True, 16, 80)


def test_a_result_larger_than_memory_is_refused_with_its_need(tiny, photo, drain, monkeypatch):
    class Little:
        available = 100_000

    monkeypatch.setattr(upscale.psutil, "virtual_memory", Little)
    with pytest.raises(UserError, match=r"needs about .* GB of memory"):
        upscale.check_memory(np.zeros((3, 60, 90), np.float32), (480, 720))


def test_a_preview_equals_that_part_of_the_result(photo, drain):
    spec = Upscale(sources=(photo,), target=photo.parent / "out", scale=3)
    studio = Studio()
    _, report = drain(studio.run(spec))
    whole = image.read(report.done[0][1]).pixels
    events, _ = drain(studio.run(PreviewCrop(spec, photo, (20, 15, 30, 25))))
    after = events[-1].pixels
    assert after.shape == (3, 75, 90)
    assert np.abs(after - whole[:, 45:120, 60:150]).max() <= 3 / 255


def test_strips_of_the_resampler_cannot_be_seen(monkeypatch, drain):
    from engine import resize

    picture = data.chelsea()[:200, :300].transpose(2, 0, 1).astype(np.float32) / 255
    picture = np.ascontiguousarray(picture)
    for height, width in ((77, 120), (450, 651)):
        _, whole = drain(resize.resized(picture, height, width))
        monkeypatch.setattr(resize, "STRIP_PX", 20 * width)
        events, strips = drain(resize.resized(picture, height, width))
        assert len(events) > 3
        assert np.abs(whole - strips).max() < 1e-4
        monkeypatch.undo()
