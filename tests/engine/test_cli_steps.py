"""`safelight apply` and `safelight restore` on real files with tiny networks, as people say it."""

import json

import numpy as np
import pytest

from engine import cli, cli_steps, image, steps
from engine.specs import ColourStep, FillStep, FinishStep, ResizeStep, ScratchesStep
from tests.engine.restoring import install, photo, saved, spot

WRONG_USE, SOME_FAILED = 2, 1


@pytest.fixture
def models(tiny):
    install(tiny)
    return tiny


@pytest.fixture
def recipe(tmp_path):
    """A recipe: brighter, then at most 64 px."""
    file = tmp_path / "recipe.toml"
    steps.write(file, (FinishStep(brightness=20), ResizeStep(longest=64)))
    return file


@pytest.fixture
def photos(tmp_path):
    """Two pictures, one in a subfolder, and a file that is none."""
    saved(tmp_path / "in" / "a.png", photo())
    saved(tmp_path / "in" / "sub" / "b.jpg", photo())
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    return tmp_path / "in"


def run(*words):
    return cli.main([str(word) for word in words])


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


# apply


def test_a_recipe_goes_over_a_folder_and_mirrors_it(models, recipe, photos, tmp_path, capsys):
    before = {path: path.read_bytes() for path in photos.rglob("*.*")}
    assert run("apply", recipe, photos, "-o", tmp_path / "out") == 0
    assert files(tmp_path / "out") == ["a_finished.png", "sub/b_finished.jpg"]
    assert image.size(tmp_path / "out" / "a_finished.png") == (64, 48)
    assert {path: path.read_bytes() for path in photos.rglob("*.*")} == before
    assert run("apply", recipe, photos, "-o", tmp_path / "out") == 0
    assert "2 skipped" in capsys.readouterr().err


def test_a_picture_serves_as_the_recipe_it_was_made_with(models, recipe, photos, tmp_path):
    assert run("apply", recipe, photos / "a.png", "-o", tmp_path / "one.png") == 0
    assert run("apply", tmp_path / "one.png", photos / "sub", "-o", tmp_path / "out") == 0
    assert image.size(tmp_path / "out" / "b_finished.jpg") == (64, 48)


def test_a_recipe_that_comes_with_it_is_called_by_name(models, photos, tmp_path, capsys):
    assert {"for-the-web", "old-black-and-white-print"} <= set(cli_steps.shipped())
    assert all(steps.read(path) for path in cli_steps.shipped().values())
    assert run("apply", "for-the-web", photos / "a.png", "-o", tmp_path / "out") == 0
    assert image.size(tmp_path / "out" / "a_finished.png") == (128, 96)  # it enlarges nothing
    assert run("apply", "for-the-moon", photos / "a.png", "-o", tmp_path / "out") == WRONG_USE
    assert "There is no file for-the-moon" in capsys.readouterr().err


def test_every_option_of_apply_is_heard(models, recipe, photos, tmp_path):
    out = tmp_path / "out"
    words = "--format tiff --name {name}-{op}!  --no-recursive --no-note-settings --device cpu"
    assert run("apply", recipe, photos, "-o", out, *words.split()) == 0
    assert files(out) == ["a-finished!.tiff"]
    assert image.packet(out / "a-finished!.tiff") is None
    again = ("apply", recipe, photos / "a.png", "-o", out, "--name", "{name}-{op}!", "--format")
    assert run(*again, "tiff", "--on-conflict", "rename") == 0
    assert len(files(out)) == 2
    for quality in ("5", "95"):
        words = ("jpg", "--quality", quality, "--on-conflict", "overwrite", "--no-keep-metadata")
        assert run(*again, *words) == 0
        sizes = (out / "a-finished!.jpg").stat().st_size
        assert sizes < 1500 if quality == "5" else sizes > 1500
    assert run(*again, "png", "--limit-megapixels", "1") == 0


