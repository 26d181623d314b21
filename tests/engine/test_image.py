"""Picture files of every kind, good and bad: real ones, by other programs where it matters."""

import contextlib
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
import tifffile
from PIL import Image, ImageCms

from engine import image
from engine.errors import UserError
from engine.image import Picture, Unreadable

LOSSLESS = [("png", 8), ("png", 16), ("tiff", 8), ("tiff", 16), ("bmp", 8), ("webp", 8)]


def dots(depth: int, channels: int, height: int = 23, width: int = 31) -> np.ndarray:
    """(H, W, C) random samples with the extremes and a ramp in them."""
    full = 255 if depth == 8 else 65535
    kind = np.uint8 if depth == 8 else np.uint16
    values = np.random.default_rng(3).integers(0, full + 1, (height, width, channels)).astype(kind)
    values[0, :2, :] = [[0], [full]]
    values[1, :, :] = np.linspace(0, full, width).astype(kind)[:, None]
    return values


def whole(pixels: np.ndarray, depth: int) -> np.ndarray:
    """(C, H, W) in [0, 1] -> (H, W, C) as samples, exact or not at all."""
    scaled = pixels.astype(np.float64) * (255 if depth == 8 else 65535)
    assert np.abs(scaled - np.rint(scaled)).max() < 0.02
    return np.rint(scaled).astype(int).transpose(1, 2, 0)


def samples(picture: Picture) -> np.ndarray:
    planes = [picture.pixels] if picture.alpha is None else [picture.pixels, picture.alpha]
    return whole(np.concatenate(planes), picture.depth)


def make(values: np.ndarray, **more: object) -> Picture:
    """A picture of (H, W, C) samples, alpha last where C is 2 or 4."""
    depth = values.itemsize * 8
    planes = (values / np.iinfo(values.dtype).max).astype(np.float32).transpose(2, 0, 1)
    colours = len(planes) - 1 if len(planes) in (2, 4) else len(planes)
    alpha = planes[colours:] if len(planes) > colours else None
    return Picture(planes[:colours], alpha, depth, **more)  # type: ignore[arg-type]


# What goes in comes out


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(("kind", "depth"), LOSSLESS)
def test_lossless_formats_give_back_the_same_numbers(tmp_path, kind, depth, channels):
    values = dots(depth, channels)
    path = tmp_path / f"a.{kind}"
    assert image.write(path, make(values), quality=100) == ()
    found = image.read(path)
    assert (found.depth, found.format, found.notes) == (depth, kind, ())
    assert (found.height, found.width) == (23, 31)
    if found.grey == (channels < 3):
        assert np.array_equal(samples(found), values)
    else:  # WebP knows no grey, BMP no grey with alpha
        assert kind in ("webp", "bmp")
        assert np.array_equal(found.pixels[1], make(values).pixels[0])


def test_every_16_bit_value_survives(tmp_path):
    ramp = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)
    for kind in ("png", "tiff"):
        for values in (ramp, ramp[..., [0, 0, 0]]):
            image.write(tmp_path / f"a.{kind}", make(values))
            assert np.array_equal(samples(image.read(tmp_path / f"a.{kind}")), values)


