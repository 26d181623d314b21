"""Components, factors and one's own directions, on a generator whose directions are known."""

import math
from dataclasses import replace

import pytest
import torch

from engine.errors import UserError
from engine.job import Step
from engine.latent import directions, pad
from engine.latent.kept import Kept
from engine.specs import (
    Directions,
    DrawPlaces,
    Edit,
    Faces,
    ForgetDirection,
    KeepDirection,
    Mix,
    OwnDirection,
    Place,
)
from engine.studio import Studio
from engine.tasks.room import Room
from tests.engine.generators import SCALES, WEIGHTS, Config, change, install, result, turn


@pytest.fixture
def model(monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path)


def loaded_in(room):
    return result(room.generator(None, "cpu"))[1]


def cosines(found, columns):
    """How well each direction found lies along the column it should."""
    return [
        abs(float(torch.cosine_similarity(step, turn()[:, column], dim=0)))
        for step, column in zip(found.steps, columns, strict=False)
    ]


def test_pca_finds_the_widest_directions_and_how_wide_they_are(model):
    found = result(directions.pca(loaded_in(Room())))[1]
    assert min(cosines(found, range(6))) > 0.999
    assert found.sigmas.tolist() == pytest.approx(SCALES, rel=0.03)
    energy = [scale**2 for scale in SCALES]
    assert found.share.tolist() == pytest.approx([e / sum(energy) for e in energy], rel=0.06)


def test_finding_goes_in_short_steps(model):
    events, _ = result(directions.pca(loaded_in(Room())))
    assert sum(isinstance(event, Step) for event in events) >= 20


def test_sefa_finds_what_the_weights_take_up_most(model):
    loaded = loaded_in(Room())
    covariance = torch.eye(6, dtype=torch.float64) * 4
    found = directions.sefa(loaded.net.style_weights(), covariance)
    order = sorted(range(6), key=lambda column: -WEIGHTS[column])
    assert min(cosines(found, order)) > 0.999
    assert found.sigmas.tolist() == pytest.approx([2.0] * 6)
    assert float(found.share[0]) == pytest.approx(25 / sum(w**2 for w in WEIGHTS))


def test_without_a_mapping_components_are_those_that_change_the_picture(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, config=Config(layers=1, maps=False))
    found = result(directions.pca(loaded_in(Room())))[1]
    # two of six numbers move the spot, and nothing else changes its features
    moving = found.steps[:2].square()
    assert moving[:, :2].sum() / moving.sum() > 0.95
    assert found.sigmas.tolist() == pytest.approx([1.0] * 6, rel=1e-4)


def test_an_edit_moves_w_by_so_many_standard_deviations(model):
    room = Room()
    loaded = loaded_in(room)
    place = Place(x=3.0, edits=(Edit("pca:1", 2.0, "coarse"),))
    ready = result(room.ready(place, "cpu"))[1]
    moved = ready.w() - loaded.w_of(replace(place, edits=()), {})
    lengths = moved.norm(dim=1).tolist()
    assert lengths[:2] == pytest.approx([2 * SCALES[0]] * 2, rel=0.03)
    assert lengths[2:] == [0.0] * 4


def test_what_was_found_is_kept_until_the_model_changes(model, monkeypatch):
    first = result(Studio().run(Directions(kind="pca")))[1]
    monkeypatch.setattr(directions, "pca", lambda loaded: pytest.fail("found again"))
    assert result(Studio().run(Directions(kind="pca")))[1] == first
    assert [each.id for each in first] == [f"pca:{n}" for n in range(1, 7)]
    change(model)
    with pytest.raises(pytest.fail.Exception):
        result(Studio().run(Directions(kind="pca")))


def test_two_handfuls_make_a_direction(model):
    column = turn()[:, 2]
    middle = torch.linspace(-1, 1, 6)
    a = tuple(Place(w=(tuple((middle + k * column).tolist()),), truncation=1.0) for k in (0.0, 0.5))
    b = tuple(Place(w=(tuple((middle + k * column).tolist()),), truncation=1.0) for k in (2.0, 2.5))
    studio = Studio()
    made = result(studio.run(OwnDirection(name=" smile  more ", a=a, b=b, layers="coarse")))[1]
    assert (made.id, made.name, made.layers) == ("own:smile more", "smile more", "coarse")
    assert made.sigma == pytest.approx(SCALES[2], rel=0.05)
    room = Room()
    place = Place(x=1.0, truncation=1.0)
    plain = result(room.ready(place, "cpu"))[1].w()
    edited = replace(place, edits=(Edit("own:smile more", 1.0),))
    moved = result(room.ready(edited, "cpu"))[1].w() - plain
    assert torch.cosine_similarity(moved[0], column, dim=0) > 0.999
    assert moved[2:].abs().max() == 0


