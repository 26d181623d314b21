"""Each experiment at its smallest, through the shell; what it answers and what it refuses."""

import json

import cv2
import numpy as np
import pytest
import torch

from engine import cli
from engine.job import Points, Preview
from engine.lab import data, quality, readers
from engine.lab.diffusion import Diffusion
from engine.lab.experiments import odd_one_out, squeeze
from engine.lab.gans import conditional
from engine.lab.learner import Batch
from engine.specs_lab import LabGenerate, LabMap
from engine.specs_lab_live import Decode
from engine.studio import Studio
from engine.training.dice import dice, torch_dice

SMALLEST = {
    "map": ["--steps", 6, "--shown", 40],
    "denoise": ["--steps", 6, "--hidden", 16],
    "features": ["--steps", 6, "--labels", "10,30", "--repeats", 2],
    "odd-one-out": ["--steps", 6],
    "duel": ["--steps", 6, "--hidden", 8, "--distribution", "two-gaussians"],
    "augment": ["--steps", 2, "--labels", "20", "--repeats", 1, "--added", 20],
    "generate": ["--steps", 2],
    "diffuse": ["--steps", 2, "--levels", 10, "--judged", 30, "--width", 8],
    "squeeze": ["--steps", 10, "--hidden", 16],
}
FOUND = {
    "map": ("map", "neighbours alike, pca, %"),
    "denoise": ("sigma-0.25", "autoencoder, sigma 0.25, dB"),
    "features": ("accuracy", "code, 10 labels, %"),
    "odd-one-out": ("ranking", "ROC-AUC"),
    "duel": ("duel", "divergence"),
    "augment": ("made", "gain, 20 labels, points"),
    "generate": ("sheet", "made pictures read, %"),
    "diffuse": ("chain", "distance, ddpm, 10 steps"),
    "squeeze": ("size", "8-bit weights, kB"),
}


def folder_of(folder, classes, count=10, edge=12):
    for name in classes:
        (folder / name).mkdir(parents=True)
        for number in range(count):
            noise = np.random.default_rng(number).integers(0, 255, (edge, edge), np.uint8)
            cv2.imwrite(str(folder / name / f"{number}.png"), noise)  # noqa: TID251
    return folder


@pytest.mark.parametrize("name", SMALLEST)
def test_an_experiment_leaves_its_pictures_and_figures(name, tmp_path, capsys):
    words = [*map(str, SMALLEST[name]), "-o", str(tmp_path / "out")]
    assert cli.main(["lab", "run", name, *words]) == 0, capsys.readouterr().err
    picture, figure = FOUND[name]
    assert cv2.imread(str(tmp_path / "out" / f"{picture}.png")).std() > 0  # noqa: TID251
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert np.isfinite(result["figures"][figure])


@pytest.mark.parametrize("maker", ["variational", "dcgan", "wgan-gp"])
def test_other_makers_generate_too_and_can_be_kept(maker, home, capsys):
    words = ["--maker", maker, "--steps", "2", "--latent", "2", "--keep", f"own-{maker}"]
    assert cli.main(["lab", "run", "generate", *words]) == 0, capsys.readouterr().err
    assert (home / "models" / f"own-{maker}.safetensors").is_file()


def test_labels_are_asked_for_where_they_are_needed(tmp_path, capsys):
    plain = folder_of(tmp_path / "plain", [""])
    single = folder_of(tmp_path / "single", ["one"])
    said = {
        ("features", plain): "needs pictures with labels",
        ("augment", plain): "needs pictures with labels",
        ("generate", single): "needs two classes or more",
        ("odd-one-out", single): "needs two classes or more",
    }
    for (name, folder), words in said.items():
        assert cli.main(["lab", "run", name, "--data", str(folder), "--steps", "2"]) == 2
        assert words in capsys.readouterr().err


def test_a_map_answers_for_places_while_it_learns_and_after(drain):
    studio = Studio()
    job = studio.run(LabMap(steps=20, shown=20))
    clouds = (event.name for event in job if isinstance(event, Points))
    assert [next(clouds), next(clouds)] == ["pca", "autoencoder"]
    place = Decode(((0.0, 0.0), (1.0, 1.0)), model="autoencoder")
    (during,), _ = drain(studio.run(place))
    assert set(clouds) == {"autoencoder", "vae"}
    (after,), _ = drain(studio.run(place))
    assert isinstance(during, Preview)
    assert during.pixels.shape == after.pixels.shape
    assert not np.array_equal(during.pixels, after.pixels)


