"""Every architecture in the folder keeps the contract; a new file needs no new line here."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

from engine import catalogue
from engine.models import Architecture, pictures

ODD = {
    "unet": {"channels": 1, "widths": (4, 6), "blocks": 1},
    "span": {"channels": 1, "width": 6, "blocks": 2, "scale": 3},
    "resnet_generator": {"channels": 1, "out_channels": 1, "width": 4, "blocks": 1, "resize": True},
    "colourizer": {"eyes": 12, "widths": (4, 6, 8), "blocks": 1, "levels": 5},
    "gated": {"channels": 1, "widths": (4, 6, 8), "blocks": 1},
    "segmenter": {"channels": 1, "widths": (4, 6)},
    "restorer": {"widths": (4, 6), "blocks": 1},
    "adain": {"width": 4},
    "unet_generator": {"channels": 1, "out_channels": 1, "width": 4, "halvings": 3, "resize": True},
}
USUAL = {"unet_generator": {"width": 8}}  # as published it is too large to be tried at many sizes
ENTRIES = [
    pytest.param(entry, config, id=f"{name}-{kind}")
    for name, entry in pictures().items()
    for kind, config in (("default", USUAL.get(name, {})), ("odd", ODD.get(name, {})))
]


def picture(entry: Architecture, config, height: int, width: int) -> torch.Tensor:
    channels = config.channels + len(entry.conditions)
    multiple = entry.multiple_of(config)
    return torch.rand(1, channels, height * multiple, width * multiple)


@pytest.mark.parametrize(("entry", "config"), ENTRIES)
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (4, 2)])
def test_the_output_has_the_promised_shape_and_is_finite(entry, config, size):
    config = entry.config(**config)
    image = picture(entry, config, *size)
    with torch.inference_mode():
        result = entry.build(config).eval()(image)
    scale = getattr(config, "scale", 1)
    channels = getattr(config, "out_channels", config.channels)
    assert result.shape == (1, channels, scale * image.shape[2], scale * image.shape[3])
    assert torch.isfinite(result).all()


@pytest.mark.parametrize(("entry", "config"), ENTRIES)
def test_config_and_weights_survive_a_file(entry, config, tmp_path):
    config = entry.config(**config)
    net = entry.build(config).eval()
    card = catalogue.Card(entry.name, asdict(config), "denoise", "Odd", channels=config.channels)
    catalogue.write(tmp_path / "odd.safetensors", net.state_dict(), card)
    (found,) = catalogue.entries(folders=[tmp_path])
    again = entry.build(entry.config(**found.card.config)).eval()
    again.load_state_dict(catalogue.read(found), strict=True)
    image = picture(entry, config, 4, 4)
    with torch.inference_mode():
        assert torch.equal(net(image), again(image))
    assert found.parameters == sum(weights.numel() for weights in net.state_dict().values())


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize(("entry", "config"), ENTRIES)
def test_cpu_and_cuda_agree(entry, config):
    config = entry.config(**config)
    net, image = entry.build(config).eval(), picture(entry, config, 8, 8)
    with torch.inference_mode():
        cpu = net(image).numpy()
        cuda = net.cuda()(image.cuda()).cpu().numpy()
    np.testing.assert_allclose(cpu, cuda, atol=1e-3)
