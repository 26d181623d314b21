"""Walks: the way between key faces, and the films they become."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import UserError
from engine.job import Note, Preview
from engine.latent import film, pad, paths, points
from engine.specs import Edit, OwnDirection, Place, Walk
from engine.studio import Studio
from engine.tasks.room import Room
from tests.engine.generators import Config, install, result

KEYS = (pad.of_seed(1), pad.of_seed(2), pad.of_seed(5))


@pytest.fixture
def model(monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path / "home")


def loaded_in(room):
    return result(room.generator(None, "cpu"))[1]


def run(**given):
    return result(Studio().run(Walk(**({"keys": KEYS} | given))))


def frames_of(path):
    reel = cv2.VideoCapture(str(path))
    frames = []
    while True:
        there, frame = reel.read()
        if not there:
            return frames
        frames.append(frame[..., ::-1])


def test_the_mp4_plays_every_frame_and_looks_like_the_walk(model, tmp_path):
    events, path = run(target=tmp_path / "é.mp4", frames=20, edge=96)
    shown = [event for event in events if isinstance(event, Preview)]
    plain = tmp_path / "plain.mp4"
    path.rename(plain)
    frames = frames_of(plain)
    assert len(frames) == len(shown) == 41
    assert frames[0].shape == (96, 96, 3)
    for number in (0, 20, 40):
        drawn = shown[number].pixels.transpose(1, 2, 0) * 255
        assert np.abs(frames[number] - drawn).mean() < 6
    assert {event.facts["frames"] for event in shown} == {41}
    assert [(e.facts["leg"], e.facts["part"]) for e in shown[19:22]] == [
        (0, 0.95), (1, 0.0), (1, 0.05),
    ]  # fmt: skip


def test_a_gif_lasts_as_long_as_it_should_and_loops(model, tmp_path):
    run(target=tmp_path / "a.gif", frames=10, rate=30, loop=True)
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 30
        assert gif.info["loop"] == 0
        durations = []
        for number in range(gif.n_frames):
            gif.seek(number)
            durations.append(gif.info["duration"])
    assert sum(durations) == 1000


def test_a_folder_gets_numbered_pictures_once(model, tmp_path):
    run(target=tmp_path / "frames", frames=3)
    names = sorted(path.name for path in (tmp_path / "frames").iterdir())
    assert names == [f"frame-{number:05}.png" for number in range(7)]
    with pytest.raises(UserError, match="There are frames"):
        run(target=tmp_path / "frames", frames=3)


def test_a_walk_may_be_only_watched(model):
    events, path = run(frames=4)
    assert path is None
    assert sum(isinstance(event, Preview) for event in events) == 9


def test_straight_goes_evenly_from_w_to_w(model):
    loaded = loaded_in(Room())
    start, end = Place(x=1.0, truncation=1.0), Place(x=2.0, truncation=0.0)
    way = paths.straight(loaded, start, end, {})
    assert torch.allclose(way(0.25), torch.lerp(loaded.seed_w(1), loaded.mean.expand(6, 6), 0.25))


def test_spherical_keeps_the_length_of_z(model):
    loaded = loaded_in(Room())
    start, end = Place(x=1.0, truncation=1.0), Place(x=2.0, truncation=1.0)
    way = paths.spherical(loaded, start, end, {})
    assert way is not None
    z = loaded.net.codes(way(0.5))[0]
    lengths = [float(points.z_of(seed, 6).norm()) for seed in (1, 2)]
    assert float(z.norm()) == pytest.approx(sum(lengths) / 2, rel=1e-3)
    assert torch.allclose(way(1.0), loaded.seed_w(2), atol=1e-4)


def test_edits_and_truncation_change_evenly_on_the_sphere(model):
    studio = Studio()
    result(studio.run(OwnDirection(name="up", a=(Place(),), b=(Place(x=9.0),))))
    room = Room()
    edited = Place(x=1.0, truncation=0.5, edits=(Edit("own:up", 2.0),))
    ready = result(room.ready(edited, "cpu"))[1]
    way = paths.spherical(ready.loaded, edited, Place(x=1.0, truncation=1.0), ready.arrows)
    whole = ready.arrows["own:up"].step * 2.0
    middle = points.truncated(ready.loaded.seed_w(1), ready.loaded.mean, 0.75) + 0.5 * whole
    assert torch.allclose(way(0.5), middle, atol=1e-4)


def test_a_key_without_a_z_goes_straight_and_says_so(model):
    keys = (Place(x=1.5), Place(x=2.0), Place(w=((0.0,) * 6,)))
    events, _ = run(keys=keys, frames=2, path="spherical")
    notes = [event.text for event in events if isinstance(event, Note)]
    assert sum("straight" in text for text in notes) == 1


def test_where_w_is_z_every_key_is_on_the_sphere(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, config=Config(layers=1, maps=False))
    keys = (Place(x=1.5, truncation=1.0), Place(w=((0.5,) * 6,), truncation=1.0))
    events, _ = run(keys=keys, frames=2, path="spherical")
    assert not any(isinstance(event, Note) and "straight" in event.text for event in events)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"keys": KEYS[:1]}, "two places or more"),
        ({"target": Path("a.avi")}, "cannot be saved as .avi"),
        ({"frames": 0}, "not between"),
        ({"keys": (Place(), Place(model="nobody"))}, "no model called nobody"),
    ],
)
def test_what_is_no_walk_is_told(model, given, words):
    with pytest.raises(UserError, match=words):
        run(**given)


def test_keys_of_two_models_make_no_walk(model, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path / "home", name="others", config=Config(size=16))
    with pytest.raises(UserError, match="different models"):
        run(keys=(Place(), Place(model="others")))


def test_without_a_codec_gif_and_frames_are_offered(model, tmp_path, monkeypatch):
    monkeypatch.setattr(film, "CODECS", ("none",))
    with pytest.raises(UserError, match="no codec") as told:
        run(target=tmp_path / "a.mp4", frames=2)
    assert ".gif" in told.value.remedy
    assert list(tmp_path.glob("*.mp4")) == []


def test_a_walk_that_is_stopped_leaves_nothing(model, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    job = Studio().run(Walk(keys=KEYS, target=tmp_path / "a.mp4", frames=30))
    while not isinstance(next(job), Preview):
        pass
    assert len(list(scratch.iterdir())) == 1
    job.close()
    assert list(scratch.iterdir()) == list(tmp_path.glob("*.mp4")) == []
