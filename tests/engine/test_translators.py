"""Generators and adversaries of image translation are exactly those of the papers."""

import pytest
import torch

from engine.models import architectures
from engine.training.patchgan import PatchGan


def millions(net):
    return round(sum(each.numel() for each in net.parameters()) / 1e6, 3)


def net_of(name, **config):
    known = architectures()[name]
    return known.build(known.config(**config))


@pytest.mark.parametrize(
    ("name", "config", "count"),
    [
        ("resnet_generator", {"blocks": 9}, 11.378),
        ("resnet_generator", {"blocks": 6}, 7.838),
        ("unet_generator", {"halvings": 8}, 54.414),
        ("unet_generator", {"halvings": 7}, 41.829),
    ],
)
def test_generators_have_the_published_number_of_parameters(name, config, count):
    assert millions(net_of(name, **config)) == count


@pytest.mark.parametrize(("channels", "count"), [(3, 2.765), (6, 2.769)])
def test_the_patchgan_has_the_published_number_of_parameters(channels, count):
    assert millions(PatchGan(channels, batch_norm=channels == 6)) == count  # as their papers say


def test_a_verdict_of_the_patchgan_sees_seventy_pixels():
    critic = PatchGan(width=4)
    critic.model = torch.nn.Sequential(  # normalization would look at everything
        *(each for each in critic.model if not isinstance(each, torch.nn.InstanceNorm2d))
    )
    image = torch.rand(1, 3, 256, 256, requires_grad=True)
    verdict = critic(image)
    assert verdict.shape == (1, 1, 30, 30)
    verdict[0, 0, 15, 15].backward()
    rows = image.grad.abs().sum((0, 1, 3)).nonzero()
    assert int(rows.max() - rows.min()) + 1 == 70


def test_layers_have_the_names_of_the_authors():
    resnet = set(net_of("resnet_generator", blocks=9).state_dict())
    assert {
        "model.1.weight",
        "model.10.conv_block.1.weight",
        "model.18.conv_block.5.bias",
    } <= resnet
    assert {"model.19.weight", "model.22.bias", "model.26.weight"} <= resnet
    unet = set(net_of("unet_generator").state_dict())
    innermost = "model." + "model.1." + 6 * "model.3." + "model."
    assert {"model.model.0.weight", f"{innermost}1.weight", f"{innermost}3.weight"} <= unet
    assert {"model.model.3.weight", "model.model.3.bias"} <= unet
    assert "model.model.0.bias" not in unet


def test_batch_normalization_goes_by_the_picture_at_hand():
    net = net_of("unet_generator", width=4, halvings=3).eval()
    image = torch.rand(1, 3, 16, 16)
    before = net(image)
    for name, value in net.named_buffers():
        if name.endswith("running_mean"):
            value += 5
    assert torch.equal(net(image), before)


def test_resize_convolutions_leave_no_checkerboard():
    def unevenness(resize):
        torch.manual_seed(0)
        net = net_of("resnet_generator", width=8, blocks=1, resize=resize)
        flat = net(torch.full((1, 3, 64, 64), 0.5))[0, :, 24:40, 24:40].detach()
        return float((flat[:, ::2, ::2] - flat[:, 1::2, 1::2]).abs().mean())

    assert unevenness(resize=True) < 0.02 * unevenness(resize=False)
