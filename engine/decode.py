"""Bytes of a picture file -> whole numbers, as they lie in the file: no orientation, no floats."""

import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine import metadata
from engine.errors import UserError
from engine.metadata import Meta

if TYPE_CHECKING:
    from PIL.Image import Image
    from tifffile import TiffFile, TiffPage

Whole = NDArray[np.uint8] | NDArray[np.uint16]
PILLOW = {
    "png": ("PNG",),
    "jpg": ("JPEG", "MPO"),
    "webp": ("WEBP",),
    "tiff": ("TIFF",),
    "bmp": ("BMP", "DIB"),
    "avif": ("AVIF",),
    "gif": ("GIF",),
}
TEXT_LIMIT = 64 << 20  # bytes of XMP or ICC in a PNG
ICC_TAG, XMP_TAG = 34675, 700
PNG_XMP = b"XML:com.adobe.xmp\0\0\0\0\0"  # how its chunk begins: not compressed, no language
MIN_IS_WHITE, MIN_IS_BLACK, RGB, CMYK = 0, 1, 2, 5
TRUNCATED = "It is cut off or damaged."
COPY_AGAIN = "Copy it again from where it came from."


class Unreadable(UserError):  # noqa: N818
    """A picture file that cannot be read: what is wrong with it, and what to try."""


@dataclass(frozen=True, slots=True)
class Raw:
    """(H, W, C) whole numbers: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha.

    `turn` is the orientation, 1 to 8, that the values still have to be brought upright from.
    """

    values: Whole
    meta: Meta
    turn: int = 1
    notes: tuple[str, ...] = ()


def header(file: BinaryIO, kind: str) -> tuple[int, int, int]:
    """(width, height, orientation) as stored, from the header alone. Raises Unreadable."""
    with explained():
        if kind == "tiff":
            from tifffile import TiffFile

            with TiffFile(file) as tiff:
                page = tiff.pages.first
                return page.imagewidth, page.imagelength, _turn(page)
        with opened(file, kind) as image:
            exif = image.info.get("exif") or (_late(file, b"eXIf") if kind == "png" else b"")
            said = Meta(exif=exif.removeprefix(metadata.PREFIX), xmp=image.info.get("xmp"))
            return image.width, image.height, metadata.orientation(said)


def packet(file: BinaryIO, kind: str) -> bytes | None:
    """The XMP packet alone, without looking at a pixel. Raises Unreadable."""
    with explained():
        if kind == "tiff":
            from tifffile import TiffFile

            with TiffFile(file) as tiff:
                return tiff.pages.first.tags.valueof(XMP_TAG)
        with opened(file, kind) as image:
            found = image.info.get("xmp")
            if not found and kind == "png":
                found = _late(file, b"iTXt", PNG_XMP)
        return found.encode() if isinstance(found, str) else found or None


def decode(data: bytes, kind: str) -> Raw:
    """Everything in the file. Raises Unreadable."""
    with explained():
        if kind == "tiff":
            return _tiff(data)
        if kind == "png" and data[24] == 16 and data[25] != 0:
            return _wide_png(data)
        with opened(BytesIO(data), kind) as image:
            notes = _frames(image, kind) + _deep_avif(data, kind)
            meta = _meta(image)
            return replace(from_pillow(image, meta, notes), turn=metadata.orientation(meta))


def opened(file: BinaryIO, kind: str) -> "Image":
    """The picture as Pillow sees it, nothing decoded yet."""
    from PIL import Image, PngImagePlugin

    Image.MAX_IMAGE_PIXELS = None  # image.read asks the header first and has its own limit
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = TEXT_LIMIT
    return Image.open(file, formats=PILLOW[kind])


@contextmanager
def explained() -> Iterator[None]:
    """Whatever a decoder says of a bad file becomes Unreadable; its warnings are not for people."""
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (UserError, MemoryError):
        raise
    except Exception as why:
        logging.getLogger(__name__).info("decoder: %s: %s", type(why).__name__, why)
        raise Unreadable(TRUNCATED, COPY_AGAIN) from why


def _meta(image: "Image") -> Meta:
    info = image.info
    exif = info.get("exif") or b""
    if not exif and (older := image.getexif()):  # it knows PNG's older spellings, too
        exif = older.tobytes()
    exif = exif.removeprefix(metadata.PREFIX)
    dpi = tuple(float(value) for value in info.get("dpi", ()))
    xmp = info.get("xmp")
    if isinstance(xmp, str):
        xmp = xmp.encode()
    known = (dpi[0], dpi[1]) if len(dpi) == 2 and min(dpi) > 1 else metadata.exif_dpi(exif)
    return Meta(exif=exif or None, icc=info.get("icc_profile") or None, xmp=xmp or None, dpi=known)


