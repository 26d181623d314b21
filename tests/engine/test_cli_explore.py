"""`safelight faces` and `safelight explore`: what people type, and what they are told."""

import json

import numpy as np
import pytest

from engine import cli, image
from engine.image import Picture
from engine.latent import tags
from tests.engine.generators import install


@pytest.fixture
def model(monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path / "home")


def safelight(*words):
    return cli.main(list(map(str, words)))


def test_faces_are_written_and_named(model, tmp_path, capsys):
    out = tmp_path / "out"
    words = ("--count", 3, "--seed", 7, "--truncation", 0.5, "--grid", "--model", "faces")
    assert safelight("faces", "-o", out, *words) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [f"faces-000{n}.png" for n in (7, 8, 9)]
    assert lines == [str(out / name) for name in [*names, "faces-sheet.png"]]
    assert tags.read(out / names[1]).place.truncation == 0.5


def test_a_walk_goes_through_seeds_and_saved_pictures(model, tmp_path, capsys):
    assert safelight("faces", "-o", tmp_path / "a.png", "--count", 1) == 0
    film = tmp_path / "walk.gif"
    words = ("--seeds", "1,3-4", "-o", film, "--frames", 3, "--path", "spherical", "--loop")
    assert safelight("explore", "path", tmp_path / "a.png", *words) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(film)
    from PIL import Image

    with Image.open(film) as gif:
        assert gif.n_frames == 12


def test_a_photo_is_projected(model, tmp_path, capsys):
    image.write(tmp_path / "me.png", Picture(np.full((3, 64, 64), 0.4, np.float32)))
    out = tmp_path / "found.png"
    words = ("-o", out, "--steps", 3, "--box", "30,30,40", "--angle", 5)
    assert safelight("explore", "project", tmp_path / "me.png", *words) == 0
    assert capsys.readouterr().out.splitlines() == [str(out)]
    assert tags.read(out).place.w is not None


def test_directions_are_listed(model, capsys):
    assert safelight("explore", "directions", "--kind", "pca", "--count", 2) == 0
    table = capsys.readouterr().out
    assert "pca:1" in table
    assert "Component 2" in table
    assert "64.0%" in table or "6" in table
    assert safelight("explore", "directions", "--model", "faces", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in found][:2] == ["pca:1", "pca:2"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["faces", "-o", "x", "--model", "upscale-2x"], "not a generator"),
        (["faces", "-o", "x", "--truncation", "9"], "not between"),
        (["explore", "path", "-o", "x.mp4", "--seeds", "1"], "two places"),
        (["explore", "path", "-o", "x.mp4", "--seeds", "1,b"], "b is no seed"),
        (["explore", "path", "-o", "x.mp4", "--seeds", "5-1"], "no seeds to walk"),
        (["explore", "path", "-o", "x.avi", "--seeds", "1,2"], ".avi"),
        (["explore", "path", "none.png", "-o", "x.mp4"], "no such file"),
        (["explore", "project", "none.png", "-o", "x.png"], "no such file"),
        (["explore", "project", "a.png", "--box", "1,2"], "1,2 is no square"),
        (["explore", "directions", "--model", "nobody"], "no model called nobody"),
    ],
)
def test_wrong_use_is_said_in_one_line(model, tmp_path, monkeypatch, capsys, words, told):
    monkeypatch.chdir(tmp_path)
    assert safelight(*words) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error")]
    assert len(errors) == 1
    assert told in errors[0]
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
