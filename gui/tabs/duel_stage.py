"""The Duel without its doings: the plane or the densities, the curves, the buttons."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCursor, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from gui.tabs.duel_failures import FailureBar, FailureMenu
from gui.tabs.duel_words import DISTANCE, GRADIENT, LOSSES, OPINIONS, line_name
from gui.theme import Theme
from gui.widgets.chart import Chart, Ink
from gui.widgets.densities import Densities
from gui.widgets.duel_plane import DuelPlane, Sight
from gui.widgets.figure_row import FigureRow
from gui.widgets.gathered import Gathered
from gui.widgets.lab_ink import lab_ink
from gui.widgets.labels import quiet
from gui.widgets.slider_row import Slider

SLOWEST_MS, STEP_MS = 1250, 50  # of the pause after a step
WIDE = 230  # px that a diagram needs at the least
CHARTS_HIGH = 138
CURVES_MS = 200  # points of the curves that come sooner are drawn together


class DuelStage(QWidget):
    """From top to bottom: figures, a failure's words, the plane, the curves, the buttons."""

    play = Signal()
    one_move = Signal(str)
    slowed = Signal()
    sketching = Signal(bool)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.figures = FigureRow()
        self.fail = FailureMenu()
        self.failure = FailureBar()
        self.before, self.plane = DuelPlane("The plane before it was mended"), DuelPlane()
        self.densities = Densities()
        self.charts = {
            LOSSES: Chart("Losses", smooth=True, waiting="Play, and the losses come"),
            OPINIONS: Chart("D(x)", smooth=True, waiting="½ when none can tell"),
            DISTANCE: Chart("Jensen-Shannon, nats", smooth=True, waiting="0 when all is alike"),
            GRADIENT: Chart("G's gradient", smooth=True, waiting="What G learns from"),
        }
        self.charts[GRADIENT].set_log(True)
        self._lay_out()
        self._soon = Gathered(self, CURVES_MS)
        self._soon.timeout.connect(self.flush)
        self.before.hide()
        self.failure.hide()

    # -- told -----------------------------------------------------------------------------------

    def recolour(self, theme: Theme) -> None:
        """The theme's colours."""
        ink = lab_ink(theme.tokens)
        for plane in (self.before, self.plane):
            plane.set_ink(ink)
        self.densities.set_ink(ink)
        self.figures.set_colours(ink.text, ink.quiet)
        lines = {
            LOSSES: (ink.judge, ink.made),
            OPINIONS: (ink.real, ink.made),
            DISTANCE: (ink.quiet,),
            GRADIENT: (ink.made,),
        }
        for name, chart in self.charts.items():
            chart.set_ink(Ink(ink.text, ink.quiet, ink.line, lines[name]))
        self.failure.set_ink(ink.quiet)

    def set_kind(self, *, flat: bool, critic: bool) -> None:
        """One dimension or two; a discriminator or a critic."""
        self.middle.setCurrentIndex(1 if flat else 0)
        self.plane.change(critic=critic)
        self.charts[OPINIONS].set_level(None if critic else 0.5, None if critic else (0.0, 1.0))

    def add_values(self, step: int, values: dict[str, float]) -> None:
        """A point of the curves; they are drawn a few times a second."""
        self._soon.add(step, values)

    def flush(self) -> None:
        """Draw what waits."""
        for step, values in self._soon.take():
            for name, value in values.items():
                where = line_name(name)
                if where is not None:
                    self.charts[where[0]].add(where[1], step, value)

    def clear_values(self) -> None:
        """No curves."""
        self._soon.take()
        for chart in self.charts.values():
            chart.clear()

    def keep_before(self, words: str) -> None:
        """What is seen now stays beside what comes."""
        self.before.set_sight(self.plane.sight)
        self.before.set_caption(words)
        self.before.show()

    def forget_before(self) -> None:
        """One plane again."""
        self.before.hide()
        self.before.set_sight(Sight())
        self.plane.set_caption("")

    def set_playing(self, playing: bool) -> None:
        """Under way, or at rest."""
        self.go.setText("Pause" if playing else "Play")

    @property
    def pause(self) -> float:
        """Seconds after each step."""
        return self.slow.value() * STEP_MS / 1000

    # -- building -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 12)
        box.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.figures, 1)
        self.draw = self._button("Draw", "Draw with the mouse what is real (W)", toggle=True)
        self.draw.toggled.connect(self.sketching)
        self.clear = self._button("Clear", "Take all drawn points away")
        self.clear.clicked.connect(self.cleared)
        self.clear.hide()
        self.sights = QPushButton("Show")
        self.sights.setToolTip("What is to be seen on the plane")
        menu = QMenu(self.sights)
        menu.setToolTipsVisible(True)
        self.arrows = menu.addAction("Gradients (A)")
        self.arrows.setToolTip("Where D sends the made points")
        self.mesh = menu.addAction("The generator's mesh (M)")
        self.mesh.setToolTip("How G bends the plane of its noise, where that is of two numbers")
        for action in (self.arrows, self.mesh):
            action.setCheckable(True)
        self.arrows.setChecked(True)
        for plane in (self.plane, self.before):
            self.arrows.toggled.connect(plane.set_arrows)
            self.mesh.toggled.connect(plane.set_mesh)
        self.sights.setMenu(menu)
        for widget in (self.clear, self.draw, self.sights, self.fail):
            head.addWidget(widget)
        box.addLayout(head)
        box.addWidget(self.failure)
        box.addWidget(self._planes(), 1)
        self.row = QHBoxLayout()
        self.row.setSpacing(14)
        for chart in self.charts.values():
            chart.setMinimumWidth(120)
            chart.setFixedHeight(CHARTS_HIGH)
            self.row.addWidget(chart, 1)
        box.addLayout(self.row)
        box.addLayout(self._keys())

    def _planes(self) -> QWidget:
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.before, 1)
        row.addWidget(self.plane, 1)
        self.middle = QStackedWidget()
        self.middle.addWidget(pair)
        self.middle.addWidget(self.densities)
        return self.middle

    def _keys(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.go = self._button("Play", "Let both learn in turn until you pause (P)")
        self.go.setMinimumWidth(74)
        self.go.clicked.connect(self.play)
        row.addWidget(self.go)
        for words, move, tip in (
            ("Step D", "discriminator", "One step of the discriminator alone (D)"),
            ("Step G", "generator", "One step of the generator alone (G)"),
            ("Both", "both", "One step of each (B)"),
            ("Reset", "reset", "Begin anew with the same dice (R)"),
        ):
            button = self._button(words, tip)
            button.clicked.connect(lambda _=False, move=move: self.one_move.emit(move))
            row.addWidget(button)
        row.addStretch(1)
        self._add_slow(row)
        return row

    def _add_slow(self, row: QHBoxLayout) -> None:
        self.slow = Slider()
        self.slow.setRange(0, SLOWEST_MS // STEP_MS)
        self.slow.setFixedWidth(76)
        self.slow.setAccessibleName("Pause after each step")
        self.slow.valueChanged.connect(self._slower)
        row.addWidget(quiet("Slow"))
        row.addWidget(self.slow)
        self._slower()

    def _slower(self) -> None:
        wait = self.slow.value() * STEP_MS
        words = f"{wait} ms after each step" if wait else "full speed"
        self.slow.setToolTip(f"Wait after each step, to see it slowly: {words}")
        if self.slow.isSliderDown():
            QToolTip.showText(QCursor.pos(), words, self.slow)
        self.slowed.emit()

    def _button(self, words: str, tip: str, *, toggle: bool = False) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        if toggle:
            button.setCheckable(True)
            button.setProperty("role", "toggle")
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many diagrams as there is room for."""
        super().resizeEvent(event)
        most = max(2, (self.width() - 40) // WIDE)
        for number, chart in enumerate(self.charts.values()):
            chart.setVisible(number < most)
