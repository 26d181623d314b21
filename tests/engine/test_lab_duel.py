"""GANs on points: each loss, each failure and its remedy, and the moves of a duel."""

import json
from dataclasses import astuple

import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.job import Curve, Plot, Points, Surface
from engine.lab.duel import Duel, opened
from engine.lab.gans.planar import Critic
from engine.lab.loop import Live
from engine.lab.points import distribution, divergence, ring
from engine.lab_terms import TERMS
from engine.specs_lab import DISTRIBUTIONS, FAILURES, LOSSES, LabDuel
from engine.specs_lab_live import DuelMove, DuelOpen, DuelSave
from engine.studio import Studio
from engine.training.dice import dice

SMALL = {"hidden": 16, "batch": 32}
DRAWN = ((-0.5, 0.0), (0.5, 0.5), (0.2, -0.4))


def taught(duel, steps):
    for _ in range(steps):
        for turn, part in enumerate(duel.gan.parts(0)):
            duel.training.learn(part, turn)
        duel.training.step += 1
    return duel


@pytest.mark.parametrize("name", [name for name, _ in DISTRIBUTIONS])
def test_a_known_density_is_one_in_all_and_high_where_the_points_are(name):
    real = distribution(LabDuel(distribution=name, points=DRAWN))
    places = real.sample(400, dice(0))
    assert places.shape == (400, real.dims)
    assert np.abs(places).max() < 3.5
    if real.density(places) is None:
        assert name == "spiral"
        return
    axes = [np.linspace(-4, 4, 401)] * real.dims
    grid = np.stack([each.ravel() for each in np.meshgrid(*axes)], 1).astype(np.float32)
    p = real.density(grid)
    assert p.sum() * 0.02**real.dims == pytest.approx(1, abs=0.02)
    assert real.density(places).mean() > 2 * p.mean()


@pytest.mark.parametrize("loss", [name for name, _ in LOSSES])
def test_every_gan_comes_nearer_to_a_gaussian(loss):
    duel = Duel(LabDuel(distribution="gaussian", loss=loss, **SMALL))
    before = duel.marks()["divergence"]
    steps = 60 if duel.gan.turns > 1 else 250
    after = taught(duel, steps).marks()["divergence"]
    assert after < 0.5 * before


def test_gradients_vanish_before_a_sure_discriminator_and_another_loss_mends_it():
    vanishing = FAILURES[0]
    lengths = []
    for spec in (vanishing.broken, *vanishing.mended):
        duel = taught(Duel(spec), 5)
        duel.move("generator")
        lengths.append(duel.training.history["gradient generator"][-1][1])
    broken, *mended = lengths
    assert broken < 0.01
    assert min(mended) > 100 * broken


def test_minibatch_discrimination_tells_a_collapsed_batch():
    critic = Critic(2, 16, 1, minibatch=True, spectral=False)
    spread = torch.randn(32, 2)
    alike = critic.crowd(critic.body(spread[:1].expand(32, 2)))
    apart = critic.crowd(critic.body(10 * spread))
    assert (alike > apart.max()).all()


def test_spectral_norm_holds_every_layer_at_one():
    critic = Critic(2, 16, 2, minibatch=False, spectral=True)
    for _ in range(30):
        critic(torch.randn(8, 2))
    critic.eval()
    for layer in (each for each in critic.modules() if isinstance(each, torch.nn.Linear)):
        length = float(torch.linalg.matrix_norm(layer.weight.detach(), 2))
        assert length == pytest.approx(1, abs=0.02)


def test_a_clipped_critic_stays_clipped_and_penalties_flatten():
    clipped = taught(Duel(LabDuel(loss="wgan", **SMALL)), 3)
    assert max(each.detach().abs().max() for each in clipped.gan.critic.parameters()) < 0.1001
    slopes = []
    for penalty in (0.0, 20.0):
        duel = Duel(LabDuel(penalty=penalty, **SMALL))
        for _ in range(80):
            duel.move("discriminator")
        x = torch.from_numpy(duel.seen).requires_grad_()
        (slope,) = torch.autograd.grad(duel.gan.judge(x).sum(), x)
        slopes.append(float(slope.norm(dim=1).mean()))
    assert slopes[1] < 0.5 * slopes[0]


