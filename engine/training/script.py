"""Train a denoiser or an upscaler; the same command goes on where it stopped.

    python -m engine.training.script denoise --data DIR --data DIR --minutes 60 --run runs/denoise

A run folder holds `log.jsonl`, `state.pt` (weights, averaged weights, optimizer, step, seconds)
and, written every minute, `model.safetensors`: the averaged weights with their card.
"""

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine import catalogue
from engine.files import whole
from engine.models import architectures
from engine.training import data, degradation


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained: a network, on crops of `edge` px (of the input), and what its card says."""

    architecture: str
    config: dict[str, Any]
    edge: int
    task: str
    title: str
    description: str
    scale: int = 1
    channels: int = 3


RECIPES = {
    "denoise": Recipe(
        architecture="unet",
        config={"channels": 3, "widths": (48, 96, 192), "blocks": 2},
        edge=96,
        task="denoise",
        title="Everyday · colour",
        description="Best for photographs at high ISO. Knows every noise level from 0 to 75.",
    ),
    "denoise-grey": Recipe(
        architecture="unet",
        config={"channels": 1, "widths": (32, 64, 128), "blocks": 2},
        edge=112,
        task="denoise",
        title="Everyday · black and white",
        description="For greyscale pictures and scans. Knows every noise level from 0 to 75.",
        channels=1,
    ),
    "upscale-2x": Recipe(
        architecture="span",
        config={"channels": 3, "width": 48, "blocks": 6, "scale": 2},
        edge=56,
        task="upscale",
        title="Faithful · 2x",
        description="Twice as wide and high, true to the original. Best on clean pictures.",
        scale=2,
    ),
    "upscale-4x": Recipe(
        architecture="span",
        config={"channels": 3, "width": 48, "blocks": 6, "scale": 4},
        edge=48,
        task="upscale",
        title="Faithful · 4x",
        description="Four times as wide and high, true to the original. Best on clean pictures.",
        scale=4,
    ),
}
BATCH, LEARNING_RATE, WARM_UP, AVERAGING = 16, 1e-3, 300, 0.999


def main() -> None:
    """Read the arguments, then train until the minutes are over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=RECIPES)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="weights to start from, where shapes agree")
    train(parser.parse_args())


def train(asked: argparse.Namespace) -> None:
    """The flat loop: batch, step, average, and a checkpoint and a log line every minute."""
    torch.manual_seed(0)
    dice = np.random.default_rng(time.time_ns())
    recipe = RECIPES[asked.task]
    entry = architectures()[recipe.architecture]
    config = entry.config(**recipe.config)
    net = entry.build(config).to(memory_format=torch.channels_last)
    averaged = {name: value.clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
    if asked.base:
        start_from(net, averaged, asked.base)
    step, seconds = resume(asked.run, net, averaged, optimizer)
    train_pairs, held_back = read_pairs(asked.data, recipe)
    last, losses = time.monotonic(), []
    while seconds < 60 * asked.minutes:
        inputs, target = batch_of(train_pairs, dice, asked.task, recipe.edge)
        rate = LEARNING_RATE * schedule(step, seconds / (60 * asked.minutes))
        for group in optimizer.param_groups:
            group["lr"] = rate
        losses.append(update(net, optimizer, inputs, target))
        average(averaged, net, min(AVERAGING, (1 + step) / (10 + step)))
        step += 1
        before, now = seconds, time.monotonic()
        seconds, last = seconds + now - last, now
        if int(seconds // 60) > int(before // 60) or seconds >= 60 * asked.minutes:
            state = {"net": net.state_dict(), "averaged": averaged}
            state |= {"optimizer": optimizer.state_dict(), "step": step, "seconds": seconds}
            save(asked, state)
            score = validate(entry.build(config), averaged, held_back, asked.task)
            line = {"step": step, "minutes": round(seconds / 60, 2), "rate": rate}
            line |= {"loss": float(np.mean(losses)), "psnr": score}
            with (asked.run / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            losses.clear()


def read_pairs(
    folders: list[Path], recipe: Recipe
) -> tuple[list[tuple[data.Pixels, data.Pixels]], list[tuple[data.Pixels, data.Pixels]]]:
    """(input, target) pictures of every folder; every 60th picture is held back for validation."""
    scale, edge = recipe.scale, recipe.edge
    pairs = []
    for folder in folders:
        for picture in data.load(folder, longest=900, channels=recipe.channels):
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


def update(
    net: nn.Module, optimizer: torch.optim.Optimizer, inputs: Tensor, target: Tensor
) -> float:
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
    return min(1.0, (step + 1) / WARM_UP) * (
        0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(progress, 1)))
    )


@torch.inference_mode()
def validate(
    net: nn.Module,
    weights: dict[str, Tensor],
    pairs: list[tuple[data.Pixels, data.Pixels]],
    task: str,
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


def save(asked: argparse.Namespace, state: dict[str, Any]) -> None:
    """Checkpoint and half-precision model, each whole or not at all."""
    with whole(asked.run / "state.pt") as part:
        torch.save(state, part)
    half = {name: value.half().contiguous() for name, value in state["averaged"].items()}
    card = card_of(asked, state["step"], state["seconds"])
    catalogue.write(asked.run / "model.safetensors", half, card)


def card_of(asked: argparse.Namespace, step: int, seconds: float) -> catalogue.Card:
    """What the model file says of itself; scores come later, from benchmarks/quality.py."""
    recipe = RECIPES[asked.task]
    folders = [folder.name for folder in asked.data]
    count, cores = f"{step:,} steps of {BATCH} crops", torch.get_num_threads()
    command = [f"python -m engine.training.script {asked.task}"]
    command += [f"--data {name}" for name in folders] + [f"--minutes {asked.minutes:g}"]
    command += [f"--base {asked.base.name}"] if asked.base else []
    return catalogue.Card(
        architecture=recipe.architecture,
        config=recipe.config,
        task=recipe.task,
        title=recipe.title,
        description=recipe.description,
        scale=recipe.scale,
        channels=recipe.channels,
        licence="MIT",
        data=f"pictures of {' and '.join(folders)}, none of the sets it is measured on",
        training=f"{count} in {seconds / 60:.0f} minutes on {cores} busy CPU cores, bfloat16",
        command=" ".join(command),
    )


if __name__ == "__main__":
    main()
