"""Pictures and drawings through models for transfer: sizes, what is kept, what is refused."""

import tracemalloc

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from engine import image, places
from engine.errors import UserError
from engine.job import Note, Preview, Step
from engine.runtime import Runtime
from engine.specs import DeriveDrawing, DrawTransfer, PreviewCrop, SampleTransfer, Transfer
from engine.studio import Studio
from engine.tasks import transfer
from tests.engine.translators import LABELS, add_all


@pytest.fixture
def models(home, monkeypatch):
    monkeypatch.setattr(places, "model_folders", lambda: (places.models(),))
    add_all()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(data.astronaut()[:300, 100:500]).save(path)
    return path


@pytest.fixture
def painting(tmp_path):
    path = tmp_path / "painting.png"
    Image.fromarray(np.ascontiguousarray(data.coffee()[:200])).save(path)
    return path


def run(drain, source, **settings):
    spec = Transfer(
        sources=(source,), target=source.parent / "out", on_conflict="rename", **settings
    )
    events, report = drain(Studio().run(spec))
    assert not report.failed, report.failed
    return events, image.read(report.done[0][1])


def apart(one, other):
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("model", ["photo-to-ink", "drawing-to-face", "map-to-street"])
def test_a_result_has_the_size_of_the_original_and_is_another_picture(models, photo, drain, model):
    _, result = run(drain, photo, model=model)
    before = image.read(photo).pixels
    assert result.pixels.shape == before.shape
    assert apart(result.pixels, before) > 0.03


def test_strength_goes_from_the_original_to_the_result(models, photo, painting, drain):
    before = image.read(photo).pixels
    for settings in ({"model": "photo-to-ink"}, {"model": "any-style", "style": painting}):
        _, nothing = run(drain, photo, strength=0, **settings)
        _, half = run(drain, photo, strength=50, **settings)
        _, full = run(drain, photo, **settings)
        assert np.array_equal(nothing.pixels, before)
        assert apart(half.pixels, before) > 0
        assert apart(half.pixels, full.pixels) > 0


def test_the_way_back_is_the_partner(models, photo, drain):
    _, back = run(drain, photo, model="photo-to-ink", direction="b2a")
    _, same = run(drain, photo, model="ink-to-photo")
    _, there = run(drain, photo, model="ink-to-photo", direction="a2b")
    assert np.array_equal(back.pixels, same.pixels)
    assert apart(there.pixels, back.pixels) > 0.01


def test_a_model_without_a_partner_says_so(models, photo, drain):
    spec = Transfer(sources=(photo,), target=photo.parent, model="map-to-street", direction="b2a")
    with pytest.raises(UserError, match="one way only"):
        drain(Studio().run(spec))


def test_a_style_model_asks_for_its_picture(models, photo, drain):
    with pytest.raises(UserError, match="take the style from"):
        drain(Studio().run(Transfer(sources=(photo,), target=photo.parent, model="any-style")))


def test_the_model_is_chosen_by_what_is_given(models, photo, painting, drain):
    _, chosen = run(drain, photo, style=painting)
    _, named = run(drain, photo, style=painting, model="any-style")
    assert np.array_equal(chosen.pixels, named.pixels)
    assert transfer.model_for(Transfer()).id == "photo-to-ink"  # nobody draws in a shell
    events, _ = run(drain, photo, style=painting, model="photo-to-ink")
    assert any(isinstance(e, Note) and "left aside" in e.text for e in events)


@pytest.mark.parametrize("size", [(10, 10), (1, 1), (700, 3)])
def test_any_style_picture_serves(models, photo, drain, tmp_path, size):
    tiny = tmp_path / "tiny.png"
    Image.new("RGBA", size, (200, 30, 40, 128)).save(tiny)
    events, result = run(drain, photo, model="any-style", style=tiny)
    assert np.isfinite(result.pixels).all()
    assert any(isinstance(e, Note) and "tiny" in e.text for e in events)


