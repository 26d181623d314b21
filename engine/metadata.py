"""What a picture file says besides its pixels: EXIF, colour profile, XMP, resolution.

EXIF is kept as the bytes of its TIFF structure (without the "Exif" prefix of JPEG) and patched in
place, so that maker notes, whose offsets only their maker knows, stay where they were.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

PREFIX = b"Exif\0\0"
ORDERS = {b"II": "<", b"MM": ">"}
BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
UNITS = {3: 2, 4: 4, 5: 4, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4}  # what byte order turns round
SHORT, LONG, RATIONAL = 3, 4, 5

WIDTH, HEIGHT, ORIENTATION = 0x100, 0x101, 0x112
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x11A, 0x11B, 0x128
INCH, CENTIMETRE = 2, 3
EXIF, GPS, INTEROP = 0x8769, 0x8825, 0xA005
PIXEL_WIDTH, PIXEL_HEIGHT = 0xA002, 0xA003
THUMBNAIL, THUMBNAIL_BYTES = 0x201, 0x202
# Tags of a TIFF's own directory that speak of the photo and not of how the file is laid out.
SPEAKING = {
    *(0x10E, 0x10F, 0x110, 0x131, 0x132, 0x13B, 0x13C, 0x8298, 0x4746, 0x4749),
    *range(0x9C9B, 0x9CA0),
    *(X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, EXIF, GPS),
}


@dataclass(frozen=True, slots=True)
class Meta:
    """`exif` as a TIFF structure, `icc` profile, `xmp` packet, `dpi` across and down."""

    exif: bytes | None = None
    icc: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None


class Damaged(ValueError):  # noqa: N818
    """EXIF that contradicts itself."""


class Tag(NamedTuple):
    """One value as it lies in the file: `data` in the byte order of the file."""

    kind: int
    number: int
    data: bytes


Directory = dict[int, "Tag | Directory"]


def orientation(meta: Meta) -> int:
    """1 to 8 as EXIF numbers them; XMP is asked where EXIF does not say."""
    found = _number(meta.exif, ORIENTATION) if meta.exif else None
    if found is None and meta.xmp:
        match = re.search(rb"tiff:Orientation(?:\s*=\s*[\"']|>)([1-8])", meta.xmp)
        found = int(match[1]) if match else None
    return found if found is not None and 1 <= found <= 8 else 1


def settled(meta: Meta, width: int, height: int) -> Meta:
    """The same for upright pixels of this size: orientation 1, no thumbnail. Raises Damaged."""
    exif = _settled_exif(meta.exif, width, height) if meta.exif else None
    xmp = _settled_xmp(meta.xmp, width, height) if meta.xmp else None
    return replace(meta, exif=exif, xmp=xmp)


def exif_dpi(exif: bytes) -> tuple[float, float] | None:
    """The resolution EXIF names, in dots per inch."""
    try:
        order, start = _head(exif)
        tags = directory(exif, start, order)
        across, down = (_ratio(tags[tag], order) for tag in (X_RESOLUTION, Y_RESOLUTION))
    except (Damaged, KeyError):
        return None
    per_inch = 2.54 if _number(exif, RESOLUTION_UNIT) == CENTIMETRE else 1.0
    return (across * per_inch, down * per_inch) if across > 0 and down > 0 else None


def exif_with_dpi(dpi: tuple[float, float]) -> bytes:
    """EXIF that says nothing but the resolution, for formats with no other place for it."""
    tags: Directory = {RESOLUTION_UNIT: Tag(SHORT, 1, struct.pack("<H", INCH))}
    for tag, value in zip((X_RESOLUTION, Y_RESOLUTION), dpi, strict=True):
        ratio = Fraction(value).limit_denominator(10_000)
        tags[tag] = Tag(RATIONAL, 1, struct.pack("<II", ratio.numerator, ratio.denominator))
    return _rooted(tags, "<")


def exif_of_tiff(data: bytes) -> bytes | None:
    """The EXIF of a whole TIFF file: what its directories say of the photo. Raises Damaged."""
    if data[2:4] not in (b"*\0", b"\0*"):  # BigTIFF lays its directories out differently
        return None
    order, start = _head(data)
    tags = directory(data, start, order)
    kept: Directory = {tag: value for tag, value in tags.items() if tag in SPEAKING}
    return _rooted(kept, order) if kept else None


def tiff_with_exif(data: bytes, exif: bytes) -> bytes:
    """A TIFF file's bytes with EXIF added; tags the file has already are left as they are."""
    order, start = _head(data)
    theirs, at = _head(exif)
    added = directory(exif, at, theirs)
    tags = {tag: value for tag, value in added.items() if tag in SPEAKING}
    if theirs != order:
        tags = _swapped(tags)
    end = len(data) + len(data) % 2
    # The old directory stays as dead bytes; what it pointed to does not move.
    merged = _laid(tags | directory(data, start, order), end, order)
    root = data[:4] + struct.pack(order + "I", end)
    return b"".join((root, data[8:], b"\0" * (len(data) % 2), merged))


