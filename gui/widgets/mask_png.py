"""A mask on its way to the engine: a grey PNG of the least box that holds it.

It is made strip by strip, so that on a large scan no stroke has to wait until it is done.
"""

import struct
import zlib

import numpy as np
from PySide6.QtCore import QRect

from gui.widgets.history import TILE
from gui.widgets.mask import MaskSheet

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY = 0  # the colour type, at 8 bits
STRIP_PX = 500_000  # px packed at once
Box = tuple[int, int, int, int]  # left, top, width, height, px


class Packing:
    """Call `more` until it says no; the sheet must not change meanwhile."""

    def __init__(self, sheet: MaskSheet) -> None:
        self._sheet = sheet
        self._area = tight(sheet)
        self._row = 0
        self._zip = zlib.compressobj(1)
        self._data: list[bytes] = []

    def more(self) -> bool:
        """Pack a strip; whether there is another."""
        area = self._area
        if self._row >= area.height():
            return False
        rows = min(max(1, STRIP_PX // area.width()), area.height() - self._row)
        strip = QRect(area.left(), area.top() + self._row, area.width(), rows)
        filtered = np.zeros((rows, area.width() + 1), np.uint8)  # each row begins with its filter
        filtered[:, 1:] = self._sheet.plane(strip)
        self._data.append(self._zip.compress(filtered.tobytes()))
        self._row += rows
        return self._row < area.height()

    def result(self) -> tuple[bytes, Box | None]:
        """The PNG and its box; nothing of an empty mask."""
        area = self._area
        if area.isEmpty():
            return b"", None
        wide, high = area.width(), area.height()
        head = struct.pack(">2I5B", wide, high, 8, GREY, 0, 0, 0)
        data = b"".join(self._data) + self._zip.flush()
        chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
        png = SIGNATURE + b"".join(_chunk(*each) for each in chunks)
        return png, (area.left(), area.top(), wide, high)


def packed(sheet: MaskSheet) -> tuple[bytes, Box | None]:
    """All of it at once."""
    packing = Packing(sheet)
    while packing.more():
        pass
    return packing.result()


def tight(sheet: MaskSheet) -> QRect:
    """The least box of all that is masked; only tiles at its border need be looked at."""
    box = sheet.box()
    if box.isEmpty():
        return box
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    first = sheet.plane(QRect(left, top, box.width(), min(TILE, box.height())))
    top += int(np.flatnonzero(first.any(1))[0])
    start = max(top, bottom // TILE * TILE)
    last = sheet.plane(QRect(left, start, box.width(), bottom - start + 1))
    bottom = start + int(np.flatnonzero(last.any(1))[-1])
    high = bottom - top + 1
    first = sheet.plane(QRect(left, top, min(TILE, box.width()), high))
    left += int(np.flatnonzero(first.any(0))[0])
    start = max(left, right // TILE * TILE)
    last = sheet.plane(QRect(start, top, right - start + 1, high))
    right = start + int(np.flatnonzero(last.any(0))[-1])
    return QRect(left, top, right - left + 1, high)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
