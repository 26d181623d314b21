"""Colours to choose from, as small squares."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

COLUMNS = 9
SIDE = 24
SEEN = 64  # px, the long side of the copy that a picture's colours are counted on
Named = tuple[tuple[str, str], ...]  # (name, "#rrggbb")


class Swatch(QPushButton):
    """One colour."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self.colour = colour
        self.setCheckable(True)
        self.setProperty("role", "label")
        self.setFixedSize(SIDE, SIDE)
        self.setToolTip(name)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The colour over the button's own ground."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QColor(self.palette().color(self.foregroundRole()))
        edge.setAlpha(90)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(self.colour))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 4, 4)


class Swatches(QWidget):
    """Rows of colours, of which one may be in hand."""

    chosen = Signal(str)  # "#rrggbb"

    def __init__(self) -> None:
        super().__init__()
        self.swatches: list[Swatch] = []
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def set_colours(self, colours: Named) -> None:
        """Show these."""
        if colours == tuple((each.toolTip(), each.colour) for each in self.swatches):
            return
        for old in self.swatches:
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self.swatches = [Swatch(name, colour) for name, colour in colours]
        for at, swatch in enumerate(self.swatches):
            self._group.addButton(swatch)
            self._grid.addWidget(swatch, at // COLUMNS, at % COLUMNS)
            swatch.clicked.connect(lambda _=False, colour=swatch.colour: self.chosen.emit(colour))

    def mark(self, colour: str) -> None:
        """Show that this one is in hand, where it is here."""
        self._group.setExclusive(False)
        for swatch in self.swatches:
            swatch.setChecked(swatch.colour == colour)
        self._group.setExclusive(True)


def colours_of(image: QImage, count: int = COLUMNS) -> Named:
    """The picture's most frequent colours that are alike in nothing, the livelier ones first."""
    fast = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(QSize(SEEN, SEEN), Qt.AspectRatioMode.KeepAspectRatio, fast)
    small = small.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(small.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    binned, where = np.unique(pixels // 32, axis=0, return_inverse=True)
    where = where.ravel()
    counts = np.bincount(where)
    means = np.stack([np.bincount(where, pixels[:, c]) / counts for c in range(3)], 1)
    lively = means.max(1) - means.min(1)
    del binned
    found: list[tuple[str, str]] = []
    kept: list[np.ndarray] = []
    for at in np.argsort(-np.sqrt(counts) * (8 + lively)):
        if all(np.abs(means[at] - other).sum() > 60 for other in kept):
            kept.append(means[at])
            red, green, blue = (round(float(part)) for part in means[at])
            found.append(("From the picture", f"#{red:02x}{green:02x}{blue:02x}"))
        if len(found) == count:
            break
    return tuple(found)
