"""The Restore tab over the real engine: painted, saved, and brought back by what was saved."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from engine import image
from engine.specs import ColourStep, CropStep, FillStep, FinishStep, Hint
from engine.studio import Studio
from gui import paint, tabs
from gui.jobs import EngineThread
from gui.notices import Notices
from gui.prefs import Prefs
from gui.tabs.restore import RestoreTab
from gui.theme import Theme
from tests.engine.restoring import install, photo, saved
from tests.gui.restore_tabs import drag

LONG_MS = 60_000  # networks are loaded meanwhile
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def tab(qtbot, tiny):
    install(tiny)
    engine = EngineThread(Studio, dress=paint.dress)
    window = QWidget()
    qtbot.addWidget(window)
    made = RestoreTab(tabs.Desk(engine, Prefs(), Notices(window), Theme()))
    qtbot.addWidget(made, before_close_func=lambda _: engine.close())
    made.resize(1100, 700)
    made.show()
    return made


def opened(qtbot, tab, path):
    tab.open_paths([path])
    qtbot.waitUntil(
        lambda: tab.stage.path == path and not tab.stage.size.isEmpty(), timeout=LONG_MS
    )


def done(qtbot, tab, folder):
    """Start, and the file that came of it."""
    with qtbot.waitSignal(tab.running.ended, timeout=LONG_MS):
        tab.start()
    (made,) = folder.glob("*_finished.*")
    return made


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_what_was_painted_is_filled_and_comes_back_with_the_result(qtbot, tab, tmp_path, ending):
    source = saved(tmp_path / f"a.{ending}", photo())
    tab.steps.set_steps((FillStep(), FinishStep(contrast=20)), 0)
    opened(qtbot, tab, source)
    drag(tab, (40, 40), (60, 42), (80, 40))
    qtbot.waitUntil(lambda: bool(tab.steps.steps()[0].png))
    chain = tab.steps.steps()
    made = done(qtbot, tab, tmp_path)
    first = image.read(made).pixels
    assert np.abs(first - image.read(source).pixels).max() > 0.05

    tab.steps.set_steps(())
    opened(qtbot, tab, made)
    qtbot.waitUntil(lambda: not tab.steps.offered.isHidden(), timeout=LONG_MS)
    tab.steps.use.click()
    assert tab.steps.steps() == chain

    made.unlink()
    opened(qtbot, tab, source)
    qtbot.waitUntil(lambda: tab.steps.steps() == chain)  # what was painted goes along
    assert np.array_equal(image.read(done(qtbot, tab, tmp_path)).pixels, first)

    other = saved(tmp_path / "other" / f"b.{ending}", photo(60, 60))
    opened(qtbot, tab, other)
    assert tab.steps.steps() == (FillStep(), FinishStep(contrast=20))


def test_a_recipe_does_in_the_shell_what_it_did_here(qtbot, tab, tmp_path):
    from engine import cli

    grey = photo(grey=True)
    source = saved(tmp_path / "a.png", grey)
    chain = (ColourStep(hints=(Hint(40, 40, "#c03020"),)), CropStep(left=10, width=50))
    tab.steps.set_steps((chain[0], chain[1], FinishStep(gamma=1.3)), 2)
    opened(qtbot, tab, source)
    recipe = tmp_path / "mine.toml"
    tab.steps.recipes.save(recipe, tab.steps.steps())
    qtbot.waitUntil(recipe.is_file, timeout=LONG_MS)
    here = image.read(done(qtbot, tab, tmp_path)).pixels
    there = tmp_path / "there.png"
    assert cli.main(["apply", str(recipe), str(source), "-o", str(there)]) == 0
    assert np.array_equal(image.read(there).pixels, here)
    assert here.shape == (3, 96, 64)
