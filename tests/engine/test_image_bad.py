"""Bad picture files: what happened, what to try, and nothing lost."""

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
from PIL import Image

from engine import image
from engine.errors import UserError
from engine.image import Unreadable
from tests.engine.pixels import dots, make

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
