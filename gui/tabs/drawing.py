"""Draw, and see at once what a model makes of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.catalogue import Entry
from engine.domains import Domain, domain_of
from engine.errors import UserError
from engine.files import whole
from engine.specs import DeriveDrawing, DrawTransfer, Look, SampleTransfer
from gui import paint
from gui.jobs import Ticket
from gui.notices import words_of
from gui.paint import Picture, Shown
from gui.tabs import Desk
from gui.tabs.follow import Follow
from gui.widgets.canvas import Canvas
from gui.widgets.drawing_tools import DrawingTools
from gui.widgets.film_strip import filling
from gui.widgets.picture_view import PictureView
from gui.widgets.strokes import Sheet

EDGE = 512  # px of a sheet, at least; twice what the model sees where that is more
LINE, LABEL = 2.0, 14.0  # px of the model, the width of a pen or a brush to begin with
SHINE = 0.45  # how strongly a picture below the drawing shows
TRACED = "picture"  # the preview that lies below
BELOW = 120  # px, for the words above the button
START = "Draw on the left: the result follows your hand."
WARMING = "Warming up the model …"


class Drawing(QWidget):
    """Canvas and result side by side; `tools` lie in the panel."""

    changed = Signal()  # there is a result, or none any more

    def __init__(self, desk: Desk, tools: DrawingTools) -> None:
        super().__init__()
        self._desk, self.tools = desk, tools
        self.entry: Entry | None = None
        self.domain = Domain()
        self._sheets: dict[str, Sheet] = {}  # a drawing a model, so that none gets lost
        self._loading: Ticket | None = None
        self._template: Picture | None = None
        self._traced = False
        self.canvas = Canvas(QSize(EDGE, EDGE))
        self.result = PictureView("Result")
        self.begin = QPushButton("Begin with a sample", self.result)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.result, 1)
        self.follow = Follow(self, desk.engine, "transfer.draw", self._question)
        inside = QVBoxLayout(self.result)
        inside.addStretch()
        inside.addSpacing(BELOW)
        inside.addWidget(self.begin, alignment=Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch()
        self._connect()
        self._shortcuts()

    def _connect(self) -> None:
        self.tools.changed.connect(lambda: self.canvas.set_tool(self.tools.tool))
        self.tools.undo.connect(self.canvas.undo)
        self.tools.redo.connect(self.canvas.redo)
        self.tools.clear.connect(lambda: self.canvas.lay(None))
        self.begin.clicked.connect(self.open_sample)
        self.canvas.width_changed.connect(self.tools.set_width)
        self.canvas.painted.connect(self.follow.ask)
        self.canvas.settled.connect(self._tell)
        self.follow.shown.connect(self._show)
        self.follow.failed.connect(self._failed)

    def _shortcuts(self) -> None:
        keys: tuple[tuple[QKeySequence, Callable[[], None]], ...] = (
            (QKeySequence("Ctrl+Z"), self.canvas.undo),
            (QKeySequence("Ctrl+Y"), self.canvas.redo),
            (QKeySequence("Ctrl+Shift+Z"), self.canvas.redo),
            *((QKeySequence(key), self._taker(at)) for at, key in enumerate("BERL")),
        )
        for key, do in keys:
            shortcut = QShortcut(key, self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(do)

    def _taker(self, number: int) -> Callable[[], None]:
        return lambda: self.tools.take(number)

    # -- model and drawing ----------------------------------------------------------------------

    @property
    def blank(self) -> bool:
        """Whether nothing was drawn yet."""
        return not self.canvas.sheet.history.can_undo and not self.canvas.sheet.painting

    def use(self, entry: Entry) -> None:
        """Draw for this model; what was drawn for it before is there again."""
        if self.entry is not None and self.entry.id == entry.id:
            return
        self.follow.forget()
        self.entry, self.domain = entry, domain_of(entry.card)
        edge = max(EDGE, 2 * self.domain.edge)
        self._sheets.setdefault(entry.id, Sheet(QSize(edge, edge)))
        labels = self.domain.palette
        self.tools.set_labels(labels, round((LABEL if labels else LINE) * edge / self.domain.edge))
        self.canvas.set_paper(self.domain.background)
        self.canvas.set_below(None)
        self._template = None
        self._show_nothing()
        self.canvas.set_sheet(self._sheets[entry.id])

    def open(self, path: Path) -> None:
        """Take a picture as the drawing, or as what one would draw of it; it can be undone."""
        if self.entry is not None and not self._traced:
            self._load(DeriveDrawing(self.entry.id, path), "drawing")
        else:
            self._load(Look(path, longest=2 * EDGE), TRACED)

    def open_sample(self) -> None:
        """Take the model's sample drawing."""
        if self.entry is not None:
            self._load(SampleTransfer(self.entry.id, EDGE), "before")

    def _load(self, spec: Look | DeriveDrawing | SampleTransfer, wanted: str) -> None:
        ticket = self._loading = Ticket(spec, "transfer.template", label="Opening the picture")
        ticket.happened.connect(lambda event: self._loaded(ticket, event, wanted))
        ticket.failed.connect(lambda error: self._desk.notices.complain(error))
        self._desk.engine.submit(ticket)

    def _loaded(self, ticket: Ticket, event: object, wanted: str) -> None:
        if ticket is self._loading and isinstance(event, Shown) and event.name == wanted:
            image = event.picture.levels[0]
            part = image.copy(filling(image.size(), self.canvas.sheet.image.size()))
            if wanted == TRACED:
                self._template = Picture((part,))
                self.show_below(self._traced)
            else:
                self.canvas.lay(part)

    def show_below(self, traced: bool) -> None:
        """Whether pictures are loaded below the drawing, to be traced, or as the drawing."""
        self._traced = traced
        self.canvas.set_below(self._template if traced else None, SHINE)

    def showEvent(self, event: QShowEvent) -> None:
        """What was drawn while the result could not be seen is asked for now."""
        super().showEvent(event)
        self.follow.ask()

    # -- the result -----------------------------------------------------------------------------

    def _question(self) -> DrawTransfer | None:
        if self.entry is None or not self.isVisible():
            return None
        if self.blank:
            self._show_nothing()
            return None
        # No larger than of use, and labels without mixed colours.
        edge, exact = 2 * self.domain.edge, bool(self.domain.palette)
        kept, fast = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        way = fast if exact else Qt.TransformationMode.SmoothTransformation
        image = self.canvas.sheet.image.scaled(QSize(edge, edge), kept, way)
        if self.result.image is None:
            self.result.set_message(WARMING)
            self.begin.hide()
        device = str(self._desk.prefs.read("device", "auto"))
        return DrawTransfer(self.entry.id, paint.rgba(image), image.width(), image.height(), device)

    def _show(self, shown: Shown) -> None:
        if shown.name == "after":
            first = self.result.image is None
            self.result.show_picture(shown.picture)
            if first:
                self.changed.emit()

    def _show_nothing(self) -> None:
        self.result.show_picture(None)
        self.result.set_message(START)
        self.begin.show()
        self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        self.result.show_picture(None)
        self.result.set_message(words_of(error))

    def _tell(self) -> None:
        history = self.canvas.sheet.history
        self.tools.allow(undo=history.can_undo, redo=history.can_redo)
        self.changed.emit()

    # -- saving ---------------------------------------------------------------------------------

    def save_result(self) -> None:
        """Ask where, and write what the model made."""
        if self.result.image is not None:
            self._save(self.result.image, self.domain.target or "result")

    def save_drawing(self) -> None:
        """Ask where, and write the drawing on its paper."""
        sheet = self.canvas.sheet.image
        flat = QImage(sheet.size(), QImage.Format.Format_RGB32)
        flat.fill(self.domain.background)
        painter = QPainter(flat)
        painter.drawImage(0, 0, sheet)
        painter.end()
        self._save(flat, "drawing")

    def _save(self, image: QImage, name: str) -> None:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        folder = Path(str(self._desk.prefs.read("transfer/saved_in", pictures)))
        start = str(unused(folder / f"{name}.png"))
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the picture", start, "PNG (*.png)")
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix.lower() == ".png" else path.with_name(f"{path.name}.png")
        self._desk.prefs.write("transfer/saved_in", str(path.parent))
        try:
            with whole(path) as part:
                if not image.save(str(part), "PNG"):  # type: ignore[call-overload]
                    raise OSError
        except UserError as why:
            self._desk.notices.complain(why)
        else:
            self._desk.notices.say(f"Saved as {path.name}.", kind="good")


def unused(path: Path) -> Path:
    """A name beside it that no file has yet: "drawing 2.png"."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem} {number}{path.suffix}")
    return found
