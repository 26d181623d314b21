"""Every generator there is goes through every latent task: tiny ones, with random weights."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

from engine import catalogue, image
from engine.catalogue import Card
from engine.image import Picture
from engine.job import Preview
from engine.latent import directions
from engine.models import architectures
from engine.specs import (
    Directions,
    DragPoints,
    DrawPlaces,
    Edit,
    Faces,
    Mix,
    OpenGenerator,
    Place,
    Project,
    Pull,
    ReadPlace,
    Walk,
)
from engine.studio import Studio
from tests.engine.generators import result

TINY = {
    "stylegan2": {"widths": (8, 8, 8, 8), "z_dim": 8, "w_dim": 8},
    "dcgan": {"widths": (8, 8, 8), "z_dim": 8, "labels": 2},
    "progan": {"widths": (8, 8, 8, 8), "z_dim": 8},
    "vae": {"widths": (8, 8, 8, 8), "z_dim": 8},
}
GENERATORS = sorted(name for name, each in architectures().items() if each.kind == "generator")


@pytest.fixture(params=GENERATORS)
def name(request, monkeypatch, tmp_path):
    monkeypatch.setenv("SAFELIGHT_HOME", str(tmp_path))
    monkeypatch.setattr(directions, "FEATURE_SAMPLES", 64)
    architecture = architectures()[request.param]
    config = architecture.config(**TINY[request.param])
    torch.manual_seed(0)
    net = architecture.build(config)
    card = Card(request.param, asdict(config), task="faces", title="Tiny")
    path = tmp_path / "models" / "faces.safetensors"
    catalogue.write(path, net.state_dict(), card)
    return request.param


def run(spec):
    return result(Studio().run(spec))


def test_it_draws_edits_mixes_and_comes_back(name, tmp_path):
    facts = run(OpenGenerator())[1]
    place = Place(
        model="faces",
        x=2.5,
        truncation=0.8,
        mixes=(Mix(Place(x=9.0), "coarse"),),
        edits=(Edit("sefa:1", 1.0), Edit("pca:2", -1.0)),
    )
    run(Faces(target=tmp_path / "a.png", places=(place,)))
    found = run(ReadPlace(tmp_path / "a.png"))[1]
    assert found.place == place
    drawn = run(DrawPlaces(places=(place, Place())))[0][-2:]
    assert drawn[0].pixels.shape == (3, facts.size, facts.size)
    assert np.abs(drawn[0].pixels - drawn[1].pixels).max() > 0
    saved = image.read(tmp_path / "a.png").pixels
    assert np.abs(drawn[0].pixels - saved).max() <= 0.5 / 255 + 1e-5


def test_its_directions_are_found_and_a_walk_is_made(name):
    assert len(run(Directions(kind="all", count=3))[1]) == 6
    keys = (Place(x=1.0), Place(x=2.0))
    frames = [
        event
        for event in run(Walk(keys=keys, frames=3, path="spherical"))[0]
        if isinstance(event, Preview)
    ]
    assert len(frames) == 4
    assert np.isfinite(frames[-1].pixels).all()


def test_after_it_has_drawn_it_still_gives_gradients(name, tmp_path):
    studio = Studio()
    result(studio.run(DrawPlaces(places=(Place(),))))
    pulls = (Pull((0.4, 0.4), (0.7, 0.6)),)
    _, dragged = result(studio.run(DragPoints(place=Place(), pulls=pulls, steps=2)))
    assert dragged.place.w is not None
    image.write(tmp_path / "me.png", Picture(np.full((3, 40, 40), 0.5, np.float32)))
    _, found = result(studio.run(Project(photo=tmp_path / "me.png", steps=2)))
    assert found.path.exists()


def test_what_a_network_keeps_is_forgotten_when_its_weights_change():
    architecture = architectures()["stylegan2"]
    torch.manual_seed(0)
    one, other = (architecture.build(architecture.config(**TINY["stylegan2"])) for _ in range(2))
    one.requires_grad_(requires_grad=False)
    with torch.no_grad():
        w = one.map(torch.randn(1, 8))
        one.draw(w)
        one.load_state_dict(other.state_dict())
        assert torch.equal(one.draw(w), other.draw(w))
        for weight in one.parameters():
            weight.lerp_(torch.ones_like(weight), 0.1)
        other.load_state_dict(one.state_dict())
        assert torch.equal(one.draw(w), other.draw(w))
