"""Picture formats: their endings, how a file betrays its own, and what a result becomes."""

from pathlib import Path

ENDINGS = {
    ".png": "png",
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".jpe": "jpg",
    ".jfif": "jpg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".bmp": "bmp",
    ".dib": "bmp",
    ".avif": "avif",
    ".gif": "gif",
}
WORDS = {
    "png": "PNG",
    "jpg": "JPEG",
    "webp": "WebP",
    "tiff": "TIFF",
    "bmp": "BMP",
    "avif": "AVIF",
    "gif": "GIF",
}
WRITABLE = ("png", "jpg", "webp", "tiff", "bmp", "avif")
SIXTEEN_BITS = ("png", "tiff")
HEAD = 32  # bytes that `sniff` wants to see


def by_ending(path: Path) -> str | None:
    """The format a file's name promises, or None."""
    return ENDINGS.get(path.suffix.lower())


def sniff(head: bytes) -> str | None:
    """The format that the first bytes of a file show, or None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[4:8] == b"ftyp" and any(brand in head[8:] for brand in (b"avif", b"avis")):
        return "avif"
    return "bmp" if head[:2] == b"BM" else None


def of_file(path: Path) -> str | None:
    """The format by content, else by ending; a file that cannot be opened counts by its ending."""
    try:
        with path.open("rb") as file:
            return sniff(file.read(HEAD)) or by_ending(path)
    except OSError:
        return by_ending(path)


def target_format(source: Path, asked: str, *, content: str | None = None) -> tuple[str, str]:
    """(format, ending) of the result. "same" keeps the ending's spelling where it tells the truth.

    `content` is the source's format where it is known better than by its ending.
    """
    promised = by_ending(source)
    own = content or promised or "png"
    if asked not in ("same", own):
        return asked, f".{asked}"
    if own not in WRITABLE:
        return "png", ".png"
    return own, source.suffix if promised == own else f".{own}"
