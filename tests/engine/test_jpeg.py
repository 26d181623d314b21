"""JPEG files: what their tables tell, and taking the artefacts out."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from skimage import data

from engine import catalogue, image, jpeg, tiles
from engine.job import Note, Preview
from engine.runtime import Runtime
from engine.specs import Denoise, Look, PreviewCrop
from engine.studio import Studio

CAT = data.chelsea()[:96, 60:200]


@pytest.fixture
def artefacts(tiny):
    """A network for artefacts whose answer depends on what it is told: nothing in it is zero."""
    import torch

    path = tiny.add("tiny-jpeg", "unet", "jpeg", channels=3, widths=[8, 8], blocks=1)
    entry = catalogue.find("tiny-jpeg")
    weights = catalogue.read(entry)
    weights["tail.weight"] = 0.02 * torch.randn(weights["tail.weight"].shape)
    catalogue.write(path, weights, entry.card)
    return catalogue.find("tiny-jpeg")


def saved(folder, quality, name="cat.jpg"):
    path = folder / name
    Image.fromarray(CAT).save(path, quality=quality)
    return path


def by_hand(entry, path, told, drain):
    _, network = drain(Runtime().network(entry, "cpu"))
    _, result = drain(tiles.tiled(network, image.read(path).pixels, (told,)))
    return result


def denoised(spec, folder, drain):
    asked = replace(spec, model="tiny-jpeg", target=folder / "out", format="png")
    events, report = drain(Studio().run(asked))
    words = " ".join(event.text for event in events if isinstance(event, Note))
    return image.read(report.done[0][1]).pixels, words


@pytest.mark.parametrize("quality", [1, 10, 49, 50, 75, 95, 100])
def test_the_quality_of_a_file_is_read_from_its_tables(tmp_path, quality):
    assert jpeg.quality(saved(tmp_path, quality)) == quality


def test_what_is_no_jpeg_has_no_quality(tmp_path):
    Image.fromarray(CAT).save(tmp_path / "cat.png")
    (tmp_path / "cut.jpg").write_bytes(saved(tmp_path, 50).read_bytes()[:40])
    for name in ("cat.png", "cut.jpg", "none.jpg"):
        assert jpeg.quality(tmp_path / name) is None


def test_tables_of_another_maker_count_as_the_nearest(tmp_path):
    with Image.open(saved(tmp_path, 60)) as opened:
        tables = {number: list(table) for number, table in opened.quantization.items()}
    tables[0][5] += 1
    Image.fromarray(CAT).save(tmp_path / "own.jpg", qtables=tables)
    assert jpeg.quality(tmp_path / "own.jpg") == 60


@pytest.mark.parametrize(("quality", "told"), [(30, 0.7), (90, 0.1), (2, 0.95), (100, 0.05)])
def test_a_model_for_artefacts_is_told_the_files_quality(artefacts, tmp_path, drain, quality, told):
    path = saved(tmp_path, quality)
    result, words = denoised(Denoise(sources=(path,)), tmp_path, drain)
    assert np.abs(result - by_hand(artefacts, path, told, drain)).max() <= 0.51 / 255
    assert f"JPEG quality {quality}." in words


def test_of_another_file_it_sees_the_quality_for_itself(artefacts, tmp_path, drain):
    path = tmp_path / "cat.png"
    with Image.open(saved(tmp_path, 30)) as opened:
        opened.save(path)
    result, words = denoised(Denoise(sources=(path,)), tmp_path, drain)
    assert np.abs(result - by_hand(artefacts, path, 0.0, drain)).max() <= 0.51 / 255
    assert "sees for itself" in words


def test_a_compression_that_people_choose_wins(artefacts, tmp_path, drain):
    path = saved(tmp_path, 30)
    result, _ = denoised(Denoise(sources=(path,), strength=40), tmp_path, drain)
    assert np.abs(result - by_hand(artefacts, path, 0.4, drain)).max() <= 0.51 / 255
    untouched, _ = denoised(
        Denoise(sources=(path,), strength=0, on_conflict="overwrite"), tmp_path, drain
    )
    assert np.array_equal(untouched, image.read(path).pixels)


def test_the_preview_is_told_it_too(artefacts, tmp_path, drain):
    path = saved(tmp_path, 30)
    task = Denoise(model="tiny-jpeg")
    events, facts = drain(Studio().run(PreviewCrop(task, path, (16, 16, 64, 48))))
    after = next(event for event in events if isinstance(event, Preview) and event.name == "after")
    wanted = by_hand(artefacts, path, 0.7, drain)[:, 16:64, 16:80]
    assert np.abs(after.pixels - wanted).max() < 2 / 255
    assert "quality" not in facts


def test_looking_tells_the_quality(tmp_path, drain):
    assert drain(Studio().run(Look(saved(tmp_path, 42))))[1]["quality"] == 42


def test_a_noise_model_stays_the_choice_where_none_is_made(artefacts, tmp_path, drain):
    spec = Denoise(sources=(saved(tmp_path, 30),), target=tmp_path / "out", strength=10)
    events, _ = drain(Studio().run(spec))
    words = " ".join(event.text for event in events if isinstance(event, Note))
    assert "Warming up Tiny denoise" in words
