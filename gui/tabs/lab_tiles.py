"""Small pictures out of the sheets that the lab answers with."""

from typing import Any

from PySide6.QtGui import QImage

from gui.paint import Shown

GAP = 2  # px around each picture of a row that was decoded


class TileSheet:
    """A sheet of small pictures, by number."""

    def __init__(self, page: QImage, facts: dict[str, Any]) -> None:
        self.page, self.facts = page, facts
        self._columns = int(facts["columns"])
        self._wide, self._high = (int(each) for each in facts["tile"])
        self._gap = int(facts["gap"])

    def tile(self, number: int) -> QImage:
        """One picture."""
        row, column = divmod(number, self._columns)
        left, top = self._gap + column * self._wide, self._gap + row * self._high
        return self.page.copy(left, top, self._wide - self._gap, self._high - self._gap)


def decoded_tiles(shown: Shown) -> list[tuple[tuple[float, ...], QImage]]:
    """The places that were asked for, each with its picture."""
    page, places = shown.picture.levels[0], shown.facts["places"]
    wide = (page.width() - GAP) // len(places) - GAP
    high = page.height() - 2 * GAP
    return [
        (place, page.copy(GAP + number * (wide + GAP), GAP, wide, high))
        for number, place in enumerate(places)
    ]
