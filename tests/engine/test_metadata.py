"""EXIF, XMP, profile and resolution: what goes in comes out, set right for the pixels."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import ExifTags, Image, ImageCms, ImageOps

from engine import image, metadata
from engine.image import Meta, Picture

FORMATS = ("png", "jpg", "webp", "tiff", "avif")
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6" '
    b'exif:PixelXDimension="640"><dc:title>\xc3\xa9\xe4\xb8\xad</dc:title>'
    b"<tiff:ImageWidth>640</tiff:ImageWidth></rdf:Description></x:xmpmeta>"
)
MAKER = b"MAKER\0" + bytes(range(100))


def exif_bytes(orientation: int = 1) -> bytes:
    """EXIF as a camera writes it, by Pillow: camera, exposure, place, maker note."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Leuchte"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = "2026:11:05 12:00:00"
    exif[ExifTags.Base.Copyright] = "Ada"
    sub = exif.get_ifd(ExifTags.IFD.Exif)
    sub[ExifTags.Base.ExposureTime] = 0.004
    sub[ExifTags.Base.ISOSpeedRatings] = 6400
    sub[ExifTags.Base.ExifImageWidth] = 640
    sub[ExifTags.Base.ExifImageHeight] = 480
    sub[ExifTags.Base.MakerNote] = MAKER
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.5)
    return exif.tobytes().removeprefix(b"Exif\0\0")


