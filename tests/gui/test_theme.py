from pathlib import Path
from typing import Any

import pytest

from engine import places
from gui import theme
from gui.icons import icon
from gui.theme import DARK, LIGHT, Theme, Tokens, contrast

TEXT_ON = [
    ("text", "panel"),
    ("text", "raised"),
    ("text", "hover"),
    ("text", "film"),
    ("text", "line"),
    ("text", "canvas"),
    ("quiet", "panel"),
    ("quiet", "raised"),
    ("quiet", "film"),
    ("quiet", "canvas"),
    ("accent", "panel"),
    ("accent", "film"),
    ("onfill", "fill"),
    ("onfill", "fillhover"),
    ("good", "film"),
    ("good", "panel"),
]


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_can_be_read(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_every_token_of_the_style_sheet_is_filled_in(tokens: Tokens) -> None:
    sheet = theme.style_sheet(tokens)
    assert "@" not in sheet
    for part in sheet.split("url(")[1:]:
        assert Path(part.split(")")[0]).is_file()


def test_switching_tells_and_an_unknown_name_is_the_system_s(qapp: Any, qtbot: Any) -> None:
    made = Theme()
    with qtbot.waitSignal(made.changed):
        made.use("light")
    assert made.tokens == LIGHT
    made.use("pink")
    assert made.name == "system"


def test_every_icon_can_be_drawn_in_any_colour(qapp: Any) -> None:
    names = sorted(path.stem for path in (places.shipped("assets") / "icons").glob("*.svg"))
    assert names
    for name in names:
        image = icon(name, "#ff0000").pixmap(24, 24).toImage()
        drawn = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
        assert any(colour.alpha() > 0 for colour in drawn), name
