from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from engine import places
from engine.errors import UserError
from engine.job import Curve, Job, Preview, Started, Step
from engine.specs import (
    FolderReport,
    Look,
    MeasureTraining,
    Run,
    Runs,
    ScanFolder,
    Train,
    TrainDenoise,
    Trained,
    TrainingSpeed,
)
from gui import paint
from gui.jobs import EngineThread, Ticket
from gui.prefs import Prefs
from gui.tabs.train import TrainTab
from gui.theme import Theme
from gui.window import Window
from tests.gui.fake_studio import FakeStudio, gradient
from tests.gui.headers import write_model

FOUND = FolderReport(20, 3.0, (64, 48), (64, 48), (64, 48), (), (), (), "yes", "20 pictures.")


@dataclass
class Teacher(FakeStudio):
    """Trains at once, or while `go` is not set without end."""

    found: FolderReport = FOUND
    runs: tuple[Run, ...] = ()
    go: Event = field(default_factory=Event)
    wrong: UserError | None = None

    def run(self, spec: Any) -> Job:
        match spec:
            case ScanFolder():
                yield Step(0, 1)
            case MeasureTraining():
                yield Step(0, 1)
            case Train():
                self.asked.append(spec)
                return (yield from self.train(spec))
            case Runs():
                yield Step(0, 1)
            case _:
                return (yield from super().run(spec))
        self.asked.append(spec)
        speed = TrainingSpeed(2.0, 1, 1.0, 16, "cpu", "float32", "")
        return {ScanFolder: self.found, MeasureTraining: speed, Runs: self.runs}[type(spec)]

    def train(self, spec: Train) -> Job:
        if self.wrong is not None:
            raise self.wrong
        folder = places.runs() / spec.name
        yield Started(folder)
        step = 0
        try:
            while step < 3 or not self.go.wait(0.002):
                step += 1
                yield Curve(step, {"loss": 1 / step, "rate": 1e-4})
                facts = {"step": step, "path": folder / f"{step}.png", "columns": ("a", "b", "c")}
                yield Preview("sheet", gradient(30, 10), facts=facts)
                yield Step(step, 100, f"step {step}")
        except GeneratorExit:
            self.closed.append(spec)
            raise
        write_model(spec.name)
        path = places.models() / f"{spec.name}.safetensors"
        return Trained(spec.name, path, step, 1.0, "budget", {"psnr": 30.0}, {"psnr": 25.0})


@pytest.fixture
def studio() -> Teacher:
    return Teacher()


@pytest.fixture
def window(qtbot: Any, studio: Teacher, home: Path) -> Iterator[Window]:
    engine = EngineThread(lambda: studio, dress=paint.dress)
    made = Window(engine, Prefs(home / "settings.ini"), Theme())
    qtbot.addWidget(made)
    made.show()
    made.go_to([tab.name for tab in made._found].index("Train"))
    yield made
    studio.go.set()
    made.close()


@pytest.fixture
def tab(window: Window) -> TrainTab:
    page = window.stack.currentWidget()
    assert isinstance(page, TrainTab)
    page._settled.setInterval(20)
    return page


def ready(qtbot: Any, tab: TrainTab, folder: Path) -> None:
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: tab.report is not None)


def asked(studio: Teacher, kind: type) -> list[Any]:
    return [spec for spec in studio.asked if isinstance(spec, kind)]


def kept(tmp_path: Path, **more: Any) -> Run:
    spec = TrainDenoise(data=(tmp_path,), name="old", minutes=10)
    curve = ((1, {"loss": 1.0}), (2, {"loss": 0.5}))
    run = Run("old", tmp_path, "stopped", "2 steps in 4 minutes", spec, 2, 4.0, curve=curve)
    return replace(run, **more)


def test_an_empty_tab_invites_and_cannot_start(tab: TrainTab, studio: Teacher) -> None:
    assert tab.bench.middle.currentWidget() is tab.bench.invite
    assert not tab.panel.main.isEnabled()
    tab.start()
    assert not asked(studio, Train)


def test_a_folder_is_looked_at_before_anything_is_started(
    qtbot: Any, tab: TrainTab, studio: Teacher, folder: Path
) -> None:
    ready(qtbot, tab, folder)
    assert asked(studio, ScanFolder)[-1].data == (folder,)
    assert tab.settings.report.text() == "20 pictures."
    assert tab.panel.main.isEnabled()
    assert tab.spec().name == "photos-denoise"


def test_too_few_pictures_are_refused_in_place(
    qtbot: Any, tab: TrainTab, studio: Teacher, folder: Path
) -> None:
    studio.found = replace(FOUND, count=3, enough="no", words="Not enough: add at least 20.")
    ready(qtbot, tab, folder)
    assert tab.settings.wrong.text() == "Not enough: add at least 20."
    assert not tab.panel.main.isEnabled()


def test_a_dropped_picture_stands_for_its_folder(tab: TrainTab, folder: Path) -> None:
    tab.open_paths([folder / "a.png", folder / "b.png"])
    assert tab.data == (folder,)


