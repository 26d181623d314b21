"""Undo and redo of what is painted on an image, by the tiles that a stroke touched."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

TILE = 256  # px
LIMIT_BYTES = 384 * 1024 * 1024  # of all that can be undone; the oldest goes first
Spot = tuple[int, int]  # column and row of a tile


@dataclass(slots=True)
class Change:
    """What was there before, by tile."""

    tiles: dict[Spot, QImage] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Memory it takes."""
        return sum(tile.sizeInBytes() for tile in self.tiles.values())

    def area(self) -> QRect:
        """What it touches, px."""
        area = QRect()
        for spot, tile in self.tiles.items():
            area = area.united(QRect(_corner(spot), tile.size()))
        return area


class History:
    """Changes of one image: `touch` before each dab, `close` after each stroke."""

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._open = Change()
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._undone)

    def touch(self, image: QImage, area: QRect) -> None:
        """Note that this part is about to change."""
        for spot in _spots(area.intersected(image.rect())):
            if spot not in self._open.tiles:
                part = QRect(_corner(spot), _corner((spot[0] + 1, spot[1] + 1)) - QPoint(1, 1))
                self._open.tiles[spot] = image.copy(part.intersected(image.rect()))

    def close(self) -> None:
        """What was touched since the last time is one thing to undo."""
        if self._open.tiles:
            self._done.append(self._open)
            self._open = Change()
            self._undone.clear()
        while len(self._done) > 1 and sum(each.bytes for each in self._done) > self._limit:
            self._done.pop(0)

    def undo(self, image: QImage) -> QRect:
        """Take the newest change back; what of the image that alters."""
        return _swap(image, self._done, self._undone)

    def redo(self, image: QImage) -> QRect:
        """Bring back what was undone last."""
        return _swap(image, self._undone, self._done)

    def revert(self, image: QImage) -> QRect:
        """Take back what was touched since the last `close`, as if it never was."""
        area = self._open.area()
        _put(image, self._open.tiles)
        self._open = Change()
        return area


def _swap(image: QImage, source: list[Change], target: list[Change]) -> QRect:
    if not source:
        return QRect()
    change = source.pop()
    now = {
        spot: image.copy(QRect(_corner(spot), tile.size())) for spot, tile in change.tiles.items()
    }
    target.append(Change(now))
    _put(image, change.tiles)
    return change.area()


def _put(image: QImage, tiles: dict[Spot, QImage]) -> None:
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for spot, tile in tiles.items():
        painter.drawImage(_corner(spot), tile)
    painter.end()


def _corner(spot: Spot) -> QPoint:
    return QPoint(spot[0] * TILE, spot[1] * TILE)


def _spots(area: QRect) -> Iterator[Spot]:
    if area.isEmpty():
        return
    for row in range(area.top() // TILE, area.bottom() // TILE + 1):
        for column in range(area.left() // TILE, area.right() // TILE + 1):
            yield column, row
