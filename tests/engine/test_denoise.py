"""Denoising real files with real, small networks, and with the model that ships."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from engine import image, metrics
from engine.errors import UserError
from engine.job import Failed, Finished, Note, Planned, Preview, Skipped, Started, Step
from engine.specs import Denoise, Look, PreviewCrop, Thumbnails
from engine.studio import Studio


@pytest.fixture
def photo(tmp_path):
    """A photograph with noise of level 25, and the clean one as an array."""
    clean = data.chelsea()[:200, 60:340]
    grain = np.random.default_rng(0).normal(0, 25, clean.shape)
    path = tmp_path / "in" / "cat é %.png"
    path.parent.mkdir()
    Image.fromarray(np.clip(clean + grain, 0, 255).round().astype(np.uint8)).save(path)
    return path, clean.transpose(2, 0, 1).astype(np.float32) / 255


def test_the_shipped_model_makes_a_noisy_photo_much_better(photo, tmp_path, drain):
    path, clean = photo
    _, report = drain(Studio().run(Denoise(sources=(path,), target=tmp_path / "out")))
    ((_, target),) = report.done
    before, after = image.read(path).pixels, image.read(target).pixels
    assert metrics.psnr(after, clean) > metrics.psnr(before, clean) + 7


def test_shipped_grey_and_colour_models_are_chosen_by_the_picture(tmp_path, drain):
    grey = data.camera()[:160, 100:260]
    noisy = np.clip(grey + np.random.default_rng(0).normal(0, 25, grey.shape), 0, 255)
    Image.fromarray(noisy.round().astype(np.uint8)).save(tmp_path / "grey.png")
    job = Studio().run(Denoise(sources=(tmp_path / "grey.png",), target=tmp_path / "out"))
    events, report = drain(job)
    words = " ".join(event.text for event in events if isinstance(event, Note))
    assert "black and white" in words
    result = image.read(report.done[0][1])
    assert result.grey
    truth = grey[None].astype(np.float32) / 255
    assert metrics.psnr(result.pixels, truth) > 28


def test_events_come_in_the_order_people_see_them(tiny, photo, tmp_path, drain):
    path, _ = photo
    events, _ = drain(Studio().run(Denoise(sources=(path,), target=tmp_path / "out")))
    kinds = [type(event) for event in events if not isinstance(event, Note)]
    assert kinds[0] is Planned
    assert kinds[1] is Started
    assert kinds[-2] is Finished
    steps = [event.done for event in events if isinstance(event, Step)]
    assert steps == sorted(steps)
    assert steps[-1] == 1


def test_zero_blend_returns_the_original_and_half_lies_between(photo, tmp_path, drain):
    path, _ = photo
    results = {}
    for blend in (0, 50, 100):
        spec = Denoise(sources=(path,), target=tmp_path / str(blend), strength=25, blend=blend)
        _, report = drain(Studio().run(spec))
        results[blend] = image.read(report.done[0][1]).pixels
    original = image.read(path).pixels
    assert np.array_equal(results[0], original)
    middle = (original + results[100]) / 2
    assert np.abs(results[50] - middle).max() <= 1.01 / 255


def test_alpha_depth_and_grey_are_what_they_were(tiny, tmp_path, drain):
    ramp = np.linspace(0, 65535, 64 * 48).reshape(48, 64).astype(np.uint16)
    import cv2

    grey16, rgba = tmp_path / "grey16.png", tmp_path / "rgba.png"
    grey16.write_bytes(cv2.imencode(".png", ramp)[1].tobytes())
    soft = np.dstack([data.chelsea()[:48, :64], np.linspace(0, 255, 48 * 64).reshape(48, 64)])
    Image.fromarray(soft.astype(np.uint8)).save(rgba)
    spec = Denoise(sources=(grey16, rgba), target=tmp_path / "out", strength=10)
    _, report = drain(Studio().run(spec))
    first, second = (image.read(target) for _, target in report.done)
    assert (first.grey, first.depth) == (True, 16)
    assert np.array_equal(second.alpha, image.read(rgba).alpha)


def test_a_grey_picture_stored_as_colour_stays_grey(tmp_path, drain):
    grey = np.repeat(data.camera()[100:180, 100:200, None], 3, axis=2)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    spec = Denoise(sources=(tmp_path / "grey.png",), target=tmp_path / "out", strength=20)
    _, report = drain(Studio().run(spec))
    red, green, blue = image.read(report.done[0][1]).pixels
    assert np.array_equal(red, green)
    assert np.array_equal(red, blue)


def test_one_bad_file_is_named_and_the_rest_goes_on(tiny, photo, tmp_path, drain):
    path, _ = photo
    (path.parent / "broken.png").write_bytes(path.read_bytes()[:500])
    (path.parent / "empty.jpg").touch()
    originals = {each: each.read_bytes() for each in path.parent.iterdir()}
    spec = Denoise(sources=(path.parent,), target=tmp_path / "out", strength=20)
    events, report = drain(Studio().run(spec))
    assert [source.name for source, _ in report.done] == [path.name]
    assert {failed.path.name for failed in report.failed} == {"broken.png", "empty.jpg"}
    assert all(failed.reason and failed.remedy for failed in report.failed)
    assert [event for event in events if isinstance(event, Failed)] == list(report.failed)
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert {each: each.read_bytes() for each in path.parent.iterdir()} == originals


def test_the_same_command_again_does_only_what_is_left(tiny, photo, tmp_path, drain):
    path, _ = photo
    for name in ("b.png", "c.png"):
        (path.parent / name).write_bytes(path.read_bytes())
    spec = Denoise(sources=(path.parent,), target=tmp_path / "out", strength=20)
    job = Studio().run(spec)
    for event in job:
        if isinstance(event, Finished):
            break
    job.close()  # stopped after one picture
    assert len(list((tmp_path / "out").iterdir())) == 1
    events, report = drain(Studio().run(spec))
    assert len(report.done) == 2
    assert len([event for event in events if isinstance(event, Skipped)]) == 1


def test_stopping_in_mid_picture_leaves_nothing(tiny, photo, tmp_path):
    path, _ = photo
    job = Studio().run(Denoise(sources=(path,), target=tmp_path / "out", strength=20))
    while not (isinstance(event := next(job), Step) and event.done > 0):
        pass
    job.close()
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"strength": 90}, "Noise level"),
        ({"blend": -1}, "Blend"),
        ({"format": "heic"}, "Format"),
        ({"model": "nonsense"}, "no model called"),
        ({"model": "tiny-upscale-2x"}, "not for denoise"),
        ({"device": "quantum"}, "no device called"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_done(
    tiny, photo, tmp_path, wrong, words, drain
):
    path, _ = photo
    spec = Denoise(**({"sources": (path,), "target": tmp_path / "out", "strength": 5} | wrong))
    with pytest.raises(UserError, match=words):
        drain(Studio().run(spec))


def test_a_preview_equals_that_part_of_the_result(photo, tmp_path, drain):
    path, _ = photo
    task = Denoise(sources=(path,), target=tmp_path / "out", strength=25)
    studio = Studio()
    _, report = drain(studio.run(task))
    whole = image.read(report.done[0][1]).pixels
    events, _ = drain(studio.run(PreviewCrop(task, path, (90, 60, 80, 70))))
    pictures = {event.name: event for event in events if isinstance(event, Preview)}
    assert pictures["before"].pixels.shape == pictures["after"].pixels.shape == (3, 70, 80)
    stray = np.abs(pictures["after"].pixels - whole[:, 60:130, 90:170]).max()
    assert stray <= 2 / 255


def test_a_preview_box_outside_is_moved_inside(tiny, photo, drain):
    path, _ = photo
    events, facts = drain(Studio().run(PreviewCrop(Denoise(strength=9), path, (900, -50, 99, 80))))
    assert facts["box"] == (279, 0, 1, 30)
    assert events


def test_looking_tells_size_and_noise(photo, drain):
    path, _ = photo
    events, facts = drain(Studio().run(Look(path, longest=100)))
    assert events[-1].pixels.shape == (3, 1, 1)
    shown = next(event for event in events if isinstance(event, Preview))
    assert max(shown.pixels.shape) == 100
    assert (facts["width"], facts["height"]) == (280, 200)
    assert facts["sigma"] == pytest.approx(25, rel=0.15)


def test_thumbnails_name_the_files_that_cannot_be_read(photo, drain):
    path, _ = photo
    broken = path.parent / "broken.jpg"
    broken.write_text("not a picture")
    events, _ = drain(Studio().run(Thumbnails((path, broken), edge=48)))
    assert max(events[0].pixels.shape) == 48
    assert [event.path for event in events if isinstance(event, Failed)] == [broken]
