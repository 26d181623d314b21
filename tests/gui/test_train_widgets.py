from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from engine.specs import LEARNERS, Train, TrainCycleGan, TrainDenoise, TrainUpscalePerceptual
from gui.tabs.train_editors import Folders
from gui.tabs.train_form import WORDS, form_of, suggested
from gui.widgets.card_strip import Card, CardStrip
from gui.widgets.curves import Curves
from gui.widgets.sample_sheet import GAP, SampleSheet, Sheet
from gui.widgets.series import Series, limits, thinned, ticks


def line(*values: float) -> Series:
    series = Series()
    for step, value in enumerate(values):
        series.add(step, value)
    return series


def test_the_smoothed_line_of_a_constant_is_that_constant() -> None:
    assert line(*[0.3] * 50).smooth == pytest.approx([0.3] * 50)


def test_the_smoothed_line_stays_between_the_lowest_and_the_highest_value() -> None:
    series = line(5, 1, 4, 1, 3, 9)
    assert all(1 <= value <= 9 for value in series.smooth)


def test_a_resumed_run_writes_over_the_steps_it_repeats() -> None:
    series = line(9, 8, 7, 6)
    series.add(2, 5)
    assert (series.steps, series.values) == ([0, 1, 2], [9, 8, 5])
    assert series.smooth == pytest.approx(line(9, 8, 5).smooth)


def test_a_value_that_is_no_number_leaves_no_trace() -> None:
    assert line(1, float("nan"), 2).values == [1, 2]


def test_thinning_keeps_the_extremes_and_their_order() -> None:
    values = [float(n % 7) for n in range(5000)]
    values[1234], values[4000] = 50.0, -50.0
    x, y = thinned([float(n) for n in range(5000)], values, 100)
    assert len(x) <= 200
    assert (y.max(), y.min()) == (50, -50)
    assert (x[1:] > x[:-1]).all()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (15.2, 31.7), (1e-5, 3e-5), (0, 123456)])
def test_ticks_are_few_and_lie_inside(low: float, high: float) -> None:
    found = ticks(low, high, 5)
    assert 1 <= len(found) <= 6
    assert all(low * (1 - 1e-9) <= tick <= high * (1 + 1e-9) for tick in found)


def test_a_logarithmic_axis_has_room_for_positive_values_only() -> None:
    low, high = limits([line(0.0, 0.01, 1.0)], smooth=False, log=True)
    assert 0 < low < 0.011
    assert high > 1


def test_losses_share_a_diagram_and_each_measure_has_its_own(qtbot: Any) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.add(1, {"loss": 1.0, "loss discriminator": 0.5, "rate": 1e-4})
    curves.add(1, {"psnr": 30.0, "distance": 0.3})
    curves.flush()
    assert list(curves.charts) == ["loss", "psnr", "distance"]
    assert list(curves.charts["loss"].lines) == ["loss", "discriminator"]
    assert curves.word.isVisibleTo(curves), "the losses of a GAN need a word of warning"


def test_curves_that_are_cleared_show_nothing_old(qtbot: Any) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.add(1, {"loss": 1.0, "distance": 0.3})
    curves.flush()
    curves.clear()
    assert list(curves.charts) == ["loss", "psnr"]
    assert not any(chart.lines for chart in curves.charts.values())


def test_a_flood_of_values_is_drawn_a_few_times(qtbot: Any) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    flushed: list[int] = []
    curves._soon.timeout.connect(lambda: flushed.append(1))
    for step in range(1000):
        curves.add(step, {"loss": 1 / (step + 1)})
    qtbot.waitUntil(lambda: bool(flushed))
    assert len(flushed) == 1
    assert len(curves.charts["loss"].lines["loss"].steps) == 1000


@pytest.mark.parametrize("log", [False, True])
def test_any_values_can_be_drawn(qtbot: Any, log: bool) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(700, 200)
    curves.log.setChecked(log)
    for values in ([], [1.0], [0.0, 0.0], [-1.0, 2.0], [1e-9, 1e9]):
        curves.clear()
        for step, value in enumerate(values):
            curves.add(step, {"loss": value, "psnr": value})
        curves.flush()
        assert not curves.grab().isNull()


