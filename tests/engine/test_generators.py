"""The generators keep one contract, and StyleGAN2's arithmetic is what the paper says."""

import math

import pytest
import torch
import torch.nn.functional as F

from engine.latent.generator import Encoder, Generator
from engine.models import architectures, pictures
from engine.models.stylegan2 import Modulated

SMALL = {
    "stylegan2": {"widths": (16, 12, 8, 8), "z_dim": 8, "w_dim": 10},
    "dcgan": {"widths": (16, 12, 8), "z_dim": 8},
    "progan": {"widths": (16, 12, 8, 8), "z_dim": 8},
    "vae": {"widths": (16, 16, 8), "z_dim": 8},
}
KINDS = [(name, {}) for name in SMALL]
KINDS += [(name, {"labels": 3}) for name in SMALL if name != "vae"]
KINDS += [("stylegan2", {"dense": 1}), ("stylegan2", {"residual": 1}), ("dcgan", {"channels": 1})]


def made(name, **more):
    known = architectures()[name]
    return known.build(known.config(**SMALL[name], **more)).eval()


@pytest.mark.parametrize(("name", "more"), KINDS)
def test_every_generator_keeps_the_contract(name, more):
    net = made(name, **more)
    assert isinstance(net, Generator)
    z = torch.randn(3, net.z_dim)
    labels = torch.arange(3) if net.labels else None
    with torch.inference_mode():
        w = net.map(z, labels)
        assert w.shape == (3, net.layers, net.w_dim)
        picture = net.draw(w)
        assert picture.shape == (3, net.channels, 32, 32)
        assert torch.equal(picture, net.draw(w))
        alone = net.draw(w[1:2])
        assert torch.allclose(alone, picture[1:2], atol=1e-5)
        assert not torch.equal(picture[0], picture[1])
        for side in (4, 7, 16, 32):
            seen, features = net.look(w, side)
            assert torch.allclose(seen, picture, atol=1e-5)
            assert features.shape[-1] in ({8} if side == 7 else {side, 16})
    assert net.mean_w.shape == (net.w_dim,)
    styles = net.style_weights()
    assert len(styles) == net.layers
    assert all(style.shape[1] == net.w_dim for style in styles)
    if labels is not None:
        other = net.draw(net.map(z, (labels + 1) % 3))
        assert not torch.equal(other, picture)


def test_generators_make_no_pictures_of_pictures():
    assert not set(SMALL) & set(pictures())


@pytest.mark.parametrize("up", [False, True])
def test_modulation_equals_a_plain_loop(up):
    conv = Modulated(5, 7, 6, up=up)
    x, w = torch.randn(2, 5, 8, 8), torch.randn(2, 6)
    with torch.no_grad():
        together = conv(x, w)
        for number in range(2):
            style = F.linear(
                w[number : number + 1], conv.style.weight / math.sqrt(6), torch.ones(5)
            )
            weight = conv.weight / math.sqrt(5 * 9) * style.view(1, 5, 1, 1)
            length = weight.square().sum((1, 2, 3)).sqrt()
            weight = weight / length.view(-1, 1, 1, 1)
            alone = x[number : number + 1]
            if up:
                alone = F.conv_transpose2d(alone, weight.transpose(0, 1), stride=2)
                row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4
                kernel = torch.outer(row, row).expand(7, 1, 4, 4)
                alone = F.conv2d(alone, kernel, padding=1, groups=7)
            else:
                alone = F.conv2d(alone, weight, padding=1)
            assert torch.allclose(together[number], alone[0], atol=1e-5)


def test_noise_is_thrown_by_its_seed_and_may_be_left_out():
    net = made("stylegan2")
    for level in net.levels:
        level.grow.strength.data.fill_(1.0)
    w = net.map(torch.randn(1, 8))
    with torch.inference_mode():
        assert torch.equal(net.draw(w, 5), net.draw(w, 5))
        assert not torch.allclose(net.draw(w, 5), net.draw(w, 6), atol=1e-3)
        assert not torch.allclose(net.draw(w, 5), net.draw(w, None), atol=1e-3)


def test_the_first_layers_are_the_coarse_ones():
    net = made("stylegan2")
    w = net.map(torch.randn(1, 8)).clone()
    with torch.inference_mode():
        before = net.draw(w, None)
        fine, coarse = w.clone(), w.clone()
        fine[:, -1] += 1
        coarse[:, 0] += 1
        _, unchanged = net.look(fine, 16, None)
        _, features = net.look(w, 16, None)
        assert torch.equal(unchanged, features)
        assert not torch.allclose(net.look(coarse, 4, None)[1], net.look(w, 4, None)[1])
        assert not torch.allclose(net.draw(fine, None), before)


def test_styles_are_mixed_in_training_and_the_mean_follows():
    net = made("stylegan2").train()
    z, other, dice = torch.randn(4, 8), torch.randn(4, 8), torch.Generator().manual_seed(3)
    plain = net(z, None, None, torch.Generator().manual_seed(3))
    mixed = net(z, None, other, dice)
    assert not torch.allclose(plain, mixed, atol=1e-3)
    before = net.mean_w.clone()
    net(z)
    assert not torch.equal(net.mean_w, before)


def test_progan_grows_without_a_jump():
    net = made("progan")
    w = net.map(torch.randn(2, 8))
    with torch.inference_mode():
        drawn = {}
        for grown in (1.0, 1.0001, 1.9999, 2.0):
            net.grown.fill_(grown)
            drawn[grown] = net.draw(w)
            assert net(torch.randn(1, 8)).shape[-1] == 4 << math.ceil(grown)
    assert torch.allclose(drawn[1.0], drawn[1.0001], atol=1e-3)
    assert torch.allclose(drawn[1.9999], drawn[2.0], atol=1e-3)
    assert not torch.allclose(drawn[1.0], drawn[2.0], atol=1e-2)


def test_a_vae_finds_its_way_back():
    net = made("vae")
    assert isinstance(net, Encoder)
    picture = torch.rand(2, 3, 32, 32)
    with torch.inference_mode():
        assert net.encode(picture).shape == (2, 1, 8)
        chance = torch.randn(2, 8)
        drawn, mean, spread = net(picture, chance)
        assert torch.allclose(drawn, net.draw((mean + chance * (spread / 2).exp())[:, None]))
