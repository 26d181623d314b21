"""Generators learn: every loss, every way to keep a critic in bounds, from nothing or guided."""

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from engine import catalogue, executors
from engine.errors import UserError
from engine.job import Curve, Preview
from engine.specs import MeasureTraining, TrainFaces, TrainVae
from engine.studio import Studio
from engine.training import samples, session
from tests.engine.lessons import again, checkpoint, judge_file, run_until, same

STEPS = 60
TINY = {
    "stylegan2": "stylegan2 widths=16,16,8,8 z_dim=8 w_dim=8 mapping=2",
    "dcgan": "dcgan widths=32,16,8 z_dim=8",
    "progan": "progan widths=16,16,8,8 z_dim=8",
    "vae": "vae widths=32,16,16 z_dim=8",
}
WGAN_GP = {"loss": "wgan-gp", "critic_steps": 2, "minibatch": "discrimination", "steps": 160}
QUICK = {
    "size": "32",
    "steps": STEPS,
    "batch": 8,
    "device": "cpu",
    "precision": "float32",
    "warm_up": 0,
    "averaging": 0.9,
    "learning_rate": 5e-3,
}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def quick_curves(monkeypatch):
    monkeypatch.setattr(session, "TELL_SECONDS", 0.0)


def discs(folder, count=104, edge=32, colour=(40, 80, 200)):
    """Pictures of one kind: a disc on a dark ground, never twice the same."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(0)
    for number in range(count):
        picture = np.full((edge, edge, 3), 20, np.uint8)
        picture += dice.integers(0, 20, (edge, edge, 3), dtype=np.uint8)
        centre = tuple(int(each) for each in edge // 2 + dice.integers(-2, 3, 2))
        cv2.circle(picture, centre, edge // 3, colour, -1)
        (folder / f"{number:03}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return discs(tmp_path_factory.mktemp("discs"))


def faces(folder, architecture="dcgan", name="mine", **more):
    rate = 4e-3 if architecture == "dcgan" else 1e-2
    fixed = {**QUICK, "critic": "pixels", "network": TINY[architecture], "learning_rate": rate}
    fixed |= more
    return TrainFaces(data=(folder,), name=name, architecture=architecture, **fixed)


def vae(folder, name="guide", **more):
    fixed = {**QUICK, "network": TINY["vae"], "perceptual_weight": 0.0, **more}
    return TrainVae(data=(folder,), name=name, **fixed)


def drawn(model="mine", number=32, label=None):
    """The mean of what a model draws, (3, 32, 32)."""
    net = executors.build(catalogue.find(model, "faces"))
    z = torch.randn(number, net.z_dim, generator=torch.Generator().manual_seed(1))
    labels = None if label is None else torch.full((number,), label)
    with torch.inference_mode():
        return net.draw(net.map(z, labels)).clamp(0, 1).mean(0).numpy()


def disc_seen(mean):
    """How much redder the middle is than the corners; of the pictures it is about 0.65."""
    return float(mean[0, 12:20, 12:20].mean() - mean[0, :4, :4].mean())


@pytest.mark.parametrize(
    ("architecture", "more"),
    [
        ("dcgan", {"steps": 120}),
        ("dcgan", {"loss": "hinge", "spectral": True, "r1": 0.0, "steps": 120}),
        ("dcgan", {"loss": "wasserstein", "critic_steps": 2, "minibatch": "none", "steps": 400}),
        ("dcgan", WGAN_GP),
        ("stylegan2", {"augmentation": "differentiable"}),
        ("stylegan2", {"augmentation": "adaptive", "instance_noise": 10}),
        ("progan", {"steps": 90}),
    ],
)
def test_every_game_is_learned(folder, drain, architecture, more):
    events, result = drain(Studio().run(faces(folder, architecture, **more)))
    seen = disc_seen(drawn())
    assert seen > 0.1, seen
    assert result.scores == {}  # without borrowed eyes there is no distance
    card = catalogue.find("mine").card
    assert (card.task, card.architecture) == ("faces", architecture)
    sheets = [each for each in events if isinstance(each, Preview)]
    assert sheets[0].facts["columns"] == ("samples",)


def test_it_learns_with_borrowed_eyes_and_is_measured_by_them(
    folder, drain, tmp_path, monkeypatch, quick_curves
):
    monkeypatch.setattr(samples, "FEWEST", 8)
    monkeypatch.setattr(samples, "SAMPLED", 64)
    eyes = judge_file(tmp_path)
    spec = faces(folder, critic="both", perceptual_file=eyes, steps=50, held_back=16)
    events, result = drain(Studio().run(spec))
    assert result.scores["frechet"] < result.before["frechet"]
    critic = [
        e.values["loss critic"] for e in events if isinstance(e, Curve) and "real" in e.values
    ]
    assert len(critic) == 50


def test_a_vae_learns_and_guides_a_generator(folder, drain, quick_curves):
    drain(Studio().run(vae(folder, steps=80)))
    assert disc_seen(drawn("guide")) > 0.3
    guided = faces(folder, "stylegan2", guide="guide", head_start=90, steps=STEPS)
    events, _ = drain(Studio().run(guided))
    at = {name: [e.step for e in events if isinstance(e, Curve) and name in e.values]
          for name in ("loss pixel", "loss critic")}  # fmt: skip
    assert at["loss pixel"][:54] == list(range(1, 55))
    assert at["loss critic"] == list(range(55, 61))
    assert 1 <= len(at["loss pixel"]) - 54 <= 2  # now and then the guide is followed in the game
    assert disc_seen(drawn()) > 0.3


def test_classes_are_subfolders(tmp_path, drain):
    discs(tmp_path / "both" / "blue", 52, colour=(220, 30, 30))
    discs(tmp_path / "both" / "red", 52, colour=(30, 30, 220))
    spec = faces(tmp_path / "both", conditional=True, steps=280)
    drain(Studio().run(spec))
    blue, red = (drawn(label=number)[:, 12:20, 12:20].mean((1, 2)) for number in (0, 1))
    assert red[0] > blue[0]
    assert blue[2] > red[2]
    assert red[0] - blue[0] + blue[2] - red[2] > 0.05
    with pytest.raises(UserError, match="two or more subfolders"):
        drain(Studio().run(faces(tmp_path / "both" / "red", name="other", conditional=True)))


@pytest.mark.parametrize("architecture", ["stylegan2", "progan"])
def test_a_run_that_was_stopped_equals_one_that_was_not(folder, drain, home, architecture):
    more = {"steps": 12, "augmentation": "adaptive", "instance_noise": 5, "r1_every": 4}
    straight = faces(folder, architecture, "straight", **more)
    drain(Studio().run(straight))
    stopped = replace(straight, name="stopped")
    run_until(stopped, 5)
    drain(Studio().run(again(stopped)))
    left, right = (checkpoint(home / "runs" / name, 12) for name in ("straight", "stopped"))
    for part in ("modules", "optimizers", "averaged"):
        assert same(left[part], right[part]), part


def test_twelve_pictures_are_refused_with_the_way_by_fine_tuning(folder, tmp_path, drain):
    few = discs(tmp_path / "few", 12)
    with pytest.raises(UserError) as refusal:
        drain(Studio().run(faces(few)))
    assert "12 usable pictures" in refusal.value.what
    assert "100" in refusal.value.remedy
    assert "--base" in refusal.value.remedy
    drain(Studio().run(faces(folder, steps=2)))
    tuned = faces(few, name="tuned", base="mine", network=None, steps=2)
    _, result = drain(Studio().run(tuned))
    assert result.step == 2


def test_wishes_that_cannot_be_are_explained(folder, drain, tmp_path):
    with pytest.raises(UserError, match="cannot be held back"):
        drain(Studio().run(faces(folder, held_back=104)))
    with pytest.raises(UserError, match=r"squeezenet1_1-features\.safetensors"):
        drain(Studio().run(faces(folder, critic="projected")))
    drain(Studio().run(faces(folder, name="plain", steps=1)))
    with pytest.raises(UserError, match="no VAE"):
        drain(Studio().run(faces(folder, guide="plain")))
    with pytest.raises(UserError, match="does not encode"):
        drain(Studio().run(vae(folder, network=TINY["dcgan"])))


def test_the_last_pictures_by_name_are_never_learned_from(folder, drain, home):
    drain(Studio().run(faces(folder, steps=1, held_back=30)))
    card = catalogue.find("mine").card
    assert "104 pictures" in card.data
    assert "--held-back 30" in card.command
    assert json.loads((home / "runs" / "mine" / "spec.json").read_text())["held_back"] == 30


def test_the_speed_is_measured(folder, drain, monkeypatch):
    from engine.training import measure

    monkeypatch.setattr(measure, "SECONDS", 0.2)
    for spec in (faces(folder, precision="auto"), vae(folder, precision="auto")):
        _, speed = drain(Studio().run(MeasureTraining(spec)))
        assert speed.steps == STEPS
