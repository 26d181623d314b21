import pytest
import torch
from torch import nn

from engine import specs
from engine.models.span import Config, Span
from engine.training.gear import Gear
from engine.training.learners import lesson_of
from engine.training.lesson import MODEL
from engine.training.muon import Muon, orthogonal, parted


@pytest.mark.parametrize("shape", [(48, 432), (64, 128), (192, 48)])
def test_every_direction_moves_alike(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * 1e-3
    strengths = torch.linalg.svdvals(orthogonal(matrix))
    assert strengths.min() > 0.3  # of a random matrix, whose own differ without limit
    assert strengths.max() < 1.3
    turned = torch.linalg.svdvals(matrix)
    assert strengths.max() / strengths.min() < turned.max() / turned.min()


def test_no_gradient_is_no_step():
    assert not orthogonal(torch.zeros(16, 32)).any()


def test_the_first_the_last_and_all_that_is_no_matrix_are_adams():
    net = Span(Config(width=16, blocks=2))
    matrices, rest = parted(net)
    names = {id(weight): name for name, weight in net.named_parameters()}
    inner = {names[id(each)] for each in matrices}
    assert {"body.weight", "fuse.weight", "blocks.0.first.weight"} <= inner
    assert not {"head.weight", "tail.weight", "body.bias"} & inner
    assert len(matrices) + len(rest) == len(names)


def test_frozen_weights_are_nobodys():
    net = nn.Sequential(*(nn.Linear(16, 16) for _ in range(4)))
    net[1].requires_grad_(False)
    matrices, rest = parted(net)
    assert [id(each) for each in matrices] == [id(net[2].weight)]
    assert len(rest) == 5


def test_memory_layout_changes_nothing():
    torch.manual_seed(0)
    convolutions = [nn.Conv2d(16, 24, 3) for _ in range(2)]
    convolutions[1].load_state_dict(convolutions[0].state_dict())
    convolutions[1].to(memory_format=torch.channels_last)
    x = torch.randn(2, 16, 8, 8)
    for each in convolutions:
        optimizer = Muon([each.weight], lr=1e-2, weight_decay=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            each(x).square().mean().backward()
            optimizer.step()
    torch.testing.assert_close(convolutions[0].weight, convolutions[1].weight)


def test_a_step_is_as_long_as_adams():
    weight = nn.Parameter(torch.zeros(48, 48, 3, 3))
    weight.grad = torch.randn(weight.shape, generator=torch.Generator().manual_seed(0))
    Muon([weight], lr=1e-3, weight_decay=0.0).step()
    assert float(weight.detach().square().mean().sqrt()) == pytest.approx(0.2e-3, rel=0.25)


def enlarging():
    wish = specs.TrainUpscale(
        name="x", scale=2, network="span width=16 blocks=2", learning_rate=2e-3
    )
    lesson = lesson_of(wish)
    lesson.set_up(torch.device("cpu"))
    return lesson


def test_what_it_shares_with_adam_learns():
    gear, lesson = Gear("cpu", "float32"), enlarging()
    gear.take(lesson)
    modules = lesson.modules
    assert len(gear.optimizers[MODEL]) == 2
    thrown, losses = torch.Generator().manual_seed(1), []
    for _ in range(80):
        large = torch.rand(4, 3, 8, 8, generator=thrown).repeat_interleave(4, 2)
        large = large.repeat_interleave(4, 3)
        loss = (modules[MODEL](large[:, :, ::2, ::2]) - large).abs().mean()
        gear.backward(loss)
        gear.update(MODEL, modules[MODEL], 1.0)
        losses.append(float(loss.detach()))
    assert sum(losses[-10:]) < 0.5 * sum(losses[:10])


@pytest.mark.parametrize(("wanted", "muon"), [("muon", True), ("adamw", False)])
@pytest.mark.parametrize("spec", [specs.TrainDenoise, specs.TrainUpscale])
def test_the_knob_chooses(spec, wanted, muon):
    lesson = lesson_of(spec(name="x", optimizer=wanted))
    assert lesson.tuning(MODEL).muon is muon
    assert lesson.falling(0.0) == 1
    assert lesson.falling(1.0) == pytest.approx(0.01)
    assert lesson.falling(0.7) == (1 if muon else pytest.approx(0.21, abs=0.01))


def test_adversaries_keep_adam(tmp_path):
    spec = specs.TrainUpscalePerceptual
    assert "optimizer" not in {each.name for each in spec.__dataclass_fields__.values()}


def test_half_precision_with_scaled_gradients_has_one_optimizer():
    gear, lesson = Gear("cpu", "float32"), enlarging()
    gear.accelerator.scaler = torch.amp.GradScaler("cpu")
    gear.take(lesson)
    assert len(gear.optimizers[MODEL]) == 1
    assert lesson.falling(0.7) == pytest.approx(0.21, abs=0.01)  # as AdamW likes it
