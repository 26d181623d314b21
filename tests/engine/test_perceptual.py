"""Features, LPIPS and Fréchet distances agree with torchvision, torchmetrics and plain sums.

Weights are random: what is tested is the arithmetic, and that files are found and read with care.
"""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchmetrics.functional.image.lpips import _LPIPS
from torchvision.models import squeezenet1_1

from engine import perceptual
from engine.errors import UserError
from engine.perceptual import FEATURES, HEADS, Gaussian


@pytest.fixture
def judge():
    """torchmetrics' LPIPS with its own heads, on a random SqueezeNet."""
    torch.manual_seed(0)
    return _LPIPS(net="squeeze", pnet_rand=True)


@pytest.fixture
def weights(tmp_path, judge):
    """The same weights in the two files that Safelight reads."""
    layers = {}
    for part in judge.net.slices:
        for name, layer in part.named_children():
            layers |= {f"{name}.{key}": value for key, value in layer.state_dict().items()}
    heads = {f"lin{i}.model.1.weight": lin.model[-1].weight for i, lin in enumerate(judge.lins)}
    save_file({name: value.contiguous() for name, value in layers.items()}, tmp_path / FEATURES)
    save_file(
        {name: value.detach().contiguous() for name, value in heads.items()}, tmp_path / HEADS
    )
    return tmp_path


def pictures(*size):
    return torch.rand(2, 3, *size, generator=torch.Generator().manual_seed(1))


def test_the_network_is_torchvisions(weights):
    torch.manual_seed(0)
    reference = squeezenet1_1(weights=None).features
    net = perceptual.SqueezeNet()
    net.features.load_state_dict(reference.state_dict())
    mean, deviation = (
        torch.tensor(v).view(3, 1, 1) for v in (perceptual.MEAN, perceptual.DEVIATION)
    )
    image = pictures(65, 78)
    with torch.no_grad():
        torch.testing.assert_close(net(image)[-1], reference((image - mean) / deviation))
    assert [seen.shape[1] for seen in net(image)] == list(perceptual.WIDTHS)


@pytest.mark.parametrize("size", [(64, 64), (71, 90)])
def test_lpips_is_torchmetrics(weights, judge, size):
    left, right = pictures(*size), pictures(*size).flip(0)
    with torch.no_grad():
        expected = judge(left, right, normalize=True).flatten()
        found = perceptual.lpips(weights)(left, right)
    assert found.min() > 0
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_lpips_of_a_picture_and_itself_is_nothing_and_grows_with_noise(weights):
    lpips = perceptual.lpips(weights)
    clean = pictures(48, 48)
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(2))
    little, much = (float(lpips(clean, clean + s * noise).mean()) for s in (0.02, 0.2))
    assert float(lpips(clean, clean).abs().max()) == 0
    assert 0 < little < much


def test_gradients_reach_the_picture_but_not_the_weights(weights):
    lpips = perceptual.lpips(weights)
    black = torch.zeros(1, 3, 40, 40, requires_grad=True)  # many features are all zero here
    lpips(black, pictures(40, 40)[:1]).sum().backward()
    assert torch.isfinite(black.grad).all()
    assert black.grad.abs().max() > 0
    assert all(weight.grad is None for weight in lpips.parameters())


def test_the_persons_models_are_searched_too(weights, home):
    models = home / "models"
    models.mkdir()
    for name in (FEATURES, HEADS):
        (weights / name).rename(models / name)
    assert isinstance(perceptual.lpips(), perceptual.Lpips)


def test_a_file_may_be_named_itself(weights):
    renamed = (weights / FEATURES).rename(weights / "eyes.safetensors")
    assert isinstance(perceptual.squeezenet(renamed), perceptual.SqueezeNet)


@pytest.mark.parametrize("name", [FEATURES, HEADS])
def test_a_missing_file_is_named_with_where_to_put_it(weights, home, name):
    (weights / name).unlink()
    with pytest.raises(UserError, match=name) as caught:
        perceptual.lpips(weights)
    assert str(home / "models") in caught.value.remedy


@pytest.mark.parametrize("name", [FEATURES, HEADS])
@pytest.mark.parametrize("harm", ["cut", "foreign"])
def test_a_damaged_or_foreign_file_is_named(weights, name, harm):
    path = weights / name
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        save_file({"elephant": torch.zeros(3)}, path)
    with pytest.raises(UserError, match=name):
        perceptual.lpips(weights)


# Fréchet distance


def test_frechet_of_two_circles_is_what_the_formula_gives():
    left = Gaussian(np.zeros(4), np.eye(4))
    right = Gaussian(np.array([3.0, 4.0, 0, 0]), 4 * np.eye(4))
    assert perceptual.frechet(left, right) == pytest.approx(25 + 4 * (1 + 4 - 2 * 2))


def test_frechet_of_covariances_that_do_not_commute_is_the_matrix_root_formula():
    from scipy.linalg import sqrtm

    dice = np.random.default_rng(0)
    left, right = (Gaussian.of(dice.random((50, 6)) @ dice.random((6, 6))) for _ in range(2))
    root = sqrtm(left.covariance @ right.covariance).real
    spread = np.trace(left.covariance + right.covariance - 2 * root)
    expected = ((left.mean - right.mean) ** 2).sum() + spread
    assert perceptual.frechet(left, right) == pytest.approx(expected, rel=1e-9)
    assert perceptual.frechet(right, left) == pytest.approx(expected, rel=1e-9)


def test_frechet_is_safe_with_fewer_pictures_than_features():
    dice = np.random.default_rng(0)
    few = dice.random((5, 64)).astype(np.float32)
    left, right = Gaussian.of(few), Gaussian.of(dice.random((5, 64)) + 1)
    assert perceptual.frechet(left, left) == pytest.approx(0, abs=1e-6)
    assert perceptual.frechet(left, right) > 60


def test_pooled_features_are_one_row_a_picture():
    assert perceptual.pooled(perceptual.SqueezeNet(), pictures(40, 56)).shape == (2, 512)
