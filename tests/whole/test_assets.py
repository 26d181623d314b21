"""What the project draws for itself: icon, first picture, and how desktops are told of both."""

import base64
import configparser
import io
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import catalogue
from engine.domains import domain_of
from engine.noise import estimate
from engine.tasks.sketch import drawn
from engine.training.learners.pix2pix import palette_of

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"


@pytest.mark.parametrize("edge", [64, 256, 512])
def test_the_icon_has_every_size_that_desktops_ask_for(edge):
    with Image.open(ASSETS / f"icon-{edge}.png") as icon:
        assert icon.size == (edge, edge)
        corner, middle = icon.getpixel((0, 0)), icon.getpixel((edge // 2, edge // 2))
    assert corner[3] == 0
    assert middle[3] == 255


def test_the_windows_icon_holds_small_and_large_drawings():
    with Image.open(ASSETS / "icon.ico") as icon:
        assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= icon.info["sizes"]


def test_the_first_picture_is_small_and_has_noise_worth_removing():
    path = ASSETS / "sample.jpg"
    assert path.stat().st_size < 900_000
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.float32).transpose(2, 0, 1) / 255
    assert pixels.shape == (3, 640, 960)
    assert estimate(pixels) == pytest.approx(20, abs=3)


@pytest.mark.parametrize(("name", "grey"), [("old", False), ("grey", True), ("sign", False)])
def test_the_pictures_to_restore_are_small_and_what_they_are_called(name, grey):
    path = ASSETS / f"sample-{name}.jpg"
    assert path.stat().st_size < 150_000
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.float32)
    assert pixels.shape == (640, 960, 3)
    assert (np.ptp(pixels, axis=2).max() <= 2) == grey


def test_the_painting_to_try_is_small_and_colourful():
    path = ASSETS / "painting.webp"
    assert path.stat().st_size < 250_000
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"), np.float32)
    assert pixels.shape == (720, 960, 3)
    assert (pixels.max(axis=2) - pixels.min(axis=2)).mean() > 60


def test_the_drawings_to_begin_with_are_lines_and_pure_labels():
    with Image.open(ASSETS / "drawings" / "face.png") as drawing:
        lines = np.asarray(drawing.convert("RGB"), np.float32).transpose(2, 0, 1) / 255
    assert lines.shape == (3, 256, 256)
    assert drawn(lines)
    with Image.open(ASSETS / "drawings" / "street.png") as drawing:
        labels = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in drawing.convert("RGB").getcolors()}
    recipe = tomllib.loads((ROOT / "recipes" / "map-to-street.toml").read_text(encoding="utf-8"))
    known = {colour for _, colour in palette_of(recipe["labels"])}
    assert len(labels) >= 8
    assert labels <= known


SHIPPED = catalogue.entries("transfer", folders=(ROOT / "weights",))


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda each: each.id)
def test_every_transfer_model_shows_what_it_does(entry):
    """packaging/make_pairs.py puts it there."""
    domain = domain_of(entry.card)
    with Image.open(io.BytesIO(base64.b64decode(domain.sample))) as pair:
        assert pair.width % 2 == 0
        assert min(pair.width // 2, pair.height) >= 128
        both = np.asarray(pair.convert("RGB"), np.float32)
    before, after = np.split(both, 2, axis=1)
    assert np.abs(before - after).mean() > 5  # levels


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda each: each.id)
def test_who_ships_with_a_partner_is_its_partners_partner(entry):
    domain = domain_of(entry.card)
    partners = {each.id: domain_of(each.card) for each in SHIPPED}
    if domain.partner:
        back = partners[domain.partner]
        assert back.partner == entry.id
        assert (back.source, back.target) == (domain.target, domain.source)
        assert {back.direction, domain.direction} == {"a2b", "b2a"}


def test_the_menu_entry_opens_pictures_with_the_icon_that_is_installed():
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(ROOT / "packaging" / "safelight.desktop", encoding="utf-8")
    facts = entry["Desktop Entry"]
    assert facts["Exec"] == "safelight %F"
    assert facts["Icon"] == "safelight"
    assert "inode/directory" not in facts["MimeType"]  # else it may become the file manager
    assert facts["StartupWMClass"] == "Safelight"
