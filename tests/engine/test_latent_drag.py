"""Points that are dragged arrive; what is held stays; contradictions are told."""

import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.job import Preview
from engine.latent import dragging
from engine.specs import DragPoints, DrawPlaces, Edit, Mask, Mix, OwnDirection, Place, Pull
from engine.studio import Studio
from tests.engine.generators import Config, install, result

ASIDE = Pull((0.5, 0.5), (0.65, 0.4))
START = Place(truncation=0.0, noise=None)  # the mean: the spot is in the middle


@pytest.fixture
def model(monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path)


def run(place=START, pulls=(ASIDE,), **more):
    return result(Studio().run(DragPoints(place=place, pulls=pulls, **more)))


def brightest(pixels):
    """Where the spot is: x, y as parts of the picture."""
    light = pixels.sum(0) - pixels.sum(0).min()
    rows, columns = np.indices(light.shape)
    weights = light**3
    side = light.shape[0]
    return [float((weights * axis).sum() / weights.sum() + 0.5) / side for axis in (columns, rows)]


def test_a_handle_reaches_its_target_and_the_picture_with_it(model):
    events, dragged = run()
    shown = [event for event in events if isinstance(event, Preview)]
    assert dragged.reached
    assert dragged.words == ""
    assert dragged.handles[0] == pytest.approx((0.65, 0.4), abs=0.035)
    assert brightest(shown[-1].pixels) == pytest.approx([0.65, 0.4], abs=0.05)
    assert [event.facts["step"] for event in shown] == list(range(1, len(shown) + 1))
    distances = [event.facts["distance"] for event in shown]
    assert distances[-1] < 1.1 < distances[0]
    drawn = result(Studio().run(DrawPlaces(places=(dragged.place,))))[0][-1].pixels
    assert np.abs(drawn - shown[-1].pixels).max() < 1e-5


def test_only_the_layers_asked_for_change(model):
    _, dragged = run(layers="0-1")
    start = torch.linspace(-1, 1, 6)
    w = torch.tensor(dragged.place.w)
    assert torch.allclose(w[2:], start.expand(4, 6), atol=1e-6)
    assert not torch.allclose(w[:2], start.expand(2, 6), atol=0.1)


def test_edits_stay_and_mixes_are_worked_in(model):
    result(Studio().run(OwnDirection(name="up", a=(Place(),), b=(Place(x=9.0),))))
    edits = (Edit("own:up", 0.5),)
    place = Place(truncation=0.2, edits=edits, mixes=(Mix(Place(x=4.0), "fine"),), noise=None)
    before = result(Studio().run(DrawPlaces(places=(place,))))[0][-1].pixels
    spot = brightest(before)
    pull = Pull((spot[0], spot[1]), (spot[0] + 0.1, spot[1]))
    events, dragged = run(place, (pull,))
    assert (dragged.place.edits, dragged.place.mixes) == (edits, ())
    assert dragged.place.truncation == 1.0
    drawn = result(Studio().run(DrawPlaces(places=(dragged.place,))))[0][-1].pixels
    last = [event for event in events if isinstance(event, Preview)][-1].pixels
    assert np.abs(drawn - last).max() < 1e-4


def test_a_mask_that_holds_the_place_keeps_it(model):
    free, _ = run(steps=15)
    half = np.zeros((10, 10), np.uint8)
    half[:, :1] = 1  # only the left edge may move
    held, _ = run(steps=15, mask=Mask(10, 10, half.tobytes()))
    moved = [
        abs(brightest(events[-1].pixels)[0] - 0.5)
        for events in ([e for e in each if isinstance(e, Preview)] for each in (free, held))
    ]
    assert moved[1] < 0.5 * moved[0]


def test_what_cannot_be_reached_is_said_and_the_best_kept(model):
    _, dragged = run(pulls=(Pull((0.5, 0.5), (0.9, 0.5)), Pull((0.5, 0.7), (0.1, 0.7))), steps=5)
    assert not dragged.reached
    assert "short" in dragged.words
    assert dragged.place.w is not None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"pulls": ()}, "no handle"),
        ({"pulls": (Pull((1.2, 0.5), (0.5, 0.5)),)}, "outside"),
        ({"pulls": (Pull((0.5, 0.5), (0.5, -0.1)),)}, "outside"),
        (
            {"pulls": (Pull((0.5, 0.5), (0.9, 0.5)), Pull((0.505, 0.5), (0.1, 0.5)))},
            "different places",
        ),
        ({"mask": Mask(4, 4, b"\1")}, "not as large"),
        ({"mask": Mask(2, 2, bytes(4))}, "holds everything"),
        ({"layers": "9"}, "no layers 9"),
    ],
)
def test_what_cannot_be_dragged_is_told(model, given, words):
    with pytest.raises(UserError, match=words):
        run(**given)


def test_it_works_where_w_is_z(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, config=Config(layers=1, maps=False))
    assert run()[1].reached


def test_spots_are_looked_up_between_the_cells():
    features = torch.arange(16.0).view(1, 1, 4, 4)
    middle = dragging.sampled(features, torch.tensor([[0.0, 0.0]]))
    assert middle.tolist() == [[7.5]]
    corner = dragging.sampled(features, torch.tensor([[-0.75, -0.75]]))
    assert corner.tolist() == [[0.0]]


def test_the_nearest_spots_are_tried_first():
    spots = dragging.disc(1.0)
    assert spots[0].tolist() == [0.0, 0.0]
    assert float(spots.norm(dim=1).max()) == 1.0
    assert len(spots) == 13