def test_depth_alpha_and_grey_are_kept(models, tmp_path, drain):
    whole = (data.astronaut()[:90, :120].astype(np.float32) / 255).transpose(2, 0, 1)
    alpha = np.linspace(0, 1, 120, dtype=np.float32)[None, None].repeat(90, 1)
    deep = image.Picture(whole, alpha, depth=16)
    image.write(tmp_path / "deep.png", deep)
    _, result = run(drain, tmp_path / "deep.png", model="photo-to-ink")
    assert result.depth == 16
    np.testing.assert_allclose(result.alpha, alpha, atol=1e-4)
    Image.fromarray(data.camera()[:90, :120]).save(tmp_path / "grey.png")
    _, grey = run(drain, tmp_path / "grey.png", model="photo-to-ink")
    assert grey.grey
    _, coloured = run(drain, tmp_path / "grey.png", model="drawing-to-face")
    assert not coloured.grey


@pytest.mark.parametrize("size", [(7, 5), (1, 1), (2000, 9), (65, 64)])
@pytest.mark.parametrize("model", ["photo-to-ink", "map-to-street"])
def test_pictures_of_any_shape_pass(models, tmp_path, drain, size, model):
    Image.new("RGB", size, (90, 120, 60)).save(tmp_path / "odd.png")
    _, result = run(drain, tmp_path / "odd.png", model=model)
    assert result.pixels.shape == (3, size[1], size[0])


@pytest.mark.parametrize("model", ["photo-to-ink", "drawing-to-face", "any-style"])
def test_a_preview_is_a_part_of_the_result(models, photo, painting, drain, model):
    style = painting if model == "any-style" else None
    _, result = run(drain, photo, model=model, style=style, strength=80)
    spec = Transfer(model=model, style=style, strength=80)
    events, _ = drain(Studio().run(PreviewCrop(spec, photo, (70, 40, 200, 100))))
    before, after = (e for e in events if isinstance(e, Preview))
    assert before.name == "before"
    np.testing.assert_allclose(after.pixels, result.pixels[:, 40:140, 70:270], atol=1 / 255)


@pytest.mark.parametrize("box", [(0, 0, 400, 300), (100, 60, 200, 150)])
def test_a_preview_for_a_screen_is_the_same_made_smaller(models, photo, drain, box):
    task = Transfer(model="photo-to-ink", strength=70)
    studio, pictures = Studio(), []
    for longest in (0, 100):
        events, facts = drain(studio.run(PreviewCrop(task, photo, box, longest)))
        pictures.append(next(e for e in events if isinstance(e, Preview) and e.name == "after"))
    full, small = (each.pixels for each in pictures)
    assert small.shape == (3, 75, 100)
    assert facts["scale"] == 100 / box[2]
    wanted = cv2.resize(full.transpose(1, 2, 0), (100, 75), interpolation=cv2.INTER_AREA)
    assert np.abs(small - wanted.transpose(2, 0, 1)).mean() < 4 / 255


def test_moving_a_preview_does_not_ask_the_network_again(models, photo, drain, monkeypatch):
    asked = []
    honest = transfer.answered
    monkeypatch.setattr(transfer, "answered", lambda *a: asked.append(1) or honest(*a))
    studio = Studio()
    for left, strength in ((0, 100), (50, 100), (50, 30)):
        spec = Transfer(model="photo-to-ink", strength=strength)
        drain(studio.run(PreviewCrop(spec, photo, (left, 0, 90, 90))))
    assert len(asked) == 1


def seen_by(monkeypatch):
    """What networks are shown from now on."""
    shown, honest = [], transfer.answered
    monkeypatch.setattr(transfer, "answered", lambda *a: shown.append(a[2].copy()) or honest(*a))
    return shown