def sheet_file(path: Path, colour: str, rows: int = 2) -> Path:
    edge = 20 + GAP
    image = QImage(3 * edge, rows * edge, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


def test_the_newest_sheet_is_shown_until_one_looks_at_an_older_one(
    qtbot: Any, tmp_path: Path
) -> None:
    samples = SampleSheet()
    qtbot.addWidget(samples)
    files = [sheet_file(tmp_path / f"{n}.png", c) for n, c in enumerate(("red", "lime", "blue"))]
    samples.set_history([(0, files[0])])
    samples.add(50, files[1], QImage(str(files[1])))
    assert samples.sheet.image.pixelColor(0, 0) == QColor("lime")
    samples.slider.setValue(0)
    samples.add(100, files[2], QImage(str(files[2])))
    assert samples.sheet.image.pixelColor(0, 0) == QColor("red")
    assert samples.step.text() == "step 0"
    samples.slider.setValue(2)
    assert samples.step.text() == "step 100 · newest"


def test_rows_stand_side_by_side_where_that_shows_them_larger(qtbot: Any, tmp_path: Path) -> None:
    sheet = Sheet()
    qtbot.addWidget(sheet)
    sheet.show_image(QImage(str(sheet_file(tmp_path / "a.png", "red", rows=4))))
    sheet.resize(900, 200)
    assert len({place.top() for place in sheet.places()}) < 4
    sheet.resize(220, 900)
    assert len({place.top() for place in sheet.places()}) == 4


def test_cards_follow_their_list(qtbot: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    strip = CardStrip()
    strip.setParent(parent)
    strip.set_cards([Card("a", "A", "1"), Card("b", "B", "2")], "b")
    assert [button.isChecked() for button in strip.cards.values()] == [False, True]
    strip.set_cards([Card("b", "B", "3")], "b")
    assert strip.cards["b"].words.text() == "3"
    strip.set_cards([], None)
    assert strip.isHidden()


@pytest.mark.parametrize("kind", LEARNERS)
def test_a_form_as_it_is_made_asks_for_what_the_spec_says(qtbot: Any, kind: type[Train]) -> None:
    form = form_of(kind)
    qtbot.addWidget(form)
    assert form.spec() == kind()


def test_a_second_folder_is_kept_and_forgotten(qtbot: Any, tmp_path: Path) -> None:
    form = form_of(TrainCycleGan)
    qtbot.addWidget(form)
    form.set_values({"data_b": (tmp_path,)})
    assert form.spec().data_b == (tmp_path,)
    editor = form.editors["data_b"]
    assert isinstance(editor, Folders)
    editor.folder.reset.click()
    assert form.spec() == TrainCycleGan()


def test_every_kind_of_value_survives_the_form(qtbot: Any) -> None:
    values = {"learning_rate": 2e-5, "batch": 7, "averaging": 0.9995, "network": "unet blocks=2"}
    form = form_of(TrainDenoise)
    qtbot.addWidget(form)
    form.set_values(values | {"minutes": 12.5, "steps": 300, "name": "mine"})
    spec = form.spec()
    assert {name: getattr(spec, name) for name in values} == values
    assert (spec.minutes, spec.steps, spec.name) == (12.5, 300, "mine")
    judge = form_of(TrainUpscalePerceptual)
    qtbot.addWidget(judge)
    judge.set_values({"perceptual_file": "/tmp/eyes.pth"})
    assert judge.spec().perceptual_file == Path("/tmp/eyes.pth")


@pytest.mark.parametrize("text", ["many", "0", "1e9"])
def test_what_cannot_be_is_said_beside_it_and_left_out(qtbot: Any, text: str) -> None:
    form = form_of(TrainDenoise)
    qtbot.addWidget(form)
    editor: Any = form.editors["batch"]
    editor.box.setText(text)
    assert editor.wrong.text()
    assert form.spec().batch is None


def test_a_suggested_name_is_free(home: Path) -> None:
    data = (Path("/somewhere/My holiday!"),)
    assert suggested(data, "denoise", set()) == "My-holiday-denoise"
    assert suggested(data, "denoise", {"My-holiday-denoise"}) == "My-holiday-denoise-2"


def test_every_learner_has_words_for_people() -> None:
    assert set(WORDS) == {each.learner for each in LEARNERS}
