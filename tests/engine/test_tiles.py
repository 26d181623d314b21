"""Tiles cannot be seen, whatever their size and the picture's."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import tiles
from engine.catalogue import Card, Entry
from engine.errors import UserError
from engine.executors import Eager
from engine.job import Note, Step
from engine.models import architectures
from engine.runtime import Network, Traits

CONFIGS = {
    "unet": {"channels": 3, "widths": (8, 8), "blocks": 1},
    "span": {"channels": 3, "width": 8, "blocks": 2, "scale": 2},
}


@pytest.fixture(params=CONFIGS)
def network(request, tmp_path) -> Network:
    """A network that changes every pixel: random weights, no training."""
    torch.manual_seed(1)
    entry = architectures()[request.param]
    config = CONFIGS[request.param]
    card = Card(entry.name, config, "denoise", "Random", scale=config.get("scale", 1))
    traits = Traits(entry.multiple, entry.halo, entry.conditions, entry.tileable)
    net = Eager(entry.build(entry.config(**config)).eval(), "cpu")
    return Network(Entry("random", tmp_path, card, 0, 0), traits, "cpu", net)


def conditions(network: Network) -> tuple[float, ...]:
    return (0.1,) * len(network.traits.conditions)


@pytest.fixture
def photo() -> np.ndarray:
    dice = np.random.default_rng(0)
    slow = np.linspace(0.2, 0.8, 203, dtype=np.float32)
    image = slow[None, :150, None] * np.ones((3, 150, 203), np.float32)
    return image + dice.normal(0, 0.05, image.shape).astype(np.float32)


def test_tile_size_does_not_change_the_picture(network, photo, drain):
    _, whole = drain(tiles.tiled(network, photo, conditions(network), edge=4096))
    for edge in (64, 100):
        _, pieces = drain(tiles.tiled(network, photo, conditions(network), edge=edge))
        assert np.abs(pieces - whole).max() <= 1 / 255


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (7, 3), (64, 65)])
def test_any_size_comes_out_at_its_scale(network, size, drain):
    image = np.full((3, *size), 0.5, np.float32)
    events, result = drain(tiles.tiled(network, image, conditions(network), edge=64))
    assert result.shape == (3, network.scale * size[0], network.scale * size[1])
    assert np.isfinite(result).all()
    assert events[-1] == Step(size[0] * size[1], size[0] * size[1])


def test_memory_running_out_makes_the_tiles_smaller_and_the_same_picture(network, photo, drain):
    _, whole = drain(tiles.tiled(network, photo, conditions(network), edge=4096))

    def poor(batch):
        if batch.shape[2] * batch.shape[3] > 160 * 160:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return network.run(batch)

    events, result = drain(
        tiles.tiled(replace(network, run=poor), photo, conditions(network), edge=4096)
    )
    assert any(isinstance(event, Note) and "smaller tiles" in event.text for event in events)
    assert np.abs(result - whole).max() <= 1 / 255


def test_no_memory_at_all_is_a_clear_error(network, photo, drain):
    def broke(batch):
        raise MemoryError

    with pytest.raises(UserError, match="Memory ran out"):
        drain(tiles.tiled(replace(network, run=broke), photo, conditions(network)))


def test_a_bug_is_not_taken_for_missing_memory(network, photo, drain):
    def broken(batch):
        raise RuntimeError("shapes do not agree")

    with pytest.raises(RuntimeError, match="shapes"):
        drain(tiles.tiled(replace(network, run=broken), photo, conditions(network)))


def test_the_cores_cover_every_pixel_once(network):
    seen = np.zeros((131, 260), int)
    for tile in tiles.tiles(seen.shape, 64, network):
        seen[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width] += 1
        assert tile.window[0] % network.traits.multiple == 0
        assert tile.window[2] % network.traits.multiple == 0
    assert (seen == 1).all()


def test_a_slow_network_gets_smaller_tiles(network):
    slow = replace(network, traits=replace(network.traits, speed=0.1))
    fast = replace(network, traits=replace(network.traits, speed=100))
    assert tiles.edge_for(slow) < tiles.edge_for(fast) <= tiles.LARGEST
