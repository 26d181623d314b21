"""Fixed samples of a training, with a slider through how they looked at every stage."""

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.widgets.labels import quiet
from gui.widgets.slider_row import Slider

COLUMNS = ("before", "model", "original")
HEAD = 18  # px for the words above a column
GAP = 4  # px of nothing on the right of a piece and below it, on the sheet
BETWEEN = 16  # px between rows that stand side by side


class Sheet(QWidget):
    """One sheet: rows of square pieces, set side by side where that shows them larger."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.columns: tuple[str, ...] = COLUMNS
        self.waiting = ""
        self._ink = QColor()
        self.setMinimumSize(220, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_ink(self, colour: QColor) -> None:
        """The colour of words."""
        self._ink = colour
        self.update()

    def show_image(self, image: QImage) -> None:
        """Another sheet."""
        self.image = image
        self.update()

    def rows(self) -> int:
        """How many samples there are on the sheet; pieces are as high as they are wide."""
        edge = self.image.width() // len(self.columns)
        return self.image.height() // edge if edge and self.image.height() % edge == 0 else 1

    def places(self) -> list[QRectF]:
        """Where each row is drawn: as many side by side as make them largest."""
        count = self.rows()
        wide, high = self.image.width(), self.image.height() / count
        best = max(range(1, count + 1), key=lambda n: (self._scale(n, count, wide, high), -n))
        scale = min(2.0, self._scale(best, count, wide, high))
        deep = -(-count // best)
        left = (self.width() - best * wide * scale - (best - 1) * BETWEEN) / 2
        top = max(HEAD, (self.height() + HEAD - deep * high * scale) / 2)
        return [
            QRectF(
                left + (n % best) * (wide * scale + BETWEEN),
                top + n // best * high * scale,
                wide * scale,
                high * scale,
            )
            for n in range(count)
        ]

    def _scale(self, beside: int, count: int, wide: float, high: float) -> float:
        across = (self.width() - (beside - 1) * BETWEEN) / (beside * wide)
        return min(across, (self.height() - HEAD) / (-(-count // beside) * high))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Pieces, and words above the first of each column."""
        painter = QPainter(self)
        painter.setPen(self._ink)
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        if self.image.isNull():
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.waiting)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        places = self.places()
        for number, place in enumerate(places):
            self._paint_row(painter, number, place)
            if place.top() == places[0].top():
                self._paint_words(painter, place)

    def _paint_row(self, painter: QPainter, number: int, place: QRectF) -> None:
        wide = self.image.width() / len(self.columns)
        high = self.image.height() / self.rows()
        scale = place.height() / high
        for column in range(len(self.columns)):
            source = QRectF(column * wide, number * high, wide - GAP, high - GAP)
            left = place.left() + column * wide * scale
            target = QRectF(left, place.top(), source.width() * scale, source.height() * scale)
            painter.drawImage(target, self.image, source)

    def _paint_words(self, painter: QPainter, place: QRectF) -> None:
        wide = place.width() / len(self.columns)
        for column, word in enumerate(self.columns):
            box = QRectF(place.left() + column * wide, place.top() - HEAD, wide - 4, HEAD - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word.capitalize())


def columns_of(path: Path) -> tuple[str, ...]:
    """What a sheet's file says of its columns; the usual ones where it is silent."""
    told = QImageReader(str(path)).text("columns")
    return tuple(told.split(",")) if told else COLUMNS


class SampleSheet(QWidget):
    """A sheet and its history."""

    chosen = Signal(int)  # the step one looks at

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet()
        self.history: list[tuple[int, Path]] = []
        self.slider = Slider()
        self.slider.setAccessibleName("History of the samples")
        self.slider.setToolTip("How the samples looked earlier")
        self.step = quiet()
        self.step.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.step.setMinimumWidth(110)
        self.step.setWordWrap(False)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(QLabel("Samples"))
        row.addWidget(self.slider, 1)
        row.addWidget(self.step)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.sheet, 1)
        box.addLayout(row)
        self.slider.valueChanged.connect(self._show)
        self.set_history([])

    def set_history(self, history: list[tuple[int, Path]], waiting: str = "") -> None:
        """(step, file) of every sheet; the newest is shown."""
        self.history = list(history)
        self.sheet.waiting = waiting
        self._set_range(len(self.history) - 1)

    def add(self, step: int, path: Path, image: QImage) -> None:
        """A new sheet; it is shown, unless one looks at an earlier one."""
        newest = self.slider.value() >= len(self.history) - 1
        at = self.slider.value()
        self.history = [each for each in self.history if each[0] < step] + [(step, path)]
        last = len(self.history) - 1
        self._set_range(last if newest else min(at, last), image if newest else None)

    def _set_range(self, at: int, image: QImage | None = None) -> None:
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(self.history) - 1))
        self.slider.setValue(max(0, at))
        self.slider.setEnabled(len(self.history) > 1)
        self.slider.blockSignals(False)
        self._show(max(0, at), image)

    def _show(self, at: int, image: QImage | None = None) -> None:
        if not self.history:
            self.sheet.show_image(QImage())
            self.step.setText("")
            return
        step, path = self.history[at]
        self.sheet.columns = columns_of(path)
        self.sheet.show_image(image if image is not None else QImage(str(path)))
        words = f"step {step:,}"
        self.step.setText(f"{words} · newest" if at == len(self.history) - 1 else words)
        self.chosen.emit(step)
