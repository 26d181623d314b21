"""What was painted on each picture: masks and dots belong to one picture, steps to all of them."""

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage

from engine.specs import ColourStep, FillStep, Hint, PictureStep
from gui.widgets.mask import MaskSheet

KEPT = 4  # sheets with all that can be undone on them; of older ones the mask alone
Steps = tuple[PictureStep, ...]
Box = tuple[int, int, int, int]
NO_MASK = (b"", None, None)
Place = tuple[Path, int]  # a picture, and the key of a step
Size = tuple[int, int]  # width, height
Mask = tuple[bytes, Box | None, Size | None]
Dots = tuple[tuple[Hint, ...], Size | None]


class Pins:
    """By picture and step."""

    def __init__(self) -> None:
        self._masks: dict[Place, Mask] = {}
        self._dots: dict[Place, Dots] = {}
        self._sheets: OrderedDict[Place, MaskSheet] = OrderedDict()
        self._brought: dict[int, PictureStep] = {}  # by key: what came with the steps of a file

    def note(self, path: Path, key: int, step: PictureStep) -> None:
        """Remember what this step holds as this picture's own."""
        match step:
            case FillStep():
                self._masks[path, key] = step.png, step.box, step.full
            case ColourStep():
                self._dots[path, key] = step.hints, step.full
            case _:
                pass

    def bring(self, key: int, step: PictureStep) -> None:
        """What came with a step may be of another picture than that at hand: keep it."""
        if step != bare(step):
            self._brought[key] = step

    def brought(self, path: Path, key: int, size: QSize) -> PictureStep | None:
        """What came with a step, once, for the next picture that it fits and that has none."""
        own = (path, key) in self._masks or (path, key) in self._dots
        step = None if own else self._brought.get(key)
        if step is None or not fits(step, size):
            return None
        return self._brought.pop(key)

    def onto(self, path: Path, key: int, step: PictureStep) -> PictureStep:
        """The step as it is for that picture."""
        match step:
            case FillStep():
                png, box, full = self._masks.get((path, key), NO_MASK)
                return replace(step, png=png, box=box, full=full)
            case ColourStep():
                dots, full = self._dots.get((path, key), ((), None))
                return replace(step, hints=dots, full=full)
            case _:
                return step

    def painted(self, keys: tuple[int, ...]) -> list[Path]:
        """The pictures that something was painted on, for any of these steps."""
        masked = [path for (path, key), mask in self._masks.items() if key in keys and mask[0]]
        dotted = [path for (path, key), dots in self._dots.items() if key in keys and dots[0]]
        return list(dict.fromkeys((*masked, *dotted)))

    def sheet(self, path: Path, key: int, size: QSize) -> MaskSheet:
        """The mask as it can be painted on; it must be of that size."""
        sheet = self._sheets.pop((path, key), None)
        if sheet is None or sheet.image.size() != size:
            sheet = MaskSheet(size)
            mask = self._masks.get((path, key), NO_MASK)
            if mask[0]:
                fill(sheet, mask)
        self._sheets[path, key] = sheet
        while len(self._sheets) > KEPT:
            self._sheets.popitem(last=False)
        return sheet


def fits(step: PictureStep, size: QSize) -> bool:
    """Whether what was painted for a step lies within a picture of that size."""
    match step:
        case FillStep():
            return fill(MaskSheet(size), (step.png, step.box, step.full))
        case ColourStep():
            inside = all(h.x < size.width() and h.y < size.height() for h in step.hints)
            return inside and step.full in (None, (size.width(), size.height()))
        case _:
            return False


def bare(step: PictureStep) -> PictureStep:
    """Without it."""
    match step:
        case FillStep():
            return replace(step, png=b"", box=None, full=None)
        case ColourStep():
            return replace(step, hints=(), full=None)
        case _:
            return step


def fill(sheet: MaskSheet, mask: Mask) -> bool:
    """Begin with this mask; False where it does not fit the sheet."""
    png, box, full = mask
    if full not in (None, (sheet.image.width(), sheet.image.height())):
        return False
    image = QImage.fromData(png)
    corner = QRect(*box).topLeft() if box else QRect(0, 0, 1, 1).topLeft()
    area = QRect(corner, image.size())
    if image.isNull() or not sheet.image.rect().contains(area):
        return False
    sheet.start(image, corner)
    return True
