"""One's own photo: cut out, found, kept, also where one stops midway."""

import numpy as np
import pytest
import torch

from engine import image
from engine.errors import UserError
from engine.image import Picture
from engine.job import Preview
from engine.latent import likeness, projection
from engine.latent.projection import cut
from engine.specs import DrawPlaces, Faces, OwnDirection, Place, Project, ReadPlace
from engine.studio import Studio
from tests.engine.generators import install, result

HIDDEN = Place(x=31.0, truncation=0.8)


@pytest.fixture
def model(monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path / "home")


@pytest.fixture
def photo(model, tmp_path):
    """A photo of something the generator knows, 96 x 64, without its place."""
    pixels = result(Studio().run(DrawPlaces(places=(HIDDEN,), edge=64)))[0][-1].pixels
    wide = np.pad(pixels, ((0, 0), (0, 0), (16, 16)), mode="edge")
    image.write(tmp_path / "me.png", Picture(wide))
    return tmp_path / "me.png"


def run(photo, **given):
    return result(Studio().run(Project(photo=photo, **({"steps": 60} | given))))


def test_the_photo_is_found_and_kept_beside_it(photo):
    events, found = run(photo)
    target = next(e for e in events if isinstance(e, Preview) and e.name == "target")
    shown = [e for e in events if isinstance(e, Preview) and e.name == "place"]
    distances = [event.facts["distance"] for event in shown]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 0.5 * distances[0]
    assert np.abs(shown[-1].pixels - target.pixels).mean() < 0.03
    assert found.near
    assert found.words == ""
    assert found.path == photo.with_name("me_faces.png")
    again = result(Studio().run(ReadPlace(found.path)))[1]
    assert again.place == found.place
    assert photo.exists()


def test_stopping_midway_keeps_the_best_so_far(photo, tmp_path):
    job = Studio().run(Project(photo=photo, target=tmp_path / "best.png", steps=10_000))
    seen = 0
    while seen < 4:
        event = next(job)
        seen += isinstance(event, Preview) and event.name == "place"
    job.close()
    place = event.facts["place"]
    assert result(Studio().run(ReadPlace(tmp_path / "best.png")))[1].place.w == place.w


def test_something_else_is_called_so_honestly(model, tmp_path):
    noise = np.random.default_rng(0).random((3, 64, 64), np.float32)
    image.write(tmp_path / "noise.png", Picture(noise))
    _, found = run(tmp_path / "noise.png")
    assert not found.near
    assert "unlike anything the model draws" in found.words
    assert found.path.exists()


def test_time_ends_the_search(photo):
    events, _ = run(photo, steps=100_000, seconds=1.0)
    assert events[-1].text.startswith("step ")


@pytest.mark.parametrize(
    ("size", "given", "words"),
    [
        ((20, 20), {}, "too few"),
        ((64, 64), {"box": (32.0, 32.0, 10.0)}, "too few"),
        ((64, 64), {"box": (500.0, 32.0, 40.0)}, "outside"),
        ((64, 64), {"target": "x.jpg"}, "cannot keep the place"),
        ((64, 64), {"angle": 400.0}, "not between"),
    ],
)
def test_what_cannot_be_found_is_told(model, tmp_path, size, given, words):
    image.write(tmp_path / "a.png", Picture(np.zeros((3, *size), np.float32)))
    if "target" in given:
        given = {"target": tmp_path / given["target"]}
    with pytest.raises(UserError, match=words):
        run(tmp_path / "a.png", **given)
    assert [path.name for path in tmp_path.glob("*_faces.png")] == []


def test_a_photo_can_be_marked_for_a_direction(photo):
    spec = OwnDirection(name="me", a=(Place(),), b=(photo,))
    direction = result(Studio().run(spec))[1]
    assert direction.sigma > 0


def test_the_square_is_cut_where_it_was_put():
    pixels = np.zeros((3, 100, 200), np.float32)
    pixels[:, 40:60, 130:150] = 1
    seen = cut(pixels, (140.0, 50.0, 40.0), 0, 8)[0]
    expected = np.zeros((8, 8))
    expected[2:6, 2:6] = 1
    assert ((seen > 0.5) == (expected > 0.5)).all()
    assert np.abs(seen - expected).mean() < 0.1
    middle = cut(pixels, None, 0, 100)
    assert np.abs(middle - pixels[:, :, 50:150]).max() < 1e-6


def test_turning_the_square_clockwise_turns_what_is_seen_back():
    pixels = np.zeros((1, 64, 64), np.float32)
    pixels[:, :32, 24:40] = 1  # above the middle
    seen = cut(pixels, (32.0, 32.0, 64.0), 90, 64)
    # what lies above is on the left of one whose head leans to the right
    assert seen[0, 32, 8] > 0.9
    assert seen[0, 32, 56] < 0.1
    assert seen[0, 8, 32] < 0.1


def test_likeness_is_zero_for_the_same_and_grows():
    target = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    far = likeness.Pyramid(target)
    near = (target + 0.05).clamp(0, 1)
    assert float(far(target)[0]) == 0
    both = far(torch.cat([near, target.flip(3)]))
    assert 0 < both[0] < both[1]


def test_steps_get_shorter():
    assert projection.rate(0.1) > projection.rate(0.5) > projection.rate(1.0) == 0


def test_a_generated_picture_is_found_from_its_own_file(model, tmp_path):
    result(Studio().run(Faces(target=tmp_path / "a.png", count=1, seed=3)))
    _, found = run(tmp_path / "a.png", steps=40)
    assert found.near