def test_other_programs_read_the_same_numbers(tmp_path):
    values = dots(16, 4)
    image.write(tmp_path / "a.png", make(values))
    png = cv2.imdecode(np.fromfile(tmp_path / "a.png", np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(png[..., [2, 1, 0, 3]], values)
    image.write(tmp_path / "a.tiff", make(values))
    assert np.array_equal(tifffile.imread(tmp_path / "a.tiff"), values)
    image.write(tmp_path / "grey.png", make(dots(8, 2)))
    with Image.open(tmp_path / "grey.png") as opened:
        opened.verify()
        assert opened.mode == "LA"


def test_planes_are_plain_floats_in_range(tmp_path):
    image.write(tmp_path / "a.png", make(dots(16, 4)))
    found = image.read(tmp_path / "a.png")
    for planes in (found.pixels, found.alpha):
        assert planes.dtype == np.float32
        assert planes.flags.c_contiguous
        assert planes.min() == 0
        assert planes.max() == 1


def test_numbers_are_rounded_once_and_clipped(tmp_path):
    row = np.array([-0.1, 0.49 / 255, 0.51 / 255, 254.6 / 255, 1.2, np.nan], np.float32)
    image.write(tmp_path / "a.png", Picture(row.reshape(1, 1, 6)))
    assert samples(image.read(tmp_path / "a.png")).ravel().tolist() == [0, 0, 1, 255, 255, 0]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", ["jpg", "webp", "avif"])
def test_lossy_formats_stay_close(tmp_path, kind, channels):
    smooth = cv2.GaussianBlur(dots(8, channels, 64, 64), (0, 0), 4).reshape(64, 64, channels)
    image.write(tmp_path / f"a.{kind}", make(smooth), quality=95)
    found = image.read(tmp_path / f"a.{kind}")
    assert np.abs(found.pixels - make(smooth).pixels).max() < 6 / 255
    assert found.grey == (channels == 1 and kind == "jpg")


def test_jpeg_quality_decides_size_and_sampling(tmp_path):
    sizes = []
    for quality, sampling in ((60, (2, 2)), (89, (2, 2)), (90, (1, 1)), (98, (1, 1))):
        image.write(tmp_path / "a.jpg", make(dots(8, 3, 64, 64)), quality=quality)
        sizes.append((tmp_path / "a.jpg").stat().st_size)
        with Image.open(tmp_path / "a.jpg") as opened:
            assert opened.layer[0][1:3] == sampling
            assert "progressive" not in opened.info
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("kind", ["webp", "avif", "bmp"])
def test_alpha_survives_in_8_bit_formats(tmp_path, kind):
    values = cv2.GaussianBlur(dots(8, 4, 64, 64), (0, 0), 4)
    image.write(tmp_path / f"a.{kind}", make(values))
    assert np.abs(image.read(tmp_path / f"a.{kind}").alpha - make(values).alpha).max() < 4 / 255


def test_flat_alpha_is_still_alpha(tmp_path):
    values = dots(8, 4)
    values[..., 3] = 255
    for kind in ("png", "tiff", "bmp"):
        image.write(tmp_path / f"a.{kind}", make(values))
        assert image.read(tmp_path / f"a.{kind}").alpha.min() == 1


def test_alpha_is_laid_on_white_for_a_jpeg_with_a_word(tmp_path):
    values = np.zeros((8, 8, 4), np.uint8)
    values[..., 3] = 51
    notes = image.write(tmp_path / "a.jpg", make(values))
    assert "laid on white" in notes[0]
    assert image.read(tmp_path / "a.jpg").pixels.mean() == pytest.approx(0.8, abs=0.01)


def test_16_bits_are_rounded_to_8_with_a_word(tmp_path):
    notes = image.write(tmp_path / "a.jpg", make(dots(16, 3)))
    assert "rounded" in notes[0]


@pytest.mark.parametrize(
    ("name", "asked", "kind"),
    [
        ("a.jpg", "same", "JPEG"),
        ("a.JPEG", "same", "JPEG"),
        ("a.png", "jpg", "JPEG"),
        ("a", "same", "PNG"),
        ("a.gif", "same", "PNG"),
        ("a", "tiff", "TIFF"),
        ("a.avif", "same", "AVIF"),
    ],
)
def test_the_format_is_what_was_asked_for_else_what_the_name_says(tmp_path, name, asked, kind):
    image.write(tmp_path / name, make(dots(8, 3), format="png"), format=asked)
    with Image.open(tmp_path / name) as opened:
        assert opened.format == kind


@pytest.mark.parametrize("name", ["é中文 %.png", "%s%d.jpg", "[1] {x} #?.tiff", "a" * 251 + ".png"])
def test_any_name_works(tmp_path, name):
    image.write(tmp_path / name, make(dots(8, 3)))
    assert image.size(tmp_path / name) == (31, 23)
    assert image.read(tmp_path / name).width == 31


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tiff", "bmp", "avif"])
def test_thin_and_tiny_pictures_work(tmp_path, kind, width, height):
    image.write(tmp_path / f"a.{kind}", make(dots(8, 3, max(2, height), max(2, width))))
    values = np.full((height, width, 3), 200, np.uint8)
    path = tmp_path / f"b.{kind}"
    image.write(path, make(values))
    assert image.size(path) == (width, height)
    assert image.read(path).pixels.shape == (3, height, width)
    assert max(image.thumbnail(path, 96).shape) == min(96, max(3, width, height))


def test_the_original_is_not_touched_by_reading(tmp_path):
    path = tmp_path / "a.png"
    image.write(path, make(dots(8, 3)))
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    image.read(path), image.size(path), image.thumbnail(path, 8)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


# What other programs write


@pytest.mark.parametrize(
    ("mode", "channels", "word"),
    [
        ("1", 1, "grey"),
        ("L", 1, ""),
        ("LA", 2, ""),
        ("P", 3, "palette"),
        ("RGB", 3, ""),
        ("RGBA", 4, ""),
    ],
)
def test_every_png_mode_is_read(tmp_path, mode, channels, word):
    source = Image.fromarray(dots(8, 4), "RGBA").convert("RGB" if mode in "1P" else "RGBA")
    source = source.convert(mode)
    source.save(tmp_path / "a.png")
    found = image.read(tmp_path / "a.png")
    expected = {"1": "L", "P": "RGB"}.get(mode, mode)
    values = np.asarray(source.convert(expected)).reshape(23, 31, -1)
    assert np.array_equal(samples(found), values)
    assert samples(found).shape[2] == channels
    assert word in " ".join(found.notes)
    assert bool(found.notes) == bool(word)


@pytest.mark.parametrize(("mode", "key"), [("L", 7), ("RGB", (1, 2, 3)), ("P", 3)])
def test_a_see_through_colour_becomes_alpha(tmp_path, mode, key):
    source = Image.new(mode, (4, 4), 7 if mode == "L" else (1, 2, 3) if mode == "RGB" else 3)
    if mode == "P":
        source.putpalette([level for level in range(256) for _ in range(3)])
    source.putpixel((0, 0), 9 if mode != "RGB" else (9, 9, 9))
    source.save(tmp_path / "a.png", transparency=key)
    found = image.read(tmp_path / "a.png")
    assert found.alpha[0, 0, 0] == 1
    assert found.alpha[0, 1:].max() == 0
    assert found.grey == (mode == "L")


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("compression", ["none", "zlib", "lzw", "packbits", "planar", "big-endian"])
def test_tiffs_of_other_programs_are_read(tmp_path, compression, depth, channels):
    values, path = dots(depth, channels), tmp_path / "a.tif"
    flat = values[..., 0] if channels == 1 else values
    photometric = "rgb" if channels > 1 else "minisblack"
    extra = {"photometric": photometric, "extrasamples": ["unassalpha"] if channels == 4 else None}
    match compression:
        case "lzw":
            order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
            path.write_bytes(cv2.imencode(".tiff", values[..., order])[1].tobytes())
        case "packbits":
            if depth == 16:
                pytest.skip("Pillow writes 8 bits of it")
            Image.fromarray(flat).save(path, compression="packbits")
        case "planar":
            planes = values.transpose(2, 0, 1) if channels > 1 else flat
            planar = "separate" if channels > 1 else None
            tifffile.imwrite(path, planes, planarconfig=planar, **extra)
        case "big-endian":
            tifffile.imwrite(path, flat, byteorder=">", compression="zlib", **extra)
        case _:
            kind = None if compression == "none" else compression
            tifffile.imwrite(path, flat, compression=kind, predictor=bool(kind), **extra)
    found = image.read(path)
    assert np.array_equal(samples(found), values)
    assert found.depth == depth
    assert found.notes == ()


def test_white_is_zero_tiffs_are_turned_round(tmp_path):
    for depth in (8, 16):
        values = dots(depth, 1)
        tifffile.imwrite(tmp_path / "a.tif", values[..., 0], photometric="miniswhite")
        full = 255 if depth == 8 else 65535
        assert np.array_equal(samples(image.read(tmp_path / "a.tif")), full - values.astype(int))


def test_colours_multiplied_by_alpha_are_divided_again(tmp_path):
    values = np.full((4, 4, 4), 16384, np.uint16)
    values[..., 3] = 32768
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", extrasamples=["assocalpha"])
    found = image.read(tmp_path / "a.tif")
    assert samples(found)[0, 0].tolist() == [32768, 32768, 32768, 32768]


def test_floating_point_tiffs_become_16_bits_with_a_word(tmp_path):
    values = np.linspace(-0.5, 1.5, 64, dtype=np.float32).reshape(8, 8)
    tifffile.imwrite(tmp_path / "a.tif", values)
    found = image.read(tmp_path / "a.tif")
    assert found.depth == 16
    assert np.abs(found.pixels[0] - values.clip(0, 1)).max() < 1e-5
    assert "Floating point" in found.notes[0]


def test_cmyk_is_converted_with_a_word(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=95)
    found = image.read(tmp_path / "a.jpg")
    assert found.pixels.shape == (3, 8, 8)
    assert found.pixels[0].min() > 0.9
    assert found.pixels[1:].max() < 0.3
    assert "CMYK" in found.notes[0]
    wide = np.full((8, 8, 4), 0, np.uint16)
    wide[..., 1:3] = 65535
    tifffile.imwrite(tmp_path / "a.tif", wide, photometric="separated")
    assert image.read(tmp_path / "a.tif").pixels[0].min() > 0.9


def test_cmyk_with_a_profile_that_does_not_fit_is_still_read(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("CMYK", (8, 8)).save(tmp_path / "a.jpg", icc_profile=profile)
    found = image.read(tmp_path / "a.jpg")
    assert found.meta.icc is None  # it spoke of ink
    assert "approximate" in found.notes[0]


@pytest.mark.parametrize("kind", ["gif", "webp", "avif", "png", "tiff"])
def test_the_first_frame_of_a_moving_picture_is_used_with_a_word(tmp_path, kind):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    path = tmp_path / f"a.{kind}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    found = image.read(path)
    assert found.pixels[0].min() > 0.9
    assert found.pixels[1].max() < 0.1
    assert any("first of 3" in note for note in found.notes)


def test_a_picture_that_belies_its_name_is_read_with_a_word(tmp_path):
    path = tmp_path / "a.jpg"
    image.write(path, make(dots(8, 4)), format="png")
    found = image.read(path)
    assert found.format == "png"
    assert found.alpha is not None
    assert found.notes == ("It is a PNG in spite of its name.",)


# For the screen


def test_grey_is_shown_as_rgb_and_see_through_over_a_plain_background():
    grey = Picture(np.full((1, 2, 2), 0.25, np.float32))
    assert image.shown(grey).shape == (3, 2, 2)
    clear = Picture(np.ones((3, 2, 2), np.float32), np.zeros((1, 2, 2), np.float32))
    assert np.ptp(image.shown(clear)) == 0
    solid = Picture(clear.pixels, np.ones((1, 2, 2), np.float32))
    assert np.array_equal(image.shown(solid), solid.pixels)


@pytest.mark.parametrize(("kind", "depth"), [*LOSSLESS, ("jpg", 8), ("avif", 8)])
@pytest.mark.parametrize("channels", [1, 4])
def test_thumbnails_are_the_picture_made_small(tmp_path, kind, depth, channels):
    if kind == "jpg":
        channels = min(channels, 3)
    smooth = cv2.GaussianBlur(dots(depth, channels, 300, 400), (0, 0), 40).reshape(300, 400, -1)
    image.write(tmp_path / f"a.{kind}", make(smooth))
    small = image.thumbnail(tmp_path / f"a.{kind}", 40)
    assert small.shape == (3, 30, 40)
    full = image.shown(image.read(tmp_path / f"a.{kind}"))
    assert np.abs(small.mean((1, 2)) - full.mean((1, 2))).max() < 0.02
    assert image.thumbnail(tmp_path / f"a.{kind}", 1000).shape == (3, 300, 400)  # never enlarged


# Bad files: what happened, what to try


def refused(path: Path, **settings: float) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        image.read(path, **settings)
    assert path.name in caught.value.what
    assert caught.value.remedy
    with pytest.raises(Unreadable):
        image.thumbnail(path, 8) if not settings else image.read(path, **settings)
    return caught.value


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tiff", "bmp", "avif", "gif"])
@pytest.mark.parametrize("part", [0.03, 0.3, 0.6, 0.97])
def test_a_picture_cut_off_is_refused_not_half_grey(tmp_path, kind, depth, part):
    path = tmp_path / f"a.{kind}"
    if kind == "gif":
        Image.fromarray(dots(8, 3, 200, 200)).save(path)
    else:
        image.write(path, make(dots(depth, 3, 200, 200)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    assert "cut off or damaged" in refused(path).what


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_damage_in_the_middle_of_a_16_bit_picture_is_noticed(tmp_path, kind, channels):
    path = tmp_path / f"a.{kind}"
    image.write(path, make(dots(16, channels, 200, 200)))
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 40):
        data[at] ^= 0x5A
    path.write_bytes(data)
    refused(path)


def test_random_damage_never_ends_in_anything_but_unreadable(tmp_path):
    dice = np.random.default_rng(5)
    for kind in ("png", "jpg", "webp", "tiff", "bmp", "avif"):
        for depth in (8, 16):
            image.write(tmp_path / f"good.{kind}", make(dots(depth, 3)))
            good = (tmp_path / f"good.{kind}").read_bytes()
            for _ in range(25):
                bad = bytearray(good)
                for at in dice.integers(0, len(bad), 8):
                    bad[at] = dice.integers(256)
                path = tmp_path / f"bad.{kind}"
                path.write_bytes(bad)
                with contextlib.suppress(Unreadable):
                    image.write(tmp_path / "out.png", image.read(path, limit_megapixels=1))


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(tmp_path):
    assert "no such file" in refused(tmp_path / "a.png").what
    assert "no such file" in refused(tmp_path / "a.png" / "b.png").what
    (tmp_path / "folder.png").mkdir()
    assert "folder" in refused(tmp_path / "folder.png").what
    (tmp_path / "empty.png").touch()
    assert "0 bytes" in refused(tmp_path / "empty.png").what


@pytest.mark.parametrize("content", [b"hello, world", b"%PDF-1.7", bytes(64), b"P6 1 1 255 abc"])
def test_what_is_no_picture_is_said_so(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    assert "not a picture Safelight knows" in refused(tmp_path / "a.png").what


def test_a_file_that_may_not_be_read_is_said_so(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read anything")
    image.write(tmp_path / "a.png", make(dots(8, 3)))
    (tmp_path / "a.png").chmod(0)
    assert "may not read" in refused(tmp_path / "a.png").what


@pytest.mark.parametrize("kind", ["png", "tiff", "bmp"])
def test_a_bomb_is_refused_from_its_header(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "tiff":
        tifffile.imwrite(path, np.zeros((8, 8), np.uint8), metadata=None)
        data = bytearray(path.read_bytes())
        for tag in (256, 257):
            at = data.index(struct.pack("<HH", tag, 4)) if struct.pack("<HH", tag, 4) in data else 0
            at = at or data.index(struct.pack("<HH", tag, 3))
            struct.pack_into("<HHII", data, at, tag, 4, 1, 40_000)
    elif kind == "bmp":
        image.write(path, make(dots(8, 3)))
        data = bytearray(path.read_bytes())
        struct.pack_into("<ii", data, 18, 40_000, 40_000)
    else:
        image.write(path, make(dots(8, 3)))
        data = bytearray(path.read_bytes())
        struct.pack_into(">II", data, 16, 40_000, 40_000)
        struct.pack_into(">I", data, 29, zlib.crc32(bytes(data[12:29])))
    path.write_bytes(data)
    why = refused(path, limit_megapixels=300)
    assert "1600 megapixels (40000 x 40000)" in why.what
    assert "--limit-megapixels" in why.remedy


def test_the_limit_can_be_raised_beyond_what_the_libraries_allow(tmp_path):
    path = tmp_path / "a.png"
    with Image.new("1", (20_000, 10_000)) as large:
        large.save(path)
    assert image.size(path) == (20_000, 10_000)
    refused(path, limit_megapixels=199)
    data = image.decode.decode(path.read_bytes(), "png")
    assert data.values.shape == (10_000, 20_000, 1)


def test_a_picture_larger_than_memory_says_how_much_it_needs(tmp_path, monkeypatch):
    image.write(tmp_path / "a.png", make(dots(8, 3, 1000, 1000)))
    free = psutil.virtual_memory()._replace(available=1000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    assert "needs about 0.0 GB of memory (1000 x 1000)" in refused(tmp_path / "a.png").what


# Writing that goes wrong


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    image.write(path, make(dots(8, 3)))
    old = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UserError, match="disk is full"):
        image.write(path, make(dots(8, 1)))
    assert path.read_bytes() == old
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize(("kind", "side"), [("webp", 16384), ("jpg", 65536), ("avif", 65537)])
def test_a_picture_too_long_for_its_format_is_said_so_at_once(tmp_path, kind, side):
    with pytest.raises(UserError, match="holds at most") as caught:
        image.write(tmp_path / f"a.{kind}", make(np.zeros((1, side, 1), np.uint8)))
    assert caught.value.remedy
    assert not list(tmp_path.iterdir())


def test_importing_loads_no_torch_and_no_decoder():
    script = (
        "import sys, engine.image; print({'torch', 'cv2', 'PIL', 'tifffile'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdout.strip() == "set()"


def test_a_photograph_in_a_stream_of_every_format_is_the_same_photograph(tmp_path):
    photo = make(cv2.GaussianBlur(dots(8, 3, 90, 120), (0, 0), 3))
    for kind in ("png", "tiff", "jpg", "webp", "avif", "bmp"):
        image.write(tmp_path / f"a.{kind}", photo)
        found = image.read(tmp_path / f"a.{kind}").pixels
        error = 10 * np.log10(1 / max(1e-12, float(np.mean((found - photo.pixels) ** 2))))
        assert error > 38, kind
