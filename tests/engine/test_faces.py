"""Faces from seeds: files, names, contact sheets, and the place that every picture carries."""

import numpy as np
import pytest

from engine import image
from engine.errors import UserError
from engine.job import Finished, Preview
from engine.latent import pad, tags
from engine.specs import (
    DrawPlaces,
    Edit,
    Faces,
    ForgetDirection,
    Mix,
    OwnDirection,
    Place,
    ReadPlace,
    Upscale,
)
from engine.studio import Studio
from tests.engine.generators import change, install, result


@pytest.fixture
def model(monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path / "home")


def run(spec):
    return result(Studio().run(spec))


def test_each_seed_becomes_a_file_and_a_sheet_comes_on_top(model, tmp_path):
    out = tmp_path / "out"
    events, report = run(Faces(target=out, count=5, seed=98, truncation=0.5, grid=True))
    names = sorted(path.name for path in out.iterdir())
    assert names == [*(f"faces-{n:04}.png" for n in (98, 99, 100, 101, 102)), "faces-sheet.png"]
    assert len(report.done) == sum(isinstance(event, Finished) for event in events) == 6
    assert image.size(out / "faces-sheet.png") == (3 * 36 + 4, 2 * 36 + 4)
    shown = [event for event in events if isinstance(event, Preview)]
    saved = image.read(out / "faces-0100.png").pixels
    assert np.abs(saved - shown[2].pixels).max() < 0.003


def test_nothing_in_a_folder_is_overwritten(model, tmp_path):
    for _ in range(2):
        run(Faces(target=tmp_path / "out", count=1, seed=7))
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["faces-0007 (2).png", "faces-0007.png"]


def test_a_named_file_is_one_picture_or_the_sheet_alone(model, tmp_path):
    run(Faces(target=tmp_path / "one.png", count=1))
    assert image.size(tmp_path / "one.png") == (32, 32)
    run(Faces(target=tmp_path / "sheet.png", count=4, grid=True))
    assert image.size(tmp_path / "sheet.png") == (76, 76)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["one.png", "sheet.png"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"target": "x.jpg", "count": 1}, "cannot keep the picture's place"),
        ({"target": "x.png", "count": 2}, "one file, but there are 2"),
        ({"target": "x", "count": 100_000, "grid": True}, "too large"),
        ({"target": "x", "model": "upscale-2x"}, "not a generator"),
        ({"target": "x", "count": 0}, "not between"),
        ({"target": "x", "truncation": 3.0}, "not between"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_drawn(model, tmp_path, spec, words):
    spec = Faces(**(spec | {"target": tmp_path / spec["target"]}))
    with pytest.raises(UserError, match=words):
        run(spec)
    assert not (tmp_path / "x").exists()


def test_dropping_a_picture_restores_its_place(model, tmp_path):
    run(OwnDirection(name="smile & <wink>", a=(Place(),), b=(Place(x=1.0),)))
    place = Place(
        model="faces",
        x=3.25,
        y=2.5,
        truncation=0.6,
        noise=4,
        mixes=(Mix(pad.of_seed(12), "coarse"),),
        edits=(Edit("own:smile & <wink>", -1.5, "0-3"), Edit("pca:2", 0.5)),
    )
    run(Faces(target=tmp_path / "é 中.png", places=(place,)))
    found = run(ReadPlace(tmp_path / "é 中.png"))[1]
    assert found.place == place
    assert found.words == ""
    drawn = run(DrawPlaces(places=(found.place,)))[0][-1].pixels
    assert np.abs(drawn - image.read(tmp_path / "é 中.png").pixels).max() <= 0.5 / 255 + 1e-6


def test_the_place_survives_enlarging_and_other_formats(model, tmp_path):
    run(Faces(target=tmp_path / "a.png", count=1, seed=9))
    picture = image.read(tmp_path / "a.png")
    image.write(tmp_path / "a.jpg", picture)
    assert run(ReadPlace(tmp_path / "a.jpg"))[1].place == pad.of_seed(9, Place(model="faces"))
    run(Upscale(sources=(tmp_path / "a.png",), target=tmp_path / "b.png", model="upscale-2x"))
    assert run(ReadPlace(tmp_path / "b.png"))[1].place == pad.of_seed(9, Place(model="faces"))


def test_a_missing_model_is_named_and_the_place_kept(only_own, model, tmp_path):
    run(Faces(target=tmp_path / "a.png", count=1, seed=9))
    model.unlink()
    found = run(ReadPlace(tmp_path / "a.png"))[1]
    assert found.place.model == "faces"
    assert "is not installed" in found.words


def test_a_changed_model_gets_the_w_that_was_drawn(model, tmp_path):
    run(Faces(target=tmp_path / "a.png", count=1, seed=9, truncation=0.5))
    change(model)
    found = run(ReadPlace(tmp_path / "a.png"))[1]
    assert "has changed" in found.words
    assert found.place.truncation == 1.0
    assert found.place.w is not None
    drawn = run(DrawPlaces(places=(found.place,)))[0][-1].pixels
    assert np.abs(drawn - image.read(tmp_path / "a.png").pixels).max() < 0.05


def test_a_direction_that_is_gone_keeps_its_effect(model, tmp_path):
    run(OwnDirection(name="smile", a=(Place(),), b=(Place(x=1.0),)))
    place = Place(model="faces", x=3.0, edits=(Edit("own:smile", 1.0),))
    run(Faces(target=tmp_path / "a.png", places=(place,)))
    run(ForgetDirection(direction="own:smile"))
    found = run(ReadPlace(tmp_path / "a.png"))[1]
    assert "smile" in found.words
    assert found.place.edits == ()
    drawn = run(DrawPlaces(places=(found.place,)))[0][-1].pixels
    assert np.abs(drawn - image.read(tmp_path / "a.png").pixels).max() <= 0.5 / 255 + 1e-6


@pytest.mark.parametrize("note", ["", "{}", "[1]", '{"place": 3, "w": {}}', "{"])
def test_a_picture_without_a_place_says_so(model, tmp_path, note):
    picture = image.Picture(np.zeros((3, 8, 8), np.float32))
    if note:
        picture = image.Picture(
            picture.pixels, meta=image.Meta(xmp=tags.PACKET.format(note).encode())
        )
    image.write(tmp_path / "a.png", picture)
    with pytest.raises(UserError, match="damaged" if note else "does not say"):
        run(ReadPlace(tmp_path / "a.png"))
