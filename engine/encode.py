"""Whole numbers -> the bytes of a picture file with everything it should say of itself."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np

from engine import metadata
from engine.decode import Whole
from engine.errors import UserError
from engine.formats import SIXTEEN_BITS, WORDS
from engine.metadata import Meta

LONGEST = {"jpg": 65535, "webp": 16383, "avif": 65536}  # px a side
MARKER_BYTES = 65_000  # a JPEG marker holds 65533, its heading included
OPENCV_BYTES = 1 << 31
INCH = 0.0254  # metres


def fits(width: int, height: int, kind: str) -> None:
    """UserError where the format cannot hold a picture of that size."""
    longest = LONGEST.get(kind, 1 << 31)
    if max(width, height) > longest:
        raise UserError(
            f"{WORDS[kind]} holds at most {longest} px a side; this is {width} x {height}.",
            "Choose PNG or TIFF.",
        )


def encode(values: Whole, meta: Meta, kind: str, quality: int) -> tuple[bytes, tuple[str, ...]]:
    """(H, W, C) grey, grey + alpha, RGB or RGB + alpha -> (file, what could not be kept)."""
    assert values.dtype == np.uint8 or kind in SIXTEEN_BITS
    match kind:
        case "png":
            return _png(values, meta), ()
        case "tiff":
            return _tiff(values, meta), ()
        case "bmp":
            return _bmp(values, meta)
        case _:
            return _by_pillow(values, meta, kind, quality)


def _png(values: Whole, meta: Meta) -> bytes:
    if values.shape[2] == 2 or values.nbytes >= OPENCV_BYTES:
        return b"".join(_plain_png(values, meta))
    import cv2

    _, data = cv2.imencode(".png", _bgr(values))
    start = 8 + 25  # signature and IHDR
    file = data.tobytes()
    return b"".join((file[:start], *_png_chunks(meta), file[start:]))


def _bgr(values: Whole) -> Any:
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[values.shape[2]]
    return np.ascontiguousarray(values[..., order])


def _plain_png(values: Whole, meta: Meta) -> Iterator[bytes]:
    """PNG with the filter "up" on every row: for what OpenCV does not write."""
    height, width, channels = values.shape
    rows = values.astype(values.dtype.newbyteorder(">")).view(np.uint8).reshape(height, -1)
    filtered = np.full((height, rows.shape[1] + 1), 2, np.uint8)
    filtered[0, 1:] = rows[0]
    filtered[1:, 1:] = rows[1:] - rows[:-1]
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    yield b"\x89PNG\r\n\x1a\n"
    size = struct.pack(">IIBBBBB", width, height, values.itemsize * 8, colour, 0, 0, 0)
    yield _chunk(b"IHDR", size)
    yield from _png_chunks(meta)
    packer = zlib.compressobj(4)
    for start in range(0, height, 256):
        yield _chunk(b"IDAT", packer.compress(filtered[start : start + 256].tobytes()))
    yield _chunk(b"IDAT", packer.flush())
    yield _chunk(b"IEND", b"")


def _png_chunks(meta: Meta) -> Iterator[bytes]:
    if meta.icc:
        yield _chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(meta.icc))
    if meta.dpi:
        across, down = (round(value / INCH) for value in meta.dpi)
        yield _chunk(b"pHYs", struct.pack(">IIB", across, down, 1))
    if meta.exif:
        yield _chunk(b"eXIf", meta.exif)
    if meta.xmp:
        yield _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + meta.xmp)


def _chunk(name: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)


def _tiff(values: Whole, meta: Meta) -> bytes:
    import tifffile

    channels = values.shape[2]
    extra: list[tuple[int, int, int, bytes, bool]] = []
    if meta.xmp:
        extra.append((700, 1, len(meta.xmp), meta.xmp, True))
    file = BytesIO()
    tifffile.imwrite(
        file,
        values[..., 0] if channels == 1 else values,
        byteorder="<",
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        compression="zlib",
        predictor=True,
        resolution=meta.dpi,
        resolutionunit="INCH" if meta.dpi else None,
        iccprofile=meta.icc,
        extratags=extra,
        metadata=None,
        software=False,
    )
    data = file.getvalue()
    classic = data[2:4] == b"*\0"
    return metadata.tiff_with_exif(data, meta.exif) if meta.exif and classic else data


def _bmp(values: Whole, meta: Meta) -> tuple[bytes, tuple[str, ...]]:
    lost = [name for name in ("exif", "icc", "xmp") if getattr(meta, name)]
    notes = ("BMP holds no metadata and no colour profile.",) if lost else ()
    if values.shape[2] == 2:
        values, _, _ = _coloured(values, meta)
    if values.shape[2] == 4:
        import cv2

        return cv2.imencode(".bmp", _bgr(values))[1].tobytes(), notes
    file = BytesIO()
    _image(values).save(file, "BMP", **({"dpi": meta.dpi} if meta.dpi else {}))
    return file.getvalue(), notes


def _image(values: Whole) -> Any:
    from PIL import Image

    return Image.fromarray(values[..., 0] if values.shape[2] == 1 else values)


def _by_pillow(values: Whole, meta: Meta, kind: str, quality: int) -> tuple[bytes, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    if kind == "jpg":
        meta, notes = _jpeg_sized(meta)
    elif values.shape[2] < 3:
        values, meta, notes = _coloured(values, meta)
    if kind != "jpg" and meta.dpi and not meta.exif:
        meta = replace(meta, exif=metadata.exif_with_dpi(meta.dpi))
    options = _options(kind, quality, meta.dpi)
    options["icc_profile"] = meta.icc
    options |= {"exif": metadata.PREFIX + meta.exif} if meta.exif else {}
    options |= {"xmp": meta.xmp} if meta.xmp else {}
    file = BytesIO()
    _image(values).save(file, {"jpg": "JPEG"}.get(kind, kind.upper()), **options)
    return file.getvalue(), notes


def _options(kind: str, quality: int, dpi: tuple[float, float] | None) -> dict[str, Any]:
    fine = quality >= 90
    if kind == "jpg":
        sampling = 0 if fine else 2  # 4:4:4 or 4:2:0
        return {"quality": quality, "subsampling": sampling} | ({"dpi": dpi} if dpi else {})
    if kind == "webp":
        return {"quality": quality, "lossless": quality == 100, "exact": True}
    return {"quality": quality, "subsampling": "4:4:4" if fine else "4:2:0"}


def _jpeg_sized(meta: Meta) -> tuple[Meta, tuple[str, ...]]:
    """JPEG has room for 64 kB of EXIF and as much XMP."""
    notes = []
    for name in ("exif", "xmp"):
        if len(getattr(meta, name) or b"") > MARKER_BYTES:
            meta = replace(meta, **{name: None})
            notes.append(f"The {name.upper()} data is too long for JPEG and was left out.")
    return meta, tuple(notes)


def _coloured(values: Whole, meta: Meta) -> tuple[Whole, Meta, tuple[str, ...]]:
    """Grey as RGB for formats that know no grey; a grey profile would be wrong there."""
    grey, alpha = values[..., :1], values[..., 1:]
    rgb: Whole = np.concatenate([grey, grey, grey, alpha], axis=2)
    if meta.icc and meta.icc[16:20] == b"GRAY":
        return rgb, replace(meta, icc=None), ("The grey colour profile was left out.",)
    return rgb, meta, ()
