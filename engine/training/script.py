"""Train a denoiser or an upscaler for a number of minutes; the same command goes on where it stopped.

    python -m engine.training.script denoise --data DIR --data DIR --minutes 60 --run runs/denoise

A run folder holds `log.jsonl`, `state.pt` (weights, averaged weights, optimizer, step, seconds) and,
at the end of every minute, `model.safetensors`: the averaged weights with their card.
"""

import argparse
import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.models import architectures
from engine.training import data, degradation

SETTINGS: dict[str, dict[str, Any]] = {
    "denoise": {"architecture": "unet", "config": {}, "edge": 96, "scale": 1},
    "denoise-grey": {
        "architecture": "unet",
        "config": {"channels": 1, "widths": (32, 64, 128)},
        "edge": 112,
        "scale": 1,
    },
    "upscale-2x": {"architecture": "span", "config": {"scale": 2}, "edge": 56, "scale": 2},
    "upscale-4x": {"architecture": "span", "config": {"scale": 4}, "edge": 48, "scale": 4},
}
BATCH, LEARNING_RATE, WARM_UP, AVERAGING = 16, 1e-3, 300, 0.999


def main() -> None:
    """Read the arguments, then train until the minutes are over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=SETTINGS)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="weights to start from, where shapes agree")
    train(parser.parse_args())


def train(asked: argparse.Namespace) -> None:
    """The flat loop: batch, step, average, and a checkpoint and a log line every minute."""
    torch.manual_seed(0)
    dice = np.random.default_rng(time.time_ns())
    setting = SETTINGS[asked.task]
    entry = architectures()[setting["architecture"]]
    config = entry.config(**setting["config"])
    net = entry.build(config).to(memory_format=torch.channels_last)
    averaged = {name: value.clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
    if asked.base:
        start_from(net, averaged, asked.base)
    step, seconds = resume(asked.run, net, averaged, optimizer)
    train_pairs, held_back = read_pairs(asked.data, setting, config.channels)
    last, losses = time.monotonic(), []
    while seconds < 60 * asked.minutes:
        inputs, target = batch_of(train_pairs, dice, asked.task, setting["edge"])
        rate = LEARNING_RATE * schedule(step, seconds / (60 * asked.minutes))
        for group in optimizer.param_groups:
            group["lr"] = rate
        losses.append(update(net, optimizer, inputs, target))
        average(averaged, net, min(AVERAGING, (1 + step) / (10 + step)))
        step += 1
        before, now = seconds, time.monotonic()
        seconds, last = seconds + now - last, now
        if int(seconds // 60) > int(before // 60) or seconds >= 60 * asked.minutes:
            save(asked, entry.name, asdict(config), averaged, net, optimizer, step, seconds)
            score = validate(entry.build(config), averaged, held_back, asked.task)
            line = {"step": step, "minutes": round(seconds / 60, 2), "rate": rate}
            line |= {"loss": float(np.mean(losses)), "psnr": score}
            with (asked.run / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            losses.clear()


def read_pairs(
    folders: list[Path], setting: dict[str, Any], channels: int
) -> tuple[list[tuple[data.Pixels, data.Pixels]], list[tuple[data.Pixels, data.Pixels]]]:
    """(input, target) pictures of every folder; every 60th picture is held back for validation."""
    scale, edge = setting["scale"], setting["edge"]
    pairs = []
    for folder in folders:
        for picture in data.load(folder, longest=900, channels=channels):
            height, width = (side // scale * scale for side in picture.shape[1:])
            target = np.ascontiguousarray(picture[:, :height, :width])
            if min(height, width) >= scale * edge:
                pairs.append((smaller(target, scale), target))
    return [p for i, p in enumerate(pairs) if i % 60], pairs[::60]


def smaller(target: data.Pixels, scale: int) -> data.Pixels:
    """(C, H, W) uint8 -> (C, H / scale, W / scale) uint8 by antialiased bicubic."""
    if scale == 1:
        return target
    small = degradation.bicubic(torch.from_numpy(target)[None].float(), 1 / scale)
    return small[0].round().clamp(0, 255).byte().numpy()


def batch_of(
    pairs: list[tuple[data.Pixels, data.Pixels]], dice: np.random.Generator, task: str, edge: int
) -> tuple[Tensor, Tensor]:
    """What the network gets and what it should answer."""
    inputs, target = data.crop_pairs(pairs, dice, count=BATCH, edge=edge)
    if task.startswith("denoise"):
        high = 55 if dice.random() < 0.7 else 75
        inputs = degradation.gaussian_noise(target, 0, high)
    return inputs.contiguous(memory_format=torch.channels_last), target


def update(net: nn.Module, optimizer: torch.optim.Optimizer, inputs: Tensor, target: Tensor) -> float:
    """One step on the L1 loss, in bfloat16 where the processor has it; gradients clipped at 0.1."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = net(inputs)
    loss = (output.float() - target).abs().mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.1)
    optimizer.step()
    return loss.item()


