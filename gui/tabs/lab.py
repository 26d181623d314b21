"""Train the small models of the textbooks, and watch them learn."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from engine.errors import UserError
from engine.specs_lab import EXPERIMENTS, Lab, PictureLab
from engine.specs_lab_live import LabResult
from gui.editors import ModelPicker
from gui.notices import Action, words_of
from gui.tabs import Desk, Tab
from gui.tabs.intake import Intake
from gui.tabs.lab_editors import LabData
from gui.tabs.lab_files import LabFiles
from gui.tabs.lab_gallery import ENOUGH, EXAMPLES, HOME, Choices, Gallery
from gui.tabs.lab_page import LabPage, pages
from gui.tabs.lab_panel import LabPanel, Settings
from gui.tabs.lab_report import ReportPage
from gui.tabs.lab_session import LabSession
from gui.tabs.lab_settings import LabForm
from gui.tabs.lab_words import term
from gui.tabs.lab_worked import WorkedPage

KINDS = {each.experiment: each for each in EXPERIMENTS}
UNKEPT = ("keep",)  # not remembered from one start to the next
STATES = "Experiments of the lab (*.json)"


class LabTab(QWidget):
    """The list on the left, the experiment's page in the middle, its settings on the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.place = HOME
        self.pages: dict[str, LabPage] = {}
        self.wrong: dict[str, str] = {}  # what stood in the way of each
        self.session = LabSession(self, desk.engine)
        self.settings = Settings()
        self.panel = LabPanel(self.settings)
        self.choices, self.gallery, self.worked = Choices(), Gallery(), WorkedPage(desk)
        self.intake = Intake(self, desk.prefs)
        self.files = LabFiles(self, desk.engine)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.gallery)
        self.middle.addWidget(self.worked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.choices)
        row.addWidget(self.middle, 1)
        row.addWidget(self.panel)
        self._connect()
        self._recolour()
        self._restore()

    # -- what the frame asks --------------------------------------------------------------------

    def start(self) -> None:
        """Run the experiment that is shown."""
        if self.place in KINDS:
            self.run(self.page().job(self.spec()))
        elif self.place == HOME:
            self.go_to(str(self.desk.prefs.read("lab/experiment", "")) or next(iter(KINDS)))

    def stop(self) -> bool:
        """Esc."""
        own = self.place in KINDS and self.page().stop()
        return own or (self.session.running == self.place and self.session.stop())

    def open_paths(self, paths: list[Path]) -> None:
        """A saved experiment, pictures to learn from, or something for the page itself."""
        if not paths:
            return
        if paths[0].suffix.lower() == ".json":
            self.open_state(paths[0])
        elif self.place not in KINDS or not self.page().take(paths):
            self._learn_from(paths[0])

    def save(self) -> None:
        """Remember the experiment and the settings of all."""
        prefs = self.desk.prefs
        prefs.write("lab/place", self.place)
        for experiment, form in self.settings.forms.items():
            values = {name: v for name, v in form.values().items() if name not in UNKEPT}
            prefs.write(f"lab/{experiment}/settings", values)

    def go_to(self, place: str) -> None:
        """Show an experiment, all of them, or the examples."""
        self.place = place
        self.choices.mark(place)
        self.panel.setVisible(place in KINDS)
        self.choices.setVisible(place != HOME)
        if place == HOME:
            self.middle.setCurrentWidget(self.gallery)
        elif place == EXAMPLES:
            self.worked.choose()
            self.middle.setCurrentWidget(self.worked)
        else:
            self.desk.prefs.write("lab/experiment", place)
            self.middle.setCurrentWidget(self.page())
            self.settings.choose(KINDS[place])
            self.panel.show_kind(KINDS[place])
            self._changed()

    def page(self, experiment: str = "") -> LabPage:
        """The page of an experiment, made when it is first seen."""
        name = experiment or self.place
        if name not in self.pages:
            kind = KINDS[name]
            page = self.pages[name] = pages().get(name, ReportPage)(self.desk, kind)
            self.middle.addWidget(page)
            page.ask.connect(partial(self.run, name=name))
            page.start.connect(self.start)
            page.folder.connect(self.intake.ask_folder)
            page.halt.connect(self.session.stop)
            page.wish.connect(self.show_spec)
            page.touched.connect(self._changed)
            page.recolour()
            page.set_spec(self.spec(name))
        return self.pages[name]

    def form(self, experiment: str) -> LabForm:
        """The form of an experiment; what was remembered is in it."""
        fresh = experiment not in self.settings.forms
        form = self.settings.form(KINDS[experiment])
        if fresh:
            form.set_values(self.desk.prefs.read(f"lab/{experiment}/settings", {}))
            data = form.editors.get("data")
            if isinstance(data, LabData):
                data.ask_folder.connect(self.intake.ask_folder)
        return form

    def spec(self, experiment: str = "") -> Lab:
        """The settings as they stand, with those that the page asks for."""
        name = experiment or self.place
        own = self.pages[name].own() if name in self.pages else {}
        return self.form(name).spec(**own)

    def showEvent(self, event: QShowEvent) -> None:
        """Data may have been fetched since."""
        super().showEvent(event)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With little room the list is of icons alone."""
        super().resizeEvent(event)
        self.choices.set_wide(wide=self.width() - self.panel.width() >= ENOUGH)

    # -- building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.desk.theme.changed.connect(self._recolour)
        self.desk.engine.ended.connect(lambda _: self._tell())
        self.choices.chosen.connect(self.go_to)
        self.gallery.chosen.connect(self.go_to)
        self.settings.changed.connect(self._changed)
        self.session.heard.connect(lambda name, event: self.page(name).hear(event))
        self.session.ended.connect(self._ended)
        self.intake.opened.connect(self.open_paths)
        self.intake.over.connect(self._over)
        self.panel.start.connect(self.start)
        self.panel.stop.connect(self.session.stop)
        self.panel.save_state.connect(self.save_state)
        self.panel.save_result.connect(self.save_result)
        self.panel.open_state.connect(self._ask_state)
        self.files.saved.connect(self._saved)
        self.files.failed.connect(lambda why: self._complain(self.place, words_of(why)))
        keys = {
            "Ctrl+S": self.save_state,
            "Ctrl+O": self._ask_state,
            "Ctrl+Shift+O": self.intake.ask_folder,
        }
        for text, do in keys.items():
            key = QShortcut(QKeySequence(text), self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(do)

    def _restore(self) -> None:
        place = str(self.desk.prefs.read("lab/place", HOME))
        self.go_to(place if place in KINDS or place == EXAMPLES else HOME)

    def _recolour(self) -> None:
        theme = self.desk.theme
        self.choices.recolour(theme)
        self.gallery.set_ink(theme.tokens.text)
        self.worked.recolour()
        for page in self.pages.values():
            page.recolour()

    # -- settings -------------------------------------------------------------------------------

    def show_spec(self, spec: Lab) -> None:
        """Put a whole spec into the form and the page, and go there."""
        name = spec.experiment
        self.form(name).set_spec(spec)
        self.page(name).set_spec(spec)
        self.go_to(name)

    def _learn_from(self, path: Path) -> None:
        """A folder, an .npz file, or the folder that a picture lies in."""
        if self.place not in KINDS or not issubclass(KINDS[self.place], PictureLab):
            last = str(self.desk.prefs.read("lab/experiment", ""))
            fits = last in KINDS and issubclass(KINDS[last], PictureLab)
            self.go_to(last if fits else next(iter(KINDS)))
        data = self.form(self.place).editors["data"]
        assert isinstance(data, LabData)
        data.take(path if path.is_dir() or path.suffix.lower() == ".npz" else path.parent)

    def _over(self, over: bool) -> None:
        """Something is held over the tab and could be dropped."""
        page = self.pages.get(self.place)
        if isinstance(page, ReportPage):
            page.invite.set_over(over)

    def _changed(self) -> None:
        if self.place not in KINDS:
            return
        self.wrong.pop(self.place, None)
        spec = self.spec()
        self.page().set_spec(spec)
        self.settings.about.tell(spec)
        self._tell()

    def _tell(self) -> None:
        """How things stand where one starts."""
        if self.place not in KINDS:
            return
        running = self.session.running
        here = running == self.place
        self.panel.act(runs=here, found=self.files.result(self.place) is not None)
        self.panel.complain(self.wrong.get(self.place, ""))
        words = ""
        if here and self.session.waits:
            words = "Waits until the job at the bottom has ended."
        elif running and not here:
            words = f"{term(running).english} is at work; it is stopped if you start this."
        self.panel.tell(words)

    # -- the job --------------------------------------------------------------------------------

    def run(self, spec: Any, name: str = "") -> None:
        """Begin, on the page that is shown or the one named; what is under way gives way."""
        name = name or self.place
        self.save()
        self.wrong.pop(name, None)
        self.session.run(name, spec)
        self.files.began(name, self.spec(name))
        self.page(name).begun(spec)
        self._tell()

    def _ended(self, name: str, outcome: Any) -> None:
        page = self.page(name)
        match outcome:
            case LabResult():
                self.files.found(name, outcome)
                page.done(outcome)
                self._tell_found(name, outcome)
            case BaseException():
                words = words_of(outcome)
                self._complain(name, words)
                page.failed(words)
            case _:
                page.stopped()
        if not isinstance(outcome, LabResult):
            self.files.ended(name, page)
        self.form(name).refresh()
        self._tell()

    def _tell_found(self, name: str, result: LabResult) -> None:
        if result.model is not None:
            for picker in self.window().findChildren(ModelPicker):
                picker.refresh()  # every list of models knows it at once
            self.form(name).set_values({"keep": ""})  # the name is taken now
            self.desk.notices.say(f"Kept as {result.model.stem} among your models.", kind="good")
        elif not self._sees(name):
            self.desk.notices.say(f"{term(name).english}: {result.words}", kind="good")

    def _complain(self, name: str, words: str) -> None:
        self.wrong[name] = words
        if not self._sees(name):
            self.desk.notices.say(words, kind="bad")
        self._tell()

    def _sees(self, name: str) -> bool:
        """Whether one looks at that experiment."""
        return self.isVisible() and name == self.place

    # -- files ----------------------------------------------------------------------------------

    def save_state(self, path: Path | None = None) -> None:
        """Settings and what is to be seen, as one JSON; a dialog where there is no path."""
        if self.place not in KINDS:
            return
        if path is None:
            name, _ = QFileDialog.getSaveFileName(
                self, "Save the experiment", f"{self.place}.json", STATES
            )
            path = Path(name) if name else None
        if path is None:
            return
        try:
            self.page().save_state(path, self.files.spec(self.place) or self.spec())
        except OSError as why:
            self._complain(self.place, f"{path.name} could not be written: {why.strerror}.")
            return
        self.desk.notices.say(f"Saved as {path.name}.", kind="good")

    def open_state(self, path: Path) -> None:
        """Settings, and what was to be seen, out of one JSON."""
        try:
            spec, kept = self.files.read(path)
        except UserError as why:
            self.desk.notices.complain(why)
            return
        if self.session.running == spec.experiment:
            self.session.stop()  # what is opened takes the place of what runs
        self.show_spec(spec)
        page = self.page()
        page.open_state(path, kept)
        self.files.opened(self.place, spec, page)
        self._tell()

    def save_result(self, folder: Path | None = None) -> None:
        """Pictures and figures into a folder, as the shell writes them."""
        if folder is None:
            name = QFileDialog.getExistingDirectory(self, "Save pictures and figures")
            folder = Path(name) if name else None
        if folder is not None:
            self.files.save(self.place, folder)

    def _ask_state(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open an experiment", "", STATES)
        if name:
            self.open_state(Path(name))

    def _saved(self, folder: Path, count: int) -> None:
        show = Action("Open folder", lambda: self.files.show(folder))
        self.desk.notices.say(f"{count} files are in {folder.name}.", show, kind="good")


TAB = Tab("Lab", "learning", 2, "lab", "Train small models and watch them learn", LabTab)