def icc_bytes() -> bytes:
    """A profile that is not sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()


def facts(path) -> dict[str, object]:
    """What Pillow, an independent reader, finds in a file."""
    with Image.open(path) as opened:
        exif = opened.getexif()
        sub, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        xmp = opened.info.get("xmp") or (opened.tag_v2.get(700) if path.suffix == ".tiff" else None)
        return {
            "make": exif.get(ExifTags.Base.Make),
            "turn": exif.get(ExifTags.Base.Orientation, 1),
            "copyright": exif.get(ExifTags.Base.Copyright),
            "exposure": float(sub[ExifTags.Base.ExposureTime]),
            "iso": sub[ExifTags.Base.ISOSpeedRatings],
            "size": (sub[ExifTags.Base.ExifImageWidth], sub[ExifTags.Base.ExifImageHeight]),
            "maker": sub[ExifTags.Base.MakerNote],
            "latitude": tuple(float(part) for part in place[ExifTags.GPS.GPSLatitude]),
            "icc": opened.info.get("icc_profile"),
            "xmp": bytes(xmp) if isinstance(xmp, bytes) else xmp,
        }


def picture(depth: int = 8, channels: int = 3, **more: object) -> Picture:
    pixels = np.random.default_rng(0).random((channels, 12, 16)).astype(np.float32)
    return Picture(pixels, depth=depth, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_keeps_everything_it_is_given(tmp_path, kind, depth):
    path, icc = tmp_path / f"a.{kind}", icc_bytes()
    meta = Meta(exif_bytes(), icc, XMP, (300.0, 240.0))
    image.write(path, picture(depth, meta=meta))
    found = facts(path)
    assert found["xmp"].decode().count("é中") == 1
    del found["xmp"]
    assert found == {
        "make": "Leuchte",
        "turn": 1,
        "copyright": "Ada",
        "exposure": 0.004,
        "iso": 6400,
        "size": (16, 12),
        "maker": MAKER,
        "latitude": (52.0, 31.0, 12.5),
        "icc": icc,
    }


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("other", FORMATS)
def test_metadata_survives_from_any_format_to_any_other(tmp_path, kind, other):
    first, second = tmp_path / f"a.{kind}", tmp_path / f"b.{other}"
    meta = Meta(exif_bytes(), icc_bytes(), XMP, (300.0, 300.0))
    image.write(first, picture(meta=meta))
    image.write(second, image.read(first))
    assert facts(second) == facts(first)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("dpi", [(300.0, 300.0), (72.5, 144.0)])
def test_the_resolution_survives_with_and_without_exif(tmp_path, kind, dpi):
    first, second = tmp_path / f"a.{kind}", tmp_path / "b.png"
    image.write(first, picture(meta=Meta(dpi=dpi)))
    image.write(second, image.read(first))
    for path in (first, second):
        assert image.read(path).meta.dpi == pytest.approx(dpi, abs=0.6)


def test_a_bitmap_keeps_its_resolution_and_says_what_it_cannot_keep(tmp_path):
    notes = image.write(tmp_path / "a.bmp", picture(meta=Meta(exif_bytes(), dpi=(300, 300))))
    assert image.read(tmp_path / "a.bmp").meta.dpi == pytest.approx((300, 300), abs=0.1)
    assert "no metadata" in notes[0]


def test_sizes_follow_the_pixels_when_a_picture_grows(tmp_path):
    meta = Meta(exif_bytes(), None, XMP, (300.0, 300.0))
    large = Picture(np.zeros((3, 480, 640), np.float32), meta=meta)
    image.write(tmp_path / "a.jpg", large)
    found = image.read(tmp_path / "a.jpg")
    assert facts(tmp_path / "a.jpg")["size"] == (640, 480)
    assert b'exif:PixelXDimension="640"' in found.meta.xmp
    assert b'tiff:Orientation="1"' in found.meta.xmp
    assert found.meta.dpi == (300, 300)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize(
    "kind", ["jpg", "png", "png16", "png16 late", "webp", "tiff", "tiff16", "avif"]
)
def test_orientation_is_applied_and_reset(tmp_path, kind, turn):
    path = tmp_path / f"a.{kind.split('16')[0]}"
    shape = (24, 40, 3) if turn < 5 else (40, 24, 3)
    stored = np.zeros(shape, np.uint8)
    stored[: shape[0] // 2, : shape[1] // 2] = 250
    stored[: shape[0] // 2, shape[1] // 2 :] = 170
    stored[shape[0] // 2 :, : shape[1] // 2] = 80
    upright = as_pillow_turns(stored, turn)
    _store(path, stored, kind, turn)
    assert image.size(path) == (40, 24)
    found = image.read(path)
    assert np.abs(found.pixels - upright / 255).max() < 0.05
    small = image.thumbnail(path, 20)
    assert small.shape == (3, 12, 20)
    assert np.abs(small[:, 2::7, 2::15] - upright[:, 4::14, 4::30] / 255).max() < 0.05
    image.write(tmp_path / "b.png", found)
    with Image.open(tmp_path / "b.png") as again:
        assert again.getexif().get(ExifTags.Base.Orientation, 1) == 1


def as_pillow_turns(stored: np.ndarray, turn: int) -> np.ndarray:
    """(3, H, W) as an independent viewer shows it."""
    picture = Image.fromarray(stored)
    picture.getexif()[ExifTags.Base.Orientation] = turn
    return np.asarray(ImageOps.exif_transpose(picture)).transpose(2, 0, 1)


def _store(path, stored: np.ndarray, kind: str, turn: int) -> None:
    if kind == "tiff16":
        wide = stored.astype(np.uint16) * 257
        tifffile.imwrite(path, wide, photometric="rgb", extratags=[(274, 3, 1, turn, True)])
    elif kind.startswith("png16"):
        image.write(path, Picture((stored.transpose(2, 0, 1) / 255).astype(np.float32), depth=16))
        data = path.read_bytes()
        exif = exif_bytes(turn)
        body = b"eXIf" + exif
        chunk = struct.pack(">I", len(exif)) + body + struct.pack(">I", zlib.crc32(body))
        at = len(data) - 12 if kind.endswith("late") else 33  # before IEND, or after IHDR
        path.write_bytes(data[:at] + chunk + data[at:])
    else:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = turn
        Image.fromarray(stored).save(path, exif=exif, quality=95)


def test_the_orientation_in_xmp_counts_where_exif_is_silent():
    assert metadata.orientation(Meta(xmp=XMP)) == 6
    assert metadata.orientation(Meta(exif=exif_bytes(3), xmp=XMP)) == 3
    element = b"<tiff:Orientation>8</tiff:Orientation>"
    assert metadata.orientation(Meta(xmp=element)) == 8
    assert b">1<" in metadata.settled(Meta(xmp=element), 1, 1).xmp


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("last", [True, False])
def test_the_thumbnail_is_dropped_and_maker_notes_stay_where_they_were(order, last):
    blob, maker, thumbnail = camera(order, thumbnail_last=last)
    settled = metadata.settled(Meta(exif=blob), 99_000, 7).exif
    assert settled.index(maker) == blob.index(maker)
    assert thumbnail not in settled
    assert len(settled) < len(blob) or not last
    exif = Image.Exif()
    exif.load(settled)
    assert exif[ExifTags.Base.Orientation] == 1
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ExifImageWidth] == 99_000
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ExifImageHeight] == 7
    assert not exif.get_ifd(ExifTags.IFD.IFD1)


def camera(order: str, *, thumbnail_last: bool) -> tuple[bytes, bytes, bytes]:
    """EXIF with two directories and a maker note, as laid out by hand."""
    maker, thumbnail = b"maker note with offsets" * 3, b"\xff\xd8thumbnail\xff\xd9" * 5

    def entry(tag: int, kind: int, count: int, value: int) -> bytes:
        short = kind == 3
        body = struct.pack(order + ("HH" if short else "I"), *((value, 0) if short else (value,)))
        return struct.pack(order + "HHI", tag, kind, count) + body

    first, sub, second, values = 8, 8 + 30, 8 + 30 + 42, 8 + 30 + 42 + 30
    at_maker = values if thumbnail_last else values + len(thumbnail)
    at_thumbnail = values + len(maker) if thumbnail_last else values
    blob = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, first)
    blob += struct.pack(order + "H", 2) + entry(0x112, 3, 1, 6) + entry(0x8769, 4, 1, sub)
    blob += struct.pack(order + "I", second)
    blob += struct.pack(order + "H", 3) + entry(0x927C, 7, len(maker), at_maker)
    blob += entry(0xA002, 3, 1, 640) + entry(0xA003, 4, 1, 480) + struct.pack(order + "I", 0)
    blob += struct.pack(order + "H", 2) + entry(0x201, 4, 1, at_thumbnail)
    blob += entry(0x202, 4, 1, len(thumbnail)) + struct.pack(order + "I", 0)
    return blob + (maker + thumbnail if thumbnail_last else thumbnail + maker), maker, thumbnail


@pytest.mark.parametrize("order", ["<", ">"])
def test_either_byte_order_goes_into_a_tiff(tmp_path, order):
    blob, maker, _ = camera(order, thumbnail_last=True)
    image.write(tmp_path / "a.tiff", picture(16, meta=Meta(exif=blob)))
    with Image.open(tmp_path / "a.tiff") as opened:
        sub = opened.getexif().get_ifd(ExifTags.IFD.Exif)
        assert sub[ExifTags.Base.MakerNote] == maker
        assert sub[ExifTags.Base.ExifImageWidth] == 16


@pytest.mark.parametrize("cut", [0, 3, 8, 9, 20, 60])
def test_damaged_exif_is_left_out_with_a_word(tmp_path, cut):
    blob = exif_bytes()[:cut] + b"\xff" * 8
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + blob)
    found = image.read(tmp_path / "a.jpg")
    assert found.meta.exif is None or metadata.orientation(found.meta) == 1
    image.write(tmp_path / "b.png", found)
    image.write(tmp_path / "b.tiff", found)


def test_random_bytes_are_never_more_than_damaged():
    dice = np.random.default_rng(1)
    whole = exif_bytes(6)
    for _ in range(500):
        blob = bytearray(whole)
        for at in dice.integers(4, len(blob), 6):
            blob[at] = dice.integers(256)
        try:
            settled = metadata.settled(Meta(exif=bytes(blob)), 10, 10)
            metadata.tiff_with_exif(exif_bytes(), settled.exif)
        except metadata.Damaged:
            pass
        metadata.exif_dpi(bytes(blob))


def test_metadata_can_be_left_out_but_colours_stay(tmp_path):
    path = tmp_path / "a.png"
    meta = Meta(exif_bytes(), icc_bytes(), XMP, (300.0, 300.0))
    notes = image.write(path, picture(meta=meta), keep_metadata=False)
    assert image.read(path).meta == Meta(icc=icc_bytes())
    assert "colour profile stays" in notes[0]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.write(path, picture(meta=Meta(exif_bytes(), srgb)), keep_metadata=False)
    assert image.read(path).meta == Meta()


def test_exif_too_long_for_a_jpeg_is_left_out_with_a_word(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "x" * 70_000
    long = exif.tobytes().removeprefix(b"Exif\0\0")
    notes = image.write(tmp_path / "a.jpg", picture(meta=Meta(exif=long)))
    assert "EXIF data is too long" in notes[0]
    assert image.write(tmp_path / "a.png", picture(meta=Meta(exif=long))) == ()


def test_a_grey_profile_stays_with_grey_and_leaves_with_colour(tmp_path):
    grey = bytearray(icc_bytes())
    grey[16:20] = b"GRAY"
    meta = Meta(icc=bytes(grey))
    image.write(tmp_path / "a.tiff", picture(channels=1, meta=meta))
    assert image.read(tmp_path / "a.tiff").meta.icc == bytes(grey)
    notes = image.write(tmp_path / "a.webp", picture(channels=1, meta=meta))
    assert image.read(tmp_path / "a.webp").meta.icc is None
    assert "profile" in notes[0]


def test_the_metadata_of_a_tiff_says_nothing_of_its_layout():
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "TIFF", compression="tiff_lzw", description="a lamp")
    exif = Image.Exif()
    exif.load(metadata.exif_of_tiff(file.getvalue()))
    assert dict(exif) == {ExifTags.Base.ImageDescription: "a lamp"}
