"""Generator against discriminator, seen and played."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from engine.job import Curve, Plot, Points, Surface
from engine.specs_lab import Failure, Lab, LabDuel
from engine.specs_lab_live import DuelMove, DuelOpen, DuelSave, LabResult
from gui.asking import Asker
from gui.tabs import Desk
from gui.tabs.duel_stage import DuelStage
from gui.tabs.duel_words import CRITICS, FLAT, GRADIENT_NAME, duel_words, figures_of
from gui.tabs.lab_page import LabPage
from gui.widgets.duel_plane import Sight
from gui.widgets.figure_row import Figure
from gui.widgets.heat import bounded, unbounded

SETTLED_MS = 250  # without a change, until the settings are taken up
FEWEST = 2  # drawn points that make a distribution
DRAW_HERE = "Draw here with the mouse · right button erases · wheel widens the brush"
USUAL = LabDuel()
LANES = ("move 1", "move 2", "move 3", "move 4")
KEYS = {"D": "discriminator", "G": "generator", "B": "both", "R": "reset"}


class DuelPage(LabPage):
    """A duel stays warm in the engine; play is the page's job, single moves go between."""

    experiment = "duel"

    def __init__(self, desk: Desk, kind: type[Lab]) -> None:
        super().__init__(desk, kind)
        self.spec = LabDuel()
        self.step = 0
        self.values: dict[str, float] = {}
        self.playing = False
        self._warm: LabDuel | None = None  # the spec of the duel that the engine keeps
        self.stage = DuelStage()
        self.asker = Asker(self, desk.engine, "lab.duel")
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.stage)
        self._connect()
        self._tell()

    # -- what the tab asks ----------------------------------------------------------------------

    def recolour(self) -> None:
        """The theme's colours."""
        self.stage.recolour(self.desk.theme)

    def own(self) -> dict[str, Any]:
        """What was drawn."""
        return {"points": self.stage.plane.sketch.points}

    def set_spec(self, spec: Lab) -> None:
        """Other settings begin another duel, once they stand still."""
        assert isinstance(spec, LabDuel)
        if spec.points != self.stage.plane.sketch.points:
            self.stage.plane.sketch.set_points(spec.points)
        changed = plain(spec) != plain(self.spec)
        self.spec = spec
        self.stage.set_kind(flat=spec.distribution in FLAT, critic=spec.loss in CRITICS)
        if spec.distribution != "drawn" and self.stage.draw.isChecked():
            self.stage.draw.setChecked(False)
        if changed:
            self._mark_failure()
            self._settled.start()

    def job(self, spec: Lab) -> DuelMove:
        """Play."""
        assert isinstance(spec, LabDuel)
        self.spec = spec
        return self._move("play", steps=spec.steps)

    def begun(self, spec: Any) -> None:
        """A new duel begins with empty curves."""
        self._settled.stop()
        if isinstance(spec, DuelMove):
            self._taken_up(spec)
            self.playing = spec.move == "play"
            self.stage.draw.setChecked(False)
        self._tell()

    def hear(self, event: Any) -> None:
        """The newest is kept; it is painted when the screen comes to it."""
        plane = self.stage.plane
        match event:
            case Points("real"):
                plane.change(real=event.places)
            case Points("generated"):
                plane.change(made=event.places, arrows=event.arrows)
            case Points("mesh"):
                plane.change(mesh=event.places)
            case Surface("discriminator"):
                kind = unbounded if self.spec.loss in CRITICS else bounded
                plane.change(heat=kind(event.heights, event.box))
            case Plot("densities"):
                self.stage.densities.set_lines(event.x, event.lines)
            case Curve():
                self.step = max(self.step, event.step)
                self.values |= event.values
                self.stage.add_values(event.step, event.values)
                self._tell()
            case _:
                pass

    def done(self, result: LabResult) -> None:
        """So many steps were asked for, and are done."""
        self._moved(result)
        self.stopped()

    def failed(self, words: str) -> None:
        """What was shown stays."""
        del words
        self.stopped()

    def stopped(self) -> None:
        """Paused: all is where it was."""
        self.playing = False
        self._tell()

    def stop(self) -> bool:
        """Put the brush down."""
        drawing = self.stage.draw.isChecked()
        self.stage.draw.setChecked(False)
        return drawing

    def take(self, paths: list[Path]) -> bool:
        """Points in a CSV file are a distribution."""
        tables = [path for path in paths if path.suffix.lower() == ".csv"]
        if tables:
            self.wish.emit(replace(self.spec, distribution="drawn", drawn=tables[0]))
        return bool(tables)

    def save_state(self, path: Path, spec: Lab) -> None:
        """Networks and all, where there are any."""
        if self._warm is None:
            super().save_state(path, spec)
            return
        self.asker.ask("save", DuelSave(path))

    def open_state(self, path: Path, kept: dict[str, Any]) -> None:
        """Take a duel up where it was left, or its settings."""
        if "weights" not in kept:
            self._look()
            return
        self._settled.stop()
        self.halt.emit()
        self._clear()
        self.asker.ask("open", DuelOpen(path), heard=self.hear, done=self._opened)

    # -- building -------------------------------------------------------------------------------

    def _connect(self) -> None:
        stage = self.stage
        stage.play.connect(self.play)
        stage.one_move.connect(self.make_move)
        stage.slowed.connect(self._slowed)
        stage.draw.toggled.connect(self._sketch)
        stage.cleared.connect(self._clear_sketch)
        stage.plane.sketched.connect(self.touched)
        stage.fail.chosen.connect(self.see_it_fail)
        stage.failure.fail.connect(self.see_it_fail)
        stage.failure.mend.connect(self.see_it_mended)
        stage.failure.closed.connect(self._close_failure)
        self.asker.failed.connect(lambda _what, why: self.desk.notices.complain(why))
        self._settled.timeout.connect(self._take_up)
        for key, move in KEYS.items():
            self._key(key).activated.connect(partial(self.make_move, move))
        self._key("P").activated.connect(self.play)
        self._key("A").activated.connect(stage.arrows.toggle)
        self._key("M").activated.connect(stage.mesh.toggle)
        self._key("W").activated.connect(stage.draw.toggle)

    def _key(self, key: str) -> QShortcut:
        made = QShortcut(QKeySequence(key), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return made

    def showEvent(self, event: QShowEvent) -> None:
        """Something is to be seen before anything is pressed."""
        super().showEvent(event)
        if self._warm is None:
            self._settled.start()

    # -- moves ----------------------------------------------------------------------------------

    def play(self) -> None:
        """Go on, or hold still."""
        if self.playing:
            self.halt.emit()
        elif self._enough():
            self.ask.emit(self._move("play", steps=self.spec.steps))

    def make_move(self, move: str) -> None:
        """One step, or all anew; what plays is held first."""
        if not self._enough():
            return
        self.halt.emit()
        self.stage.draw.setChecked(False)
        self._ask(move)

    def _ask(self, move: str) -> None:
        """Each in a lane of its own: single steps are done one after the other, none is lost."""
        spec = self._move(move)
        self._taken_up(spec)
        free = [lane for lane in LANES if not self.asker.busy(lane)]
        if free:  # a key that is held down does not run ahead of the engine
            self.asker.ask(free[0], spec, heard=self.hear, done=self._moved)

    def _move(self, move: str, steps: int | None = None) -> DuelMove:
        """Settings that mean the same go on with the same duel."""
        duel = plain(self.spec)
        if self._warm is not None and plain(self._warm) == duel:
            duel = self._warm
        return DuelMove(duel, move, steps, self.stage.pause if move == "play" else 0.0)

    def _taken_up(self, move: DuelMove) -> None:
        """What the engine has now."""
        if move.duel != self._warm or move.move == "reset":
            self._clear()
        self._warm = move.duel

    def _moved(self, result: LabResult) -> None:
        self.step = round(result.figures.get("steps", self.step))
        self.values |= {name: v for name, v in result.figures.items() if name != "steps"}
        self._tell()

    def _look(self) -> None:
        if self._enough():
            self._ask("look")

    def _take_up(self) -> None:
        """The settings stand still: go on with them, or show them."""
        if self.playing:
            self.ask.emit(self._move("play", steps=self.spec.steps))
        else:
            self._look()

    def _slowed(self) -> None:
        if self.playing:
            self._settled.start()

    def _enough(self) -> bool:
        """Whether there is anything real."""
        spec = self.spec
        enough = spec.distribution != "drawn" or spec.drawn or len(spec.points) >= FEWEST
        if not enough and not self.stage.draw.isChecked():
            self.stage.draw.setChecked(True)
        return bool(enough)

    def _clear(self) -> None:
        for lane in LANES:
            self.asker.drop(lane)
        self.step, self.values = 0, {}
        self.stage.clear_values()
        self.stage.plane.set_sight(Sight(critic=self.spec.loss in CRITICS))
        self._tell()

    def _tell(self) -> None:
        self.stage.set_playing(self.playing)
        if self.playing and not self.values:
            self.stage.plane.set_caption("Gets ready …")
        elif self.stage.plane.caption.startswith("Gets ready"):
            self.stage.plane.set_caption("")
        self.stage.figures.set_figures(self._figures())
        if self.stage.before.isVisibleTo(self):
            self.stage.plane.set_caption(duel_words(self.spec, self.step, self.values))

    def _figures(self) -> list[Figure]:
        """What a failure is about comes first."""
        failure = self.stage.failure.failure
        figures = figures_of(self.spec, self.step, self.values)
        if failure is not None and "gradient" in failure.words:
            figures.sort(key=lambda each: each.name not in ("step", GRADIENT_NAME))
        return figures

    # -- drawn by hand --------------------------------------------------------------------------

    def _sketch(self, on: bool) -> None:
        stage = self.stage
        stage.clear.setVisible(on)
        stage.sights.setVisible(not on)
        stage.plane.set_sketching(on)
        stage.plane.set_caption(DRAW_HERE if on else "")
        if on:
            self.halt.emit()
            stage.plane.setFocus()
            if self.spec.distribution != "drawn" or self.spec.drawn is not None:
                points = stage.plane.sketch.points
                self.wish.emit(replace(self.spec, distribution="drawn", drawn=None, points=points))

    def _clear_sketch(self) -> None:
        self.stage.plane.sketch.clear()
        self.stage.plane.update()
        self.touched.emit()

    # -- failures -------------------------------------------------------------------------------

    def see_it_fail(self, failure: Failure) -> None:
        """The duel that goes wrong, from its beginning."""
        self.stage.failure.show_failure(failure)
        self.stage.forget_before()
        self._begin(failure.broken)

    def see_it_mended(self, mended: LabDuel) -> None:
        """The same with a remedy; what went wrong stays beside it."""
        failure = self.stage.failure.failure
        if failure is not None and plain(self.spec) == plain(failure.broken):
            self.stage.keep_before(duel_words(self.spec, self.step, self.values))
        self._begin(mended)

    def _begin(self, duel: LabDuel) -> None:
        self.wish.emit(duel)
        self._settled.stop()
        self.spec, self._warm = duel, None
        self._mark_failure()
        self._clear()
        self.ask.emit(replace(self._move("play"), steps=None))

    def _mark_failure(self) -> None:
        """Say which of them is shown; other settings are no part of it."""
        failure = self.stage.failure.failure
        if failure is None:
            return
        shown = [plain(each) for each in (failure.broken, *failure.mended)]
        if plain(self.spec) in shown:
            self.stage.failure.mark(shown.index(plain(self.spec)))
        else:
            self._close_failure()

    def _close_failure(self) -> None:
        self.stage.failure.hide()
        self.stage.failure.failure = None
        self.stage.forget_before()

    # -- one JSON -------------------------------------------------------------------------------

    def _opened(self, duel: LabDuel) -> None:
        self._warm = self.spec = duel
        self._tell()


def plain(spec: LabDuel) -> LabDuel:
    """Without what makes no other duel of it: how long, and points that are not asked for."""
    same = replace(spec, seconds=USUAL.seconds, steps=None)
    return same if spec.distribution == "drawn" else replace(same, points=(), drawn=None)


PAGE = DuelPage
