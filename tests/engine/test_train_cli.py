"""`safelight train`: what people type, and what they are told."""

import json

import pytest

from engine import cli
from engine.training import runs
from tests.engine.lessons import photos

QUICK = ["--batch", "2", "--edge", "32", "--device", "cpu", "--precision", "float32"]


@pytest.fixture
def folder(tmp_path):
    return photos(tmp_path / "photos", count=4)


def train(*words):
    return cli.main(["train", *map(str, words)])


def denoise(folder, *more):
    return train("denoise", "--data", folder, *QUICK, "--base", "tiny-denoise", "-o", "mine", *more)


def test_a_run_is_trained_resumed_and_listed(tiny, folder, home, capsys):
    assert denoise(folder, "--steps", 4) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(home / "models" / "mine.safetensors")
    assert "4 steps in " in err
    assert "psnr" in err
    assert train("denoise", "-o", "mine", "--resume", "--steps", 6, "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1]["event"] == "Trained"
    assert events[-1]["step"] == 6
    assert {"Curve", "Preview"} < {event["event"] for event in events}
    assert train("--list") == 0
    listed = capsys.readouterr().out
    assert "upscale-perceptual" in listed
    assert "tiny-denoise" in listed
    assert "6 steps in" in listed


def test_wrong_use_is_said_in_one_line(tiny, folder, capsys):
    assert train("denoise", "-o", "mine") == 2
    assert train("denoise", "--data", folder, *QUICK) == 2
    assert train("denoise", "--data", folder / "none", "-o", "mine") == 2
    assert train("no.toml") == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(".")[0] for line in lines] == [
        "Error: No folder of pictures was given",
        "Error: The new model has no name",
        f"Error: There is no {folder / 'none'}",
        "Error: There is no recipe no",
    ]
    assert train() == 2
    assert "LEARNER|RECIPE.toml" in capsys.readouterr().out


def test_a_recipe_is_trained_with_what_the_shell_changes(tiny, folder, tmp_path, capsys):
    recipe = tmp_path / "small.toml"
    recipe.write_text(
        'learner = "denoise"\nname = "small"\ndata = ["photos"]\nsteps = 50\nbatch = 2\n'
        'edge = 32\ndevice = "cpu"\nprecision = "float32"\nbase = "tiny-denoise"\n'
    )
    assert train(recipe, "--steps", 2) == 0  # its folder lies beside it
    assert runs.stored("small").steps == 2
    assert train(recipe, "--data", tmp_path, "-o", "other", "--steps", 1) == 0
    assert runs.stored("other").data == (folder,)


def test_every_setting_has_an_option(capsys):
    assert train("upscale-perceptual", "--help") == 0
    shown = capsys.readouterr().out
    for option in ("--data DIR", "-o, --name NAME", "--perceptual squeezenet|vgg19", "--resume"):
        assert option in shown