def test_events_may_be_read_by_a_machine(models, recipe, photos, tmp_path, capsys):
    assert run("apply", recipe, photos / "a.png", "-o", tmp_path / "out", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"started", "finished"} <= {str(next(iter(line.values()))).lower() for line in lines}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[step]]\ndo = "polish"', "Step 1 is unknown: polish"),
        ('[[step]]\ndo = "denoise"\nmodel = "nobody"', "no model called nobody"),
        ('[[step]]\ndo = "denoise"\nmodel = "tiny-old"', "not for denoise"),
        ('[[step]]\ndo = "rotate"\n[[step]]\ndo = "fill"\nmask = "m.png"', "cannot follow step 1"),
        ('[[step]]\ndo = "transfer"', "No model for it"),
        ('[[step]]\ndo = "style"', "(style)"),
        ('[[step]]\ndo = "fill"', "has no mask"),
        ('[[step]]\ndo = "fill"\nmask = "none.png"', "There is no file"),
        ('[[step]]\ndo = "resize"\nlongest = 40.5', "longest cannot be 40.5"),
        ('[[step]]\ndo = "finish"\ngamma = nan', "gamma cannot be nan"),
        ('[[step]]\ndo = "finish"\ngamma = 99', "Gamma: 99"),
        ('[[step]]\ndo = "finish"\non = "yes"', "on cannot be yes"),
        ('[[step]]\ndo = "colour"\nhints = [{ x = 1 }]', "hints cannot be"),
        ('[[step]]\ndo = "colour"\nhints = [{ x = 1, y = 2, colour = "red" }]', "red is no colour"),
        ('[[step]]\ndo = "fill"\npng = "*"', "png cannot be"),
        ("[step]\ndo = 1", "There are no steps"),
        ("[[step", "no list of steps"),
    ],
)
def test_a_bad_recipe_is_told_in_a_line_before_anything_runs(
    models, photos, tmp_path, capsys, text, words
):
    saved(tmp_path / "m.png", spot())
    (tmp_path / "s.toml").write_text(text)
    assert run("apply", tmp_path / "s.toml", photos, "-o", tmp_path / "out") == WRONG_USE
    said = capsys.readouterr().err
    assert words in said.replace("\n", " ")
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_what_is_no_recipe_is_told_in_a_line(models, photos, tmp_path, capsys):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\0")
    for what, words in (
        (tmp_path / "none.toml", "There is no file"),
        (tmp_path / "binary.toml", "it is no text"),
        (tmp_path, "cannot be read"),
        (photos / "a.png", "does not say how it was made"),
        (tmp_path / "none.png", "There is no such file"),
    ):
        assert run("apply", what, photos, "-o", tmp_path / "out") == WRONG_USE
        assert words in capsys.readouterr().err.replace("\n", " ")


def test_a_damaged_picture_does_not_stop_the_others(models, recipe, photos, tmp_path, capsys):
    (photos / "broken.png").write_bytes((photos / "a.png").read_bytes()[:200])
    assert run("apply", recipe, photos, "-o", tmp_path / "out") == SOME_FAILED
    assert len(files(tmp_path / "out")) == 2
    assert "broken.png" in capsys.readouterr().err


