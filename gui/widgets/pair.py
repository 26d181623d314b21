"""What a model does, as a pair of small pictures: before and after."""

from base64 import b64decode
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.widgets.film_strip import filling

PAIR_ROLE = int(Qt.ItemDataRole.UserRole) + 1  # (before, after) or None
WORDS_ROLE = int(Qt.ItemDataRole.UserRole) + 2  # the quiet line
THUMB, PAD = 44, 6  # px, in a list
GAP, HIGH = 6, 104  # px, in the panel
CORNER = 4.0
EDGE = QColor(128, 128, 128, 90)  # around a picture, which may be as white as the panel
SHADE = 28  # of 255: how much of the text's colour marks a row
Pair = tuple[QImage, QImage]


@lru_cache(maxsize=64)
def pair_of(sample: str) -> Pair | None:
    """Before and after of a picture with both side by side, base64; None where there is none."""
    try:
        image = QImage.fromData(b64decode(sample, validate=True)) if sample else QImage()
    except ValueError:
        return None
    if image.isNull():
        return None
    half = image.width() // 2
    return image.copy(0, 0, half, image.height()), image.copy(half, 0, half, image.height())


class PairView(QWidget):
    """Both pictures in a row, as wide as there is room; hidden where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._pair: Pair | None = None
        self._room = True
        self.setAccessibleName("An example: before and after")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def has_pair(self) -> bool:
        """Whether there is something to show."""
        return self._pair is not None

    def set_pair(self, pair: Pair | None) -> None:
        """Show another pair, or none."""
        self._pair = pair
        self.setVisible(pair is not None and self._room)
        self.update()

    def make_room(self, *, room: bool) -> None:
        """Whether there is room for it."""
        self._room = room
        self.setVisible(self._pair is not None and room)

    def sizeHint(self) -> QSize:
        """As in a panel."""
        return QSize(200, HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Before on the left, after on the right."""
        if self._pair is None:
            return
        painter = QPainter(self)
        side = (self.width() - GAP) // 2
        for at, image in enumerate(self._pair):
            _paint(painter, QRect(at * (side + GAP), 0, side, self.height()), image)


class PairCell(QStyledItemDelegate):
    """Draws a row of a list: the pair, a name, a quiet line."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All rows are alike."""
        return QSize(260, THUMB + 2 * PAD)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ground, pictures, words."""
        box: QRect = option.rect
        palette: QPalette = option.palette
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            ground = QColor(palette.color(QPalette.ColorRole.Text))
            ground.setAlpha(SHADE)
            painter.fillRect(box, ground)
        pair = index.data(PAIR_ROLE)
        left = box.left() + PAD
        for image in pair or ():
            _paint(painter, QRect(left, box.top() + PAD, THUMB, THUMB), image)
            left += THUMB + 3
        words = QRect(left + 6, box.top() + PAD, box.right() - left - 10, THUMB)
        self._paint_words(painter, words, index, palette)
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        room: QRect,
        index: QModelIndex | QPersistentModelIndex,
        palette: QPalette,
    ) -> None:
        lines = (
            (index.data(Qt.ItemDataRole.DisplayRole), QPalette.ColorRole.Text, 13),
            (index.data(WORDS_ROLE), QPalette.ColorRole.PlaceholderText, 12),
        )
        half = room.height() // 2
        for at, (text, role, size) in enumerate(lines):
            font = painter.font()
            font.setPixelSize(size)
            painter.setFont(font)
            painter.setPen(QColor(palette.color(role)))
            line = QRect(room.left(), room.top() + at * half, room.width(), half)
            elided = painter.fontMetrics().elidedText(
                text or "", Qt.TextElideMode.ElideRight, room.width()
            )
            edge = Qt.AlignmentFlag.AlignTop if at else Qt.AlignmentFlag.AlignBottom
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | edge, elided)


def _paint(painter: QPainter, frame: QRect, image: QImage) -> None:
    painter.save()
    painter.setRenderHints(
        QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing
    )
    path = QPainterPath()
    path.addRoundedRect(QRectF(frame), CORNER, CORNER)
    painter.setClipPath(path)
    painter.drawImage(frame, image, filling(image.size(), frame.size()))
    painter.setPen(QPen(EDGE, 2))  # half of it is clipped away
    painter.drawPath(path)
    painter.restore()