@torch.no_grad()
def average(averaged: dict[str, Tensor], net: nn.Module, keep: float) -> None:
    """Exponential moving average of the weights."""
    weights = net.state_dict()
    torch._foreach_lerp_([averaged[k] for k in averaged], [weights[k] for k in averaged], 1 - keep)


def schedule(step: int, progress: float) -> float:
    """Warm-up over steps, then a cosine over the time allowed; a factor in [0.01, 1]."""
    return min(1.0, (step + 1) / WARM_UP) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(progress, 1))))


@torch.inference_mode()
def validate(
    net: nn.Module, weights: dict[str, Tensor], pairs: list[tuple[data.Pixels, data.Pixels]], task: str
) -> float:
    """Mean PSNR in dB on the held-back pictures, noise of level 25 for denoisers."""
    net.load_state_dict(weights)
    errors = []
    for small, large in pairs:
        height, width = (min(side, 256) // 8 * 8 for side in small.shape[1:])
        scale = large.shape[1] // small.shape[1]
        image = torch.from_numpy(small[None, :, :height, :width]).float() / 255
        target = torch.from_numpy(large[None, :, : scale * height, : scale * width]).float() / 255
        if task.startswith("denoise"):
            noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
            level = torch.full_like(image[:, :1], 25 / 255)
            image = torch.cat([image + 25 / 255 * noise, level], 1)
        errors.append(float(((net(image).clamp(0, 1) - target) ** 2).mean()))
    return float(np.mean([-10 * math.log10(error) for error in errors]))


def start_from(net: nn.Module, averaged: dict[str, Tensor], base: Path) -> None:
    """Take over every tensor of another model that has the same name and shape."""
    known = net.state_dict()
    fitting = {k: v.float() for k, v in load_file(base).items() if known[k].shape == v.shape}
    net.load_state_dict(fitting, strict=False)
    averaged.update({name: value.clone() for name, value in net.state_dict().items()})


def resume(
    run: Path, net: nn.Module, averaged: dict[str, Tensor], optimizer: torch.optim.Optimizer
) -> tuple[int, float]:
    """Steps and seconds already spent in this run folder; 0 and 0 for a new one."""
    run.mkdir(parents=True, exist_ok=True)
    if not (run / "state.pt").exists():
        return 0, 0.0
    state = torch.load(run / "state.pt", weights_only=True)  # noqa: TID251 - our own checkpoint
    net.load_state_dict(state["net"])
    averaged.update(state["averaged"])
    optimizer.load_state_dict(state["optimizer"])
    return state["step"], state["seconds"]


def save(
    asked: argparse.Namespace,
    architecture: str,
    config: dict[str, Any],
    averaged: dict[str, Tensor],
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    step: int,
    seconds: float,
) -> None:
    """Checkpoint and model, each written beside itself and renamed."""
    state = {"net": net.state_dict(), "averaged": averaged, "optimizer": optimizer.state_dict()}
    whole(asked.run / "state.pt", lambda path: torch.save(state | {"step": step, "seconds": seconds}, path))
    card = {"architecture": architecture, "config": config, "steps": step, "minutes": round(seconds / 60, 1)}
    half = {name: value.half().contiguous() for name, value in averaged.items()}
    header = {"card": json.dumps(card)}
    whole(asked.run / "model.safetensors", lambda path: save_file(half, path, metadata=header))


def whole(path: Path, write: Callable[[Path], None]) -> None:
    """A file appears complete or not at all."""
    part = path.with_name(path.name + ".part")
    write(part)
    os.replace(part, path)


if __name__ == "__main__":
    main()
