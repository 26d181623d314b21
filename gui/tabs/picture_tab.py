"""What picture tabs share: open, look, preview, run, see what came of it."""

from dataclasses import fields, replace
from pathlib import Path
from shutil import copyfile
from typing import Any, ClassVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine import places
from engine.job import Failed, Skipped
from engine.specs import PictureTask
from gui.editor import Editor
from gui.editors import Folder
from gui.form import Form, Sections
from gui.notices import words_of
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.intake import Intake
from gui.tabs.outcome import Outcome
from gui.tabs.panel import Panel
from gui.tabs.running import Running, rows_of
from gui.tabs.session import THUMBS_AT_ONCE, Session
from gui.tabs.stage import Stage
from gui.tabs.words import example
from gui.widgets.compare import Compare
from gui.widgets.film import Film
from gui.widgets.film_strip import Row
from gui.widgets.invite import Invite

SHARED = frozenset(each.name for each in fields(PictureTask))  # settings that change no pixel
SAVE = ("target", "format", "keep_metadata")


class PictureTab(QWidget):
    """One picture task on photos and folders; a subclass says which."""

    kind: ClassVar[type[PictureTask]]
    name: ClassVar[str]  # "Denoise", as on the button
    verb: ClassVar[str]  # "Denoising", as in the strip
    sentence: ClassVar[str]  # the invitation's second line
    sections: ClassVar[Sections]
    folded: ClassVar[tuple[str, ...]] = ("on_conflict", "quality")
    whole: bool = False  # the preview is of all of the picture

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.key = self.name.lower()
        self.sources: list[Path] = []
        self._planning = False
        own = self.own_editors()
        self.form: Form[Any] = Form(self.kind, self.sections, folded=self.folded, own=own)
        self.form.set_values(desk.prefs.read(f"{self.key}/settings", {}))
        self._pixels = self._pixel_settings()
        self._build()
        self.session = Session(self, desk.engine, self.key)
        self.stage = self._make_stage()
        self.running = Running(self, desk.engine, self.film.strip.queue)
        self.outcome = Outcome(self.running, self.film.strip.queue, desk.notices, self._run)
        self.intake = Intake(self, desk.prefs)
        self._connect()
        self._shortcuts()
        self._recolour()
        self._tell()

    # -- what a subclass says -------------------------------------------------------------------

    def result_size(self, task: PictureTask, size: QSize) -> QSize:
        """How large the result of a picture of that size is."""
        raise NotImplementedError

    def after_words(self, task: PictureTask, facts: dict[str, Any]) -> str:
        """The words on the right half."""
        raise NotImplementedError

    def facts_words(self, facts: dict[str, Any]) -> list[str]:
        """What there is to know of the picture, beside name and size."""
        raise NotImplementedError

    def lacks(self) -> str:
        """What is missing before there can be a result; "" where nothing is."""
        return ""

    def own_editors(self) -> dict[str, Editor | None]:
        """Editors of settings that this task asks for in its own way."""
        return {}

    def settings(self) -> QWidget:
        """What the panel shows: the form, and what belongs to it."""
        return self.form

    # -- what the frame asks --------------------------------------------------------------------

    def start(self) -> None:
        """Work on all pictures of the queue."""
        self._run(self.sources)

    def open_paths(self, paths: list[Path]) -> None:
        """Work on these files and folders."""
        self.sources = list(paths)
        self._list()

    def add_paths(self, paths: list[Path]) -> None:
        """Work on these as well."""
        self.sources += [path for path in paths if path not in self.sources]
        self._list()

    def save(self) -> None:
        """Remember the settings."""
        self.desk.prefs.write(f"{self.key}/settings", self.form.values())

    def spec(self) -> Any:
        """The settings as they stand, for the pictures at hand."""
        device = self.desk.prefs.read("device", "auto")
        return self.form.spec(sources=tuple(self.sources), device=device)

    # -- building -------------------------------------------------------------------------------

    def _make_view(self) -> Compare:
        return Compare()

    def _make_stage(self) -> Stage:
        return Stage(self.compare, self.session, self)

    def _make_invite(self) -> Invite:
        return Invite(self.sentence, sample=self.sample is not None)

    def _build(self) -> None:
        self.compare = self._make_view()
        sample = places.shipped("assets").glob("sample.*")
        self.sample = next((path for path in sample if path.suffix in (".png", ".jpg")), None)
        self.invite = self._make_invite()
        self.middle = QStackedWidget()
        self.middle.addWidget(self.invite)
        self.middle.addWidget(self.compare)
        self.film = Film()
        self.film.hide()
        self.panel = Panel(self.name, self.settings())
        centre = QVBoxLayout()
        centre.setSpacing(0)
        centre.addWidget(self.middle, 1)
        centre.addWidget(self.film)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(centre, 1)
        row.addWidget(self.panel)
        self._save_soon, self._tell_soon = QTimer(self), QTimer(self)
        for timer, rest_ms in ((self._save_soon, 800), (self._tell_soon, 60)):
            timer.setSingleShot(True)
            timer.setInterval(rest_ms)

    def _connect(self) -> None:
        self._save_soon.timeout.connect(self.save)
        self._tell_soon.timeout.connect(self._tell)
        self.form.changed.connect(self._settings_changed)
        self.intake.opened.connect(self.open_paths)
        self.intake.added.connect(self.add_paths)
        self.intake.over.connect(self._over)
        self.invite.open_files.connect(self.intake.ask_files)
        self.invite.open_folder.connect(self.intake.ask_folder)
        self.invite.sample.connect(self._open_sample)
        self.panel.start.connect(self.start)
        self.panel.start_one.connect(self._start_one)
        self.panel.add.connect(lambda: self.intake.ask_files(add=True))
        self.stage.facts_changed.connect(self._tell)
        self.film.strip.chosen.connect(self._choose)
        self.film.strip.thumbs_wanted.connect(self._ask_thumbs)
        self.film.retry.connect(self._retry)
        self.film.open_target.connect(self.outcome.open_target)
        self.film.copy_failures.connect(self.outcome.copy_failures)
        self.session.thumb.connect(self._thumb)
        self.session.thumbs_done.connect(self._ask_thumbs)
        self.session.planned.connect(self._planned)
        self.session.failed.connect(self._failed)
        self.running.changed.connect(self._tell_soon.start)
        self.running.finished_file.connect(self._file_done)
        self.running.ended.connect(self._ended)
        self.desk.theme.changed.connect(self._recolour)

    def _shortcuts(self) -> None:
        keys = (
            (QKeySequence.StandardKey.Open, self.intake.ask_files),
            (QKeySequence("Ctrl+Shift+O"), self.intake.ask_folder),
            (QKeySequence.StandardKey.Paste, self._paste),
        )
        for key, do in keys:
            shortcut = QShortcut(key, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def _recolour(self) -> None:
        theme = self.desk.theme
        self.invite.set_colours(theme.colour("quiet"), theme.colour("accent"), theme.tokens.quiet)
        self.film.strip.set_colours(
            theme.colour("accent"), theme.colour("good"), theme.colour("raised")
        )
        self.film.set_ink(theme.tokens.text)

    # -- pictures come in -----------------------------------------------------------------------

    def _list(self) -> None:
        """Show what is to be done: files at once, folders once the engine has looked into them."""
        self.session.forget("plan")
        self._planning = any(path.is_dir() for path in self.sources)
        if self._planning:
            self.session.plan(self.spec())
        else:
            self._set_rows([Row(path) for path in self.sources])
        self._tell()

    def _planned(
        self, pairs: list[tuple[Path, Path]], skipped: list[Skipped], failed: list[Failed]
    ) -> None:
        self._planning = False
        rows = rows_of(pairs, skipped, failed)
        self._set_rows(rows)

    def _set_rows(self, rows: list[Row]) -> None:
        self.film.set_rows(rows)
        self._show_middle()
        if rows and (self.stage.path is None or self._row(self.stage.path) is None):
            self._choose(rows[0].path)
        elif self.stage.path is not None and rows:
            self._choose(self.stage.path)
        self._tell()

    def _show_middle(self) -> None:
        rows = len(self.film.strip.queue.rows)
        self.film.setVisible(rows > 1)
        self.middle.setCurrentWidget(self.compare if rows else self.invite)

    def _choose(self, path: Path) -> None:
        row = self._row(path)
        self.film.strip.show_path(path)
        target = row.target if row else None
        if row and target is None and row.state == "skipped":
            spec = self.spec()
            made = (spec.target or path.parent) / example(spec, path)
            target = made if made != path and made.is_file() else None
        self.stage.show(path, target)
        self.compare.setFocus()

    def _row(self, path: Path) -> Row | None:
        return self.film.strip.queue.row(path)

    def _over(self, held: bool) -> None:
        self.invite.set_over(held)
        self.compare.set_message("Drop to open" if held else "")

    def _open_sample(self) -> None:
        """A copy of it: its result may not be able to lie next to what came with the program."""
        if self.sample is not None:
            mine = places.data() / "sample" / self.sample.name
            mine.parent.mkdir(parents=True, exist_ok=True)
            copyfile(self.sample, mine)
            self.open_paths([mine])

    def _paste(self) -> None:
        if not self.intake.paste():
            self.desk.notices.say("The clipboard holds no picture. Copy one, then paste it here.")

    def _ask_thumbs(self) -> None:
        paths = self.film.strip.queue.take_missing(THUMBS_AT_ONCE)
        if paths:
            self.session.thumbs(paths)

    def _thumb(self, path: Path, shown: Shown) -> None:
        self.film.strip.queue.change(path, thumb=shown.picture.levels[0])

    # -- settings and facts ---------------------------------------------------------------------

    def _pixel_settings(self) -> dict[str, Any]:
        return {name: v for name, v in self.form.values().items() if name not in SHARED}

    def _settings_changed(self) -> None:
        self._save_soon.start()
        pixels = self._pixel_settings()
        if pixels != self._pixels:
            self._pixels = pixels
            self.stage.settings_changed()
        self._tell()

    def _tell(self) -> None:
        """Say how things stand: facts, what will be saved, what the button does."""
        facts, path, size = self.stage.facts, self.stage.path, self.stage.size
        self.panel.file.setText(path.name if path else "No photo yet")
        words = [f"{size.width()} \u00d7 {size.height()}"] if not size.isEmpty() else []
        words += self.facts_words(facts)
        words += [str(facts["note"])] if facts.get("note") else []
        self.panel.facts.setText(" · ".join(words))
        self.panel.facts.setVisible(bool(words))
        self.film.tell(path)
        self._tell_target(path)
        self._tell_action()

    def _tell_target(self, path: Path | None) -> None:
        editor = self.form.editors.get("target")
        if not isinstance(editor, Folder):
            return
        spec = self.spec()
        name = example(spec, path) if path else ""
        if spec.target is None:
            where = "Next to the original" if len(self.sources) < 2 else "Next to each original"
            editor.set_words(f"{where} as {name}" if name else where)
        else:
            editor.set_words(f"{spec.target}/{name}" if name else str(spec.target))

    def _tell_action(self) -> None:
        queue = self.film.strip.queue
        count = len(queue.rows)
        left = count - queue.count("done") - queue.count("skipped")
        several = count > 1
        words = f"{self.name} {left or count} photos" if several else f"{self.name} this photo"
        busy = self.running.ticket is not None
        if busy or self._planning:
            words = f"{self.verb} …" if busy else "Looking through the folder …"
        ready = bool(count) and not busy and not self.lacks()
        self.panel.set_action(words, enabled=ready, several=several)

    # -- the job --------------------------------------------------------------------------------

    def _start_one(self) -> None:
        if self.stage.path is not None:
            self._run([self.stage.path])

    def _run(self, sources: list[Path], **other: Any) -> None:
        if sources and self.running.ticket is None and not self._planning and not self.lacks():
            self.save()
            spec = replace(self.spec(), sources=tuple(sources), **other)
            self.running.start(spec, self.verb)
            self._tell()

    def _retry(self) -> None:
        """What failed once more; a folder as a whole, so that its structure is mirrored again."""
        if any(path.is_dir() for path in self.sources):
            self._run(self.sources, on_conflict="skip")
        else:
            self._run([failure.path for failure in self.running.failures])

    def _file_done(self, path: Path, target: Path) -> None:
        if path == self.stage.path:
            self.stage.show_result(target)

    def _ended(self, outcome: Any) -> None:
        self.outcome.tell(outcome)
        self._tell()

    def _failed(self, lane: str, error: BaseException) -> None:
        if lane == "plan":
            self._planning = False
            self._set_rows([])
            self.desk.notices.complain(error)
        else:
            self.stage.complain(lane, words_of(error))
        self._tell()

    # -- keys -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control took are the picture's."""
        if self.middle.currentWidget() is self.compare:
            self.compare.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """As above."""
        if self.middle.currentWidget() is self.compare:
            self.compare.keyReleaseEvent(event)
        else:
            super().keyReleaseEvent(event)