def test_a_conditional_generator_draws_the_class_asked_for(drain):
    studio = Studio()
    drain(studio.run(LabGenerate(steps=3)))
    pages = [
        drain(studio.run(Decode(((0.5,) * 16,), "generate", "conditional", label)))[0][0].pixels
        for label in (0, 1, 0)
    ]
    assert np.array_equal(pages[0], pages[2])
    assert not np.array_equal(pages[0], pages[1])


def test_a_conditional_gan_learns_two_brightnesses():
    images = torch.cat([torch.full((32, 1, 8, 8), 0.1), torch.full((32, 1, 8, 8), 0.9)])
    batch = Batch(images, torch.arange(2).repeat_interleave(32))
    gan = conditional.gan(4, (1, 8, 8), 2, seed=0)
    optimizers = {part: gan.optimizer(part, gan.rate) for part in gan.parts(0)}
    for step in range(60):
        for part, optimizer in optimizers.items():
            optimizer.zero_grad()
            gan.loss(part, batch, torch_dice(0, step))["loss"].backward()
            optimizer.step()
    z = gan.noise(40, torch_dice(1))
    gan.generator.eval()
    with torch.no_grad():
        dark, light = (gan.generate(z, torch.full((40,), label)).mean() for label in (0, 1))
    assert light - dark > 0.4


def test_diffusion_learns_and_all_samplers_come_to_the_one_picture_it_knows():
    picture = data.digits().images[:1]
    model = Diffusion((1, 8, 8), levels=20, width=8)
    batch = Batch(picture.expand(16, -1, -1, -1))
    optimizer = model.optimizer("model", 5e-3)
    losses = []
    for step in range(120):
        optimizer.zero_grad()
        loss = model.loss("model", batch, torch_dice(0, step))["loss"]
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert np.mean(losses[-20:]) < 0.35 * np.mean(losses[:5])
    start = model.start(4, torch_dice(1))
    walks = {
        "ddpm": model.ddpm(start, torch_dice(2)),
        "ddim": model.ddim(start, 10),
        "score": model.score(start, 20, torch_dice(2)),
    }
    for name, walk in walks.items():
        *_, x = walk
        assert ((x + 1) / 2 - picture).square().mean() < 0.03, name


def test_the_chain_keeps_the_variance_and_ends_in_noise():
    model = Diffusion((1, 8, 8), levels=50, width=8)
    noise = torch.randn(500, 1, 8, 8, generator=torch_dice(0))
    x = model.forth(torch.ones(500, 1, 8, 8), 49, noise)
    assert x.mean().abs() < 0.05
    assert x.std() == pytest.approx(1, abs=0.05)


def test_what_is_odd_is_found_and_its_place_too():
    usual = np.tile(np.linspace(0, 1, 32, dtype=np.float32), (1, 32, 1))
    images = torch.from_numpy(np.stack([usual, usual]))
    images[1, :, 8:14, 20:26] = 0

    def model(pieces):
        return torch.from_numpy(usual[:, :16, :16])[None].expand_as(pieces) * 0 + pieces.mean(
            (2, 3), keepdim=True
        )

    maps = odd_one_out.mapped(model, images, 16)
    change = (maps[1] - maps[0]).numpy()
    row, column = np.unravel_index(change.argmax(), change.shape)
    assert 4 <= row <= 18
    assert 14 <= column <= 30
    scores = odd_one_out.worst((maps - maps[0]).numpy())
    assert scores[1] > scores[0]


def test_quantized_weights_are_whole_multiples_and_pruned_ones_are_gone():
    from engine.lab import trained
    from engine.lab.autoencoders import Plan

    model = trained.fresh("undercomplete", Plan((1, 8, 8), 4, 16), seed=0)
    small, size = squeeze.quantized(model, 4)
    layer = squeeze.linears(small)[0]
    scale = layer.weight.detach().abs().amax(1, keepdim=True) / 7
    whole = layer.weight.detach() / scale
    assert torch.allclose(whole, whole.round(), atol=1e-4)
    assert size < 4 * sum(each.numel() for each in model.parameters()) / 4
    masks = squeeze.pruned(model, 0.8)
    kept = sum(int(mask.sum()) for mask in masks) / sum(mask.numel() for mask in masks)
    assert kept == pytest.approx(0.2, abs=0.01)


def test_the_distance_grows_with_what_is_wrong():
    digits = data.digits()
    frechet = quality.Frechet(digits)
    half, other = digits.images[:800], digits.images[800:]
    same = frechet.distance(half, other)
    assert same < 0.2 * frechet.distance(half, other + 0.6 * torch.randn(other.shape))


def test_few_labels_hold_every_class():
    labels = data.digits().labels.numpy()
    chosen = readers.few(labels, 12, dice(0))
    assert len(set(chosen)) == 12
    assert set(labels[chosen]) == set(range(10))
