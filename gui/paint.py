"""RGB arrays to QImages: the only place where pixels cross into the window.

`dress` runs in the engine's thread: to convert a large picture takes longer than the interface may
wait.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColorSpace, QImage

from engine.job import Pixels, Preview

ROWS = 128  # converted at a time: Qt holds Python's lock meanwhile, and the interface waits for it
SMALLEST = 512  # px on the long side, the last of the halved levels
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to draw: itself, a half, a quarter ..., to be drawn small without speckles."""

    levels: tuple[QImage, ...]

    @property
    def size(self) -> QSize:
        """Width and height in px of the largest level."""
        return self.levels[0].size()

    def level(self, width: float) -> QImage:
        """The smallest level that is at least `width` px wide; the largest where none is."""
        fitting = [image for image in self.levels if image.width() >= width]
        return fitting[-1] if fitting else self.levels[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A `Preview`, ready to be drawn."""

    name: str
    picture: Picture
    facts: dict[str, Any]


def dress(event: Any) -> Any:
    """A Preview becomes `Shown`; every other event stays what it is."""
    if not isinstance(event, Preview):
        return event
    return Shown(event.name, picture(event.pixels, event.icc), event.facts)


def picture(pixels: Pixels, icc: bytes | None = None) -> Picture:
    """(C, H, W) float32 in [0, 1] -> its levels in sRGB."""
    images = [to_image(pixels, icc)]
    array = _bytes_of(images[0])
    while max(array.shape[:2]) > SMALLEST * 2 and min(array.shape[:2]) > 1:
        array = _half(array)
        images.append(_from_bytes(array))
    return Picture(tuple(images))


def to_image(pixels: Pixels, icc: bytes | None = None, *, dpr: float = 1.0) -> QImage:
    """(C, H, W) float32 in [0, 1], C 1 or 3, in the space of `icc` -> sRGB RGB32 image."""
    channels, height, width = pixels.shape
    space = _space(icc) if channels == 3 else None
    image = QImage(width, height, QImage.Format.Format_RGB32)
    into = _bytes_of(image)
    for top in range(0, height, ROWS):
        strip = into[top : top + ROWS]
        _fill(strip, pixels[:, top : top + ROWS])
        if space is not None:
            _to_srgb(strip, space)
    image.setDevicePixelRatio(dpr)
    return image


def _fill(strip: Bytes, pixels: Pixels) -> None:
    scaled = np.clip(pixels * np.float32(255) + np.float32(0.5), 0, 255)
    np.nan_to_num(scaled, copy=False)
    for place in range(3):  # in memory: blue, green, red, unused
        strip[:, :, place] = scaled[min(2 - place, len(scaled) - 1)]
    strip[:, :, 3] = 255


def _to_srgb(strip: Bytes, space: QColorSpace) -> None:
    image = _from_bytes(strip)
    image.setColorSpace(space)
    image.convertToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    converted = image.convertToFormat(QImage.Format.Format_RGB32)  # held: its memory is read below
    strip[:] = _bytes_of(converted)


def _space(icc: bytes | None) -> QColorSpace | None:
    """The colour space of a profile, where it is one that Qt reads and not sRGB anyway."""
    if not icc or icc[36:40] != b"acsp" or int.from_bytes(icc[:4], "big") > len(icc):
        return None
    space = QColorSpace.fromIccProfile(icc)
    model = QColorSpace.ColorModel.Rgb
    if not space.isValid() or space.colorModel() != model:
        return None
    return None if space == QColorSpace(QColorSpace.NamedColorSpace.SRgb) else space


def rgba(image: QImage) -> bytes:
    """Red, green, blue and straight alpha of each pixel, row by row."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return bytes(straight.constBits())


def _bytes_of(image: QImage) -> Bytes:
    """The memory of an RGB32 image as (H, W, 4); valid as long as the image."""
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)


def _from_bytes(array: Bytes) -> QImage:
    """(H, W, 4) -> an image with memory of its own."""
    height, width = array.shape[:2]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    _bytes_of(image)[:] = array
    return image


def _half(array: Bytes) -> Bytes:
    """(H, W, 4) -> (H // 2, W // 2, 4), each pixel the mean of four; an odd last row falls away."""
    height, width = array.shape[0] // 2 * 2, array.shape[1] // 2 * 2
    even = array[:height, :width].astype(np.uint16)
    total = even[0::2, 0::2] + even[1::2, 0::2] + even[0::2, 1::2] + even[1::2, 1::2]
    return ((total + 2) >> 2).astype(np.uint8)