def test_files_lie_beside_the_recipe_and_move_with_it(models, photos, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    mask = saved(here / "m.png", spot())
    steps.write(here / "s.toml", (FillStep(mask=mask),))
    assert 'mask = "m.png"' in (here / "s.toml").read_text()
    here.rename(there)
    assert run("apply", there / "s.toml", photos / "a.png", "-o", tmp_path / "out") == 0


# restore


def test_restore_does_what_is_asked_in_its_order(models, tmp_path, capsys):
    torn = photo(grey=True) * np.float32(0.8)
    torn[:, 10:80, 60:62] = 1
    source = saved(tmp_path / "a.png", torn)
    mask = saved(tmp_path / "m.png", spot())
    words = "--scratches auto --old-photo --colour --strength 80 --sensitivity 60 --saturation 150"
    assert run("restore", source, "-o", tmp_path / "out", "--mask", mask, *words.split()) == 0
    result = tmp_path / "out" / "a_restored.png"
    assert not image.read(result).grey
    noted = steps.unpacked(_said(result))
    assert [step.do for step in noted] == ["fill", "scratches", "old-photo", "colour"]
    assert noted[1] == ScratchesStep(sensitivity=60, strength=80)
    assert noted[3] == ColourStep(saturation=150)


def _said(path):
    from engine import xmp

    return xmp.steps(image.packet(path))


@pytest.mark.parametrize(
    ("plane", "words"),
    [
        (spot(90, 128), "128 x 90 px"),
        (np.zeros((1, 96, 128), np.float32), "is empty"),
        (np.ones((1, 96, 128), np.float32), "covers the whole picture"),
    ],
)
def test_a_mask_that_cannot_be_fails_its_picture_in_a_line(models, tmp_path, capsys, plane, words):
    source, mask = saved(tmp_path / "a.png", photo()), saved(tmp_path / "m.png", plane)
    assert run("restore", source, "-o", tmp_path / "out", "--mask", mask) == SOME_FAILED
    assert words in capsys.readouterr().err.replace("\n", " ")
    assert files(tmp_path / "out") == []


def test_masks_for_some_of_a_folder_do_those_and_name_the_others(models, tmp_path, capsys):
    for name in ("a", "b"):
        saved(tmp_path / "in" / f"{name}.png", photo())
    saved(tmp_path / "masks" / "a.png", spot())
    words = ("restore", tmp_path / "in", "-o", tmp_path / "out", "--mask", tmp_path / "masks")
    assert run(*words) == SOME_FAILED
    assert files(tmp_path / "out") == ["a_restored.png"]
    assert "no mask called b" in capsys.readouterr().err.replace("\n", " ")


def test_a_colour_picture_keeps_its_colours_and_says_so(models, tmp_path, capsys):
    from skimage import data

    pixels = data.coffee()[100:196, 200:328].transpose(2, 0, 1) / np.float32(255)
    source = saved(tmp_path / "a.png", pixels)
    assert run("restore", source, "-o", tmp_path / "out", "--colour") == 0
    assert "its own colours" in capsys.readouterr().err.replace("\n", " ")
    assert np.array_equal(image.read(tmp_path / "out" / "a_restored.png").pixels, pixels)
    assert run("restore", source, "-o", tmp_path / "new", "--colour", "--recolour") == 0
    assert not np.array_equal(image.read(tmp_path / "new" / "a_restored.png").pixels, pixels)


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_sixteen_bits_and_transparency_go_through_a_chain(models, tmp_path, ending):
    pixels = (photo() + np.float32(1 / 1000)).clip(0, 1)
    alpha = np.linspace(0, 1, 96 * 128, dtype=np.float32).reshape(1, 96, 128)
    source = saved(tmp_path / f"a.{ending}", pixels, alpha=alpha, depth=16)
    mask = saved(tmp_path / "m.png", spot())
    steps.write(tmp_path / "s.toml", (FillStep(mask=mask), FinishStep(gamma=1.5)))
    assert run("apply", tmp_path / "s.toml", source, "-o", tmp_path / "out") == 0
    result, before = image.read(tmp_path / "out" / f"a_finished.{ending}"), image.read(source)
    assert result.depth == 16
    assert np.array_equal(result.alpha, before.alpha)
    outside = spot()[0] == 0
    wanted = before.pixels[:, outside].astype(np.float64) ** (1 / 1.5)
    assert np.abs(result.pixels[:, outside] - wanted).max() < 1.01 / 65535


def test_restore_says_what_is_missing(models, tmp_path, capsys):
    source = saved(tmp_path / "a.png", photo())
    (models.folder / "tiny-colour.safetensors").unlink()
    for words, said in (
        ((), "Nothing was asked for"),
        (("--colour",), "No model for it is installed"),
        (("--scratches", "some"), "not one of off, auto"),
        (("--strength", "200", "--old-photo"), "200.0 is not between"),
        (("--old-photo", "--old-photo-model", "tiny-denoise"), "not for old-photo"),
        (("--mask", tmp_path / "none.png"), "There is no file"),
    ):
        assert run("restore", source, "-o", tmp_path / "out", *words) == WRONG_USE
        assert said in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "out").exists()
