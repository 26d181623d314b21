"""The adversaries of image translation: as published, and with borrowed eyes."""

import numpy as np
import pytest
import torch

from engine import catalogue, cli
from engine.errors import UserError
from engine.specs import TrainCycleGan, TrainPix2Pix
from engine.studio import Studio
from engine.training import critics
from engine.training.learners.cyclegan import CRITICS, apart
from engine.training.learners.pix2pix import CRITIC
from engine.training.lesson import MODEL
from tests.engine.translations import Says, batch, eye_file, lesson, pictures, spec_of


@pytest.fixture
def eyes(home):
    return eye_file()


@pytest.fixture
def domains(tmp_path):
    return pictures(tmp_path / "a", 9), pictures(tmp_path / "b", 8, seed=1)


def test_with_the_published_generator_comes_the_published_patchgan():
    made = lesson(TrainPix2Pix, network="unet_generator width=64 halvings=3 deepest=2")
    count = sum(each.numel() for each in made.modules[CRITIC].parameters())
    assert round(count / 1e6, 3) == 2.769


def test_real_and_drawn_pairs_are_normalized_apart():
    made = lesson(TrainPix2Pix, network="unet_generator width=4 halvings=3 deepest=2")
    seen = []
    made.modules[CRITIC].register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    told = batch()
    told.drawn = torch.full_like(told.target, 0.75)
    made.modules[CRITIC].model = Says(0.0)
    made.loss(CRITIC, told)
    assert [float(each[0, 3, 0, 0]) for each in seen] == [0.5, 0.75]
    assert all(len(each) == 1 for each in seen)


@pytest.mark.parametrize("lent", ["squeezenet", "efficientnet"])
@pytest.mark.parametrize(("critic", "judges"), [("pixels", 1), ("projected", 4), ("both", 5)])
def test_a_critic_has_the_judges_that_were_asked_for(eyes, critic, judges, lent):
    made = lesson(TrainCycleGan, critic=critic, eyes=lent)
    image = torch.rand(2, 3, 64, 64)
    verdicts = made.critics[CRITICS[0]](image, critics.look(made.eyes, image))
    assert len(verdicts) == judges
    assert all(each.shape[:2] == (2, 1) for each in verdicts)


def test_every_judge_counts_alike_however_many_patches_it_sees():
    verdicts = [torch.full((1, 1, 8, 8), 0.5), torch.full((1, 1, 2, 2), -1.0)]
    assert float(apart(verdicts, 1.0)) == pytest.approx((0.25 + 4) / 2)


@pytest.mark.parametrize("lent", ["squeezenet", "efficientnet"])
@pytest.mark.parametrize("critic", ["projected", "both"])
def test_borrowed_eyes_teach_the_generators_and_do_not_learn(eyes, critic, lent):
    made = lesson(TrainCycleGan, critic=critic, eyes=lent, cycle_weight=0, identity_weight=0)
    before = [each.clone() for each in made.eyes.parameters()]
    told = batch()
    told.inputs, told.target = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    made.loss(MODEL, told).total.backward()
    for way in (made.modules[MODEL].there, made.modules[MODEL].back):
        assert max(float(each.grad.abs().max()) for each in way.parameters()) > 0
    heads = list(made.critics[CRITICS[1]].heads.parameters())
    assert all(each.grad is None for each in heads)
    made.loss(CRITICS[1], told).total.backward()
    assert max(float(each.grad.abs().max()) for each in heads) > 0
    assert all(each.grad is None for each in made.eyes.parameters())
    assert all(map(torch.equal, before, made.eyes.parameters()))


def test_a_run_with_borrowed_eyes_leaves_two_models_without_them(domains, eyes, drain):
    a, b = domains
    spec = spec_of(
        TrainCycleGan,
        data=(a,),
        data_b=(b,),
        critic="both",
        eyes="squeezenet",
        perceptual_file=eyes,
        edge=64,
    )
    _, trained = drain(Studio().run(spec))
    assert np.isfinite(trained.scores["frechet"])
    plain = sum(each.numel() for each in lesson(TrainCycleGan).modules[MODEL].there.parameters())
    for model in ("mine", "mine-back"):
        assert sum(each.numel() for each in catalogue.read(catalogue.find(model)).values()) == plain
    assert "--critic both --eyes squeezenet" in catalogue.find("mine").card.command


@pytest.mark.parametrize("critic", ["projected", "both"])
def test_missing_eyes_are_said_before_anything_is_read(domains, home, tmp_path, drain, critic):
    a, b = domains
    spec = spec_of(TrainCycleGan, data=(a,), data_b=(b,), critic=critic, eyes="squeezenet")
    with pytest.raises(UserError, match=r"SqueezeNet 1\.1's features.*not here"):
        drain(Studio().run(spec))
    gone = spec_of(
        TrainCycleGan,
        data=(a,),
        data_b=(b,),
        critic=critic,
        eyes="squeezenet",
        perceptual_file=tmp_path / "none",
    )
    with pytest.raises(UserError, match=r"SqueezeNet 1\.1's features"):
        drain(Studio().run(gone))
    assert not catalogue.entries("transfer", folders=(home / "models",))


def test_the_shell_says_which_eyes_are_missing(domains, home, capsys):
    a, b = domains
    words = ["train", "cyclegan", "--data", a, "--data-b", b, "--critic", "both"]
    words += ["--eyes", "squeezenet", "-o", "mine"]
    assert cli.main([*map(str, words), "--steps", "1"]) == 2
    told = capsys.readouterr().err
    assert "SqueezeNet 1.1's features" in told
    assert "Traceback" not in told