def _late(file: BinaryIO, wanted: bytes, start: bytes = b"") -> bytes:
    """A chunk of a PNG that may lie behind the pixels, found without reading those."""
    at, end = 8, file.seek(0, 2)
    while at + 12 <= end:
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        if name == wanted and length < TEXT_LIMIT:
            data = file.read(length)
            if data.startswith(start):
                return data.removeprefix(start)
        at += 12 + length
    return b""


def _frames(image: "Image", kind: str) -> tuple[str, ...]:
    count = 1 if kind == "jpg" else getattr(image, "n_frames", 1)
    return (f"Only the first of {count} frames is used.",) if count > 1 else ()


def _deep_avif(data: bytes, kind: str) -> tuple[str, ...]:
    at = data.find(b"pixi", 0, 4096) if kind == "avif" else -1
    bits = data[at + 9] if 0 <= at < len(data) - 9 else 8
    return (f"The {bits} bits of this AVIF are read as 8.",) if bits > 8 else ()


def from_pillow(image: "Image", meta: Meta, notes: tuple[str, ...]) -> Raw:
    """A picture that Pillow has opened, in one of four plain kinds."""
    image.load()
    see_through = "transparency" in image.info
    match image.mode:
        case "CMYK" | "LAB":
            rgb, note = _to_srgb(image, meta.icc)
            return Raw(np.asarray(rgb), replace(meta, icc=None), notes=(*notes, note))
        case "1":
            image, notes = image.convert("L"), (*notes, "Black and white became 8-bit grey.")
        case "P" | "PA":
            mode = "RGBA" if see_through or image.mode == "PA" else "RGB"
            image, notes = image.convert(mode), (*notes, f"Its palette became {mode}.")
        case "L" | "RGB" if see_through:
            image = image.convert("LA" if image.mode == "L" else "RGBA")
        case "RGBX" | "YCbCr" | "HSV":
            image = image.convert("RGB")
        case "I":
            raise Unreadable("It holds 32-bit whole numbers.", "Save it with 8 or 16 bits.")
        case _:
            pass
    values = np.asarray(image)
    if values.dtype not in (np.uint8, np.uint16):
        values = values.astype(np.uint16)  # big-endian 16 bit
    return Raw(values.reshape(*values.shape[:2], -1), meta, notes=notes)