def test_what_can_be_seen_through_a_drawing_is_paper(models, tmp_path, drain):
    clear = np.zeros((90, 120, 4), np.uint8)
    clear[20:70, 30:34, 3] = 255  # black on nothing
    white = np.full((90, 120, 3), 255, np.uint8)
    white[20:70, 30:34] = 0
    Image.fromarray(clear).save(tmp_path / "clear.png")
    Image.fromarray(white).save(tmp_path / "white.png")
    events, result = run(drain, tmp_path / "clear.png", model="drawing-to-face")
    _, wanted = run(drain, tmp_path / "white.png", model="drawing-to-face")
    assert result.alpha is None
    assert np.array_equal(result.pixels, wanted.pixels)
    assert any(isinstance(e, Note) and "counts as paper" in e.text for e in events)
    task = Transfer(model="drawing-to-face")
    shown, _ = drain(Studio().run(PreviewCrop(task, tmp_path / "clear.png", (0, 0, 120, 90))))
    before, after = (e.pixels for e in shown if isinstance(e, Preview))
    assert before.max() == 1
    np.testing.assert_allclose(after, wanted.pixels, atol=1 / 255)
    template = derived(drain, "drawing-to-face", tmp_path / "clear.png")
    assert (template > 0.9).mean() > 0.9


def test_of_a_photo_is_drawn_what_the_model_knows(models, photo, tmp_path, drain, monkeypatch):
    lines = derived(drain, "drawing-to-face", photo)
    shown = seen_by(monkeypatch)
    run(drain, photo, model="drawing-to-face")
    assert np.array_equal(shown[-1], lines)
    run(drain, photo, model="photo-to-ink")  # unpaired models see the photo
    assert apart(shown[-1].mean((1, 2)), image.read(photo).pixels.mean((1, 2))) < 0.02


def test_a_map_with_soft_borders_is_made_of_labels(models, tmp_path, drain, monkeypatch):
    labels = [np.array([int(c[at : at + 2], 16) for at in (1, 3, 5)]) for _, c in LABELS]
    ramp = np.linspace(0, 1, 90)[:, None, None]
    soft = (labels[0] * (1 - ramp) + labels[1] * ramp).repeat(120, 1)
    Image.fromarray(soft.astype(np.uint8)).save(tmp_path / "map.png")
    shown = seen_by(monkeypatch)
    run(drain, tmp_path / "map.png", model="map-to-street")
    found = {tuple(np.round(255 * c).astype(int)) for c in shown[-1].reshape(3, -1).T}
    assert found == {tuple(each) for each in labels}


def test_a_large_picture_needs_little_beside_itself_and_its_result(models, drain):
    large = np.zeros((3, 4000, 6000), np.float32)  # 24 megapixels
    large[:] = np.linspace(0, 1, 6000, dtype=np.float32)
    spec, picture = Transfer(model="photo-to-ink"), image.Picture(large)
    job = transfer.transferred(spec, transfer.way_for(spec), picture, Runtime())
    drain(
        transfer.transferred(
            spec, transfer.way_for(spec), image.Picture(large[:, :64, :64]), Runtime()
        )
    )
    tracemalloc.start()
    _, result = drain(job)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.pixels.shape == large.shape
    assert peak - large.nbytes < 0.35 * large.nbytes


def drawing(colour, height=48, width=64):
    values = np.zeros((height, width, 4), np.uint8)
    values[10:20, 5:40] = (*colour, 255)
    return values


def after(drain, model, values):
    height, width = values.shape[:2]
    events, _ = drain(Studio().run(DrawTransfer(model, values.tobytes(), width, height)))
    (shown,) = [e for e in events if isinstance(e, Preview)]
    return shown


def test_a_drawing_becomes_a_picture_of_its_shape(models, drain):
    shown = after(drain, "drawing-to-face", drawing((0, 0, 0)))
    assert shown.pixels.shape == (3, 32, 43)
    assert shown.facts["size"] == (43, 32)


def test_nothing_drawn_is_the_background(models, drain):
    white = np.full((48, 64, 4), 255, np.uint8)
    clear = np.zeros((48, 64, 4), np.uint8)
    shown = [after(drain, "drawing-to-face", values).pixels for values in (white, clear)]
    assert np.array_equal(*shown)
    sky = np.zeros((48, 64, 4), np.uint8)
    sky[:] = (0x46, 0x64, 0xAA, 255)
    shown = [after(drain, "map-to-street", values).pixels for values in (sky, clear)]
    assert np.array_equal(*shown)