def directory(data: bytes, start: int, order: str, *, depth: int = 2) -> Directory:
    """The tags of one directory and those below it. Raises Damaged."""
    tags: Directory = {}
    for at, tag, kind, count in _entries(data, start, order):
        if tag in (EXIF, GPS, INTEROP):
            if depth and tag not in tags:
                below = struct.unpack_from(order + "I", data, at + 8)[0]
                tags[tag] = directory(data, below, order, depth=depth - 1)
            continue
        length = BYTES[kind] * count
        place = at + 8 if length <= 4 else struct.unpack_from(order + "I", data, at + 8)[0]
        if place + length > len(data):
            raise Damaged(f"tag {tag:#x} ends beyond the file")
        tags[tag] = Tag(kind, count, data[place : place + length])
    return tags


def _head(data: bytes) -> tuple[str, int]:
    """(byte order, where the first directory starts)."""
    if len(data) < 8 or data[:2] not in ORDERS:
        raise Damaged("no TIFF structure")
    order = ORDERS[data[:2]]
    return order, struct.unpack_from(order + "I", data, 4)[0]


def _entries(
    data: bytes | bytearray, start: int, order: str
) -> Iterator[tuple[int, int, int, int]]:
    """(position, tag, type, count) of a directory's entries that have a known type."""
    try:
        for index in range(struct.unpack_from(order + "H", data, start)[0]):
            at = start + 2 + 12 * index
            tag, kind, count = struct.unpack_from(order + "HHI", data, at)
            struct.unpack_from(order + "I", data, at + 8)
            if kind in BYTES:
                yield at, tag, kind, count
    except struct.error as why:
        raise Damaged("a directory ends beyond the file") from why


def _number(exif: bytes, wanted: int) -> int | None:
    try:
        order, start = _head(exif)
        for at, tag, kind, _ in _entries(exif, start, order):
            if tag == wanted and kind in (SHORT, LONG):
                code = "H" if kind == SHORT else "I"
                return int(struct.unpack_from(order + code, exif, at + 8)[0])
    except Damaged:
        pass
    return None


def _ratio(value: Tag | Directory, order: str) -> float:
    if not isinstance(value, Tag) or value.kind != RATIONAL or len(value.data) < 8:
        raise Damaged("not a ratio")
    above, below = struct.unpack(order + "II", value.data[:8])
    return above / below if below else 0.0


def _settled_exif(exif: bytes, width: int, height: int) -> bytes:
    data = bytearray(exif)
    order, start = _head(exif)
    sizes = {ORIENTATION: 1, WIDTH: width, HEIGHT: height}
    sizes |= {PIXEL_WIDTH: width, PIXEL_HEIGHT: height}
    starts = [start]
    for at, tag, _, _ in list(_entries(data, start, order)):
        if tag == EXIF:
            starts.append(struct.unpack_from(order + "I", data, at + 8)[0])
    for each in starts:
        for at, tag, kind, count in list(_entries(data, each, order)):
            if tag in sizes and kind in (SHORT, LONG) and count == 1:
                _put(data, at, order, sizes[tag])
    _drop_thumbnail(data, start, order)
    return bytes(data)


