"""What a picture says of how it was made: written into every format, read back, left alone."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import image, masks, noted, steps, xmp
from engine.errors import UserError
from engine.image import Meta
from engine.job import Note
from engine.knobs import knobs_of
from engine.specs import (
    STEPS,
    Apply,
    ColourStep,
    FillStep,
    FinishStep,
    Hint,
    ReadSteps,
    Restore,
    ScratchesStep,
    StyleStep,
)
from engine.studio import Studio
from tests.engine.restoring import install, photo, saved, spot

ENDINGS = ("png", "jpg", "webp", "tiff", "avif")
DOTS = (Hint(40.5, 30, "#c03020"), Hint(3, 90, "#2040c0"))


@pytest.fixture
def models(tiny):
    install(tiny)
    return tiny


def made(drain, source, target, *chosen, **more):
    events, report = drain(
        Studio().run(Apply(sources=(source,), target=target, steps=chosen, **more))
    )
    assert not report.failed, report.failed
    return report.done[0][1], [event.text for event in events if isinstance(event, Note)]


def told(drain, path):
    return drain(Studio().run(ReadSteps(path)))[1]


def painted():
    return FillStep(png=masks.packed(spot()[:, 30:46, 40:64]), box=(40, 30, 24, 16))


@pytest.mark.parametrize("ending", ENDINGS)
def test_masks_and_dots_come_back_from_every_format(models, tmp_path, drain, ending):
    source = saved(tmp_path / f"a.{ending}", photo())
    chain = (painted(), ScratchesStep(sensitivity=30), ColourStep(hints=DOTS, saturation=120))
    result, _ = made(drain, source, tmp_path / "out", *chain)
    assert result.suffix == f".{ending}"
    assert told(drain, result) == chain
    again, _ = made(drain, source, tmp_path / "again", *told(drain, result))
    assert np.array_equal(image.read(again).pixels, image.read(result).pixels)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_note_says_what_was_done_last_and_once(models, tmp_path, drain, ending):
    source = saved(tmp_path / f"a.{ending}", photo())
    first, _ = made(drain, source, tmp_path / "1", FinishStep(contrast=10))
    second, _ = made(drain, first, tmp_path / "2", FinishStep(gamma=1.2))
    assert told(drain, second) == (FinishStep(gamma=1.2),)
    assert image.packet(second).count(b"<safelight:steps>") == 1


def any_value(field, about, dice):
    """Something the setting may be."""
    if about.choices:
        return str(dice.choice([value for value, _ in about.choices]))
    if about.kind == "model":
        return f"model-{dice.integers(99)}"
    if about.kind == "file":
        return Path(f"/pictures/mine & <yours> {dice.integers(99)} é.png")
    if isinstance(field.default, bool):
        return bool(dice.integers(2))
    if field.type is int:
        return int(dice.integers(about.low, about.high))
    return float(dice.uniform(about.low, about.high))


@pytest.mark.parametrize("seed", range(20))
def test_any_chain_survives_a_file_and_a_packet_to_the_last_digit(tmp_path, seed):
    dice = np.random.default_rng(seed)
    chain = []
    for at in dice.integers(0, len(STEPS), dice.integers(1, 9)):
        kind = STEPS[at]
        settings = [each for each in knobs_of(kind) if dice.integers(2)]
        values = {field.name: any_value(field, about, dice) for field, about in settings}
        chain.append(kind(on=bool(dice.integers(2)), **values))
    steps.write(tmp_path / "s.toml", chain)
    assert steps.read(tmp_path / "s.toml") == tuple(chain)
    packet = xmp.with_steps(xmp.with_steps(None, "older"), steps.packed(chain))
    assert steps.unpacked(xmp.steps(packet)) == tuple(chain)


def test_reading_the_note_decodes_no_pixel(models, tmp_path, drain, monkeypatch):
    source = saved(tmp_path / "a.png", photo())
    result, _ = made(drain, source, tmp_path / "out", FinishStep(contrast=10))
    monkeypatch.setattr(image.decode, "decode", lambda *_: pytest.fail("it was decoded"))
    assert told(drain, result) == (FinishStep(contrast=10),)


def test_a_png_may_say_it_behind_its_pixels(tmp_path, drain):
    source = saved(tmp_path / "a.png", photo())
    packet = xmp.with_steps(None, steps.packed((FinishStep(contrast=7),)))
    body = b"iTXt" + b"XML:com.adobe.xmp\0\0\0\0\0" + packet
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    data = source.read_bytes()
    source.write_bytes(data[:-12] + chunk + data[-12:])
    assert told(drain, source) == (FinishStep(contrast=7),)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_picture_whose_xmp_was_taken_out_says_nothing(models, tmp_path, drain, ending):
    source = saved(tmp_path / f"a.{ending}", photo())
    result, _ = made(drain, source, tmp_path / "out", FinishStep(contrast=10))
    picture = image.read(result)
    bare = saved(tmp_path / f"bare.{ending}", picture.pixels)
    assert told(drain, bare) == ()
    assert told(drain, source) == ()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda said: said[: len(said) // 2], "damaged"),
        (lambda said: said.replace('"format":1', '"format":2'), "another version"),
        (lambda said: said.replace("contrast", "polish"), "no setting polish"),
        (lambda said: said.replace("finish", "polish"), "Step 1 is unknown: polish"),
        (lambda said: "[]", "damaged"),
        (lambda said: '{"format":1,"steps":[3]}', "Step 1 is unknown"),
        (lambda said: '{"format":1,"steps":[{"do":"fill","png":"*"}]}', "png cannot be"),
        (lambda said: '{"format":1,"steps":[{"do":"finish","gamma":NaN}]}', "gamma cannot be"),
    ],
)
def test_a_damaged_note_is_told_in_a_line(tmp_path, drain, damage, words):
    said = damage(steps.packed((FinishStep(contrast=10),)))
    meta = Meta(xmp=xmp.with_steps(None, said))
    source = saved(tmp_path / "a.jpg", photo(), meta=meta)
    with pytest.raises(UserError, match=words) as told_off:
        told(drain, source)
    assert told_off.value.remedy


@pytest.mark.parametrize(
    "rewritten",
    [
        '<rdf:Description rdf:about="" xmlns:safelight="urn:safelight:steps" '
        "xmlns:dc='d' safelight:steps=\"{quoted}\"/>",
        '<rdf:Description rdf:about="" xmlns:safelight="urn:safelight:steps" xmlns:dc="d">'
        "<dc:title>Mine</dc:title><safelight:steps>{text}</safelight:steps></rdf:Description>",
    ],
)
def test_what_another_program_wrote_anew_is_found_and_replaced(rewritten):
    said = steps.packed((FinishStep(contrast=10), ColourStep(hints=DOTS)))
    inside = rewritten.format(text=said, quoted=said.replace('"', "&quot;"))
    packet = xmp.PACKET.replace(xmp.END, inside.encode() + xmp.END)
    assert steps.unpacked(xmp.steps(packet)) == (FinishStep(contrast=10), ColourStep(hints=DOTS))
    after = xmp.with_steps(packet, "new")
    assert xmp.steps(after) == "new"
    assert b"contrast" not in after
    assert after.count(b"dc:title") == packet.count(b"dc:title")


def test_what_else_the_packet_says_is_never_lost_to_a_note(models, tmp_path, drain):
    theirs = xmp.PACKET.replace(xmp.END, b"<!--" + b"x" * 56_000 + b"-->" + xmp.END)
    source = saved(tmp_path / "a.jpg", photo(200, 240), meta=Meta(xmp=theirs))
    noise = np.random.default_rng(0).random((1, 200, 240)) > 0.8
    big = FillStep(png=masks.packed(noise.astype(np.float32)))
    result, words = made(drain, source, tmp_path / "out", big, FinishStep(contrast=5))
    assert b"x" * 56_000 in image.packet(result)
    assert told(drain, result) == (FillStep(), FinishStep(contrast=5))
    assert any("without the mask" in each for each in words)


def test_a_full_or_damaged_packet_stays_and_the_lack_of_a_note_is_told(models, tmp_path, drain):
    full = xmp.PACKET.replace(xmp.END, b"<!--" + b"x" * 64_000 + b"-->" + xmp.END)
    for name, packet, words in (("full", full, "no room"), ("odd", b"<x/>", "damaged")):
        source = saved(tmp_path / f"{name}.jpg", photo(), meta=Meta(xmp=packet))
        result, notes = made(drain, source, tmp_path / "out", FinishStep(contrast=5))
        assert image.packet(result) == packet
        assert any(words in each for each in notes)


def test_files_that_a_step_names_are_noted_by_their_whole_path(
    models, tmp_path, drain, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    source = saved(tmp_path / "a.png", photo())
    mask = saved(tmp_path / "m.png", spot())
    spec = Restore(sources=(source,), target=tmp_path / "out", mask=mask.relative_to(tmp_path))
    _, report = drain(Studio().run(spec))
    assert told(drain, report.done[0][1]) == (FillStep(mask=mask),)


def test_the_name_of_a_home_is_not_told_to_whom_the_picture_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "anna"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "anna"))
    step = StyleStep(style=tmp_path / "anna" / "art" / "a.webp")
    made = noted.noted(Apply(steps=(step,)), image.Picture(photo()), tmp_path / "a.png")
    said = xmp.steps(made.meta.xmp)
    assert "anna" not in said
    assert steps.unpacked(said) == (step,)


def test_steps_that_were_off_are_not_noted():
    chain = (FinishStep(contrast=3), FinishStep(gamma=2, on=False))
    task = Apply(steps=chain)
    picture = noted.noted(task, image.Picture(photo()), Path("a.png"))
    assert steps.unpacked(xmp.steps(picture.meta.xmp)) == chain[:1]
    assert noted.noted(replace(task, note_settings=False), picture, Path("a.png")) is picture
