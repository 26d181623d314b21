"""The pictures of a folder in a row: thumbnail, name, state, time."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

THUMB = QSize(96, 64)
PAD = 5
LINE = 15  # px a line of words
CELL = QSize(THUMB.width() + 2 * PAD, THUMB.height() + 2 * LINE + 3 * PAD)
STATES = ("waiting", "working", "done", "skipped", "failed")
Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class Row:
    """One file of the queue."""

    path: Path
    state: str = "waiting"
    target: Path | None = None
    reason: str = ""
    seconds: float = 0.0
    thumb: QImage | None = None

    def words(self) -> str:
        """State in a word or two."""
        return (
            f"done · {self.seconds:.1f} s" if self.state == "done" and self.seconds else self.state
        )


class Queue(QAbstractListModel):
    """The rows, found by path."""

    wanted = Signal()  # a thumbnail is missing that is about to be seen

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._places: dict[Path, int] = {}
        self._counts: Counter[str] = Counter()
        self._asked: set[Path] = set()
        self._missing: dict[Path, None] = {}

    def set_rows(self, rows: list[Row]) -> None:
        """Another queue; thumbnails of files that stay are kept."""
        kept = {row.path: row.thumb for row in self.rows}
        self.beginResetModel()
        self.rows = rows
        self._places = {row.path: at for at, row in enumerate(rows)}
        self._counts = Counter(row.state for row in rows)
        for row in rows:
            row.thumb = row.thumb or kept.get(row.path)
        self._asked = {row.path for row in rows if row.thumb}
        self._missing.clear()
        self.endResetModel()

    def row(self, path: Path) -> Row | None:
        """The row of a file."""
        at = self._places.get(path)
        return None if at is None else self.rows[at]

    def place(self, path: Path) -> QModelIndex:
        """Where a file is."""
        at = self._places.get(path)
        return QModelIndex() if at is None else self.index(at)

    def change(self, path: Path, **values: Any) -> None:
        """Set fields of a row and show it."""
        row = self.row(path)
        if row is None:
            return
        self._counts[row.state] -= 1
        for name, value in values.items():
            setattr(row, name, value)
        self._counts[row.state] += 1
        at = self.place(path)
        self.dataChanged.emit(at, at)

    def count(self, state: str) -> int:
        """How many rows are in that state."""
        return self._counts[state]

    def take_missing(self, most: int) -> tuple[Path, ...]:
        """Files whose thumbnail was looked for and not yet asked for, newest look first."""
        paths = tuple(reversed(self._missing))[:most]
        for path in paths:
            del self._missing[path]
            self._asked.add(path)
        return paths

    def look_for(self, path: Path) -> None:
        """A thumbnail is wanted."""
        if path not in self._asked and path not in self._missing:
            self._missing[path] = None
            self.wanted.emit()

    def rowCount(self, _parent: Index | None = None) -> int:
        """How many files."""
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, tool tip and the row itself."""
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.path.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.path.name}, {row.words()} {row.reason}".strip()
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (str(row.path), row.words(), row.reason)))
            case Qt.ItemDataRole.UserRole:
                return row
            case _:
                return None


class Cell(QStyledItemDelegate):
    """Draws a row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.accent, self.good, self.empty = QColor(), QColor(), QColor()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """All cells are alike."""
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Thumbnail, name, state."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        if row.thumb is None:
            model = index.model()
            if isinstance(model, Queue):
                model.look_for(row.path)
        box: QRect = option.rect
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        frame = QRect(box.left() + PAD, box.top() + PAD, THUMB.width(), THUMB.height())
        painter.save()
        self._paint_thumb(painter, frame, row)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(self.accent, 2))
            painter.drawRoundedRect(frame.adjusted(-2, -2, 2, 2), 3, 3)
        self._paint_words(painter, frame, row, palette)
        painter.restore()

    def _paint_thumb(self, painter: QPainter, frame: QRect, row: Row) -> None:
        if row.thumb is None:
            painter.fillRect(frame, self.empty)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(frame, row.thumb, filling(row.thumb.size(), THUMB))
        if row.state == "working":
            painter.fillRect(frame.left(), frame.bottom() - 2, frame.width(), 3, self.accent)

    def _paint_words(self, painter: QPainter, frame: QRect, row: Row, palette: QPalette) -> None:
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        name = QRect(frame.left(), frame.bottom() + PAD, frame.width(), LINE)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        middle = Qt.TextElideMode.ElideMiddle
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, left, metrics.elidedText(row.path.name, middle, name.width()))
        colours = {"failed": self.accent, "working": self.accent, "done": self.good}
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(colours.get(row.state, quiet))
        painter.drawText(name.translated(0, LINE), left, row.words())


class FilmStrip(QListView):
    """The row of pictures; says which was chosen and which thumbnails are needed."""

    chosen = Signal(object)  # a path
    thumbs_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.cell = Cell(self)
        self.setModel(self.queue)
        self.setItemDelegate(self.cell)
        self.setAccessibleName("Pictures")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(CELL.height() + 12)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(40)
        self._soon.timeout.connect(self.thumbs_wanted)
        self.queue.wanted.connect(self._ask_soon)
        self.selectionModel().currentChanged.connect(self._choose)

    def show_path(self, path: Path) -> None:
        """Mark a picture as the one that is looked at, without saying so."""
        at = self.queue.place(path)
        if at.isValid() and at != self.currentIndex():
            self.selectionModel().blockSignals(True)
            self.setCurrentIndex(at)
            self.selectionModel().blockSignals(False)
            self.viewport().update()
        if at.isValid():
            self.scrollTo(at)

    def set_colours(self, accent: QColor, good: QColor, empty: QColor) -> None:
        """The theme's."""
        self.cell.accent, self.cell.good, self.cell.empty = accent, good, empty
        self.viewport().update()

    def _ask_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _choose(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self.queue.rows[now.row()].path)


def filling(image: QSize, frame: QSize) -> QRect:
    """The part of an image, around its middle, that fills a frame without being distorted."""
    wide = min(image.width(), round(image.height() * frame.width() / frame.height()))
    high = min(image.height(), round(image.width() * frame.height() / frame.width()))
    return QRect(
        (image.width() - wide) // 2, (image.height() - high) // 2, max(1, wide), max(1, high)
    )
