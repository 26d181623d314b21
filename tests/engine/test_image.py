"""Picture files of every kind, by other programs where it matters."""

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from engine import image
from engine.image import Picture
from tests.engine.pixels import LOSSLESS, dots, make, samples

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
