"""Teach a model with pictures of one's own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine import places
from engine.job import Curve, Note, Started, Step
from engine.specs import FolderReport, Run, ScanFolder, Train, Trained, TrainingSpeed
from gui.editors import ModelPicker
from gui.notices import words_of
from gui.paint import Shown
from gui.tabs import Desk, Tab
from gui.tabs.intake import Intake
from gui.tabs.train_bench import Bench
from gui.tabs.train_editors import Name
from gui.tabs.train_form import UNKEPT, suggested
from gui.tabs.train_panel import Settings, TrainPanel
from gui.tabs.train_session import TrainSession
from gui.tabs.train_words import action_words, ended_words, looking_words, ready_words, speed_words

SETTLED_MS = 1500  # without a change, until the speed is measured
BUDGET = ("minutes", "steps", "name", "sample_every", "patience", "checkpoint_minutes", "resume")
TEXTS = ("title", "description", "licence")


class TrainTab(QWidget):
    """Folders and settings on the right, the run in the middle, all runs below it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.data: tuple[Path, ...] = ()
        self.runs: dict[str, Run] = {}
        self.report: FolderReport | None = None
        self.speed: tuple[Train, TrainingSpeed] | None = None
        self._trying = False
        self._read: set[str] = set()  # learners whose settings are as remembered
        self._asked: Train | None = None  # what was measured last, or could not be
        self.settings = Settings()
        self.panel = TrainPanel(self.settings)
        self.bench = Bench()
        self.session = TrainSession(desk.engine)
        self.intake = Intake(self, desk.prefs)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.bench, 1)
        row.addWidget(self.panel)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._connect()
        self._restore()
        self._recolour()

    # -- what the frame asks --------------------------------------------------------------------

    def start(self) -> None:
        """Begin to train."""
        if self._may_start():
            self._train(self.spec())

    def open_paths(self, paths: list[Path]) -> None:
        """Learn from these folders; of a file, from its folder."""
        found = [path if path.is_dir() else path.parent for path in paths]
        self.data = tuple(dict.fromkeys(found))
        if self.session.training is None:
            self.bench.show_nothing()
        self._look()

    def save(self) -> None:
        """Remember learner, folders and settings."""
        prefs = self.desk.prefs
        prefs.write("train/learner", self.spec().learner)
        prefs.write("train/data", [str(path) for path in self.data])
        for learner, form in self.settings.forms.items():
            values = {name: v for name, v in form.values().items() if name not in UNKEPT}
            prefs.write(f"train/{learner}", values)

    def spec(self) -> Train:
        """The settings as they stand."""
        device = str(self.desk.prefs.read("device", "auto"))
        return self.settings.form.spec(data=self.data, device=device)

    def showEvent(self, event: QShowEvent) -> None:
        """Runs may have come or gone since."""
        super().showEvent(event)
        self.session.list_runs()
        if self.data and self.report is None:
            self._look()
        self._settled.start()

    # -- building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.desk.theme.changed.connect(self._recolour)
        self.desk.engine.ended.connect(lambda _: self._settled.start())
        self.intake.opened.connect(self._dropped)
        self.intake.over.connect(self.bench.invite.set_over)
        self.bench.invite.open_folder.connect(self.intake.ask_folder)
        self.bench.chosen.connect(self._choose)
        self.bench.resume.connect(self._resume)
        self.settings.add_folder.connect(self.intake.ask_folder)
        self.settings.clear_folders.connect(lambda: self.open_paths([]))
        self.settings.learner_changed.connect(self._learner_changed)
        self.settings.changed.connect(self._changed)
        self.panel.start.connect(self.start)
        self.panel.measure.connect(self._measure)
        self._settled.timeout.connect(self._measure_new)
        session = self.session
        session.looking.connect(lambda step: self.settings.tell(looking_words(step)))
        session.scanned.connect(self._scanned)
        session.trying.connect(self._tried)
        session.measured.connect(self._measured)
        session.listed.connect(self._listed)
        session.failed.connect(self._failed)
        session.heard.connect(self._heard)
        session.ended.connect(self._ended)
        key = QShortcut(QKeySequence("Ctrl+Shift+O"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.intake.ask_folder)

    def _restore(self) -> None:
        prefs = self.desk.prefs
        self.settings.choose(str(prefs.read("train/learner", "")))
        self._read_settings()
        kept = prefs.read("train/data", [])
        self.data = tuple(path for path in map(Path, kept) if path.is_dir())
        self.settings.show_folders(self.data)
        self.settings.tell("")
        self._tell()

    def _recolour(self) -> None:
        self.bench.recolour(self.desk.theme)
        self.panel.set_ink(self.desk.theme.tokens.quiet)

    # -- folders and settings -------------------------------------------------------------------

    def _dropped(self, paths: list[Path]) -> None:
        self.open_paths([*self.data, *paths])

    def _look(self) -> None:
        """Ask what is in the folders."""
        self.report = None
        self.settings.show_folders(self.data)
        self.settings.tell("Looking at the pictures …" if self.data else "")
        self._suggest()
        if self.data:
            self.session.scan(ScanFolder(self.spec().learner, self.data, self.spec().edge))
        else:
            self.session.drop("scan")
        self._tell()

    def _scanned(self, report: FolderReport) -> None:
        self.report = report
        bad = report.enough == "no"
        self.settings.tell("" if bad else report.words, report.words if bad else "")
        details = [f"{path.name}: {why}" for path, why in report.unreadable[:12]]
        details += [f"{copy.name} is a copy of {of.name}" for copy, of in report.duplicates[:12]]
        self.settings.report.setToolTip("\n".join(details))
        self._changed()

    def _learner_changed(self) -> None:
        self._read_settings()
        self._look()

    def _read_settings(self) -> None:
        """What was remembered for this learner, the first time that it is chosen."""
        learner = self.spec().learner
        if learner not in self._read:
            self._read.add(learner)
            self.settings.form.set_values(self.desk.prefs.read(f"train/{learner}", {}))

    def _suggest(self) -> None:
        editor = self.settings.form.editors["name"]
        if isinstance(editor, Name):
            taken = set(self.runs)
            editor.suggest(suggested(self.data, self.spec().learner, taken) if self.data else "")

    def _changed(self) -> None:
        self.panel.complain("")
        self._settled.start()
        self._tell()

    def _may_start(self) -> bool:
        return (
            self.session.training is None
            and bool(self.data)
            and self.report is not None
            and self.report.enough != "no"
            and bool(self.spec().name)
        )

    def _tell(self) -> None:
        """Say how things stand where one starts."""
        train = self.spec()
        busy = self.session.training
        self.panel.act("Training …" if busy else action_words(train), enabled=self._may_start())
        known = self.speed is not None and about_speed(self.speed[0]) == about_speed(train)
        words = "" if busy or not self.data else "The speed is measured before you start."
        if self._trying:
            words = "Trying a few steps to see how fast it is here …"
        elif known and self.speed is not None and not busy:
            words = speed_words(train, self.speed[1])
        if self.report is not None and self.report.enough != "no":
            self.bench.invite.tell(*ready_words(train, self.report))
        else:
            self.bench.invite.tell()
        self.panel.tell(words, may_measure=self._may_start() and not self._trying)

    # -- speed ----------------------------------------------------------------------------------

    def _measure_new(self) -> None:
        """Measure, unless that is known, or one looks elsewhere."""
        if self.isVisible() and about_speed(self.spec()) != self._asked:
            self._measure()

    def _measure(self) -> None:
        if not self._may_start():
            return
        if self.session.measure(self.spec()):
            self._asked = about_speed(self.spec())
        else:
            self.panel.tell("The speed is measured once the running job ends.", may_measure=False)

    def _tried(self, trying: bool) -> None:
        self._trying = trying
        self._tell()

    def _measured(self, train: Train, speed: TrainingSpeed) -> None:
        self.speed = (train, speed)
        self._tell()

    # -- the training ---------------------------------------------------------------------------

    def _train(self, train: Train) -> None:
        self.save()
        self.panel.complain("")
        self.session.train(train)
        before = self.runs.get(train.name) if train.resume else None
        run = before or Run(train.name, places.runs() / train.name, "running", "")
        self.runs = {train.name: replace(run, words="", state="running", spec=train)} | {
            name: each for name, each in self.runs.items() if name != train.name
        }
        words = "waits for its turn" if self.desk.engine.background else "gets ready"
        self._show(train.name, words)
        self._list()
        self._tell()

    def _resume(self, name: str) -> None:
        run = self.runs.get(name)
        if run is None or run.spec is None:
            return
        if self.session.training is not None:
            self.desk.notices.say("One training at a time: stop the other one first.")
            return
        spec = replace(run.spec, resume=True)
        if run.state == "finished":
            more = self.spec().minutes
            steps = None if spec.steps is None else spec.steps + max(1, run.step)
            spec = replace(spec, minutes=round(run.minutes + more, 2), steps=steps)
        self._train(spec)

    def _heard(self, event: Any) -> None:
        train = self.session.training
        if train is None:
            return
        match event:
            case Started():
                self._live_words("gets ready")
            case Step() if event.text:
                self._live_words(event.text)
            case Note():
                self.desk.notices.say(event.text)
            case Curve():
                self._keep_curve(train.name, event)
            case Shown() if event.name == "sheet":
                self._keep_sheet(train.name, event)

    def _live_words(self, words: str) -> None:
        train = self.session.training
        if train is not None and self.bench.shown == train.name:
            run = replace(self.runs[train.name], words=words)
            self.bench.tell(run, live=True)

    def _keep_curve(self, name: str, event: Curve) -> None:
        run = self.runs[name]
        curve = run.curve
        if curve and curve[-1][0] > event.step:
            curve = tuple(each for each in curve if each[0] < event.step)
        self.runs[name] = replace(run, step=event.step, curve=(*curve, (event.step, event.values)))
        if self.bench.shown == name:
            self.bench.hear_curve(event.step, event.values)

    def _keep_sheet(self, name: str, event: Shown) -> None:
        run, step = self.runs[name], int(event.facts["step"])
        earlier = tuple(each for each in run.sheets if each[0] < step)
        self.runs[name] = replace(run, sheets=(*earlier, (step, event.facts["path"])))
        if self.bench.shown == name:
            self.bench.hear_sheet(step, event.facts["path"], event.picture.levels[0])

    def _ended(self, outcome: Any) -> None:
        match outcome:
            case Trained():
                self.desk.notices.say(ended_words(outcome), kind="good")
                self._forget_name()
            case BaseException():
                self.panel.complain(words_of(outcome))
                if not self.isVisible():
                    self.desk.notices.complain(outcome)
            case _:
                begun = next(iter(self.runs.values())).step > 0
                saved = "Stopped and saved. Resume it whenever you like."
                self.desk.notices.say(saved if begun else "Stopped before the first step.")
                self._forget_name()
        for picker in self.window().findChildren(ModelPicker):
            picker.refresh()  # the menus of every tab know the new model at once
        self.session.list_runs()
        self._tell()

    def _forget_name(self) -> None:
        editor = self.settings.form.editors["name"]
        if isinstance(editor, Name):
            editor.typed = False

    # -- runs -----------------------------------------------------------------------------------

    def _listed(self, runs: tuple[Run, ...]) -> None:
        live = self.session.training.name if self.session.training else None
        kept = {live: self.runs[live]} if live else {}
        self.runs = kept | {run.name: run for run in runs if run.name != live}
        if self.bench.shown and self.bench.shown != live:
            if self.bench.shown in self.runs:
                self.bench.tell(self.runs[self.bench.shown], live=False)
            else:
                self.bench.show_nothing()
        self._list()
        self._suggest()

    def _list(self) -> None:
        live = self.session.training.name if self.session.training else None
        self.bench.list_runs(list(self.runs.values()), live)

    def _choose(self, name: str) -> None:
        if name == self.bench.shown and self.session.training is None:
            self.bench.show_nothing()  # a second click: back to the invitation
        elif name in self.runs:
            self._show(name, "training now")

    def _show(self, name: str, words: str) -> None:
        live = self.session.training is not None and self.session.training.name == name
        run = self.runs[name]
        self.bench.show_run(replace(run, words=words) if live else run, live=live)

    def _failed(self, what: str, error: BaseException) -> None:
        match what:
            case "scan":
                self.settings.tell("", words_of(error))
            case "measure":
                self.panel.complain(words_of(error))
                self.speed = None
            case _:
                self.desk.notices.complain(error)
        self._tell()


def about_speed(train: Train) -> Train:
    """What the speed hangs on: the rest is set back, so that two may be compared."""
    usual = type(train)()
    rest: dict[str, Any] = {name: getattr(usual, name) for name in (*BUDGET, *TEXTS)}
    return replace(train, **rest)


TAB = Tab("Train", "learning", 1, "train", "Teach a model with pictures of your own", TrainTab)
