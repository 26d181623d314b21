"""Seeds, truncation, mixing, ways between points: the arithmetic on z and w."""

import math

import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.job import Preview
from engine.latent import pad, points
from engine.specs import DrawPlaces, Edit, Mix, OpenGenerator, Place
from engine.studio import Studio
from engine.tasks.room import Room
from tests.engine.generators import Config, Spot, install, result


@pytest.fixture
def room(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path)
    return Room()


def loaded_in(room, model=None):
    return result(room.generator(model, "cpu"))[1]


def test_a_seed_means_the_same_numbers_for_ever():
    # NumPy promises this stream (NEP 19), and published StyleGAN seeds use it
    assert points.z_of(0, 3).tolist() == pytest.approx([1.7640524, 0.4001572, 0.978738])
    assert points.z_of(2**32 - 1, 2).shape == (2,)


def test_truncation_pulls_towards_the_mean():
    w, mean = torch.tensor([[4.0, 0.0]]), torch.tensor([[2.0, 2.0]])
    assert points.truncated(w, mean, 1).tolist() == [[4, 0]]
    assert points.truncated(w, mean, 0.5).tolist() == [[3, 1]]
    assert points.truncated(w, mean, 0).tolist() == [[2, 2]]
    assert points.truncated(w, mean, -1).tolist() == [[0, 4]]


def test_mixing_takes_layers_of_another():
    mine, other = torch.zeros(4, 2), torch.ones(4, 2)
    assert points.mixed(mine, other, range(1, 3))[:, 0].tolist() == [0, 1, 1, 0]
    assert points.mixed(mine, other, range(0)).tolist() == mine.tolist()
    assert mine.sum() == 0


def test_slerp_keeps_to_the_circle():
    start, end = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    third = points.slerp(start, end, 1 / 3)
    assert third.tolist() == pytest.approx([math.cos(math.pi / 6), 0.5])
    assert points.lerp(start, end, 0.25).tolist() == [0.75, 0.25]


def test_slerp_changes_length_evenly_and_begins_and_ends_where_it_should():
    start, end = torch.tensor([3.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 1.0])
    for part, length in ((0, 3.0), (0.5, (3 + math.sqrt(2)) / 2), (1, math.sqrt(2))):
        assert float(points.slerp(start, end, part).norm()) == pytest.approx(length)
    assert points.slerp(start, end, 1.0).tolist() == pytest.approx(end.tolist(), abs=1e-6)


@pytest.mark.parametrize("end", [[2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
def test_slerp_of_parallel_vectors_is_straight(end):
    start = torch.tensor([1.0, 0.0])
    half = points.slerp(start, torch.tensor(end), 0.5)
    assert half.tolist() == pytest.approx([(1 + end[0]) / 2, 0])


def test_a_pad_position_mixes_the_w_of_four_seeds(room):
    loaded = loaded_in(room)
    net = Spot(Config())
    w = loaded.w_of(Place(x=3.25, y=1.0, truncation=1.0), {})
    z = torch.stack([points.z_of(seed, 6) for seed in (103, 104)])
    first, second = net.map(z)
    assert torch.allclose(w, 0.75 * first + 0.25 * second, atol=1e-5)


def test_truncation_mixes_and_edits_come_in_this_order(room):
    loaded = loaded_in(room)
    arrow = points.Arrow(torch.tensor([[0.0, 0, 0, 0, 0, 2.0]]), "coarse")
    source = Place(x=7.0, truncation=1.0)
    place = Place(x=5.0, truncation=0.5, mixes=(Mix(source, "4-5"),), edits=(Edit("own:up", 1.5),))
    w = loaded.w_of(place, {"own:up": arrow})
    expected = loaded.mean + 0.5 * (loaded.seed_w(5) - loaded.mean)
    expected[4:] = loaded.seed_w(7)[4:]
    expected[:2, 5] += 3.0
    assert torch.allclose(w, expected, atol=1e-6)
    everywhere = Place(x=5.0, truncation=0.5, edits=(Edit("own:up", 1.5, "all"),))
    plain = loaded.w_of(Place(x=5.0, truncation=0.5), {})
    moved = loaded.w_of(everywhere, {"own:up": arrow}) - plain
    assert moved[:, 5].tolist() == pytest.approx([3.0] * 6)


def test_a_given_w_wins_and_may_be_one_row(room):
    loaded = loaded_in(room)
    row = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    w = loaded.w_of(Place(x=9.0, w=(row,), truncation=1.0), {})
    assert w.tolist() == [list(row)] * 6


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(w=((1.0, 2.0),)), "takes 6 x 6"),
        (Place(w=((0.0,) * 6,) * 5), "takes 6 x 6"),
        (Place(label=3), "no classes"),
        (Place(x=math.nan), "no number"),
        (Place(mixes=(Mix(Place(), "some"),)), "names no layers"),
        (Place(edits=(Edit("own:none", 1.0),)), "no direction own:none"),
        (Place(edits=(Edit("pca:99", 1.0),)), "no direction pca:99"),
        (Place(model="nobody"), "no model called nobody"),
    ],
)
def test_what_is_no_place_here_is_refused(room, place, words):
    with pytest.raises(UserError, match=words):
        result(Studio().run(DrawPlaces(places=(place,))))


