"""Models are measured by the field's protocols, on real files; cards and page say the scores."""

import json
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from skimage import data

from engine import catalogue, cli, cost, metrics, perceptual, places
from engine.errors import UserError
from engine.job import Note, Step, Table
from engine.specs import Benchmark
from engine.studio import Studio
from engine.tasks import benchmark
from engine.training import degradation

PHOTO = data.astronaut()


def write(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture[..., ::-1])[1].tobytes())


def photo(number: int, height: int = 64, width: int = 72) -> np.ndarray:
    top, left = 40 + 8 * number % 300, 60 + 5 * number % 300
    return np.ascontiguousarray(PHOTO[top : top + height, left : left + width])


@pytest.fixture
def sets(tmp_path):
    """Every set, small; only Set5 is complete."""
    folder = tmp_path / "sets"
    for name, count in (("Set5", 5), ("Set14", 2), ("CBSD68", 2), ("BSD68", 2), ("Set12", 2)):
        for number in range(count):
            write(folder / name / f"{number:02}.png", photo(number))
    return folder


@pytest.fixture
def real(tmp_path):
    """Two camera pictures and their clean partners, one folder deeper."""
    folder = tmp_path / "real" / "Cropped"
    dice = np.random.default_rng(0)
    for number in range(2):
        clean = photo(number, 96, 96)
        noisy = (clean + dice.normal(0, 15, clean.shape)).clip(0, 255).astype(np.uint8)
        write(folder / f"a{number}_real.png", noisy)
        write(folder / f"a{number}_mean.png", clean)
    return folder.parent


@pytest.fixture
def eyes(tmp_path):
    """A folder with random weights for LPIPS."""
    torch.manual_seed(0)
    folder = tmp_path / "eyes"
    folder.mkdir()
    net = perceptual.SqueezeNet()
    save_file(net.features.state_dict(), folder / perceptual.FEATURES)
    heads = {
        f"lin{i}.model.1.weight": torch.rand(1, c, 1, 1) for i, c in enumerate(perceptual.WIDTHS)
    }
    save_file(heads, folder / perceptual.HEADS)
    return folder


def scores_of(table: Table, model: str) -> dict[str, float]:
    return {row[1]: row[2] for row in table.rows if row[0] == model}


def notes(events):
    return [event.text for event in events if isinstance(event, Note)]


def floats(path):
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR_RGB)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32) / 255


# What is measured


def test_every_model_is_measured_on_the_sets_that_suit_it(tiny, sets, real, drain):
    _, table = drain(Studio().run(Benchmark(sets=sets, real=real)))
    assert table.heads == ("Model", "Measure", "Here", "Published")
    colour, grey = scores_of(table, "tiny-denoise"), scores_of(table, "tiny-denoise-grey")
    assert {f"CBSD68 sigma {level} PSNR" for level in (15, 25, 50)} < set(colour)
    assert {"camera noise input PSNR", "camera noise automatic PSNR"} < set(colour)
    assert {f"{name} sigma 25 PSNR" for name in ("BSD68", "Set12")} < set(grey)
    assert not any("CBSD68" in name or "camera" in name for name in grey)
    assert {"Set5 x2 PSNR-Y", "Set14 x2 SSIM-Y"} < set(scores_of(table, "tiny-upscale-2x"))
    assert {"Set5 x4 PSNR-Y", "Set14 x4 SSIM-Y"} < set(scores_of(table, "tiny-upscale-4x"))


def test_noise_that_nobody_takes_out_scores_what_its_level_says(tiny, sets, drain):
    _, table = drain(Studio().run(Benchmark(sets=sets, model="tiny-denoise")))
    scores = scores_of(table, "tiny-denoise")
    # the tiny model changes nothing; noise is not clipped before it, the result is after it
    assert scores["CBSD68 sigma 15 PSNR"] == pytest.approx(20 * np.log10(255 / 15), abs=0.8)
    assert scores["CBSD68 sigma 15 PSNR"] > scores["CBSD68 sigma 50 PSNR"] + 8


def test_the_same_noise_is_drawn_every_time(tiny, sets, drain):
    first, second = (
        drain(Studio().run(Benchmark(sets=sets, model="tiny-denoise")))[1] for _ in range(2)
    )
    assert first == second


def test_enlarging_is_measured_on_luma_without_the_border(tiny, sets, drain):
    _, table = drain(Studio().run(Benchmark(sets=sets, model="tiny-upscale-2x")))
    expected, plain = [], []
    for path in sorted((sets / "Set5").iterdir()):
        truth = floats(path)
        small = degradation.bicubic(torch.from_numpy(truth)[None], 1 / 2)
        small = (small * 255).round().clamp(0, 255) / 255
        nearest = small[0].numpy().repeat(2, axis=1).repeat(2, axis=2)
        expected.append(metrics.psnr_y(nearest, truth, border=2))
        bicubic = degradation.bicubic(small, 2)[0].numpy()
        plain.append(metrics.psnr_y(bicubic, truth, border=2))
    scores = scores_of(table, "tiny-upscale-2x")
    assert scores["Set5 x2 PSNR-Y"] == pytest.approx(np.mean(expected), abs=1e-3)
    assert scores["Set5 x2 bicubic PSNR-Y"] == pytest.approx(np.mean(plain), abs=1e-3)
    assert "Set5 x2 LPIPS-squeeze" not in scores


