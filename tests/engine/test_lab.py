"""The lab from the shell: experiments at their smallest, and what bad input gets."""

import json

import cv2
import numpy as np
import pytest

from engine import cli
from engine.knobs import knobs_of
from engine.specs_lab import EXPERIMENTS, LabReconstruct
from engine.specs_lab_live import as_json, from_json


@pytest.fixture
def run(tmp_path, capsys):
    """`result, out = run("reconstruct", ...)`: what it wrote into a folder, and on stdout."""

    def run_experiment(name, *words):
        folder = tmp_path / "out"
        assert cli.main(["lab", "run", str(name), *map(str, words), "-o", str(folder)]) == 0
        out = capsys.readouterr().out
        written = {path.name for path in folder.iterdir()}
        assert all(str(folder / name) in out for name in written)
        for path in folder.glob("*.png"):
            assert cv2.imread(str(path)).std() > 0  # noqa: TID251
        return json.loads((folder / "result.json").read_text()), written

    return run_experiment


@pytest.fixture
def refused(capsys):
    """The line that a wrong command gets."""

    def line(*words):
        assert cli.main(["lab", "run", *map(str, words)]) == 2
        return capsys.readouterr().err.strip().splitlines()[-1]

    return line


def pictures(folder, *sizes):
    folder.mkdir(parents=True, exist_ok=True)
    for number, (width, height) in enumerate(sizes):
        noise = np.random.default_rng(number).integers(0, 255, (height, width, 3), np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), noise)  # noqa: TID251
    return folder


def test_experiments_and_models_are_listed_in_both_languages(capsys):
    assert cli.main(["lab", "list"]) == 0
    listed = capsys.readouterr().out
    names = "reconstruct map denoise features odd-one-out duel augment generate diffuse squeeze"
    assert [each.experiment for each in EXPERIMENTS] == names.split()
    assert all(name in listed for name in (*names.split(), "wgan-gp", "ddim", "变分自编码器"))


def test_every_control_has_one_line_of_explanation():
    for kind in EXPERIMENTS:
        for field, about in knobs_of(kind):
            assert about.label, field.name
            assert about.help.endswith("."), (kind, field.name)
            assert "\n" not in about.help


def test_reconstruct_writes_pictures_figures_and_settings(run):
    result, written = run("reconstruct", "--steps", 12, "--latent", 4)
    assert {"reconstructions.png", "losses.png", "compression.png", "settings.json"} < written
    assert result["figures"]["compression"] == 16
    assert [row[0] for row in result["tables"]["Compression"]["rows"]] == ["1", "2", "4", "8", "16"]


def test_a_settings_file_repeats_its_experiment(run, tmp_path):
    before, _ = run("reconstruct", "--steps", 4, "--no-sweep", "--model", "sparse", "--seed", 3)
    again, _ = run(tmp_path / "out" / "settings.json")
    other, _ = run(tmp_path / "out" / "settings.json", "--seed", 4)
    assert again["figures"] == before["figures"] != other["figures"]


def test_a_model_of_the_lab_lies_among_the_others(run, home, capsys, refused):
    run("reconstruct", "--steps", 3, "--no-sweep", "--keep", "mine")
    assert cli.main(["models", "info", "mine", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["task"], facts["architecture"]) == ("lab", "lab/convolutional")
    assert "already have" in refused("reconstruct", "--keep", "mine")


def test_a_spec_survives_its_json(tmp_path):
    spec = LabReconstruct(model="sparse", output=tmp_path, steps=7)
    assert from_json(as_json(spec))[0] == spec


def test_pictures_of_mixed_sizes_are_resized_and_that_is_said(tmp_path, capsys):
    folder = pictures(tmp_path / "mixed", *[(20, 10), (12, 30)] * 5)
    words = ("lab", "run", "reconstruct", "--data", str(folder), "--steps", "2", "--no-sweep")
    assert cli.main([*words]) == 0
    assert "of many sizes were resized to 32x32" in capsys.readouterr().err


def test_an_npz_is_read_as_it_is(run, tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (30, 9, 9), np.uint8)
    np.savez(tmp_path / "own.npz", images=images, labels=np.arange(30) % 3)
    result, _ = run("reconstruct", "--data", tmp_path / "own.npz", "--steps", 2, "--no-sweep")
    assert result["figures"]["compression"] == pytest.approx(81 / 16)


def test_bad_input_gets_a_clear_line(refused, tmp_path):
    one = pictures(tmp_path / "one", (16, 16))
    (tmp_path / "odd.npz").write_bytes(b"nothing")
    said = {
        refused("reconstruct", "--data", one): "There is only one picture",
        refused("reconstruct", "--data", tmp_path / "none"): "There is no folder",
        refused("reconstruct", "--data", tmp_path / "odd.npz"): "could not be read",
        refused("reconstruct", "--data", "mnist"): "MNIST is not on this computer",
        refused("reconstruct", "--latent", 0): "0 is not between 1 and 4096",
        refused("reconstruct", "--latent", 99, "--model", "undercomplete"): "no bottleneck",
        refused("reconstruct", "--rate", 1e6, "--model", "overcomplete"): "Choose a lower learn",
    }
    for line, words in said.items():
        assert words in line
