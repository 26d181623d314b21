"""What critics and generators play for, by hand."""

import math

import pytest
import torch

from engine.training import growth
from engine.training.adversarial import GAMES, between, clip_weights, gradient_penalty, r1
from engine.training.augment import TARGET, adapted, augmented
from engine.training.critics import Critics, Deviation, Discrimination, Options, PixelCritic

REAL, DRAWN = torch.tensor([2.0, -1.0]), torch.tensor([-3.0, 0.5])


def soft(x):
    return math.log(1 + math.exp(x))


@pytest.mark.parametrize(
    ("loss", "critic", "generator"),
    [
        (
            "non-saturating",
            (soft(-2) + soft(1)) / 2 + (soft(-3) + soft(0.5)) / 2,
            (soft(3) + soft(-0.5)) / 2,
        ),
        ("hinge", (0 + 2) / 2 + (0 + 1.5) / 2, 1.25),
        ("wasserstein", -1.25 - 0.5, 1.25),
        ("wgan-gp", -1.25 - 0.5, 1.25),
    ],
)
def test_losses_are_what_the_papers_say(loss, critic, generator):
    game = GAMES[loss]
    assert float(game.critic(REAL, DRAWN)) == pytest.approx(critic, abs=1e-6)
    assert float(game.generator(DRAWN)) == pytest.approx(generator, abs=1e-6)


def test_penalties_of_a_critic_whose_slope_is_known():
    weight = torch.tensor([[3.0, 4.0]])
    point = torch.randn(5, 2, requires_grad=True)
    assert float(r1(point @ weight.T, point).detach()) == pytest.approx(25.0, rel=1e-5)
    assert float(gradient_penalty(point @ weight.T, point).detach()) == pytest.approx(
        16.0, rel=1e-5
    )


def test_points_between_lie_between_and_weights_stay_in_bounds():
    real, drawn = torch.zeros(6, 3, 4, 4), torch.ones(6, 3, 4, 4)
    point = between(real, drawn, torch.Generator().manual_seed(0))
    shares = point.detach().flatten(1)
    assert torch.equal(shares.min(1).values, shares.max(1).values)
    assert shares.unique().numel() == 6
    assert point.requires_grad
    net = PixelCritic(Options(32, width=4))
    net.last.weight.data.mul_(1000)
    clip_weights(net)
    assert float(net.last.weight.detach().abs().max()) == pytest.approx(2 / (17 * 9))


def test_the_deviation_of_a_batch_by_hand():
    x = torch.zeros(8, 1, 1, 1)
    x[:4, 0, 0, 0] = torch.tensor([1.0, 1.0, 3.0, 3.0])  # deviation 1; the other four are alike
    seen = Deviation()(x)[:, 1].flatten()
    assert torch.allclose(seen, torch.tensor([1.0] * 4 + [0.0] * 4), atol=1e-3)


def test_discrimination_tells_twins_from_strangers():
    layer = Discrimination(4)
    twins, strangers = torch.ones(3, 4), 50 * torch.randn(3, 4)
    seen = layer(torch.cat([strangers, twins])).detach()[:, 4:]
    assert torch.allclose(seen[3:], torch.full((3, 32), 2.0), atol=1e-4)
    assert float(seen[:3].mean()) < 0.5


@pytest.mark.parametrize("minibatch", ["none", "deviation", "discrimination"])
@pytest.mark.parametrize("spectral", [False, True])
def test_critics_of_every_kind_judge(minibatch, spectral):
    options = Options(32, 3, 8, labels=2, spectral=spectral, minibatch=minibatch)
    verdict = PixelCritic(options)(torch.rand(4, 3, 32, 32), torch.tensor([0, 1, 0, 1]))
    assert verdict.shape == (4, 1)
    if spectral:
        weight = PixelCritic(options).eval().last.weight
        assert torch.linalg.matrix_norm(weight.flatten(1), 2) < 1.5


def test_a_growing_critic_fades_in_without_a_jump():
    net = PixelCritic(Options(32, 3, 8, growing=True)).eval()
    picture = torch.rand(4, 3, 32, 32)
    with torch.inference_mode():
        verdicts = {
            at: net(growth.shrunk(picture, at), None, at)
            for at in (0.0, 1.0, 1.0001, 1.9999, 2.0, 3.0)
        }
    assert torch.allclose(verdicts[1.0], verdicts[1.0001], atol=1e-3)
    assert torch.allclose(verdicts[1.9999], verdicts[2.0], atol=1e-3)


def test_growth_begins_small_gives_every_size_its_time_and_ends_whole():
    sizes = [growth.grown(number / 1000, 3) for number in range(1001)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0.0
    assert sizes[600:] == [3.0] * 401
    assert sizes.count(1.0) == pytest.approx(75, abs=2)  # half of 600 / 4 steps at rest
    picture = torch.rand(2, 3, 32, 32)
    assert torch.equal(growth.shrunk(picture, 3.0), picture)
    assert growth.shrunk(picture, 0.5).shape[-1] == 8


def test_augmentation_keeps_the_gradient_and_happens_as_often_as_told():
    picture = torch.rand(64, 3, 16, 16, requires_grad=True)
    dice = torch.Generator().manual_seed(0)
    assert torch.allclose(augmented(picture, 0.0, dice), picture, atol=1e-6)
    changed = augmented(picture, 1.0, dice)
    changed.sum().backward()
    assert float(picture.grad.abs().sum()) > 0
    assert all(not torch.equal(a, b) for a, b in zip(changed, picture, strict=True))
    half = augmented(picture, 0.15, dice)
    alike = sum(torch.allclose(a, b, atol=1e-6) for a, b in zip(half, picture, strict=True))
    assert 15 <= alike <= 45  # 0.85^5 = 0.44 of 64 stay as they were


def test_the_chance_rises_where_the_critic_knows_the_pictures_by_heart():
    chance = torch.tensor(0.5)
    sure, unsure = torch.ones(10), torch.tensor([1.0, -1.0] * 5)
    assert TARGET < 1
    assert float(adapted(chance, sure, 1000)) == pytest.approx(0.51)
    assert float(adapted(chance, unsure, 1000)) == pytest.approx(0.49)
    assert float(adapted(torch.tensor(0.0), unsure, 1000)) == 0.0


def test_borrowed_eyes_and_pixels_judge_together():
    critics = Critics("both", Options(64, width=8))
    seen = [
        torch.rand(4, width, side, side)
        for width, side in ((64, 31), (128, 15), (256, 7), (512, 3))
    ]
    verdicts = critics(torch.rand(4, 3, 64, 64), seen)
    assert len(verdicts) == 5
    assert all(len(each) == 4 for each in verdicts)
