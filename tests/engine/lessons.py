"""Photographs to learn from, and runs short enough for a test."""

from dataclasses import replace

import cv2
import numpy as np
import torch
from skimage import data as pictures

from engine import catalogue
from engine.job import Step
from engine.specs import TrainDenoise, TrainUpscale, TrainUpscalePerceptual
from engine.studio import Studio

QUICK = {"steps": 12, "batch": 2, "edge": 32, "device": "cpu", "precision": "float32"}


def photos(folder, *, edge=112, count=6):
    """Real photographs, cut small; all different."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("chelsea", "astronaut", "coffee", "rocket")
    for number in range(count):
        shot = getattr(pictures, names[number % 4])()
        top = 40 * (number // 4)
        piece = np.ascontiguousarray(shot[top : top + edge, 100 : 100 + edge, ::-1])
        (folder / f"{number}.png").write_bytes(cv2.imencode(".png", piece)[1].tobytes())
    return folder


def denoise(folder, name="mine", **more):
    return TrainDenoise(data=(folder,), name=name, **{"base": "tiny-denoise", **QUICK, **more})


def upscale(folder, name="mine", **more):
    fixed = {**QUICK, "edge": 16, "network": "span width=8 blocks=2"}
    return TrainUpscale(data=(folder,), name=name, **{**fixed, **more})


def perceptual(folder, file, name="mine", **more):
    fixed = {**QUICK, "edge": 16, "scale": 2, "network": "srresnet width=8 blocks=1", "steps": 6}
    fixed["perceptual_file"] = file
    return TrainUpscalePerceptual(data=(folder,), name=name, **{**fixed, **more})


def judge_file(folder):
    """SqueezeNet 1.1 with random weights: eyes that have seen nothing, but eyes."""
    from torchvision.models import squeezenet1_1

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "squeezenet1_1-features.safetensors"
    weights = squeezenet1_1(weights=None).features.state_dict()
    card = catalogue.Card("squeezenet", {}, "judge", "Judge")
    catalogue.write(path, weights, card)
    return path


def run_until(spec, step):
    """Stop a run as a face does: the job is closed at a step."""
    job = Studio().run(spec)
    for event in job:
        if isinstance(event, Step) and event.text.startswith("step ") and event.done >= step:
            break
    job.close()


def again(spec, **more):
    return replace(spec, resume=True, **more)


def checkpoint(run, step):
    """A checkpoint's content."""
    path = run / "checkpoints" / f"{step:08}.pt"
    return torch.load(path, weights_only=True)  # noqa: TID251


def same(left, right):
    """Whether two trees of tensors and plain values are equal, bit by bit."""
    if isinstance(left, torch.Tensor):
        return torch.equal(left, right)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def published_efficientnet(blocks=16):
    """Weights as EfficientNet-Lite0 was published with, but random ones."""
    from engine.efficientnet import EfficientNetLite

    torch.manual_seed(0)
    sources = {"stem": ("_conv_stem", "_bn0")}
    for number in range(blocks):
        for at, layer in enumerate(("expand", "depthwise", "project")):
            begin = f"_blocks.{number}."
            sources[f"blocks.{number}.{layer}"] = f"{begin}_{layer}_conv", f"{begin}_bn{at}"
    state = {}
    for name, value in EfficientNetLite(blocks).state_dict().items():
        layer, _, kind = name.rpartition(".")
        convolution, norm = sources[layer]
        if kind == "weight":
            state[f"{convolution}.weight"] = value
            continue
        state[f"{norm}.weight"], state[f"{norm}.bias"] = 1 + value, value
        state[f"{norm}.running_mean"], state[f"{norm}.running_var"] = -value, 1 + value.abs()
    return state


def efficientnet_file(folder):
    """The same as a file: other eyes that have seen nothing."""
    path = folder / "efficientnet-lite0.pth"
    torch.save(published_efficientnet(), path)
    return path
