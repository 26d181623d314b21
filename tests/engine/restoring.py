"""What tests of restoring share: tiny models that do something plain, pictures, masks."""

import numpy as np
import torch
from skimage import data

from engine import catalogue, image
from engine.image import Picture
from engine.models import architectures


def photo(height=96, width=128, grey=False):
    """(C, H, W) of a real photograph, in whole 8-bit numbers."""
    pixels = data.chelsea()[40 : 40 + height, 100 : 100 + width].transpose(2, 0, 1)
    pixels = pixels[:1] if grey else pixels
    return np.ascontiguousarray(pixels).astype(np.float32) / np.float32(255)


def saved(path, pixels, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.write(path, Picture(pixels, **more))
    return path


def spot(height=96, width=128, box=(40, 30, 24, 16)):
    """A mask with one white box: left, top, width, height."""
    left, top, wide, tall = box
    mask = np.zeros((1, height, width), np.float32)
    mask[:, top : top + tall, left : left + wide] = 1
    return mask


def install(tiny):
    """Models for filling in, old photos and colour that add nothing, and a finder of white."""
    tiny.add("tiny-fill", "gated", "inpaint", widths=[4, 6, 8], blocks=1)
    tiny.add("tiny-old", "restorer", "old-photo", widths=[4, 6], blocks=1)
    tiny.add(
        "tiny-colour", "colourizer", "colourize", channels=1, eyes=12, widths=[4, 6, 8], blocks=1
    )
    finder_of_white(tiny)


def finder_of_white(tiny):
    """A segmenter whose weights are set by hand: what is nearly white is damage."""
    entry = architectures()["segmenter"]
    config = {"channels": 3, "widths": [4, 6], "blocks": 1}
    net = entry.build(entry.config(**config))
    with torch.no_grad():
        for weights in net.parameters():
            weights.zero_()
        for place in range(4):  # the four pixels of a block, of red
            net.head.weight[place, place, 1, 1] = 1
            net.tail.weight[place, place, 1, 1] = 200
        net.tail.bias.fill_(-190)
    card = catalogue.Card("segmenter", config, "scratches", "Finder of white")
    catalogue.write(tiny.folder / "tiny-scratches.safetensors", net.state_dict(), card)


def stir(file, much=0.05):
    """Networks that were never trained add nothing: let them do something, whatever it is."""
    entry = catalogue.describe(file, file.stat().st_size, file.stat().st_mtime_ns)
    dice = torch.Generator().manual_seed(1)
    state = {
        name: value + much * torch.randn(value.shape, generator=dice)
        if value.is_floating_point() and "running" not in name
        else value
        for name, value in ((n, torch.as_tensor(v)) for n, v in catalogue.read(entry).items())
    }
    catalogue.write(file, state, entry.card)