def test_modes_are_counted_and_clouds_compared():
    real = ring()
    thrown = dice(0)
    all_of_it = real.sample(800, thrown)
    half = all_of_it[all_of_it[:, 0] > 0.5]
    assert real.covered(all_of_it)[0] == 8
    assert real.covered(half)[0] == 3
    assert divergence(all_of_it, half, real.box) > 3 * divergence(all_of_it, all_of_it, real.box)


def test_moves_of_a_warm_duel_go_on_and_reset_begins_anew(drain):
    studio = Studio()
    spec = LabDuel(**SMALL)

    def play(move, **more):
        return drain(studio.run(DuelMove(spec, move, **more)))

    events, result = play("play", steps=3)
    kinds = {type(event) for event in events}
    assert {Points, Surface, Curve} < kinds
    names = [event.name for event in events if isinstance(event, Points)]
    assert names[:3] == ["real", "generated", "mesh"]
    assert result.figures["steps"] == 3
    for move, steps in (("discriminator", 4), ("generator", 5), ("both", 7), ("look", 7)):
        assert play(move)[1].figures["steps"] == steps
    assert play("reset")[1].figures["steps"] == 0


def test_a_step_of_one_side_leaves_the_other_as_it_was():
    duel = Duel(LabDuel(**SMALL))
    sides = {"discriminator": duel.gan.critic, "generator": duel.gan.generator}
    for part in sides:
        before = {name: [w.clone() for w in net.parameters()] for name, net in sides.items()}
        duel.move(part)
        for name, net in sides.items():
            same = all(map(torch.equal, before[name], net.parameters()))
            assert same == (name != part)


def test_one_json_holds_a_duel_whole(tmp_path, drain):
    studio, path = Studio(), tmp_path / "duel.json"
    spec = LabDuel(minibatch=True, spectral=True, **SMALL)
    drain(studio.run(DuelMove(spec, "play", steps=3)))
    assert drain(studio.run(DuelSave(path)))[1] == path
    straight = drain(studio.run(DuelMove(spec, "play", steps=2)))[1]
    other = Studio()
    assert drain(other.run(DuelOpen(path)))[1] == spec
    again = drain(other.run(DuelMove(spec, "play", steps=2)))[1]
    assert again.figures == straight.figures


def test_a_damaged_json_gets_a_clear_line(tmp_path, drain):
    duel = taught(Duel(LabDuel(**SMALL)), 1)
    kept = json.loads(duel.state())
    kept["weights"].popitem()
    for text, words in (("{}", "no experiment"), (json.dumps(kept), "damaged")):
        with pytest.raises(UserError, match=words):
            opened(text)
    with pytest.raises(UserError, match="no duel to save"):
        drain(Studio().run(DuelSave(tmp_path / "none.json")))


def test_one_dimension_shows_densities_and_the_best_discriminator():
    duel = Duel(LabDuel(distribution="two-gaussians", **SMALL))
    (plot,) = duel.look()
    assert isinstance(plot, Plot)
    best, p, q = (plot.lines[name] for name in ("best discriminator", "real", "generated"))
    np.testing.assert_allclose(best, p / (p + q + 1e-12), rtol=1e-4)


def test_looking_takes_less_than_a_tenth_and_comes_at_least_five_times_a_second():
    now, shown = [0.0], []

    def look():
        now[0] += 0.005
        shown.append(now[0])
        return ()

    live = Live(clock=lambda: now[0])
    while now[0] < 10:
        now[0] += 0.004  # a step
        live.show("picture", look)
    assert len(shown) >= 50
    assert 0.005 * len(shown) < 0.1 * 10


def test_every_failure_has_a_name_and_remedies_that_change_little():
    assert [each.name for each in FAILURES] == [
        "vanishing-gradients",
        "mode-collapse",
        "instability",
    ]
    for failure in FAILURES:
        assert failure.name in TERMS
        for mended in failure.mended:
            pairs = zip(astuple(failure.broken), astuple(mended), strict=True)
            assert sum(one != other for one, other in pairs) == 1
