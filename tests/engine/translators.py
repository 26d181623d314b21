"""Tiny models for transfer, with real networks that were never trained."""

from dataclasses import asdict, replace
from pathlib import Path

import torch

from engine import catalogue, places
from engine.catalogue import Card
from engine.domains import Domain
from engine.models import architectures

LABELS = (("sky", "#4664aa"), ("ground", "#5a8c46"))
NETS = {
    "resnet_generator": {"width": 4, "blocks": 1},
    "unet_generator": {"width": 4, "halvings": 3, "deepest": 2},
    "adain": {"width": 4},
}


def add(name: str, architecture: str, domain: Domain, seed: int = 0) -> Path:
    """A model file among the person's own."""
    torch.manual_seed(seed)
    known = architectures()[architecture]
    config = known.config(**NETS[architecture])
    net = known.build(config)
    with torch.no_grad():
        for weights in net.parameters():
            weights.mul_(2)  # louder than first weights are: the picture must change
    card = Card(architecture, asdict(config), "transfer", name.title(), extras=domain.extras())
    path = places.models() / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write(path, net.state_dict(), card)
    return path


def add_all() -> None:
    """One of each kind; the unpaired one with its partner."""
    there = Domain("unpaired", "photo", "ink", partner="ink-to-photo", edge=64)
    add("photo-to-ink", "resnet_generator", there)
    back = replace(there, source="ink", target="photo", direction="b2a", partner="photo-to-ink")
    add("ink-to-photo", "resnet_generator", back, seed=1)
    paired = Domain("paired", "drawing", "face", edge=32, derived="edges", carry="plain")
    add("drawing-to-face", "unet_generator", paired)
    add("map-to-street", "unet_generator", replace(paired, derived="", palette=LABELS))
    add("any-style", "adain", Domain("style", "photo", "painting", edge=64))