def test_the_speed_is_measured_once_and_a_longer_time_only_calculated(
    qtbot: Any, tab: TrainTab, studio: Teacher, folder: Path
) -> None:
    ready(qtbot, tab, folder)
    qtbot.waitUntil(lambda: "2 steps a second" in tab.panel.speed.text())
    tab.settings.form.set_values({"minutes": 20})
    assert "2,400 steps" in tab.panel.speed.text()
    qtbot.wait(80)
    assert len(asked(studio, MeasureTraining)) == 1
    tab.settings.form.set_values({"batch": 3})
    qtbot.waitUntil(lambda: len(asked(studio, MeasureTraining)) == 2)


def test_training_shows_curves_and_samples_and_its_model_is_in_other_menus_at_once(
    qtbot: Any, window: Window, tab: TrainTab, studio: Teacher, folder: Path
) -> None:
    ready(qtbot, tab, folder)
    tab.start()
    qtbot.waitUntil(lambda: len(tab.bench.samples.history) > 3)
    qtbot.waitUntil(lambda: "loss" in tab.bench.curves.charts["loss"].lines)
    assert tab.bench.name.text() == "photos-denoise"
    assert not tab.panel.main.isEnabled()
    window.go_to(0)
    picker: Any = window.pages[0].form.editors["model"]
    studio.go.set()
    qtbot.waitUntil(lambda: picker.box.findData("photos-denoise") > 0)
    assert "30 dB" in window.notices.toasts[-1].accessibleName()


def test_another_tabs_preview_is_answered_while_a_model_trains(
    qtbot: Any, window: Window, tab: TrainTab, folder: Path
) -> None:
    ready(qtbot, tab, folder)
    tab.start()
    qtbot.waitUntil(lambda: len(tab.bench.samples.history) > 1)
    look = Ticket(Look(folder / "a.png"), "denoise.look")
    with qtbot.waitSignal(look.finished, timeout=2000):
        window.engine.submit(look)
    assert tab.session.training is not None


def test_a_stopped_training_says_that_it_is_saved(
    qtbot: Any, window: Window, tab: TrainTab, studio: Teacher, folder: Path
) -> None:
    ready(qtbot, tab, folder)
    tab.start()
    qtbot.waitUntil(lambda: len(tab.bench.samples.history) > 1)
    window._stop()
    qtbot.waitUntil(lambda: tab.session.training is None)
    assert len(studio.closed) == 1
    assert "saved" in window.notices.toasts[-1].accessibleName()


def test_a_run_of_an_earlier_day_is_shown_and_goes_on_as_it_was(
    qtbot: Any, tab: TrainTab, studio: Teacher, tmp_path: Path
) -> None:
    studio.runs = (kept(tmp_path),)
    tab.session.list_runs()
    qtbot.waitUntil(lambda: "old" in tab.bench.cards.cards)
    tab.bench.cards.cards["old"].click()
    assert tab.bench.curves.charts["loss"].lines["loss"].values == [1.0, 0.5]
    tab.bench.go_on.click()
    qtbot.waitUntil(lambda: bool(asked(studio, Train)))
    assert asked(studio, Train) == [replace(studio.runs[0].spec, resume=True)]


def test_a_finished_run_goes_on_for_the_time_that_is_set(
    qtbot: Any, tab: TrainTab, studio: Teacher, tmp_path: Path
) -> None:
    studio.runs = (kept(tmp_path, state="finished", minutes=10.0),)
    tab.session.list_runs()
    qtbot.waitUntil(lambda: "old" in tab.bench.cards.cards)
    tab.settings.form.set_values({"minutes": 15})
    tab.bench.cards.cards["old"].click()
    assert tab.bench.go_on.text() == "Train further"
    tab.bench.go_on.click()
    qtbot.waitUntil(lambda: bool(asked(studio, Train)))
    assert asked(studio, Train)[0].minutes == 25


def test_a_broken_run_says_why_and_offers_nothing(
    qtbot: Any, tab: TrainTab, studio: Teacher, tmp_path: Path
) -> None:
    studio.runs = (kept(tmp_path, state="broken", words="It is damaged.", spec=None),)
    tab.session.list_runs()
    qtbot.waitUntil(lambda: "old" in tab.bench.cards.cards)
    tab.bench.cards.cards["old"].click()
    assert tab.bench.wrong.text() == "It is damaged."
    assert tab.bench.go_on.isHidden()


def test_what_stands_in_the_way_is_said_where_one_starts(
    qtbot: Any, tab: TrainTab, studio: Teacher, folder: Path
) -> None:
    studio.wrong = UserError("You already have a model called so.", "Choose another name.")
    ready(qtbot, tab, folder)
    tab.start()
    qtbot.waitUntil(lambda: "already have" in tab.panel.wrong.text())
    assert tab.panel.main.isEnabled()
    tab.settings.form.set_values({"name": "other"})
    assert tab.panel.wrong.text() == ""


def test_each_learner_keeps_its_settings_and_the_folders_are_remembered(
    qtbot: Any, window: Window, tab: TrainTab, folder: Path
) -> None:
    ready(qtbot, tab, folder)
    tab.settings.form.set_values({"minutes": 44})
    tab.save()
    tab.settings.form.set_values({"minutes": 45})
    tab.settings.choose("upscale")
    assert tab.spec().learner == "upscale"
    assert tab.spec().minutes == 30
    tab.settings.choose("denoise")
    assert tab.spec().minutes == 45
    tab.save()
    again = TrainTab(tab.desk)
    qtbot.addWidget(again)
    assert (again.data, again.spec().minutes) == ((folder,), 45)