def test_mixed_colours_of_a_soft_brush_become_labels(models, drain):
    ground = tuple(int(LABELS[1][1][at : at + 2], 16) for at in (1, 3, 5))
    pure = after(drain, "map-to-street", drawing(ground))
    off = after(drain, "map-to-street", drawing(tuple(value + 9 for value in ground)))
    assert np.array_equal(pure.pixels, off.pixels)


def test_a_drawing_of_the_wrong_size_is_refused(models, drain):
    with pytest.raises(UserError, match="not of the size"):
        drain(Studio().run(DrawTransfer("drawing-to-face", b"abc", 64, 64)))
    with pytest.raises(UserError, match="is for photos"):
        drain(Studio().run(DrawTransfer("any-style", bytes(16), 2, 2)))


@pytest.mark.parametrize("model", ["photo-to-ink", "drawing-to-face", "map-to-street", "any-style"])
def test_every_model_can_show_a_sample(models, drain, model):
    events, _ = drain(Studio().run(SampleTransfer(model, edge=80)))
    shown = [e for e in events if isinstance(e, Preview)]
    assert [e.name for e in shown] == ["before", "after"]
    assert all(max(e.pixels.shape) == 80 for e in shown)


def test_steps_of_a_large_picture_are_many(models, tmp_path, drain):
    Image.new("RGB", (3000, 2000), (90, 120, 60)).save(tmp_path / "large.png")
    events, _ = run(drain, tmp_path / "large.png", model="photo-to-ink")
    assert sum(isinstance(e, Step) for e in events) > 15


def test_the_shipped_style_takes_colours_and_keeps_shapes(photo, drain, tmp_path):
    thrown = np.random.default_rng(0)
    blots = thrown.integers(0, 2, (12, 12, 1)) * np.array([250, 180, 20]) + np.array([5, 10, 60])
    Image.fromarray(blots.clip(0, 255).astype(np.uint8)).resize((240, 240)).save(tmp_path / "s.png")
    style = image.read(tmp_path / "s.png").pixels
    before = image.read(photo).pixels
    _, result = run(drain, photo, model="style", style=tmp_path / "s.png")
    colours = [np.stack([each.mean((1, 2)), each.std((1, 2))]) for each in (before, result.pixels)]
    wanted = np.stack([style.mean((1, 2)), style.std((1, 2))])
    assert apart(colours[1], wanted) < 0.8 * apart(colours[0], wanted)
    alike = np.corrcoef(before.mean(0).ravel(), result.pixels.mean(0).ravel())[0, 1]
    assert alike > 0.7


def derived(drain, model, path):
    events, _ = drain(Studio().run(DeriveDrawing(model, path)))
    (shown,) = [e for e in events if isinstance(e, Preview)]
    return shown.pixels


def test_a_photo_becomes_the_drawing_one_would_make_of_it(models, photo, tmp_path, drain):
    lines = derived(drain, "drawing-to-face", photo)
    assert lines.shape == (3, 32, 43)
    assert np.array_equal(lines[0], lines[1])
    assert (lines > 0.9).mean() > 0.4
    assert lines.min() < 0.5
    Image.fromarray(np.round(lines.transpose(1, 2, 0) * 255).astype(np.uint8)).save(
        tmp_path / "drawing.png"
    )
    again = derived(drain, "drawing-to-face", tmp_path / "drawing.png")
    np.testing.assert_allclose(again, lines, atol=1 / 255)  # a drawing stays what it is


def test_a_template_of_labels_has_pure_colours(models, photo, drain):
    labels = derived(drain, "map-to-street", photo)
    colours = {tuple(np.round(255 * c).astype(int)) for c in labels.reshape(3, -1).T}
    assert colours <= {(70, 100, 170), (90, 140, 70)}
