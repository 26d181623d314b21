from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine import catalogue
from engine.knobs import knob, knobs_of
from engine.specs import Denoise, TrainScratches, Upscale
from gui.editors import Choice, Tick, describe
from gui.form import Form
from gui.numbers import Auto, Number
from gui.prefs import Prefs
from tests.gui.headers import write_model

SPECS = [
    Denoise(),
    Denoise(
        sources=(Path("a.jpg"), Path("b")),
        target=Path("out"),
        format="png",
        quality=80,
        on_conflict="rename",
        name="{name}-clean",
        recursive=False,
        keep_metadata=False,
        device="cpu",
        limit_megapixels=50.5,
        strength=31,
        blend=60,
    ),
    Denoise(strength=0),
    Upscale(),
    Upscale(scale=3.5, tta=True, format="webp"),
    Upscale(width=1920),
    Upscale(height=1080, scale=4),
    Upscale(megapixels=12.5),
]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_form_gives_back_the_spec_it_was_given(qtbot: QtBot, spec: Any) -> None:
    form: Form[Any] = Form(
        type(spec),
        {"Size": (("scale", "width", "height", "megapixels"),)}
        if isinstance(spec, Upscale)
        else None,
    )
    qtbot.addWidget(form)
    form.set_spec(spec)
    assert form.spec() == spec


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_form_without_sections_round_trips_too(qtbot: QtBot, spec: Any) -> None:
    form: Form[Any] = Form(type(spec))
    qtbot.addWidget(form)
    form.set_spec(spec)
    assert form.spec() == spec


@pytest.mark.parametrize("kind", [Denoise, Upscale])
def test_a_new_form_gives_the_defaults(qtbot: QtBot, kind: Any) -> None:
    form: Form[Any] = Form(kind)
    qtbot.addWidget(form)
    assert form.spec() == kind()


@pytest.mark.parametrize("kind", [Denoise, Upscale])
def test_values_survive_being_remembered(qtbot: QtBot, kind: Any, home: Path) -> None:
    form: Form[Any] = Form(kind)
    qtbot.addWidget(form)
    spec = replace(kind(), quality=42, target=Path("somewhere"))
    form.set_spec(spec)
    Prefs().write("x", form.values())
    again: Form[Any] = Form(kind)
    qtbot.addWidget(again)
    again.set_values(Prefs().read("x"))
    assert again.spec() == spec


def test_remembered_values_that_no_longer_fit_are_passed_over(qtbot: QtBot) -> None:
    form: Form[Denoise] = Form(Denoise)
    qtbot.addWidget(form)
    form.set_values({"format": "xcf", "quality": "best", "recursive": 3, "blend": None, "gone": 1})
    assert form.spec() == Denoise()


def test_every_knob_that_people_choose_has_an_editor_of_its_kind(qtbot: QtBot) -> None:
    form: Form[Denoise] = Form(Denoise)
    qtbot.addWidget(form)
    asked = {
        each.name for each, about in knobs_of(Denoise) if about.kind not in ("sources", "device")
    }
    assert set(form.editors) == asked
    assert isinstance(form.editors["recursive"], Tick)
    assert isinstance(form.editors["strength"], Auto)
    assert isinstance(form.editors["format"], Choice)
    assert isinstance(form.editors["blend"], Number)


def test_a_changed_control_is_told_once(qtbot: QtBot) -> None:
    form: Form[Denoise] = Form(Denoise)
    qtbot.addWidget(form)
    told: list[int] = []
    form.changed.connect(lambda: told.append(1))
    form.editors["blend"].set_value(40)
    assert told == [1]
    assert form.spec().blend == 40


def test_an_automatic_number_shows_what_it_comes_to_without_becoming_it(qtbot: QtBot) -> None:
    form: Form[Denoise] = Form(Denoise)
    qtbot.addWidget(form)
    strength = form.editors["strength"]
    assert isinstance(strength, Auto)
    strength.suggest(24.2)
    assert strength.number.value() == 24
    assert form.spec().strength is None
    strength.box.setChecked(False)
    assert form.spec().strength == 24


def test_a_new_spec_needs_no_new_form_code(qtbot: QtBot) -> None:
    @dataclass(frozen=True)
    class Invented:
        count: int = knob(3, "Count", low=1, high=9)
        share: float = knob(0.5, "Share", low=0, high=1, step=0.1)
        fast: bool = knob(True, "Fast")
        seed: int | None = knob(None, "Seed", low=0, high=2**31, auto="Any")
        words: str = knob("x", "Words")

    form: Form[Invented] = Form(Invented)
    qtbot.addWidget(form)
    spec = Invented(count=7, share=0.3, fast=False, seed=12345, words="abc")
    form.set_spec(spec)
    assert form.spec() == spec


def test_folders_beside_the_pictures_are_chosen_and_kept(qtbot: QtBot) -> None:
    form: Form[TrainScratches] = Form(TrainScratches)
    qtbot.addWidget(form)
    assert form.spec().pairs == ()
    form.set_spec(TrainScratches(pairs=(Path("old"),)))
    assert form.spec().pairs == (Path("old"),)


def test_a_models_line_says_how_well_it_does_not_what_it_costs(home: Path) -> None:
    scores = {catalogue.COST: 111312.0, "old photos input PSNR": 21.5273, "PSNR": 24.4325}
    write_model("mine", description="Best of all.", scores=scores)
    (entry,) = (each for each in catalogue.entries("denoise") if each.id == "mine")
    assert describe(entry) == "Best of all · 0.0 M parameters · PSNR 24.43"
    write_model("other", scores={"Fréchet, untouched": 18052.0, "Fréchet, translated": 5197.7})
    (entry,) = (each for each in catalogue.entries("denoise") if each.id == "other")
    assert describe(entry) == "0.0 M parameters · Fréchet, translated 5197.70"
