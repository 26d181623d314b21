"""Runs of image translation that are short enough for a test, and networks that say one thing."""

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from engine import perceptual, places
from engine.specs import Train
from engine.training.learners import lesson_of
from engine.training.lesson import Batch

SMALL = {
    "cyclegan": "resnet_generator width=4 blocks=1",
    "pix2pix": "unet_generator width=4 halvings=3 deepest=2 batch_norm=0",
    "style": "adain width=4",
}


def pictures(folder, count, size=(48, 40), seed=0, ending="png"):
    thrown = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        rough = thrown.integers(0, 255, (6, 5, 3)).astype(np.uint8)
        Image.fromarray(rough).resize(size).save(folder / f"{index}.{ending}")
    return folder


def eye_file():
    """SqueezeNet with random weights among the person's own models."""
    torch.manual_seed(0)
    path = places.models() / perceptual.FEATURES
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(perceptual.SqueezeNet().features.state_dict(), path)
    return path


def spec_of(kind: type[Train], **more):
    settings = {
        "network": SMALL[kind.learner],
        "steps": 2,
        "batch": 2,
        "edge": 32,
        "precision": "float32",
        "validation": 25,
    }
    return kind(name="mine", **settings | more)


def lesson(kind, **more):
    made = lesson_of(spec_of(kind, **more))
    made.set_up(torch.device("cpu"))
    return made


class Says(torch.nn.Module):
    """Whatever it sees, it says one value."""

    def __init__(self, value):
        super().__init__()
        self.value = torch.nn.Parameter(torch.tensor(float(value)))

    def forward(self, image, *_, **__):
        return self.value.expand(len(image), 1, 2, 2)


class Adds(torch.nn.Module):
    """Makes every picture lighter."""

    def __init__(self, much):
        super().__init__()
        self.much = torch.nn.Parameter(torch.tensor(float(much)))

    def forward(self, image):
        return image + self.much


def batch(a=0.25, b=0.5):
    return Batch(torch.full((1, 3, 8, 8), a), torch.full((1, 3, 8, 8), b))