def test_lpips_is_measured_where_its_weights_are(tiny, sets, eyes, drain):
    spec = Benchmark(sets=sets, model="tiny-upscale-4x", lpips=eyes)
    scores = scores_of(drain(Studio().run(spec))[1], "tiny-upscale-4x")
    assert scores["Set14 x4 LPIPS-squeeze"] > 0


def test_jpeg_is_measured_on_luma_as_gain_over_the_input(tiny, sets, drain):
    tiny.add("tiny-jpeg", "unet", "jpeg", channels=1, widths=[8, 8], blocks=1)
    _, table = drain(Studio().run(Benchmark(sets=sets, model="tiny-jpeg")))
    scores, expected = scores_of(table, "tiny-jpeg"), []
    for path in sorted((sets / "Set14").iterdir()):
        luma = metrics.luma(floats(path)).round()
        stored = cv2.imencode(".jpg", luma.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 10])[1]
        error = cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE) - luma
        expected.append(10 * np.log10(255**2 / np.mean(error**2)))
    assert scores["Set14 JPEG 10 input PSNR"] == pytest.approx(np.mean(expected), abs=1e-3)
    assert scores["Set14 JPEG 10 gain"] == pytest.approx(0, abs=1e-3)  # it changes nothing
    assert scores["Set14 JPEG 10 PSNR-B"] < scores["Set14 JPEG 10 PSNR"]
    assert scores["Set14 JPEG 40 PSNR"] > scores["Set14 JPEG 10 PSNR"]


def test_multiply_adds_are_those_of_the_layers(tiny):
    entry = catalogue.find("tiny-upscale-2x")  # SPAN: width 8, 2 blocks, x2
    layers = 3 * 8 * 9 + 2 * 3 * 8 * 8 * 9 + 8 * 8 * 9 + 4 * 8 * 8 + 8 * 12 * 9
    assert cost.multiply_adds(entry) == pytest.approx(layers / 4)  # a pixel of the result


# What is written


def test_writing_puts_scores_into_cards_and_keeps_the_weights(tiny, sets, real, drain):
    entry = catalogue.find("tiny-upscale-2x")
    before = catalogue.read(entry)
    events, _ = drain(Studio().run(Benchmark(sets=sets, real=real, write=True)))
    after = catalogue.find("tiny-upscale-2x")
    assert after.card.scores["Set5 x2 PSNR-Y"] > 0
    assert after.card.scores[catalogue.COST] == pytest.approx(cost.multiply_adds(entry), abs=0.1)
    weights = catalogue.read(after)
    assert all(torch.equal(weights[name], value) for name, value in before.items())
    assert weights.keys() == before.keys()
    page = (tiny.folder / "RESULTS.md").read_text(encoding="utf-8")
    assert "| IMDN | 694.0 | 172.3 | 38.00 | 33.63 | 0.9605 | 0.9177 |" in page
    assert f"| **tiny-upscale-2x** | {after.parameters / 1e3:.1f} | " in page
    assert f"{after.card.scores['Set5 x2 PSNR-Y']:.2f}" in page
    assert "| camera noise automatic PSNR | " in page
    assert "| **bicubic, here** | - | - | " in page
    assert "| Set5 x2 bicubic PSNR-Y | " not in page  # it has its row already
    assert any("RESULTS.md" in text for text in notes(events))


def test_nothing_is_written_without_being_asked(tiny, sets, drain):
    before = {path: path.read_bytes() for path in tiny.folder.iterdir()}
    drain(Studio().run(Benchmark(sets=sets)))
    assert {path: path.read_bytes() for path in tiny.folder.iterdir()} == before


def test_the_page_is_about_models_that_ship_not_about_a_persons_own(
    tiny, sets, drain, tmp_path, monkeypatch
):
    monkeypatch.setattr(places, "model_folders", lambda: (tmp_path, tiny.folder))
    drain(Studio().run(Benchmark(sets=sets, model="tiny-upscale-2x", write=True)))
    assert catalogue.find("tiny-upscale-2x").card.scores
    assert not list(tmp_path.rglob("RESULTS.md"))


def test_where_nothing_can_be_written_it_is_said(tiny, sets, drain, monkeypatch):
    def full(path, weights, card):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(catalogue, "write", full)
    with pytest.raises(UserError, match=r"tiny-upscale-2x\.safetensors cannot be written"):
        drain(Studio().run(Benchmark(sets=sets, model="tiny-upscale-2x", write=True)))


def test_a_set_that_is_not_complete_is_said_and_never_written_down(tiny, sets, drain):
    spec = Benchmark(sets=sets, model="tiny-upscale-2x", write=True)
    events, table = drain(Studio().run(spec))
    assert "Set14 x2 PSNR-Y" in scores_of(table, "tiny-upscale-2x")
    scores = catalogue.find("tiny-upscale-2x").card.scores
    assert "Set5 x2 PSNR-Y" in scores
    assert not any(name.startswith("Set14") for name in scores)
    assert any("Set14 holds 2 pictures instead of 14" in text for text in notes(events))


