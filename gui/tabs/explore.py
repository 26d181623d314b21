"""Move through the faces of a generator with the mouse."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog

from engine import places
from engine.job import Note
from engine.latent import pad
from engine.specs import FoundPlace, GeneratorFacts, Place, Projected, Walk
from gui.jobs import Ticket
from gui.notices import words_of
from gui.paint import Shown
from gui.tabs import Desk, Tab
from gui.tabs.explore_bench import PHOTO, POINTS, ExploreBench
from gui.tabs.faces_empty import NONE
from gui.tabs.journey import name_of
from gui.tabs.latent_session import LARGE
from gui.tabs.remembered import read_places, write_places
from gui.tabs.walk_export import WalkExport

THUMBS_AT_ONCE = 4  # few, and one while a hand moves: its picture waits for no more of them
GAIN = 4.0  # faces that a drag across the whole picture passes
SILENT = ("thumbs", "draw", "open", "read")  # what is told in place, not in a notice


class ExploreTab(ExploreBench):
    """The place one is at is `journey.place`; pad, picture and pages show it and change it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.facts: GeneratorFacts | None = None
        self._wanted: Place | None = None  # where to go once its generator is open
        self._thumbs_of = Place().truncation  # the one that the pad's thumbnails have
        self._connect()
        self._connect_pages()
        self._connect_session()
        self._shortcuts()
        self.has_generator(self.panel.picker.model is not None)
        self._tell_history()

    # -- what the frame asks --------------------------------------------------------------------

    def start(self) -> None:
        """Ctrl+Enter: what the page is there for."""
        number = self.panel.pages.stack.currentIndex()
        do = {POINTS: self.points.toggle, PHOTO: self.photo.toggle}
        do.get(number, self.walk.add_here)()

    def stop(self) -> bool:
        """Esc."""
        drifted = self.pad.drift.on
        self.pad.drift.stop()
        return self.points.stop() or self.walk.player.stop() or drifted

    def open_paths(self, paths: list[Path]) -> None:
        """A PNG that carries its place leads there; any other picture is a photo of one's own."""
        files = [path for path in paths if path.is_file()]
        if files and self.panel.picker.model is None:
            self.desk.notices.say(NONE)
        elif files:
            self.session.read_place(files[0])

    def save(self) -> None:
        """Remember where one is, and the key faces."""
        if self.facts is not None:
            write_places(self.desk.prefs, "explore/place", [self.journey.place])
            write_places(self.desk.prefs, "explore/keys", self.walk.kept())

    def showEvent(self, event: QShowEvent) -> None:
        """The first time: open the generator one was at; later, another one if that is gone."""
        super().showEvent(event)
        self.panel.picker.refresh()
        model = self.panel.picker.model
        if self.facts is None and self._wanted is None and model is not None:
            before = read_places(self.desk.prefs, "explore/place")
            installed = before and self.panel.picker.show_model(before[0].model or "")
            self._open(before[0] if installed else Place())
            self.walk.set_keys(read_places(self.desk.prefs, "explore/keys"), None)
        elif self.facts is not None and model not in (None, self.facts.model):
            self._open(Place(model=model))
        self._ask_thumbs()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing moves that nobody sees."""
        super().hideEvent(event)
        self.stop()

    # -- connections ----------------------------------------------------------------------------

    def _connect(self) -> None:
        panel = self.panel
        panel.picker.chosen.connect(lambda model: self._open(Place(model=model)))
        panel.picker.found.connect(self.has_generator)
        self.pad.moved.connect(self._moved)
        self.pad.thumbs_wanted.connect(self._ask_thumbs)
        self.pad.drift.changed.connect(panel.drift.setChecked)
        panel.drift.clicked.connect(self.pad.drift.toggle)
        panel.snap.clicked.connect(self.pad.snap)
        panel.reset.clicked.connect(self._reset)
        panel.undo.clicked.connect(partial(self._travel, back=True))
        panel.redo.clicked.connect(partial(self._travel, back=False))
        self.view.dragged.connect(lambda dx, dy: self.pad.nudge(QPointF(dx, dy) * GAIN))
        self.journey.changed.connect(self._changed)
        self.journey.noted.connect(self._tell_history)
        self.intake.opened.connect(self.open_paths)
        self.intake.over.connect(self._over)
        self.keep.clicked.connect(self._save)
        self.upscale.clicked.connect(self._send)
        self.empty.train.connect(lambda: self.desk.send("Train", []))

    def _connect_pages(self) -> None:
        self.panel.pages.turned.connect(self._turned)
        self.points.drawn.connect(self._show)
        photo, walk = self.photo, self.walk
        photo.ask.connect(self._ask_photo)
        photo.aligning.connect(self._align)
        photo.drawn.connect(self._show)
        photo.beside.connect(lambda image: self.view.set_beside(image, "Your photo"))
        photo.found.connect(self._projected)
        photo.ended.connect(lambda: self._go_off(photo.best or self.journey.place))
        walk.chosen.connect(self._go)
        walk.key_changed.connect(self.mix.set_key)
        walk.export.connect(self._export)
        walk.player.frame.connect(lambda image, _: self._show_image(image))
        walk.player.began.connect(partial(self.view.set_label, "On the walk"))
        walk.player.ended.connect(self._draw)
        for page in (self.directions, self.mix):
            page.complained.connect(partial(self.desk.notices.say, kind="bad"))

    def _connect_session(self) -> None:
        session = self.session
        session.opened.connect(self._opened)
        session.drawn.connect(self._drawn)
        session.thumb.connect(self.pad.set_thumb)
        session.thumbs_done.connect(self._ask_thumbs)
        session.read.connect(self._read)
        session.unread.connect(self._take_photo)
        session.failed.connect(self._failed)

    def _shortcuts(self) -> None:
        keys = (
            (QKeySequence.StandardKey.Undo, partial(self._travel, back=True)),
            (QKeySequence("Ctrl+Y"), partial(self._travel, back=False)),
            (QKeySequence("Ctrl+Shift+Z"), partial(self._travel, back=False)),
            (QKeySequence.StandardKey.Save, self._save),
            (QKeySequence.StandardKey.Open, self.intake.ask_files),
            (QKeySequence.StandardKey.Paste, self.intake.paste),
        )
        for key, do in keys:
            shortcut = QShortcut(key, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control took are the pad's; K keeps a key face, P plays."""
        match event.key():
            case Qt.Key.Key_K if self.facts is not None:
                self.walk.add_here()
            case Qt.Key.Key_P if self.walk.play.isEnabled():
                self.walk.toggle()
            case _ if self.facts is not None:
                self.pad.keyPressEvent(event)
            case _:
                super().keyPressEvent(event)

    # -- the generator --------------------------------------------------------------------------

    def _open(self, place: Place) -> None:
        """Go to a place of any generator."""
        self._wanted = place
        self.view.set_message("Opening the generator …" if self.facts is None else "")
        self.session.open(place.model)

    def _opened(self, facts: GeneratorFacts) -> None:
        other = self.facts is None or self.facts.model != facts.model
        place = replace(self._wanted or Place(), model=facts.model)
        self.facts, self._wanted = facts, None
        self.panel.picker.show_model(facts.model)
        if other:
            self.session.turn_away()
            self.journey.begin(place)
            self._thumbs_of = place.truncation if place.w is None else Place().truncation
            self.pad.forget_thumbs()
            self.walk.set_keys(self.walk.kept(), facts.model)
            for page in (self.directions, self.mix, self.points, self.photo):
                page.set_facts(facts)
        else:
            self._go(place)

    # -- from place to place --------------------------------------------------------------------

    def _moved(self, x: float, y: float) -> None:
        """By the pad, the picture under the mouse, keys, or the drift."""
        self.points.abandon()
        place = self.journey.place
        if place.w is not None:  # its truncation was worked into it: back to the plane's own
            place = replace(place, truncation=self._thumbs_of)
        self.journey.go(pad.moved(place, x, y))

    def _go(self, place: Place) -> None:
        """Jump: one step to be undone."""
        self.pad.drift.stop()
        self.points.abandon()
        self.journey.go(place)
        self.journey.settle()

    def _go_off(self, place: Place) -> None:
        """To a face that lies beside the plane; on it one stays where one was."""
        here = self.journey.place
        self._go(replace(place, x=here.x, y=here.y))

    def _travel(self, *, back: bool) -> None:
        self.pad.drift.stop()
        self.points.abandon()
        (self.journey.undo if back else self.journey.redo)()

    def _reset(self) -> None:
        if self.facts is not None:
            self.pad.reset()
            self._go(Place(model=self.facts.model))

    def _changed(self, place: Place) -> None:
        if (self.pad.at.x(), self.pad.at.y()) != (place.x, place.y):
            self.pad.go_to(place.x, place.y)
        self.pad.set_off(place.w is not None)
        self.walk.player.stop()
        if not self.points.running:
            self._draw()

    def _draw(self) -> None:
        if self.facts is not None:
            small = self.facts.size < LARGE
            self.session.draw(self.journey.place, LARGE if small else None)

    def _drawn(self, shown: Shown) -> None:
        if not (self.walk.player.on or self.points.running):
            self._show(shown)

    def _show(self, shown: Shown) -> None:
        image = shown.picture.levels[0]
        self._show_image(image)
        self.directions.own.see(image)
        self.walk.see(image)
        words = name_of(shown.facts["place"])
        self.view.set_label(f"{words[:1].upper()}{words[1:]} · {shown.facts['ms']:.0f} ms")

    def _show_image(self, image: QImage) -> None:
        if self.facts is not None:
            self.view.set_picture(image, self.facts.size)

    def _ask_thumbs(self) -> None:
        if self.facts is None or self.session.busy("thumbs") or not self.isVisible():
            return
        cells = self.pad.missing(1 if self.session.busy("draw") else THUMBS_AT_ONCE)
        if cells:
            plain = Place(model=self.facts.model, truncation=self._thumbs_of)
            self.session.thumbs({cell: pad.moved(plain, *cell) for cell in cells})

    def _tell_history(self) -> None:
        self.panel.undo.setEnabled(self.journey.history.may_undo)
        self.panel.redo.setEnabled(self.journey.history.may_redo)
        place = self.journey.place
        if place.w is None and place.truncation != self._thumbs_of:
            self._thumbs_of = place.truncation if place.w is None else Place().truncation
            self.pad.outdate_thumbs()

    # -- files ----------------------------------------------------------------------------------

    def _read(self, _path: Path, found: FoundPlace) -> None:
        if found.words:
            self.desk.notices.say(found.words)
        self._open(found.place)

    def _take_photo(self, path: Path) -> None:
        self.panel.pages.turn_to(PHOTO)
        self.photo.take(path)

    def _ask_photo(self) -> None:
        self.intake.ask_files()

    def _over(self, held: bool) -> None:
        self.view.set_message("Drop a saved face, or a photo" if held else "")
        self.empty.set_over(held)

    def _save(self) -> None:
        if self.facts is None:
            return
        folder = Path(str(self.desk.prefs.read("last_folder", str(Path.home()))))
        start = folder / f"{self.facts.model} {name_of(self.journey.place)}.png"
        name, _ = QFileDialog.getSaveFileName(self, "Save the face", str(start), "*.png")
        if name:
            target = Path(name).with_suffix(".png")
            self.desk.prefs.write("last_folder", str(target.parent))
            say = partial(self.desk.notices.say, f"Saved as {target.name}.", kind="good")
            self.session.save(target, (self.journey.place,), lambda _: say())

    def _send(self) -> None:
        if self.facts is not None:
            target = places.data() / "sent" / f"{name_of(self.journey.place)}.png"
            send = partial(self.desk.send, "Upscale", [target])
            self.session.save(target, (self.journey.place,), lambda _: send())

    def _export(self, walk: Walk) -> None:
        self.walk.player.stop()
        prefs = self.desk.prefs
        chosen = WalkExport(self, walk).ask(str(prefs.read("last_folder", str(Path.home()))))
        if chosen is None or chosen.target is None:
            return
        prefs.write("last_folder", str(chosen.target.parent))
        self.walk.set_settings(frames=chosen.frames, path=chosen.path, loop=chosen.loop)
        ticket = Ticket(chosen, label="Exporting the walk")
        say = partial(self.desk.notices.say, f"Saved as {chosen.target.name}.", kind="good")
        self.session.submit("export", ticket, self._heard_export, lambda _: say())

    def _heard_export(self, event: Any) -> None:
        if isinstance(event, Note):
            self.desk.notices.say(event.text)

    # -- pages ----------------------------------------------------------------------------------

    def _turned(self, number: int) -> None:
        self.points.take_hand(number == POINTS)
        self.photo.take_hand(number == PHOTO)

    def _align(self, aligning: bool) -> None:
        if self.facts is not None:
            shown = self.photo.align if aligning else self.view
            self.middle.setCurrentWidget(shown)
            shown.setFocus()

    def _projected(self, projected: Projected) -> None:
        self._go_off(projected.place)
        kind = "good" if projected.near else "info"
        words = projected.words or "Your face was found; it lies beside the photo."
        self.desk.notices.say(words, kind=kind)

    def _failed(self, what: str, error: BaseException) -> None:
        if what in ("open", "draw"):
            self._wanted = None
            self.view.set_message(words_of(error))
        elif what not in SILENT:
            self.desk.notices.complain(error)


TAB = Tab("Explore", "generators", 2, "explore", "Move through faces with the mouse", ExploreTab)