def test_classes_are_told_to_the_network_and_checked(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, config=Config(labels=3))
    loaded = loaded_in(Room())
    asked = loaded.w_of(Place(x=4.0, label=2, truncation=1.0), {})
    by_seed = loaded.w_of(Place(x=4.0, truncation=1.0), {})  # 4 % 3
    assert torch.allclose(asked - by_seed, torch.ones(6, 6))
    with pytest.raises(UserError, match="classes 0 to 2"):
        loaded.w_of(Place(label=3), {})


def test_places_are_drawn_in_order_whatever_they_share(room):
    places = tuple(Place(x=float(x), noise=x % 2) for x in range(7))
    events, count = result(Studio().run(DrawPlaces(places=places, edge=20)))
    shown = [event for event in events if isinstance(event, Preview)]
    assert count == 7
    assert [event.facts["place"] for event in shown] == list(places)
    assert [event.facts["index"] for event in shown] == list(range(7))
    assert {event.facts["model"] for event in shown} == {"faces"}
    assert {event.pixels.shape for event in shown} == {(3, 20, 20)}
    loaded = loaded_in(room)
    for place, event in zip(places, shown, strict=True):
        alone = loaded.picture(loaded.w_of(place, {}), place.noise, 20)
        assert np.abs(alone - event.pixels).max() < 1e-5


def test_the_same_seed_gives_the_same_picture_on_every_start(room):
    spec = DrawPlaces(places=(pad.of_seed(77),))
    first, second = (result(Studio().run(spec))[0][-1].pixels for _ in range(2))
    assert np.array_equal(first, second)
    other = result(Studio().run(DrawPlaces(places=(pad.of_seed(78),))))[0][-1].pixels
    assert np.abs(first - other).max() > 0.1


def test_a_generator_tells_what_it_is(room):
    facts = result(Studio().run(OpenGenerator()))[1]
    assert (facts.model, facts.size, facts.layers, facts.w_dim) == ("faces", 32, 6, 6)
    assert (facts.maps, facts.encodes, facts.labels) == (True, False, 0)
    assert facts.spread == pytest.approx(math.sqrt(9 + 4 + 1 + 0.36 + 0.09 + 0.01), rel=0.1)


def test_without_a_generator_the_way_to_one_is_told(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, name="other", task="denoise")
    monkeypatch.setattr("engine.places.model_folders", lambda: (tmp_path / "models",))
    with pytest.raises(UserError, match="No generator is installed"):
        result(Studio().run(OpenGenerator()))


def test_a_model_that_is_no_generator_is_named(room):
    with pytest.raises(UserError, match="denoise is a model for denoise, not a generator"):
        result(Studio().run(OpenGenerator(model="denoise")))
