"""Start the window: theme, log, a plain word when something breaks."""

import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from engine import places
from gui import paint
from gui.jobs import EngineThread, Runs
from gui.prefs import Prefs
from gui.signals import Signals
from gui.theme import Theme, interface_font
from gui.window import Window

log = logging.getLogger(__name__)
LOG_BYTES = 1_000_000


def run(paths: Sequence[Path] = ()) -> int:
    """Show the window until it is closed; the exit code."""
    log_path = start_log()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Safelight")
    app.setApplicationVersion(places.VERSION)
    app.setDesktopFileName("safelight")
    app.setStyle("Fusion")
    app.setFont(interface_font())
    app.setWindowIcon(_icon())
    prefs, theme = Prefs(), Theme()
    theme.use(str(prefs.read("theme", "system")))
    engine = EngineThread(_studio, dress=paint.dress)
    window = Window(engine, prefs, theme)
    sys.excepthook = lambda *what: _broken(window, log_path, *what)
    signals = Signals(window)
    window.show()
    QTimer.singleShot(0, lambda: log.info("window shown"))
    window.open_paths(list(paths))
    code = app.exec()
    signals.release()
    if engine.alive:
        engine.close()
    sys.excepthook = sys.__excepthook__
    return int(code)


def _studio() -> Runs:
    """Made in the engine's thread, so that the window need not wait for its imports."""
    from engine.studio import Studio

    return Studio()


def start_log() -> Path:
    """Write a log into the person's data folder; a windowed program may have no other output."""
    folder = places.data() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "safelight.log"
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    if sys.stdout is None or sys.stderr is None:  # no console: libraries may still print
        sink = (folder / "output.log").open("w", encoding="utf-8", buffering=1)
        sys.stdout = sys.stdout or sink
        sys.stderr = sys.stderr or sink
    return path


def _icon() -> QIcon:
    assets = places.shipped("assets")
    icon = QIcon()
    for name in ("icon.svg", "icon.png", "icon-64.png", "icon-256.png"):
        if (assets / name).is_file():
            icon.addFile(str(assets / name))
    return icon


def _broken(
    window: Window,
    log_path: Path,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """Nothing is hidden, nothing is lost: log it, say so, go on."""
    log.error("unexpected", exc_info=(kind, error, trace))
    if issubclass(kind, KeyboardInterrupt):
        window.close()
        return
    window.notices.say(
        f"Something went wrong inside Safelight ({kind.__name__}). It goes on; "
        f"if it behaves oddly, start it again. The log is in {log_path}.",
        kind="bad",
    )
