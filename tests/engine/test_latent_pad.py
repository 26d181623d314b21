"""The plane of seeds, the words for layers, and places as text."""

import json
import struct

import pytest

from engine.latent import pad, plain
from engine.specs import Edit, Mix, Place


def f32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def test_a_plain_seed_is_a_place():
    place = pad.of_seed(1301, Place(model="faces", truncation=0.5))
    assert (place.x, place.y, place.model, place.truncation) == (1.0, 13.0, "faces", 0.5)
    assert pad.corners(place.x, place.y) == ((1301, 1.0),)
    assert pad.seed_of(place) == 1301


@pytest.mark.parametrize("seed", [0, 99, 100, 2**32 - 1])
def test_every_seed_comes_back(seed):
    assert pad.seed_of(pad.of_seed(seed)) == seed


def test_between_grid_points_four_seeds_are_mixed_by_nearness():
    assert dict(pad.corners(1.25, 2.5)) == pytest.approx(
        {201: 0.375, 202: 0.125, 301: 0.375, 302: 0.125}
    )
    assert dict(pad.corners(1.25, 2.0)) == pytest.approx({201: 0.75, 202: 0.25})


def test_left_of_zero_lies_the_last_seed():
    assert pad.seed_at(-1, 0) == 2**32 - 1
    assert dict(pad.corners(-0.5, 0)) == pytest.approx({2**32 - 1: 0.5, 0: 0.5})


def test_snapping_goes_to_the_nearest_seed_and_leaves_an_own_w():
    assert pad.snapped(Place(x=1.4, y=2.6)) == Place(x=1.0, y=3.0)
    own = Place(x=1.4, w=((1.0,),))
    assert pad.snapped(own) == own
    assert pad.seed_of(own) is None
    assert pad.moved(own, 2.0, 3.0) == Place(x=2.0, y=3.0)


@pytest.mark.parametrize(
    ("words", "layers", "expected"),
    [
        ("all", 3, [0, 1, 2]),
        ("coarse", 18, [0, 1, 2, 3]),
        ("middle", 18, [4, 5, 6, 7]),
        ("fine", 18, list(range(8, 18))),
        ("coarse", 10, [0, 1, 2, 3]),
        ("fine", 10, [7, 8, 9]),
        ("coarse", 1, [0]),
        ("fine", 1, []),
        ("3", 10, [3]),
        ("2-4", 10, [2, 3, 4]),
        ("8-20", 10, [8, 9]),
        ("12", 10, []),
    ],
)
def test_layers_have_words(words, layers, expected):
    assert list(pad.layer_range(words, layers)) == expected


@pytest.mark.parametrize("words", ["", "some", "-3", "3-", "a-b"])
def test_words_that_name_no_layers_are_refused(words):
    with pytest.raises(ValueError, match="names no layers"):
        pad.layer_range(words, 10)


def test_zooming_keeps_what_lies_under_the_pointer():
    view = pad.View(3.0, 4.0, 5.0)
    near = view.zoomed(2, 0.2, 0.9)
    assert near.across == 2.5
    assert near.at(0.2, 0.9) == pytest.approx(view.at(0.2, 0.9))
    assert near.where(*near.at(0.3, 0.4)) == pytest.approx((0.3, 0.4))
    assert view.zoomed(1e9).across == pad.NEAREST


def test_a_wide_view_shows_fewer_thumbnails():
    assert pad.View(0, 0, 2).points() == (
        (-1, -1), (0, -1), (1, -1), (-1, 0), (0, 0), (1, 0), (-1, 1), (0, 1), (1, 1),
    )  # fmt: skip
    far = pad.View(0, 0, 50).points()
    assert len(far) <= 49
    assert (0, 0) in far


def test_a_place_survives_as_text():
    source = Place(model="faces", x=3.5, label=2, noise=None)
    rows = ((f32(0.1), f32(-2.7)), (1.0, 2.0))
    place = Place(
        model="é 中",
        x=1.25,
        w=rows,
        truncation=-0.3,
        mixes=(Mix(source, "2-5"),),
        edits=(Edit("own:smile", 1.5), Edit("pca:1", -2.0, "coarse")),
    )
    assert plain.of_json(plain.as_json(place)) == place
    assert plain.of_json(plain.as_json(Place())) == Place()


def test_rows_that_are_alike_are_kept_once():
    place = Place(w=((0.5, 0.25),) * 10)
    assert plain.of_json(plain.as_json(place)) == Place(w=((0.5, 0.25),))


@pytest.mark.parametrize(
    "change",
    [
        {"x": "left"},
        {"truncation": None},
        {"w": {"rows": 3, "float32": "AAAAAAAAAAA="}},
        {"w": {"rows": 1, "float32": "AADAfw=="}},  # not a number
        {"w": {"rows": 1, "float32": "AAA"}},
        {"w": 3},
        {"edits": [["pca:1"]]},
        {"mixes": [{"source": 1, "layers": "all"}]},
    ],
)
def test_text_that_is_no_place_is_refused(change):
    with pytest.raises(ValueError):  # noqa: PT011 - from JSON, too
        plain.of_json(json.dumps(plain.as_plain(Place()) | change))
