"""The frame: rail, tabs, job strip. It knows no task."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.job import Started, Step
from engine.specs import Doctor, Recognised
from gui import tabs
from gui.editors import ModelPicker
from gui.importing import Importing
from gui.jobs import BACKGROUND, EngineThread, Ticket
from gui.notices import Action, Notices
from gui.prefs import Prefs
from gui.rail import Rail
from gui.settings import SettingsMenu
from gui.tabs.generator_picker import GeneratorPicker
from gui.tabs.intake import split
from gui.theme import Theme
from gui.widgets.job_strip import JobStrip

LEAST = (900, 560)  # px
USUAL = (1280, 820)
WARM_UP_MS = 1500  # after this long without a wish the engine begins to load


class Window(QWidget):
    """The one window."""

    def __init__(self, engine: EngineThread, prefs: Prefs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Safelight")
        self.setMinimumSize(*LEAST)
        self.engine, self.prefs, self.theme = engine, prefs, theme
        self.notices = Notices(self)
        desk = tabs.Desk(engine, prefs, self.notices, theme, self.send)
        self._found = tabs.found()
        self.pages = [tab.make(desk) for tab in self._found]
        self.rail = Rail(self._found)
        self.strip = JobStrip()
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self.menu = SettingsMenu(self, prefs, theme)
        self.importing = Importing(self, engine)
        self._lay_out()
        self._connect()
        self._shortcuts()
        self._recolour()
        self._restore()

    def open_paths(self, paths: list[Path]) -> None:
        """Open files in the tab one is at; model files are imported instead, if one wants."""
        models, others = split(paths)
        self.importing.offer(models)
        if others:
            self._page().open_paths(others)

    def send(self, name: str, paths: list[Path]) -> None:
        """Go to the tab of that name and open files there."""
        self.go_to([tab.name for tab in self._found].index(name))
        self.open_paths(paths)

    def warm_up(self) -> None:
        """Ask what the computer offers: it names the device, and loads what the first one needs."""
        ticket = Ticket(Doctor(), "doctor")
        ticket.finished.connect(self._doctored)
        self.engine.submit(ticket)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.rail)
        top.addWidget(self.stack, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top, 1)
        box.addWidget(self.strip)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go_to)
        self.rail.settings.clicked.connect(self._open_menu)
        self.menu.device_chosen.connect(self.rail.set_device)
        self.menu.import_model.connect(self.importing.ask)
        self.importing.imported.connect(self._imported)
        self.importing.others.connect(self.open_paths)
        self.theme.changed.connect(self._recolour)
        self.engine.submitted.connect(self._submitted)
        self.engine.began.connect(self._began)
        self.engine.ended.connect(self._ended)
        self.strip.pause.connect(self._pause)
        self.strip.stop.connect(self._stop)

    def _shortcuts(self) -> None:
        for number in range(len(self.pages)):
            key = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            key.activated.connect(lambda at=number: self.go_to(at))
        for text in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(text), self).activated.connect(lambda: self._page().start())
        QShortcut(QKeySequence("Escape"), self).activated.connect(self._escape)

    def go_to(self, number: int) -> None:
        """Show a tab."""
        self.stack.setCurrentIndex(number)
        self.rail.mark(number)
        self.prefs.write("window/tab", self._found[number].name)

    def _page(self) -> Any:
        return self.stack.currentWidget()

    def _open_menu(self) -> None:
        above = QPoint(0, -self.menu.sizeHint().height())
        self.menu.popup(self.rail.settings.mapToGlobal(above))

    def _recolour(self) -> None:
        self.rail.set_ink(self.theme.tokens.text)

    # -- imported models ------------------------------------------------------------------------

    def _imported(self, found: Recognised) -> None:
        """Every list of models knows it at once; say where it can be used."""
        place = -1
        for number, page in enumerate(self.pages):
            for picker in _pickers(page):
                picker.refresh()
                if place < 0 and picker.has(found.id):
                    place = number
        actions = [] if place < 0 else [Action("Use it", lambda: self._use(place, found.id))]
        where = "" if place < 0 else f" It is in {self._found[place].name}."
        self.notices.say(f"Imported as {found.id}.{where}", *actions, kind="good")

    def _use(self, place: int, model: str) -> None:
        page = self.pages[place]
        self.go_to(place)
        for picker in _pickers(page):
            picker.choose(model)

    # -- the job strip --------------------------------------------------------------------------

    def _submitted(self, ticket: Ticket) -> None:
        """Answer at once, even if the engine first ends something else."""
        if ticket is self.engine.background:
            self.strip.begin(ticket.label or "Working")

    def _began(self, ticket: Ticket) -> None:
        if ticket.lane != BACKGROUND:
            self.strip.wait_for(ticket.label)
            return
        ticket.happened.connect(self._heard)
        if ticket is self.engine.background:
            self.strip.begin(ticket.label or "Working")

    def _heard(self, event: Any) -> None:
        match event:
            case Step():
                self.strip.progress(event, self.engine.waiting)
            case Started(path):
                self.strip.working_on(path.name)
            case _:
                pass

    def _ended(self, ticket: Ticket) -> None:
        if ticket.lane != BACKGROUND:
            self.strip.answered()
        elif self.engine.background is None:
            self.strip.rest()

    def _pause(self, paused: bool) -> None:
        ticket = self.engine.background
        if ticket is not None and paused:
            ticket.pause()
        elif ticket is not None:
            ticket.resume()

    def _escape(self) -> None:
        """Stop what one looks at, else the job of the strip."""
        page = self._page()
        if not (isinstance(page, tabs.Stops) and page.stop()):
            self._stop()

    def _stop(self) -> None:
        if self.engine.background is not None:
            self.engine.background.stop()

    def _doctored(self, rows: list[tuple[str, str]]) -> None:
        graphics = next((value for name, value in rows if name.startswith("cuda:")), None)
        chosen = str(self.prefs.read("device", "auto"))
        if graphics and chosen != "cpu":
            self.rail.set_device(graphics.split(":")[0])

    # -- beginning and end ----------------------------------------------------------------------

    def _restore(self) -> None:
        self.resize(*USUAL)
        self.restoreGeometry(self.prefs.read_bytes("window/geometry"))
        names = [tab.name for tab in self._found]
        last = self.prefs.read("window/tab", "")
        self.go_to(names.index(last) if last in names else 0)
        self.rail.set_device(str(self.prefs.read("device", "auto")))
        QTimer.singleShot(WARM_UP_MS, self, self.warm_up)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember, stop whatever runs, wait for it, go."""
        self.hide()
        self.prefs.write_bytes("window/geometry", self.saveGeometry())
        for page in self.pages:
            page.save()  # type: ignore[attr-defined]
        self.prefs.save()
        self.engine.close()
        event.accept()


def _pickers(page: QWidget) -> list[ModelPicker | GeneratorPicker]:
    return [*page.findChildren(ModelPicker), *page.findChildren(GeneratorPicker)]
