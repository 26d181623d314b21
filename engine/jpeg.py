"""How strongly a JPEG file was compressed, as its quantization table tells."""

from pathlib import Path

import numpy as np

from engine import decode
from engine.errors import UserError
from engine.formats import HEAD, sniff

# Luminance at quality 50: ITU-T T.81, table K.1.
USUAL = np.array(
    [
        *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
        *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
        *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
        *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
    ]
)
LEAST, MOST = 5, 95  # qualities that networks learn from


def quality(path: Path) -> int | None:
    """Quality, 1 to 100, on the scale of the IJG's library; None where the file is no JPEG.

    Programs with tables of their own get the quality whose table is nearest.
    """
    try:
        with path.open("rb") as file:
            if sniff(file.read(HEAD)) != "jpg":
                return None
            file.seek(0)
            with decode.explained(), decode.opened(file, "jpg") as image:
                tables = getattr(image, "quantization", {})
    except (OSError, UserError):
        return None
    if 0 not in tables:
        return None
    stray = np.abs(every_table() - np.array(tables[0])).sum(axis=1)
    return int(stray.argmin()) + 1


def every_table() -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """(100, 64): the luminance tables of quality 1 to 100, as the IJG's library makes them."""
    qualities = np.arange(1, 101)
    percent = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    return ((USUAL * percent[:, None] + 50) // 100).clip(1, 255)


def told_quality(quality: float) -> float:
    """What a network for JPEG artefacts is told; 0 stands for a quality that nobody knows."""
    return (100 - quality) / 100
