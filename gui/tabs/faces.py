"""Faces of nobody: look, keep, save, or take one further."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QWidget

from engine import places
from engine.job import Report
from engine.latent import pad
from engine.specs import FoundPlace, GeneratorFacts, Place
from gui.notices import Action, words_of
from gui.tabs import Desk, Tab
from gui.tabs.faces_empty import NONE, NoGenerator
from gui.tabs.faces_panel import FacesPanel
from gui.tabs.intake import Intake
from gui.tabs.journey import name_of
from gui.tabs.latent_session import LatentSession
from gui.tabs.remembered import read_places, write_places
from gui.widgets.face_grid import Face, FaceGrid

AT_ONCE = 6  # faces that are drawn before anything else gets its turn
SETTLED_MS = 80  # without a change of the settings, until faces are drawn
LARGEST = 256  # px of a face on the screen


class FacesTab(QWidget):
    """`places` are the faces of the grid, in its order."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: GeneratorFacts | None = None
        self.places: list[Place] = []
        self.loved = read_places(desk.prefs, "faces/loved")
        self.session = LatentSession(self, desk.engine, desk.prefs, "faces")
        self.grid, self.panel, self.empty = FaceGrid(), FacesPanel(), NoGenerator()
        self.panel.form.set_values(desk.prefs.read("faces/settings", {}))
        self.intake = Intake(self, desk.prefs)
        self._drawn: dict[Place, QImage] = {}
        self._guest: Place | None = None  # from a file: comes first, once its generator is open
        self._opening = False
        self.middle = QStackedWidget()
        self.middle.addWidget(self.grid)
        self.middle.addWidget(self.empty)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.middle, 1)
        row.addWidget(self.panel)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._connect()
        self._shortcuts()
        self._recolour()
        self._has_generator(self.panel.picker.model is not None)
        self._tell()

    # -- what the frame asks --------------------------------------------------------------------

    def start(self) -> None:
        """New faces, in place of all that are not locked."""
        if self.facts is None:
            return
        self.panel.show_loved(False)
        values = self.panel.form.values()
        following = (int(values["seed"]) + int(values["count"])) % pad.SEEDS
        self.panel.form.set_values({"seed": following})

    def open_paths(self, paths: list[Path]) -> None:
        """A PNG that carries its place comes to the front, locked."""
        files = [path for path in paths if path.is_file()]
        if files and self.panel.picker.model is None:
            self.desk.notices.say(NONE)
        elif files:
            self.session.read_place(files[0])

    def save(self) -> None:
        """Remember settings, favourites, and which generator."""
        prefs = self.desk.prefs
        prefs.write("faces/settings", self.panel.form.values())
        prefs.write("faces/model", self.panel.picker.model)
        write_places(prefs, "faces/loved", self.loved)

    def showEvent(self, event: QShowEvent) -> None:
        """The first time: open the generator one used last; later, another one if that is gone."""
        super().showEvent(event)
        self.panel.picker.refresh()
        model = self.panel.picker.model
        if self.facts is None and not self._opening and model is not None:
            last = str(self.desk.prefs.read("faces/model", "") or "")
            self._open(last if self.panel.picker.show_model(last) else None)
        elif self.facts is not None and model not in (None, self.facts.model):
            self._open(model)

    # -- building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        panel, grid, session = self.panel, self.grid, self.session
        panel.picker.chosen.connect(self._open)
        panel.picker.found.connect(self._has_generator)
        panel.form.changed.connect(self._settled.start)
        self._settled.timeout.connect(self._fill)
        panel.again.connect(self.start)
        panel.view_changed.connect(self._fill)
        panel.explore.clicked.connect(lambda: self._send("Explore"))
        panel.upscale.clicked.connect(lambda: self._send("Upscale"))
        panel.keep.clicked.connect(self._save)
        panel.keep_all.clicked.connect(self._save_all)
        panel.sheet.clicked.connect(self._save_sheet)
        grid.chosen.connect(self._tell)
        grid.opened.connect(lambda _: self._send("Explore"))
        grid.lock.connect(self._lock)
        grid.love.connect(self._love)
        grid.menu.connect(self._open_menu)
        grid.seen.connect(self._draw)
        session.opened.connect(self._opened)
        session.thumb.connect(self._take)
        session.thumbs_done.connect(self._draw)
        session.read.connect(self._read)
        session.failed.connect(self._failed)
        self.intake.opened.connect(self.open_paths)
        self.intake.over.connect(self.empty.set_over)
        self.empty.train.connect(lambda: self.desk.send("Train", []))
        self.desk.theme.changed.connect(self._recolour)

    def _shortcuts(self) -> None:
        keys = (
            (QKeySequence.StandardKey.Save, self._save),
            (QKeySequence.StandardKey.SelectAll, self.grid.choose_all),
        )
        for key, do in keys:
            shortcut = QShortcut(key, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(do)

    def _recolour(self) -> None:
        theme = self.desk.theme
        self.grid.set_colours(theme.colour("accent"), theme.colour("raised"))
        self.empty.set_colours(theme.colour("quiet"), theme.colour("accent"), theme.tokens.quiet)
        self.panel.set_ink(theme.tokens.text)

    def _has_generator(self, some: bool) -> None:
        self.middle.setCurrentWidget(self.grid if some else self.empty)
        self.panel.set_able(some)

    # -- the generator --------------------------------------------------------------------------

    def _open(self, model: str | None) -> None:
        self._opening = True
        self.grid.set_message("Opening the generator …" if self.facts is None else "")
        self.session.open(model)

    def _opened(self, facts: GeneratorFacts) -> None:
        self.session.turn_away()
        self._opening, self.facts = False, facts
        self.grid.set_message("")
        self.panel.picker.show_model(facts.model)
        self.panel.set_facts(facts)
        self._drawn.clear()
        self._fill()

    # -- faces ----------------------------------------------------------------------------------

    def _fill(self) -> None:
        """The faces that the settings describe; locked ones stay where they are."""
        if self.facts is None:
            return
        model = self.facts.model
        self.save()
        if self.panel.shows_loved:
            self.places = [place for place in self.loved if place.model == model]
            locked: set[int] = set()
        else:
            locked = self._locked(model)
            self.places = self._fresh(locked)
            if self._guest is not None and self._guest.model == model:
                self.places[0], self._guest = self._guest, None
                locked.add(0)
        self.grid.set_faces([self._face(at, at in locked) for at in range(len(self.places))])
        empty = "No favourites of this generator yet. A heart makes one."
        self.grid.set_message("" if self.places else empty)
        self._tell()

    def _locked(self, model: str) -> set[int]:
        faces = enumerate(self.grid.faces)
        return {at for at, face in faces if face.locked and self.places[at].model == model}

    def _fresh(self, locked: set[int]) -> list[Place]:
        values = self.panel.form.values()
        start = Place(
            model=self.facts.model if self.facts else None,
            truncation=float(values["truncation"]),
            label=values["label"],
        )
        seed, count = int(values["seed"]), max(int(values["count"]), max(locked, default=0) + 1)
        fresh = (pad.of_seed((seed + at) % pad.SEEDS, start) for at in range(count))
        return [self.places[at] if at in locked else place for at, place in enumerate(fresh)]

    def _face(self, at: int, locked: bool) -> Face:
        place = self.places[at]
        return Face(
            f"{name_of(place).capitalize()} · truncation {place.truncation:g}",
            self._drawn.get(place),
            locked,
            place in self.loved,
        )

    def _draw(self) -> None:
        """What is in sight and has no picture yet, a few at a time."""
        if self.facts is None or self.session.busy("thumbs"):
            return
        missing = [self.places[at] for at in self.grid.in_sight() if not self.grid.faces[at].image]
        wanted = dict.fromkeys(missing[:AT_ONCE])
        if wanted:
            edge = min(LARGEST, max(self.facts.size, 128))
            self.session.thumbs({place: place for place in wanted}, edge)

    def _take(self, place: Place, image: QImage) -> None:
        self._drawn[place] = image
        for at, each in enumerate(self.places):
            if each == place:
                self.grid.faces[at].image = image
        self.grid.refresh()

    # -- one face -------------------------------------------------------------------------------

    def _lock(self, at: int) -> None:
        if not self.panel.shows_loved:
            self.grid.faces[at].locked = not self.grid.faces[at].locked
            self.grid.refresh()
            self._tell()

    def _love(self, at: int) -> None:
        place = self.places[at]
        if place in self.loved:
            self.loved.remove(place)
        else:
            self.loved.append(place)
        self.grid.faces[at].loved = place in self.loved
        self.grid.refresh()
        self.save()
        self._tell()

    def _open_menu(self, at: int, spot: QPoint) -> None:
        menu = QMenu(self)
        face = self.grid.faces[at]
        menu.addAction("Explore\tEnter", lambda: self._send("Explore"))
        menu.addAction("Upscale\tU", lambda: self._send("Upscale"))
        menu.addSeparator()
        if not self.panel.shows_loved:
            menu.addAction("Unlock\tL" if face.locked else "Lock\tL", partial(self._lock, at))
        love = "No favourite any more\tF" if face.loved else "Favourite\tF"
        menu.addAction(love, partial(self._love, at))
        menu.addSeparator()
        menu.addAction("Save…\tCtrl+S", self._save)
        menu.exec(spot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """U sends to Upscale."""
        if event.key() == Qt.Key.Key_U:
            self._send("Upscale")
        else:
            super().keyPressEvent(event)

    def _chosen(self) -> list[Place]:
        """The faces that are chosen, in the grid's order."""
        return [self.places[at] for at in sorted(self.grid.selected)]

    # -- files ----------------------------------------------------------------------------------

    def _send(self, tab: str) -> None:
        """A face goes to another tab as a file that carries its place."""
        chosen = self._chosen()[:1] if tab == "Explore" else self._chosen()
        if not chosen:
            return
        folder = places.data() / "sent"
        targets = [folder / f"{self.file_name(place)}.png" for place in chosen]
        done = partial(self._sent, tab, targets)
        if len(chosen) == 1:
            self.session.save(targets[0], tuple(chosen), done)
        else:
            self.session.save(folder, tuple(chosen), done)

    def _sent(self, tab: str, targets: list[Path], report: Report) -> None:
        self.desk.send(tab, [target for _, target in report.done] or targets)

    def file_name(self, place: Place) -> str:
        """A file's name for a face."""
        return f"{place.model} {name_of(place)}"

    def _save(self) -> None:
        chosen = self._chosen()
        if len(chosen) > 1:
            self._save_into(tuple(chosen), grid=False)
        elif chosen:
            start = self._folder() / f"{self.file_name(chosen[0])}.png"
            name, _ = QFileDialog.getSaveFileName(self, "Save the face", str(start), "*.png")
            if name:
                self._write(Path(name).with_suffix(".png"), tuple(chosen), grid=False)

    def _save_all(self) -> None:
        self._save_into(tuple(self.places), grid=False)

    def _save_sheet(self) -> None:
        chosen = self._chosen()
        faces = tuple(chosen if len(chosen) > 1 else self.places)
        start = str(self._folder() / "contact sheet.png")
        name, _ = QFileDialog.getSaveFileName(self, "Save a contact sheet", start, "*.png")
        if name and faces:
            self._write(Path(name).with_suffix(".png"), faces, grid=True)

    def _save_into(self, faces: tuple[Place, ...], *, grid: bool) -> None:
        name = QFileDialog.getExistingDirectory(self, "Save the faces to", str(self._folder()))
        if name and faces:
            self._write(Path(name), faces, grid=grid)

    def _write(self, target: Path, faces: tuple[Place, ...], *, grid: bool) -> None:
        folder = target if target.is_dir() else target.parent
        self.desk.prefs.write("last_folder", str(folder))
        self.session.save(target, faces, partial(self._wrote, folder), grid=grid)

    def _wrote(self, folder: Path, report: Report) -> None:
        count = len(report.done)
        words = f"Saved as {report.done[0][1].name}." if count == 1 else f"{count} files saved."
        self.desk.notices.say(words, Action("Open folder", partial(_show, folder)), kind="good")

    def _folder(self) -> Path:
        return Path(str(self.desk.prefs.read("last_folder", str(Path.home()))))

    def _read(self, _path: Path, found: FoundPlace) -> None:
        """Put it first and lock it."""
        if found.words:
            self.desk.notices.say(found.words)
        self._guest = found.place
        self.panel.show_loved(False)
        if self.facts is not None and found.place.model == self.facts.model:
            self._fill()
        else:
            self._open(found.place.model)

    # -- how things stand -----------------------------------------------------------------------

    def _tell(self) -> None:
        chosen = len(self.grid.selected)
        locked = sum(face.locked for face in self.grid.faces)
        self.panel.tell(len(self.places), chosen, locked, len(self.loved))

    def _failed(self, what: str, error: BaseException) -> None:
        if what in ("open", "thumbs"):
            self._opening = False
            self.grid.set_message(words_of(error))
        else:
            self.desk.notices.complain(error)


def _show(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


TAB = Tab("Faces", "generators", 1, "faces", "Faces of nobody, as many as you like", FacesTab)
