"""StyleGAN2's generator as the paper has it, and what two authors call its weights.

Weights are modulated sample by sample, resampling puts zeros between the pixels and filters. It
shares nothing with the network that it judges.
"""

import math
from itertools import pairwise

import torch
import torch.nn.functional as F

WIDTHS, Z, MAPPING = (6, 5, 4), 7, 3
SIDES = (4, 8, 8, 16, 16)


def weights_of(labels=0, channels=3):
    """Random weights by the paper's words; styled convolutions in order, then what they paint."""
    dice = torch.Generator().manual_seed(5)

    def some(*shape, scale=1.0):
        return scale * torch.randn(shape, generator=dice)

    inputs = 2 * Z if labels else Z
    sizes = [inputs] + [Z] * MAPPING
    pairs = [(6, 6), (6, 5), (5, 5), (5, 4), (4, 4)]
    made = {
        "mapping": [(some(b, a, scale=100), some(b, scale=20)) for a, b in pairwise(sizes)],
        "constant": some(6, 4, 4),
        "mean": some(Z),
        "convs": [
            {
                "weight": some(outs, ins, 3, 3),
                "style": (some(ins, Z), 1 + some(ins, scale=0.1)),
                "bias": some(outs, scale=0.3),
                "strength": some(scale=0.2),
                "noise": some(side, side),
            }
            for (ins, outs), side in zip(pairs, SIDES, strict=True)
        ],
        "paints": [
            {
                "weight": some(channels, ins, 1, 1),
                "style": (some(ins, Z), 1 + some(ins, scale=0.1)),
                "bias": some(channels, scale=0.1),
            }
            for ins in WIDTHS
        ],
    }  # fmt: skip
    if labels:
        made["embed"] = (some(Z, labels), some(Z))
    return made


# --- the published forward pass ---


def unit(x):
    return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()


def mapped(made, z, label=None):
    x = unit(z)
    if "embed" in made:
        weight, bias = made["embed"]
        told = F.one_hot(label, weight.shape[1]).float()
        x = torch.cat([x, unit(told @ weight.T / math.sqrt(weight.shape[1]) + bias)], 1)
    for weight, bias in made["mapping"]:
        x = x @ weight.T * 0.01 / math.sqrt(weight.shape[1]) + 0.01 * bias
        x = F.leaky_relu(x, 0.2) * math.sqrt(2)
    return x


def modulated(part, x, w, *, demodulate, up=False):
    """Equations 1 to 3, one sample at a time."""
    weight, bias = part["style"]
    drawn = []
    for one, its_w in zip(x, w, strict=True):
        style = weight @ its_w / math.sqrt(Z) + bias
        kernel = part["weight"] * style[None, :, None, None]
        kernel = kernel / math.sqrt(kernel[0].numel())
        if demodulate:
            kernel = kernel / (kernel.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            wide = F.conv_transpose2d(one[None], kernel.transpose(0, 1), stride=2)
            drawn.append(filtered(wide, 4, (1, 1)))
        else:
            drawn.append(F.conv2d(one[None], kernel, padding=kernel.shape[-1] // 2))
    return torch.cat(drawn)


def filtered(x, gain, pad):
    row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    kernel = torch.outer(row, row)[None, None] * gain
    padded = F.pad(x, (pad[0], pad[1], pad[0], pad[1]))
    return torch.cat([F.conv2d(plane, kernel) for plane in padded.split(1, 1)], 1)


def doubled(x):
    n, c, h, w = x.shape
    stuffed = torch.zeros(n, c, 2 * h, 2 * w)
    stuffed[:, :, ::2, ::2] = x
    return filtered(stuffed, 4, (2, 1))


def drawn(made, w, clamp=None):
    """Layers of w (N, 6, Z) -> (N, C, 16, 16) in [0, 1]; the constant noise."""
    limit = clamp or math.inf

    def styled(number, x, up=False):
        part = made["convs"][number]
        x = modulated(part, x, w[:, number], demodulate=True, up=up)
        x = x + part["strength"] * part["noise"] + part["bias"][:, None, None]
        x = F.leaky_relu(x, 0.2) * math.sqrt(2)
        return x.clamp(-limit * math.sqrt(2), limit * math.sqrt(2))

    def painted(level, x):
        part = made["paints"][level]
        x = modulated(part, x, w[:, 2 * level + 1], demodulate=False)
        return (x + part["bias"][:, None, None]).clamp(-limit, limit)

    x = styled(0, made["constant"].expand(len(w), -1, -1, -1))
    picture = painted(0, x)
    for level in (1, 2):
        x = styled(2 * level, styled(2 * level - 1, x, up=True))
        picture = doubled(picture) + painted(level, x)
    return (picture + 1) / 2


# --- as their authors save them ---


def rosinality(made):
    """The state dict of the widely used PyTorch version."""
    row = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(row, row) / 16
    state = {"input.input": made["constant"][None]}
    for number, (weight, bias) in enumerate(made["mapping"], 1):
        state |= {f"style.{number}.weight": weight, f"style.{number}.bias": bias}
    for number, part in enumerate(made["convs"]):
        at = "conv1" if number == 0 else f"convs.{number - 1}"
        state |= {
            f"{at}.conv.weight": part["weight"][None],
            f"{at}.conv.modulation.weight": part["style"][0],
            f"{at}.conv.modulation.bias": part["style"][1],
            f"{at}.noise.weight": part["strength"].reshape(1),
            f"{at}.activate.bias": part["bias"],
            f"noises.noise_{number}": part["noise"][None, None],
        }
        if number % 2:
            state[f"{at}.conv.blur.kernel"] = kernel
    for number, part in enumerate(made["paints"]):
        at = "to_rgb1" if number == 0 else f"to_rgbs.{number - 1}"
        state |= {
            f"{at}.bias": part["bias"].reshape(1, -1, 1, 1),
            f"{at}.conv.weight": part["weight"][None],
            f"{at}.conv.modulation.weight": part["style"][0],
            f"{at}.conv.modulation.bias": part["style"][1],
        }
        if number:
            state[f"{at}.upsample.kernel"] = kernel
    return state


def nvlabs(made):
    """The state dict of the laboratory's own PyTorch version."""
    row = torch.tensor([1.0, 3.0, 3.0, 1.0])
    fir = torch.outer(row, row) / 64
    state = {"mapping.w_avg": made["mean"], "synthesis.b4.const": made["constant"]}
    if "embed" in made:
        state |= dict(
            zip(("mapping.embed.weight", "mapping.embed.bias"), made["embed"], strict=True)
        )
    for number, (weight, bias) in enumerate(made["mapping"]):
        state |= {f"mapping.fc{number}.weight": weight, f"mapping.fc{number}.bias": bias}
    places = ["b4.conv1", "b8.conv0", "b8.conv1", "b16.conv0", "b16.conv1"]
    for at, part in zip(places, made["convs"], strict=True):
        state |= layer(f"synthesis.{at}", part)
        state |= {
            f"synthesis.{at}.noise_strength": part["strength"],
            f"synthesis.{at}.noise_const": part["noise"],
            f"synthesis.{at}.resample_filter": fir,
        }
    for side, part in zip((4, 8, 16), made["paints"], strict=True):
        state |= layer(f"synthesis.b{side}.torgb", part) | {
            f"synthesis.b{side}.resample_filter": fir
        }
    return state


def layer(at, part):
    return {
        f"{at}.weight": part["weight"],
        f"{at}.bias": part["bias"],
        f"{at}.affine.weight": part["style"][0],
        f"{at}.affine.bias": part["style"][1],
    }
