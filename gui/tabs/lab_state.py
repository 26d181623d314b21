"""A result of the lab as plain values and back, so that one JSON keeps what one has seen."""

import base64
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from engine.job import Pixels, Table
from engine.specs_lab_live import Cut, Diagram, LabResult
from gui import paint


@dataclass(frozen=True, slots=True)
class Seen:
    """What was to be seen of a job on its way: notes, points of the curves, sheets with facts."""

    notes: list[str] = field(default_factory=list)
    points: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    sheets: dict[str, tuple[QImage, dict[str, Any]]] = field(default_factory=dict)


def seen(state: dict[str, Any]) -> Seen:
    """Out of a page's state; nothing where that is damaged."""
    try:
        return Seen(
            [str(each) for each in state.get("notes", [])],
            [
                (int(step), {str(name): float(value) for name, value in values.items()})
                for step, values in state.get("curves", [])
            ],
            {
                str(name): (image(each["png"]), each | {"columns": int(each["columns"])})
                for name, each in state.get("sheets", {}).items()
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Seen()


def as_plain(result: LabResult) -> dict[str, Any]:
    """Words, numbers, tables, lines; pictures as PNGs in base 64."""
    return {
        "experiment": result.experiment,
        "words": result.words,
        "figures": result.figures,
        "tables": {name: asdict(each) for name, each in result.tables.items()},
        "cuts": {name: asdict(each) for name, each in result.cuts.items()},
        "diagrams": {name: asdict(each) for name, each in result.diagrams.items()},
        "pictures": {name: png(paint.to_image(each)) for name, each in result.pictures.items()},
    }


def of_plain(kept: Any) -> LabResult | None:
    """The result again; None where it is none, or damaged."""
    try:
        return LabResult(
            str(kept["experiment"]),
            str(kept["words"]),
            {str(name): float(value) for name, value in kept["figures"].items()},
            {name: table(each) for name, each in kept["tables"].items()},
            {name: pixels(each) for name, each in kept["pictures"].items()},
            cuts={
                name: Cut(int(each["columns"]), tuple(map(str, each["rows"])))
                for name, each in kept["cuts"].items()
            },
            diagrams={name: diagram(each) for name, each in kept["diagrams"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def table(kept: Any) -> Table:
    """A table; cells stay numbers or text."""
    rows = [tuple(c if isinstance(c, int | float) else str(c) for c in row) for row in kept["rows"]]
    return Table(tuple(map(str, kept["heads"])), tuple(rows))


def diagram(kept: Any) -> Diagram:
    """A diagram."""
    lines = {
        str(name): (tuple(map(float, x)), tuple(map(float, y)))
        for name, (x, y) in kept["lines"].items()
    }
    return Diagram(str(kept["x"]), str(kept["y"]), lines)


def png(image: QImage) -> str:
    """A picture as text."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return base64.b64encode(held.data()).decode("ascii")


def image(text: str) -> QImage:
    """The picture again. ValueError where it is none."""
    found = QImage.fromData(base64.b64decode(text))
    if found.isNull():
        raise ValueError("no picture")
    return found


def pixels(text: str) -> Pixels:
    """The same as (3, H, W) in [0, 1]."""
    found = image(text)
    rows = np.frombuffer(paint.rgba(found), np.uint8).reshape(found.height(), found.width(), 4)
    return np.ascontiguousarray(rows[:, :, :3].transpose(2, 0, 1), np.float32) / np.float32(255)