def test_scores_of_an_earlier_measurement_stay(tiny, sets, real, drain):
    drain(Studio().run(Benchmark(sets=sets, real=real, model="tiny-denoise", write=True)))
    drain(Studio().run(Benchmark(sets=sets, model="tiny-denoise", write=True)))
    assert "camera noise input PSNR" in catalogue.find("tiny-denoise").card.scores


def test_a_model_that_changed_meanwhile_keeps_its_card(tiny, sets, drain):
    events = []
    job = Studio().run(Benchmark(sets=sets, model="tiny-upscale-2x", write=True))
    for event in job:
        events.append(event)
        if isinstance(event, Step) and "Set14" in event.text and len(events) > 5:
            tiny.add("tiny-upscale-2x", "span", "upscale", width=16, blocks=2, scale=2)
    assert catalogue.find("tiny-upscale-2x").card.scores == {}
    assert any("was changed while it was measured" in text for text in notes(events))


def test_luma_and_rgb_figures_never_share_a_table():
    from engine import published

    for comparison in published.COMPARISONS:
        luma = {name.endswith("-Y") for name in comparison.columns}
        assert len(luma) == 1
        assert all(len(peer.figures) == len(comparison.columns) for peer in comparison.peers)
        assert set(comparison.beside) <= {peer.name for peer in comparison.peers}


# Like any other job


def test_it_stops_at_once_and_leaves_nothing_half_written(tiny, sets):
    job = Studio().run(Benchmark(sets=sets, write=True))
    for event in job:
        if isinstance(event, Step) and event.done >= 3:
            break
    start = time.monotonic()
    job.close()
    assert time.monotonic() - start < 0.5
    assert not list(tiny.folder.glob("*.part*"))
    assert not (tiny.folder / "RESULTS.md").exists()


def test_steps_count_pictures_and_come_often(tiny, sets, drain):
    events, _ = drain(Studio().run(Benchmark(sets=sets)))
    steps = [event for event in events if isinstance(event, Step) and ": " in event.text]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    total = 3 * 2 + 3 * 2 * 2 + 2 * (5 + 2)  # colour, grey on two sets, both scales
    assert {step.total for step in steps} == {total}
    assert len(steps) >= 2 * total


def test_the_shell_shows_a_table_and_json(tiny, sets, capsys):
    line = ["benchmark", "--sets", str(sets), "--model", "tiny-upscale-2x"]
    assert cli.main(line) == 0
    out = capsys.readouterr().out
    assert "Set5 x2 PSNR-Y" in out
    assert "bicubic 33.66 · IMDN 38.00" in out
    assert cli.main([*line, "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "Table"
    assert ["tiny-upscale-2x", "Set5 x2 PSNR-Y"] in [row[:2] for row in last["rows"]]


# Bad sets


def damaged(sets):
    path = sets / "Set5" / "02.png"
    path.write_bytes(path.read_bytes()[:500])
    return {}


def with_a_speck(sets):
    write(sets / "BSD68" / "speck.png", photo(0, 5, 5))
    return {}


def with_a_lonely_picture(sets):
    write(sets / "lonely_real.png", photo(0))
    return {"real": sets}


def with_an_unequal_pair(sets):
    write(sets / "a_real.png", photo(0))
    write(sets / "a_mean.png", photo(0, 80, 80))
    return {"real": sets}


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda sets: {"sets": sets / "nowhere"}, "There is no folder"),
        (lambda sets: {"sets": sets / "Set5"}, "There is nothing to measure"),
        (lambda sets: {"real": sets}, "no pairs of camera pictures"),
        (lambda sets: {"lpips": sets}, perceptual.FEATURES),
        (lambda sets: {"model": "nobody"}, "no model called nobody"),
        (damaged, r"02\.png"),
        (with_a_speck, r"speck\.png in BSD68 is 5 x 5 px"),
        (with_a_lonely_picture, r"no lonely_mean\.png"),
        (with_an_unequal_pair, "differ in size"),
    ],
)
def test_bad_sets_get_a_clear_line(tiny, sets, drain, harm, words):
    with pytest.raises(UserError, match=words):
        drain(Studio().run(Benchmark(**{"sets": sets} | harm(sets))))


def test_a_missing_set_is_left_out_and_said(tiny, sets, drain):
    for path in (sets / "Set14").iterdir():
        path.unlink()
    events, table = drain(Studio().run(Benchmark(sets=sets, model="tiny-upscale-2x")))
    assert any(text.startswith("Set14 is left out") for text in notes(events))
    assert not any("Set14" in str(row[1]) for row in table.rows)


def test_other_files_in_a_set_are_no_pictures(sets):
    (sets / "Set5" / "readme.txt").write_text("five pictures")
    assert len(benchmark.files_in(sets / "Set5")) == 5
