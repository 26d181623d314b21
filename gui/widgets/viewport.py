"""Where a picture lies in a pane: zoom, centre, fit. Arithmetic only.

The picture is measured in its own px; `zoom` is device px a picture px, so 1.0 is "100 %".
"""

from PySide6.QtCore import QPointF, QRectF, QSizeF

MARGIN = 24.0
MOST = 16.0
FIT_MOST = 4.0


class Viewport:
    """One picture in one pane; panes that show the same part share it.

    `fit_most`: small pictures are fitted no larger than this. `margin`: px left free around them.
    """

    def __init__(self, fit_most: float = FIT_MOST, margin: float = MARGIN) -> None:
        self._fit_most, self._margin = fit_most, margin
        self.picture = QSizeF(1, 1)
        self.pane = QSizeF(1, 1)
        self.dpr = 1.0
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)  # picture px
        self.fitted = True

    @property
    def scale(self) -> float:
        """Logical px of the pane a picture px."""
        return self.zoom / self.dpr

    def set_pane(self, pane: QSizeF, dpr: float) -> None:
        """The pane got another size, or moved to another screen."""
        self.pane, self.dpr = pane, dpr
        self._settle()

    def set_picture(self, picture: QSizeF) -> None:
        """The picture got another size: what was in the middle stays there, as large as before."""
        grown = picture.width() / self.picture.width()
        self.centre = QPointF(
            self.centre.x() * grown, self.centre.y() * picture.height() / self.picture.height()
        )
        self.zoom /= grown
        self.picture = picture
        self._settle()

    def fit(self) -> None:
        """Show all of it."""
        self.fitted = True
        self._settle()

    def zoom_to(self, zoom: float, about: QPointF | None = None) -> None:
        """Set the zoom; the picture's point under `about` (in the pane) stays where it is."""
        spot = about or QPointF(self.pane.width() / 2, self.pane.height() / 2)
        held = self.to_picture(spot)
        self.zoom = min(MOST, max(min(self._fit_zoom(), 1.0) / 4, zoom))
        self.fitted = False
        off = spot - QPointF(self.pane.width() / 2, self.pane.height() / 2)
        self.centre = held - off / self.scale
        self._settle()

    def pan(self, by: QPointF) -> None:
        """Move the picture by logical px."""
        self.centre = self.centre - by / self.scale
        self.fitted = False
        self._settle()

    def centre_on(self, spot: QPointF) -> None:
        """Bring a point of the picture into the middle."""
        self.centre = QPointF(spot)
        self.fitted = False
        self._settle()

    def target(self) -> QRectF:
        """Where the whole picture lies in the pane, its corner on a device pixel."""
        left = self.pane.width() / 2 - self.centre.x() * self.scale
        top = self.pane.height() / 2 - self.centre.y() * self.scale
        snapped = QPointF(round(left * self.dpr) / self.dpr, round(top * self.dpr) / self.dpr)
        return QRectF(snapped, self.picture * self.scale)

    def to_picture(self, spot: QPointF) -> QPointF:
        """A point of the pane in picture px."""
        return (spot - self.target().topLeft()) / self.scale

    def to_pane(self, box: QRectF) -> QRectF:
        """A part of the picture, in the pane."""
        corner = self.target().topLeft() + box.topLeft() * self.scale
        return QRectF(corner, box.size() * self.scale)

    def visible(self) -> QRectF:
        """The part of the picture that the pane shows, in picture px."""
        shown = self.target().intersected(QRectF(QPointF(0, 0), self.pane))
        corner = (shown.topLeft() - self.target().topLeft()) / self.scale
        return QRectF(corner, shown.size() / self.scale)

    def _fit_zoom(self) -> float:
        wide = max(1.0, self.pane.width() - 2 * self._margin) / self.picture.width()
        high = max(1.0, self.pane.height() - 2 * self._margin) / self.picture.height()
        return min(wide, high) * self.dpr

    def _settle(self) -> None:
        """Keep a fitted picture fitted, and any other one in the pane."""
        if self.fitted:
            self.zoom = min(self._fit_most, self._fit_zoom())
            self.centre = QPointF(self.picture.width() / 2, self.picture.height() / 2)
            return
        self.centre = QPointF(
            _held(self.centre.x(), self.picture.width(), self.pane.width() / self.scale),
            _held(self.centre.y(), self.picture.height(), self.pane.height() / self.scale),
        )


def _held(centre: float, length: float, seen: float) -> float:
    """A centre that shows no more emptiness than it must."""
    if length <= seen:
        return length / 2
    return min(length - seen / 2, max(seen / 2, centre))
