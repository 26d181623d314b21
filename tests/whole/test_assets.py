"""What the project draws for itself: icon, first picture, and how desktops are told of both."""

import configparser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.noise import estimate

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


def test_the_menu_entry_opens_pictures_with_the_icon_that_is_installed():
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(ROOT / "packaging" / "safelight.desktop", encoding="utf-8")
    facts = entry["Desktop Entry"]
    assert facts["Exec"] == "safelight %F"
    assert facts["Icon"] == "safelight"
    assert "inode/directory" not in facts["MimeType"]  # else it may become the file manager
    assert facts["StartupWMClass"] == "Safelight"
