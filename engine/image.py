"""Picture file <-> float32 planes in [0, 1] with everything else the file says.

The only place, with `gui/paint.py`, where pixels change their kind. Pixels stay in the file's own
colours: the profile travels along. Numbers are rounded once, when they are written.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from engine import decode, encode, metadata
from engine.decode import Raw, Unreadable, Whole
from engine.files import whole
from engine.formats import HEAD, SIXTEEN_BITS, WORDS, WRITABLE, by_ending, sniff, target_format
from engine.job import Pixels
from engine.metadata import Damaged, Meta

__all__ = [
    "Meta",
    "Picture",
    "Unreadable",
    "packet",
    "read",
    "shown",
    "size",
    "target_format",
    "thumbnail",
    "write",
]
COPIES = 3  # of a picture as floats, that working on it takes
BACKGROUND = 0.5  # behind see-through pictures on the screen: black and white both show on it


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright `pixels` (C, H, W) float32 in [0, 1], C = 1 grey or 3 RGB.

    `alpha`: (1, H, W), straight. `depth`: bits a sample had, 8 or 16. `format`: what the file was.
    `notes`: what people should know of the reading.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    depth: int = 8
    format: str = "png"
    meta: Meta = field(default_factory=Meta)
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Rows, in px."""
        return int(self.pixels.shape[1])

    @property
    def width(self) -> int:
        """Columns, in px."""
        return int(self.pixels.shape[2])

    @property
    def grey(self) -> bool:
        """Whether there is one colour plane."""
        return self.pixels.shape[0] == 1


def size(path: Path) -> tuple[int, int]:
    """(width, height) of the upright picture, from the header alone. Raises Unreadable."""
    try:
        return _measured(path)[:2]
    except Unreadable as why:
        raise _named(path, why) from why


def packet(path: Path) -> bytes | None:
    """What the file says as XMP, from its header alone. Raises Unreadable."""
    try:
        kind = _measured(path)[2]
        with path.open("rb") as file:
            return decode.packet(file, kind)
    except OSError as why:
        raise _named(path, _closed(why)) from why
    except Unreadable as why:
        raise _named(path, why) from why


def read(path: Path, *, limit_megapixels: float = 300) -> Picture:
    """The picture, upright, with its metadata set right for that. Raises Unreadable."""
    try:
        raw, kind = _raw(path, limit_megapixels)
        return _picture(raw, path, kind)
    except Unreadable as why:
        raise _named(path, why) from why


def write(
    path: Path,
    picture: Picture,
    *,
    format: str = "same",
    quality: int = 95,
    keep_metadata: bool = True,
) -> tuple[str, ...]:
    """Save, whole or not at all; returns notes about what the format could not keep.

    "same" goes by the name's ending, else by what the picture was. Raises UserError.
    """
    kind = (by_ending(path) or picture.format) if format == "same" else format
    kind = kind if kind in WRITABLE else "png"
    encode.fits(picture.width, picture.height, kind)
    notes: list[str] = []
    alpha = picture.alpha
    if alpha is not None and kind == "jpg":
        picture = replace(picture, pixels=_over(picture, 1.0), alpha=None)
        notes.append("JPEG has no transparency: it was laid on white.")
    depth = picture.depth if kind in SIXTEEN_BITS else 8
    if depth < picture.depth:
        notes.append(f"{WORDS[kind]} holds 8 bits: the picture's 16 were rounded.")
    meta, kept = _meta_to_write(picture, keep_metadata=keep_metadata)
    values = _rounded(picture, depth)
    data, lost = encode.encode(values, meta, kind, quality)
    with whole(path) as part:
        part.write_bytes(data)
    return (*notes, *kept, *lost)


def shown(picture: Picture) -> Pixels:
    """(3, H, W) RGB for the screen: grey as RGB, see-through over a plain background."""
    pixels = _over(picture, BACKGROUND)
    return np.repeat(pixels, 3, axis=0) if picture.grey else pixels


def thumbnail(path: Path, edge: int) -> Pixels:
    """(3, h, w) RGB, upright, its longer side at most `edge` px. Raises Unreadable."""
    import cv2

    try:
        raw, kind = _draft(path, edge)
        scale = min(1.0, edge / max(raw.values.shape[:2]))
        sides = [max(1, round(side * scale)) for side in raw.values.shape[1::-1]]
        flat: Any = cv2.resize(raw.values, sides, interpolation=cv2.INTER_AREA)
        small = replace(raw, values=flat.reshape(sides[1], sides[0], -1))
        return shown(_picture(small, path, kind))
    except Unreadable as why:
        raise _named(path, why) from why


def _draft(path: Path, edge: int) -> tuple[Raw, str]:
    """The picture not much larger than needed, where its format knows how."""
    width, height, kind, turn = _measured(path)
    if kind != "jpg" or min(width, height) < 2 * edge:
        return _raw(path, 1e9)
    with decode.explained(), decode.opened(BytesIO(_bytes(path)), kind) as image:
        image.draft(None, (2 * edge, 2 * edge))
        profile = image.info.get("icc_profile")
        raw = decode.from_pillow(image, Meta(icc=profile), ())
        return replace(raw, turn=turn), kind


