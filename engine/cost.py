"""What a network costs, counted without running it."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine import executors
from engine.catalogue import Entry
from engine.models import architectures

EDGE_PX = 256  # of the picture counted on, at least; borders weigh little then


def multiply_adds(entry: Entry) -> float:
    """Multiply-adds of convolutions and matrix products, a pixel of the result."""
    architecture = architectures().get(entry.card.architecture)
    if architecture is None:
        executors.build(entry)  # raises the reason in words
        raise AssertionError
    architecture = architecture.of(architecture.config(**entry.card.config))
    edge = -(-EDGE_PX // architecture.multiple) * architecture.multiple
    channels = entry.card.channels + len(architecture.conditions)
    net = executors.build(entry).to("meta")  # shapes only
    picture = torch.empty(1, channels, edge, edge, device="meta")
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        result = net(picture)
    return counter.get_total_flops() / 2 / result[0, 0].numel()