def _put(data: bytearray, at: int, order: str, value: int) -> None:
    """Write one number into the entry at `at`; a longer type fits into the same four bytes."""
    if value > 0xFFFF or struct.unpack_from(order + "H", data, at + 2)[0] == LONG:
        struct.pack_into(order + "HII", data, at + 2, LONG, 1, value)
    else:
        struct.pack_into(order + "HIHH", data, at + 2, SHORT, 1, value, 0)


def _drop_thumbnail(data: bytearray, start: int, order: str) -> None:
    """Unlink the second directory and erase its picture: it shows the photo as it was."""
    link = start + 2 + 12 * struct.unpack_from(order + "H", data, start)[0]
    if link + 4 > len(data):
        return
    second = struct.unpack_from(order + "I", data, link)[0]
    struct.pack_into(order + "I", data, link, 0)
    if not second or second >= len(data):
        return
    places = {}
    for at, tag, _, _ in _entries(data, second, order):
        places[tag] = struct.unpack_from(order + "I", data, at + 8)[0]
    first, length = places.get(THUMBNAIL, 0), places.get(THUMBNAIL_BYTES, 0)
    if not first or first + length > len(data):
        return
    if first + length >= len(data) - 3:
        del data[first:]
    else:
        data[first : first + length] = bytes(length)


def _settled_xmp(xmp: bytes, width: int, height: int) -> bytes:
    values = {b"tiff:Orientation": 1, b"tiff:ImageWidth": width, b"tiff:ImageLength": height}
    values |= {b"exif:PixelXDimension": width, b"exif:PixelYDimension": height}
    for name, value in values.items():
        pattern = rb"(" + name + rb"(?:\s*=\s*[\"']|>))\d+"
        xmp = re.sub(pattern, rb"\g<1>" + str(value).encode(), xmp)
    return xmp


def _swapped(tags: Directory) -> Directory:
    """The same in the other byte order."""
    turned: Directory = {}
    for tag, value in tags.items():
        if isinstance(value, Tag):
            unit = UNITS.get(value.kind, 1)
            units = (value.data[at : at + unit][::-1] for at in range(0, len(value.data), unit))
            turned[tag] = value._replace(data=b"".join(units))
        else:
            turned[tag] = _swapped(value)
    return turned


def _rooted(tags: Directory, order: str) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(order + "HI", 42, 8) + _laid(tags, 8, order)


def _laid(tags: Directory, start: int, order: str) -> bytes:
    """A directory as bytes that will lie at `start`, then its values and what is below it."""
    entries = [struct.pack(order + "H", len(tags))]
    tail = bytearray()
    tail_start = start + 2 + 12 * len(tags) + 4
    for tag, value in sorted(tags.items()):
        place = tail_start + len(tail)
        if isinstance(value, Tag) and len(value.data) <= 4:
            head = struct.pack(order + "HHI", tag, value.kind, value.number)
            entries.append(head + value.data.ljust(4, b"\0"))
            continue
        kind, number = (value.kind, value.number) if isinstance(value, Tag) else (LONG, 1)
        entries.append(struct.pack(order + "HHII", tag, kind, number, place))
        tail += value.data if isinstance(value, Tag) else _laid(value, place, order)
        tail += bytes(len(tail) % 2)
    entries.append(bytes(4))
    return b"".join(entries) + bytes(tail)


def is_srgb(icc: bytes) -> bool:
    """Whether a profile says what programs assume where there is none."""
    return b"sRGB" in icc[:4096] or "sRGB".encode("utf-16-be") in icc[:4096]