def test_pictures_may_be_marked_too(model, tmp_path):
    studio = Studio()
    for name, seed in (("a", 3), ("b", 8)):
        result(studio.run(Faces(target=tmp_path / f"{name}.png", count=1, seed=seed)))
    spec = OwnDirection(name="far", a=(tmp_path / "a.png",), b=(tmp_path / "b.png",))
    made = result(studio.run(spec))[1]
    same = OwnDirection(name="far", a=(pad.of_seed(3),), b=(pad.of_seed(8),))
    assert result(studio.run(same))[1].sigma == pytest.approx(made.sigma)


def test_directions_are_listed_renamed_and_forgotten(model):
    studio = Studio()
    result(studio.run(OwnDirection(name="smile", a=(Place(x=1.0),), b=(Place(x=2.0),))))
    result(studio.run(KeepDirection(direction="pca:2", name="Turn", layers="0-2")))
    result(studio.run(KeepDirection(direction="own:smile", name="grin", layers="fine")))
    known = {each.id: each for each in result(Studio().run(Directions(kind="all", count=3)))[1]}
    assert list(known) == ["own:grin", "pca:1", "pca:2", "pca:3", "sefa:1", "sefa:2", "sefa:3"]
    assert (known["pca:2"].name, known["pca:2"].layers) == ("Turn", "0-2")
    assert known["pca:1"].name == "Component 1"
    assert known["own:grin"].layers == "fine"
    for direction in ("pca:2", "own:grin"):
        result(studio.run(ForgetDirection(direction=direction)))
    left = result(Studio().run(Directions(kind="all", count=2)))[1]
    assert [each.name for each in left[:3]] == ["Component 1", "Component 2", "Factor 1"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (OwnDirection(name="x", a=(), b=(Place(),)), "Nothing is marked A"),
        (OwnDirection(name="x", a=(Place(),), b=(Place(),)), "the same"),
        (OwnDirection(name="  ", a=(Place(),), b=(Place(x=1.0),)), "needs a name"),
        (OwnDirection(name="x", a=(Place(),), b=(Place(x=1.0),), layers="9"), "the same"),
        (OwnDirection(name="x", a=(Place(),), b=(Place(model="old"),)), "a place of old"),
        (KeepDirection(direction="own:none", name="x"), "no direction own:none"),
        (KeepDirection(direction="pca:1", name="x", layers="low"), "names no layers"),
        (ForgetDirection(direction="pca:7"), "no direction pca:7"),
    ],
)
def test_what_makes_no_direction_is_told(model, spec, words):
    with pytest.raises(UserError, match=words):
        result(Studio().run(spec))


def test_a_damaged_file_of_directions_is_named_and_left_alone(model):
    kept = Kept("faces")
    kept.folder.mkdir(parents=True)
    kept.file.write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        result(Studio().run(Directions(kind="own")))
    assert kept.file.read_text() == "{"


def test_a_direction_of_a_smaller_model_is_refused(model, monkeypatch, tmp_path):
    mixed = Place(mixes=(Mix(Place(x=1.0), "coarse"),))
    result(Studio().run(OwnDirection(name="old", a=(Place(),), b=(mixed,))))
    install(monkeypatch, tmp_path, config=Config(layers=4))
    with pytest.raises(UserError, match="made for another faces"):
        result(Studio().run(DrawPlaces(places=(Place(edits=(Edit("own:old", 1.0),)),))))


def test_factors_are_as_long_as_w_is_wide_there(model):
    listed = result(Studio().run(Directions(kind="sefa", count=2)))[1]
    assert [each.sigma for each in listed] == pytest.approx([SCALES[1], SCALES[3]], rel=0.05)
    assert math.isclose(sum(WEIGHTS[i] ** 2 for i in (1,)) / 30.21, listed[0].share, rel_tol=0.01)
