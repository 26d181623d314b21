"""A sheet of small pictures, cut into them and set on the page's own ground, rows with words."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

GAP = 2  # px between pictures on the sheet
BETWEEN = 3.0  # px between them here
LARGEST = 84.0  # px of a picture here
LEAST, HIGHEST = 28.0, 330.0  # px of a picture, and of all rows where that leaves them as large
SMALL = 11  # px, of the letters
SPACE = 12.0  # px between the words and the pictures


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the pictures lie: the side of each, and where the first one begins."""

    side: tuple[float, float]
    left: float
    columns: int
    rows: int

    def place(self, number: int) -> QRectF:
        """Of a picture."""
        row, column = divmod(number, self.columns)
        wide, high = self.side
        x = self.left + column * (wide + BETWEEN)
        return QRectF(x, row * (high + BETWEEN), wide, high)


class TilesView(QWidget):
    """As large as its width allows; a sheet that is not cut is shown as one picture."""

    def __init__(self, label: str = "") -> None:
        super().__init__()
        self.image = QImage()
        self.columns = 0
        self.rows: tuple[str, ...] = ()
        self._ink = QColor()
        self.setAccessibleName(label)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_ink(self, colour: QColor) -> None:
        """The colour of words."""
        self._ink = colour
        self.update()

    def show_sheet(self, image: QImage, columns: int = 0, rows: tuple[str, ...] = ()) -> None:
        """Another sheet; without `columns` it is one picture."""
        same = (image.size(), columns, rows) == (self.image.size(), self.columns, self.rows)
        self.image, self.columns, self.rows = image, columns, rows
        if not same:
            self.updateGeometry()
        self.update()

    def source(self, number: int) -> QRectF:
        """Where a picture lies on the sheet."""
        if not self.columns:
            return QRectF(self.image.rect())
        wide = (self.image.width() - GAP) / self.columns - GAP
        high = (self.image.height() - GAP) / self._deep() - GAP
        row, column = divmod(number, self.columns)
        return QRectF(GAP + column * (wide + GAP), GAP + row * (high + GAP), wide, high)

    def layout_for(self, width: float) -> Layout:
        """Where everything lies in that width."""
        first = self.source(0)
        columns, rows = max(1, self.columns), self._deep()
        left = self._margin()
        room = (width - left - (columns - 1) * BETWEEN) / columns
        flat = first.width() / max(1.0, first.height())
        most = min(LARGEST, HIGHEST * flat / rows) if self.columns else first.width()
        wide = max(4.0, min(room, max(most, LEAST)))
        high = wide * first.height() / max(1.0, first.width())
        return Layout((wide, high), left, columns, rows)

    def hasHeightForWidth(self) -> bool:
        """It has."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all rows."""
        if self.image.isNull():
            return 0
        layout = self.layout_for(width)
        return round(layout.rows * (layout.side[1] + BETWEEN))

    def sizeHint(self) -> QSize:
        """As if there were some room."""
        return QSize(480, self.heightForWidth(480))

    def minimumSizeHint(self) -> QSize:
        """It may get narrow."""
        return QSize(160, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pictures, and a word before each row."""
        if self.image.isNull():
            return
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
        layout = self.layout_for(self.width())
        large = layout.side[0] * self.devicePixelRatioF() >= self.source(0).width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not large)
        for number in range(layout.columns * layout.rows):
            painter.drawImage(layout.place(number), self.image, self.source(number))
        painter.setPen(self._ink)
        for number, word in enumerate(self.rows):
            place = layout.place(number * layout.columns)
            box = QRectF(0, place.top(), layout.left - SPACE, place.height())
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, side, word.capitalize())

    def _deep(self) -> int:
        """How many rows of pictures there are; they are as high as they are wide."""
        if not self.columns:
            return 1
        if self.rows:
            return len(self.rows)
        step = (self.image.width() - GAP) / self.columns
        return max(1, round((self.image.height() - GAP) / step))

    def _margin(self) -> float:
        if not self.rows:
            return 0.0
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        metrics = QFontMetricsF(font)
        return max(metrics.horizontalAdvance(word.capitalize()) for word in self.rows) + SPACE