def _to_srgb(image: "Image", profile: bytes | None) -> tuple["Image", str]:
    from PIL import ImageCms

    ink = "CMYK" if image.mode == "CMYK" else "Lab"
    srgb = ImageCms.createProfile("sRGB")
    try:
        if image.mode == "LAB":
            theirs: Any = ImageCms.createProfile("LAB")
        elif profile:
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        else:
            return image.convert("RGB"), f"{ink} without a profile: colours are approximate."
        converted = ImageCms.profileToProfile(image, theirs, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert("RGB"), f"{ink} with a damaged profile: colours are approximate."
    assert converted is not None
    return converted, f"{ink} was converted to sRGB."


def _wide_png(data: bytes) -> Raw:
    """16-bit PNG beyond plain grey, which Pillow would cut to 8 bits."""
    _check_chunks(data)
    with opened(BytesIO(data), "png") as image:
        image.load()  # reads the chunks behind the pixels, too
        meta = _meta(image)
    values = _by_opencv(data)
    if data[25] == 4:  # grey with alpha comes as four channels
        values = values[..., [0, 3]]
    return Raw(values, meta, metadata.orientation(meta))


def _check_chunks(data: bytes) -> None:
    """Every chunk of a PNG is whole: OpenCV would give half a picture without a word."""
    at, name = 8, b""
    while name != b"IEND" and at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            break
        if zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise Unreadable(TRUNCATED, COPY_AGAIN)
        at = end + 4
    if name != b"IEND":
        raise Unreadable(TRUNCATED, COPY_AGAIN)


def _by_opencv(data: bytes) -> Any:
    """(H, W, C) in RGB(A) order, untouched."""
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    values = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None:
        raise Unreadable(TRUNCATED, COPY_AGAIN)
    if values.ndim == 2:
        return values[..., None]
    return values[..., [2, 1, 0, 3][: values.shape[2]]]


def _tiff(data: bytes) -> Raw:
    from tifffile import TiffFile

    with TiffFile(BytesIO(data)) as file:
        page = file.pages.first
        if any(
            a + n > len(data) for a, n in zip(page.dataoffsets, page.databytecounts, strict=True)
        ):
            raise Unreadable(TRUNCATED, COPY_AGAIN)
        meta, notes = _tiff_meta(page, data), _pages(file)
        if page.bitspersample == 16 or page.sampleformat == 3:
            return replace(_wide_tiff(page, data, meta, notes), turn=_turn(page))
        if page.bitspersample > 16:
            raise Unreadable("It holds 32-bit whole numbers.", "Save it with 8 or 16 bits.")
        if page.photometric == RGB and 0 in page.extrasamples:
            notes = (*notes, "An extra channel that is not alpha was left out.")
    with opened(BytesIO(data), "tiff") as image:
        return from_pillow(image, meta, notes)  # Pillow turns TIFFs upright by itself


def _pages(file: "TiffFile") -> tuple[str, ...]:
    count = len(file.pages)
    return (f"Only the first of {count} pages is used.",) if count > 1 else ()


def _turn(page: "TiffPage") -> int:
    return int(page.tags.valueof(metadata.ORIENTATION, default=1))


def _tiff_meta(page: "TiffPage", data: bytes) -> Meta:
    tags = page.tags
    sides = (tags.valueof(metadata.X_RESOLUTION), tags.valueof(metadata.Y_RESOLUTION))
    scale = {metadata.INCH: 1.0, metadata.CENTIMETRE: 2.54}.get(int(page.resolutionunit), 0.0)
    across, down = (scale * side[0] / (side[1] or 1) if side else 0.0 for side in sides)
    return Meta(
        exif=metadata.exif_of_tiff(data),
        icc=tags.valueof(ICC_TAG),
        xmp=tags.valueof(XMP_TAG),
        dpi=(across, down) if across > 1 and down > 1 else None,
    )


def _wide_tiff(page: "TiffPage", data: bytes, meta: Meta, notes: tuple[str, ...]) -> Raw:
    """16-bit or floating point samples."""
    try:
        values = page.asarray()
        values = np.moveaxis(values, 0, -1) if page.axes == "SYX" else values
        values = values.reshape(page.imagelength, page.imagewidth, -1)
    except (ValueError, KeyError, ImportError):  # a compression tifffile lacks
        values = _by_opencv(data)
    if values.dtype.kind == "f":
        values = np.rint(np.clip(np.nan_to_num(values), 0, 1) * 65535).astype(np.uint16)
        notes = (*notes, "Floating point became 16 bits; what lay beyond 0 to 1 was clipped.")
    if page.photometric == CMYK:
        return _wide_cmyk(values, meta, notes)
    if page.photometric not in (MIN_IS_WHITE, MIN_IS_BLACK, RGB):
        raise Unreadable("Its colour model is not known.", "Save it as RGB or grey.")
    colours = 3 if page.photometric == RGB else 1
    if page.photometric == MIN_IS_WHITE:
        values[..., 0] = 65535 - values[..., 0]
    return _with_alpha(Raw(values, meta, notes=notes), colours, page.extrasamples)


def _with_alpha(raw: Raw, colours: int, extras: tuple[int, ...]) -> Raw:
    """Keep the colours and, where there is one, a straight alpha."""
    channels = raw.values.shape[2]
    if channels == colours:
        return raw
    if extras and extras[0] == 0:
        notes = (*raw.notes, "An extra channel that is not alpha was left out.")
        return replace(raw, values=raw.values[..., :colours], notes=notes)
    values = raw.values[..., : colours + 1]
    if extras and extras[0] == 1:  # colours were multiplied by alpha
        alpha = np.maximum(values[..., colours:], 1).astype(np.float64)
        straight = np.minimum(np.rint(values[..., :colours] * (65535 / alpha)), 65535)
        values = np.concatenate([straight.astype(np.uint16), values[..., colours:]], axis=2)
    return replace(raw, values=values)


def _wide_cmyk(values: Any, meta: Meta, notes: tuple[str, ...]) -> Raw:
    from PIL import Image

    image = Image.fromarray((values[..., :4] >> 8).astype(np.uint8), "CMYK")
    return from_pillow(image, meta, (*notes, "16-bit CMYK is read with 8 bits."))
