"""The page of every experiment that has none of its own: what happens, and what was found."""

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.job import Curve, Failed, Note, Step
from engine.specs_lab import Lab
from engine.specs_lab_live import LabResult
from gui import paint
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.lab_invite import LabInvite
from gui.tabs.lab_page import LabPage
from gui.tabs.lab_state import as_plain, of_plain, png, seen
from gui.tabs.lab_words import chart_ink, live_title, made_with, title_of
from gui.widgets.diagram import DiagramView
from gui.widgets.figures import Figures, TableView
from gui.widgets.labels import quiet, section
from gui.widgets.live_curves import LiveCurves
from gui.widgets.reflow import Reflow
from gui.widgets.tiles_view import TilesView

FEW = 5  # figures that stand alone; more of them are in a table anyway
BETWEEN = 20  # px between parts of the page
SAID_MS = 150  # between two words of how far it is: each costs a look at the whole page


class Block(QWidget):
    """Something under its name."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self.title, self.content = section(title), content
        self.title.setVisible(bool(title))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.title)
        box.addWidget(content)


class ReportPage(LabPage):
    """Words, figures, sheets, curves, tables: live, then as the result has them."""

    def __init__(self, desk: Desk, kind: type[Lab]) -> None:
        super().__init__(desk, kind)
        self.spec: Lab = kind()
        self.result: LabResult | None = None
        self.sheets: dict[str, TilesView] = {}
        self._titles: dict[str, str] = {}
        self.notes: list[str] = []
        self._unread = 0
        self._fresh = False  # a job has begun, and nothing of it is shown yet
        self._ran = ""  # the settings of what is shown
        self._next = ""
        self._words = ""  # to be said soon
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SAID_MS)
        self._soon.timeout.connect(lambda: self.heading.setText(self._words))
        self.invite = LabInvite(kind)
        self.invite.begin.connect(self.start)
        self.invite.open_folder.connect(self.folder)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.invite)
        self.stack.addWidget(self._build())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.stack)

    def _build(self) -> QWidget:
        self.heading, self.with_, self.told = QLabel(), quiet(), quiet()
        self.heading.setProperty("role", "lead")
        self.heading.setWordWrap(True)
        self.heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figures, self.curves = Figures(), LiveCurves()
        self.pictures, self.rest = Reflow(360, 2, BETWEEN), Reflow(330, 2, BETWEEN)
        self.above = QVBoxLayout()
        self.above.setSpacing(BETWEEN)
        self.live = Block("Training", self.curves)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(24, 18, 24, 18)
        rows.setSpacing(BETWEEN)
        head = QVBoxLayout()
        head.setSpacing(4)
        for label in (self.heading, self.with_, self.told):
            head.addWidget(label)
        rows.addLayout(head)
        rows.addWidget(self.figures)
        rows.addLayout(self.above)
        for part in (self.pictures, self.rest, self.live):
            rows.addWidget(part)
        rows.addStretch(1)
        for widget in (self.told, self.figures, self.pictures, self.rest, self.live):
            widget.hide()
        self.area = QScrollArea()
        self.area.setObjectName("canvas")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(body)
        return self.area

    # -- what the tab tells ---------------------------------------------------------------------

    def add_block(self, widget: QWidget, title: str = "") -> Block:
        """Something of one's own above the sheets."""
        block = Block(title, widget)
        self.above.addWidget(block)
        return block

    def recolour(self) -> None:
        """The theme's colours."""
        self.invite.recolour(self.desk.theme)
        self.curves.set_ink(chart_ink(self.desk.theme))
        for each in self.sheets.values():
            each.set_ink(self.desk.theme.colour("quiet"))
        for view in self.rest.findChildren(DiagramView):
            view.set_ink(chart_ink(self.desk.theme))

    def set_spec(self, spec: Lab) -> None:
        """The settings as they stand."""
        self.spec = spec
        self.invite.tell(spec)

    def begun(self, spec: Any) -> None:
        """What was there stays until there is something new."""
        self._fresh = True
        self._next = made_with(spec) if isinstance(spec, Lab) else ""
        self.stack.setCurrentIndex(1)
        self.heading.setText("Gets ready; the first time after a start takes a few seconds")
        self.with_.setText(self._next)

    def hear(self, event: Any) -> None:
        """Keep the newest; it is painted when there is time."""
        match event:
            case Step() if event.text:
                self._words = event.text[:1].upper() + event.text[1:]
                if not self._soon.isActive():
                    self._soon.start()
            case Note():
                self._renew()
                self._note(event.text)
            case Failed():
                self._renew()
                self._unread += 1
                self._note("")
                self.told.setToolTip(f"{event.path.name}: {event.reason}")
            case Curve():
                self._renew()
                self.live.show()
                self.curves.add(event.step, event.values)
            case Shown():
                self._renew()
                self._show_live(event)
            case _:
                pass

    def done(self, result: LabResult) -> None:
        """What was found takes the place of what was to be seen on the way."""
        self._renew()
        self._soon.stop()
        self.show_result(result)

    def failed(self, words: str) -> None:
        """What was shown stays."""
        del words
        self._end("It could not be done")

    def stopped(self) -> None:
        """What was shown stays."""
        self._end("Stopped")

    def state(self) -> dict[str, Any]:
        """The result, or curves and sheets as far as they came."""
        sheets = {
            name: {
                "png": png(each.image),
                "columns": each.columns,
                "rows": each.rows,
                "title": self._titles[name],
            }
            for name, each in self.sheets.items()
        }
        return {
            "made_with": self._ran,
            "notes": self.notes,
            "curves": self.curves.points,
            "result": as_plain(self.result) if self.result else None,
            "sheets": sheets if self.result is None else {},
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Show that again."""
        self._clear()
        self._ran = str(state.get("made_with", ""))
        kept = seen(state)
        self.notes = kept.notes
        for point in kept.points:
            self.curves.add(*point)
        self.curves.flush()
        self.live.setVisible(bool(kept.points))
        for name, (picture, facts) in kept.sheets.items():
            self._sheet(name, str(facts.get("title", "")), picture, facts)
        result = of_plain(state.get("result"))
        self.with_.setText(self._ran)
        self.heading.setText("Opened")
        self._note("")
        if result is not None:
            self.show_result(result)
        self.stack.setCurrentIndex(int(bool(result or kept.points or kept.sheets)))

    # -- showing --------------------------------------------------------------------------------

    def show_result(self, result: LabResult) -> None:
        """All that it holds."""
        self.result = result
        self.heading.setText(result.words)
        self.with_.setText(self._ran)
        few = alone(result)
        self.figures.show_figures(few)
        self.figures.setVisible(bool(few))
        if result.pictures:
            self._drop_sheets()
        for name, pixels in result.pictures.items():
            cut = result.cuts.get(name)
            facts = {"columns": cut.columns, "rows": cut.rows} if cut else {}
            self._sheet(name, title_of(name), paint.to_image(pixels), facts)
        self.live.setVisible(bool(self.curves.points) and "losses" not in result.diagrams)
        self.rest.clear()
        for name, each in result.diagrams.items():
            view = DiagramView(each.x, each.y, each.lines)
            view.set_ink(chart_ink(self.desk.theme))
            self.rest.add(Block(title_of(name), view))
        for name, table in result.tables.items():
            self.rest.add(Block(name, TableView(table)))
        self.rest.setVisible(bool(self.rest.widgets))
        self._note("")

    def _show_live(self, event: Shown) -> None:
        title = live_title(self.kind.experiment, event.name)
        self._sheet(event.name, title, event.picture.levels[0], event.facts)

    def _sheet(self, name: str, title: str, picture: QImage, facts: dict[str, Any]) -> None:
        if name not in self.sheets:
            view = TilesView(title)
            view.set_ink(self.desk.theme.colour("quiet"))
            self.sheets[name] = view
            self._titles[name] = title
            self.pictures.add(Block(title, view))
            self.pictures.show()
        rows = tuple(map(str, facts.get("rows", ())))
        self.sheets[name].show_sheet(picture, int(facts.get("columns", 0)), rows)

    def _drop_sheets(self) -> None:
        self.pictures.clear()
        self.pictures.hide()
        self.sheets.clear()
        self._titles.clear()

    def _renew(self) -> None:
        """The first that is heard of a job: what was there before goes."""
        if self._fresh:
            self._clear()
            self._ran = self._next
            self.with_.setText(self._ran)
            self._fresh = False

    def _clear(self) -> None:
        self.result = None
        self.notes = []
        self._unread = 0
        self._drop_sheets()
        self.curves.clear()
        self.rest.clear()
        self.rest.hide()
        for widget in (self.figures, self.live, self.told):
            widget.hide()

    def _note(self, text: str) -> None:
        if text and text not in self.notes:
            self.notes.append(text)
        unread = f"{self._unread} could not be read." if self._unread else ""
        words = " ".join([*self.notes, unread]).strip()
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _end(self, words: str) -> None:
        self._soon.stop()
        nothing = self._fresh
        self._fresh = False
        if nothing and self.result is not None:
            self.heading.setText(self.result.words)
            self.with_.setText(self._ran)
        elif nothing and not self.sheets and not self.curves.points:
            self.stack.setCurrentIndex(0)
        else:
            at = f" at step {self.curves.points[-1][0]:,}" if self.curves.points else ""
            self.heading.setText(f"{words}{at}; what there was so far stays.")


def alone(result: LabResult) -> dict[str, float]:
    """The figures that are to be read at a glance: those of a few that no table holds."""
    rows = [row for table in result.tables.values() for row in table.rows]
    told = {cell for row in rows for cell in row if not isinstance(cell, str)}
    few = len(result.figures) <= FEW or not rows
    return result.figures if few and not told.issuperset(result.figures.values()) else {}
