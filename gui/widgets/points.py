"""Points to pull on a picture, and a mask of what may move: where they are, how they are drawn."""

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRadialGradient

REACH = 11.0  # px within which the mouse takes a point
DOT = 6.0
SIDE = 128  # px of the mask
BLUE = QColor("#4aa3ff")
WHITE = QColor("#ffffff")
SHADE = QColor(8, 9, 10, 150)  # on what stays
Spot = tuple[float, float]  # parts of the picture's width and height


@dataclass(slots=True)
class Pair:
    """What shall move where; without a target yet while one is placing it."""

    handle: Spot
    target: Spot | None = None


class Points:
    """Pairs in the order they were placed; of each, either end may be held."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.held: tuple[int, str] | None = None

    @property
    def whole(self) -> list[tuple[Spot, Spot]]:
        """(handle, target) of every pair that has both."""
        return [(pair.handle, pair.target) for pair in self.pairs if pair.target is not None]

    def press(self, spot: Spot, reach: Spot) -> None:
        """Take what is there; else give the last handle its target, or place a new handle."""
        self.held = self.under(spot, reach)
        if self.held is not None:
            return
        if self.pairs and self.pairs[-1].target is None:
            self.pairs[-1].target = spot
            self.held = (len(self.pairs) - 1, "target")
            return
        self.pairs.append(Pair(spot))
        self.held = (len(self.pairs) - 1, "new")

    def move(self, spot: Spot) -> None:
        """Drag what is held; out of a new handle one drags its target."""
        if self.held is None:
            return
        at, end = self.held
        if end == "new":
            self.held = (at, "target")
        if end == "handle":
            self.pairs[at].handle = spot
        else:
            self.pairs[at].target = spot

    def release(self) -> None:
        """Let go."""
        self.held = None

    def remove(self, spot: Spot, reach: Spot) -> None:
        """Take the pair away that is there."""
        found = self.under(spot, reach)
        if found is not None:
            del self.pairs[found[0]]

    def under(self, spot: Spot, reach: Spot) -> tuple[int, str] | None:
        """Which pair, and which end of it; the newest lies on top."""
        for at in reversed(range(len(self.pairs))):
            for end in ("target", "handle"):
                point = getattr(self.pairs[at], end)
                if point is not None and _near(point, spot, reach):
                    return at, end
        return None


class Brush:
    """A mask painted by hand: white may move. Nothing painted means that all may."""

    def __init__(self) -> None:
        self.radius = 0.1  # parts of the picture's width
        self.image: QImage | None = None
        self._shade: QImage | None = None

    def paint(self, before: Spot, spot: Spot, *, erase: bool) -> None:
        """A stroke from one spot to the next."""
        if self.image is None:
            self.image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
            self.image.fill(0)
        painter = QPainter(self.image)
        pen = QPen(QColor("black" if erase else "white"), max(1.0, 2 * self.radius * SIDE))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(*before) * SIDE, QPointF(spot[0] + 1e-4, spot[1]) * SIDE)
        painter.end()
        self._shade = None

    def clear(self) -> None:
        """All may move again."""
        self.image, self._shade = None, None

    def values(self) -> bytes:
        """SIDE x SIDE bytes, row by row, 0 where the picture stays."""
        assert self.image is not None
        return bytes(self.image.constBits())

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Darken what stays."""
        if self.image is None:
            return
        if self._shade is None:
            inverse = self.image.copy()
            inverse.invertPixels()
            self._shade = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
            self._shade.fill(SHADE)
            inner = QPainter(self._shade)
            inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
            alpha = QImage(inverse.constBits(), SIDE, SIDE, SIDE, QImage.Format.Format_Alpha8)
            inner.drawImage(0, 0, alpha)
            inner.end()
        painter.drawImage(area, self._shade)


def draw_pairs(painter: QPainter, points: Points, area: QRectF, accent: QColor) -> None:
    """Handles in the accent, targets blue, a line between them."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pair in points.pairs:
        handle = on(area, pair.handle)
        if pair.target is not None:
            target = on(area, pair.target)
            painter.setPen(QPen(SHADE, 4))
            painter.drawLine(handle, target)
            painter.setPen(QPen(WHITE, 2))
            painter.drawLine(handle, target)
            _dot(painter, target, BLUE)
        _dot(painter, handle, accent)


def draw_brush(painter: QPainter, spot: QPointF, radius: float) -> None:
    """The brush's outline, in px."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((SHADE, 3), (WHITE, 1)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(spot, radius, radius)


def on(area: QRectF, spot: Spot) -> QPointF:
    """Parts of the picture as px of the view."""
    return area.topLeft() + QPointF(spot[0] * area.width(), spot[1] * area.height())


def part(area: QRectF, spot: QPointF) -> Spot:
    """Px of the view as parts of the picture, held inside it."""
    across = (spot.x() - area.left()) / max(1.0, area.width())
    down = (spot.y() - area.top()) / max(1.0, area.height())
    return min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)


def _dot(painter: QPainter, spot: QPointF, colour: QColor) -> None:
    halo = QRadialGradient(spot, DOT * 2)
    halo.setColorAt(0.4, SHADE)
    halo.setColorAt(1, QColor(0, 0, 0, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawEllipse(spot, DOT * 2, DOT * 2)
    painter.setPen(QPen(WHITE, 2))
    painter.setBrush(colour)
    painter.drawEllipse(spot, DOT, DOT)


def _near(point: Spot, spot: Spot, reach: Spot) -> bool:
    return hypot((point[0] - spot[0]) / reach[0], (point[1] - spot[1]) / reach[1]) <= 1