def _raw(path: Path, limit_megapixels: float) -> tuple[Raw, str]:
    width, height, kind, _ = _measured(path)
    megapixels = width * height / 1e6
    if megapixels > limit_megapixels:
        raise Unreadable(
            f"It has {megapixels:.0f} megapixels ({width} x {height}); "
            f"the limit is {limit_megapixels:g}.",
            f"If you trust the file, raise the limit: --limit-megapixels {megapixels + 1:.0f}.",
        )
    need, free = width * height * 3 * 4 * COPIES, psutil.virtual_memory().available
    if need > free:
        raise Unreadable(
            f"It needs about {need / 2**30:.1f} GB of memory ({width} x {height}); "
            f"{free / 2**30:.1f} GB are free.",
            "Close other programs, or cut the picture into parts.",
        )
    return decode.decode(_bytes(path), kind), kind


def _measured(path: Path) -> tuple[int, int, str, int]:
    """(width, height) upright, the format by content, and the orientation as stored."""
    try:
        if path.is_dir():
            raise Unreadable("It is a folder.", "Name the pictures in it, or the folder as source.")
        with path.open("rb") as file:
            head = file.read(HEAD)
            if not head:
                raise Unreadable("It is empty (0 bytes).", decode.COPY_AGAIN)
            kind = sniff(head)
            if kind is None:
                words = ", ".join(WORDS.values())
                raise Unreadable("It is not a picture Safelight knows.", f"It reads {words}.")
            file.seek(0)
            width, height, turn = decode.header(file, kind)
    except OSError as why:
        raise _closed(why) from why
    return (height, width, kind, turn) if turn > 4 else (width, height, kind, turn)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as why:
        raise _closed(why) from why


def _closed(why: OSError) -> Unreadable:
    match why:
        case FileNotFoundError() | NotADirectoryError():
            return Unreadable("There is no such file.", "Check the name, or choose it again.")
        case PermissionError():
            return Unreadable("You may not read it.", "Change its permissions, or copy it.")
        case _:
            return Unreadable(f"{why.strerror or why}.", "Check the disk it lies on.")


def _named(path: Path, why: Unreadable) -> Unreadable:
    return Unreadable(f"{path.name} cannot be read. {why.what}", why.remedy)


def _picture(raw: Raw, path: Path, kind: str) -> Picture:
    notes, meta = list(raw.notes), raw.meta
    if (promised := by_ending(path)) and promised != kind:
        notes.append(f"It is a {WORDS[kind]} in spite of its name.")
    values = _upright(raw.values, raw.turn)
    height, width, channels = values.shape
    if raw.turn > 4 and meta.dpi:
        meta = replace(meta, dpi=meta.dpi[::-1])
    try:
        meta = metadata.settled(meta, width, height)
    except Damaged:
        notes.append("Its EXIF data is damaged and was left out.")
        meta = metadata.settled(replace(meta, exif=None), width, height)
    colours = channels - 1 if channels in (2, 4) else channels
    planes = _floats(values)
    alpha = planes[colours:] if channels > colours else None
    depth = 8 * values.itemsize
    return Picture(planes[:colours], alpha, depth, kind, meta, tuple(notes))


def _upright(values: Whole, turn: int) -> Whole:
    """(H, W, C) turned and mirrored as EXIF orientation `turn` asks."""
    if turn in (2, 7, 4, 5):  # mirrored ones
        values = values[:, ::-1]
    quarters = {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(turn, 0)
    return np.rot90(values, quarters)


def _floats(values: Whole) -> Pixels:
    """(H, W, C) whole numbers -> (C, H, W) in [0, 1]."""
    height, width, channels = values.shape
    planes = np.empty((channels, height, width), np.float32)
    full = np.float32(np.iinfo(values.dtype).max)
    for channel in range(channels):
        np.divide(values[..., channel], full, out=planes[channel])
    return planes


def _rounded(picture: Picture, depth: int) -> Whole:
    """(H, W, C) whole numbers, alpha last: the one rounding."""
    planes = [*picture.pixels, *(() if picture.alpha is None else picture.alpha)]
    kind = np.uint8 if depth == 8 else np.uint16
    values = np.empty((picture.height, picture.width, len(planes)), kind)
    full = np.float32(np.iinfo(kind).max)
    for channel, plane in enumerate(planes):
        scaled = np.clip(np.nan_to_num(plane), 0, 1) * full
        values[..., channel] = np.rint(scaled, out=scaled)
    return values


def _over(picture: Picture, background: float) -> Pixels:
    if picture.alpha is None:
        return picture.pixels
    mixed: Pixels = picture.pixels * picture.alpha
    mixed += np.float32(background) * (1 - picture.alpha)
    return mixed


def _meta_to_write(picture: Picture, *, keep_metadata: bool) -> tuple[Meta, tuple[str, ...]]:
    if keep_metadata:
        with suppress(Damaged):
            return metadata.settled(picture.meta, picture.width, picture.height), ()
        return replace(picture.meta, exif=None), ("The EXIF data is damaged and was left out.",)
    icc = picture.meta.icc
    if icc is None or metadata.is_srgb(icc):
        return Meta(), ()
    return Meta(icc=icc), ("The colour profile stays: without it the colours would change.",)
