import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine import places
from engine.specs_lab import EXPERIMENTS, LabReconstruct
from engine.specs_lab_live import as_json, from_json
from gui.tabs import Desk
from gui.tabs.lab import KINDS, LabTab
from gui.tabs.lab_editors import LabData, TermChoice
from gui.tabs.lab_gallery import EXAMPLES, HOME
from gui.tabs.lab_report import ReportPage
from gui.widgets.diagram import DiagramView
from gui.widgets.figures import TableView
from gui.window import Window
from tests.gui.lab_tabs import LONG_MS, desk, drop, lab, made, npz, ran, ready

__all__ = ["desk", "lab"]  # fixtures
NAMES = [each.experiment for each in EXPERIMENTS]


def report(tab: LabTab, name: str = "reconstruct") -> ReportPage:
    page = tab.page(name)
    assert isinstance(page, ReportPage)
    return page


def heard_some(tab: LabTab, name: str = "reconstruct") -> bool:
    return bool(report(tab, name).sheets) and len(report(tab, name).curves.points) > 1


# -- experiments and their settings ---------------------------------------------------------------


def test_the_gallery_leads_to_all_ten_experiments_and_the_examples(lab: LabTab) -> None:
    assert lab.place == HOME
    assert not lab.panel.isVisible()
    assert set(lab.gallery.cards) == {*NAMES, EXAMPLES}
    assert len(NAMES) == 10
    lab.gallery.cards["squeeze"].click()
    assert lab.place == "squeeze"
    assert lab.panel.isVisible()
    assert lab.panel.title.text() == "Squeeze"
    assert lab.panel.file.text() == "模型压缩"
    lab.choices.buttons[HOME].click()
    assert lab.middle.currentWidget() is lab.gallery


def test_every_experiment_has_a_page_and_a_form_whose_controls_explain_themselves(
    lab: LabTab,
) -> None:
    for name, kind in KINDS.items():
        lab.go_to(name)
        assert lab.middle.currentWidget() is lab.pages[name]
        assert lab.pages[name].kind is kind
        assert lab.spec() == kind()
        for knob, editor in lab.form(name).editors.items():
            lines = [each for each in editor.findChildren(QLabel) if each.text()]
            assert "quiet" in [each.property("role") for each in lines], (name, knob)


def test_settings_that_do_not_matter_are_hidden_and_keep_their_values(lab: LabTab) -> None:
    ready(lab, "reconstruct", model="sparse", sparsity="l1", target=0.2)
    editors = lab.form("reconstruct").editors
    assert editors["sparsity"].isVisible()
    assert not editors["target"].isVisible()
    assert not editors["beta"].isVisible()
    lab.form("reconstruct").set_values({"sparsity": "kl"})
    assert editors["target"].isVisible()
    lab.form("reconstruct").set_values({"model": "variational"})
    assert editors["beta"].isVisible()
    assert not editors["sparsity"].isVisible()
    assert lab.spec().target == 0.2  # type: ignore[attr-defined]


def test_a_model_has_its_name_in_both_languages_and_says_where_it_is_from(lab: LabTab) -> None:
    ready(lab, "reconstruct", model="contractive")
    about = lab.settings.about
    assert "收缩自编码器" in about.name.text()
    assert "Rifai" in about.paper.text()
    model = lab.form("reconstruct").editors["model"]
    assert isinstance(model, TermChoice)
    assert "收缩自编码器" in model.box.currentText()


def test_settings_are_remembered(desk: Desk, lab: LabTab) -> None:
    ready(lab, "denoise", noise=0.4, seconds=7.0, steps=None)
    lab.save()
    again = made(desk)
    assert again.place == "denoise"
    assert (again.spec().noise, again.spec().seconds) == (0.4, 7.0)  # type: ignore[attr-defined]


def test_sets_that_are_not_here_say_so_and_can_be_fetched(lab: LabTab) -> None:
    ready(lab, "reconstruct")
    editors = lab.form("reconstruct").editors
    assert not editors["download"].isVisible()
    lab.form("reconstruct").set_values({"data": "mnist"})
    data = editors["data"]
    assert isinstance(data, LabData)
    assert "Not on this computer yet" in data.line.text()
    assert editors["download"].isVisible()


def test_a_folder_a_picture_in_one_and_an_npz_are_learned_from(
    lab: LabTab, folder: Path, tmp_path: Path
) -> None:
    lab.open_paths([folder])
    assert lab.place == "reconstruct"
    assert lab.spec() == LabReconstruct(data=str(folder))
    assert drop(lab, npz(tmp_path / "a.npz", 9))
    assert lab.spec() == LabReconstruct(data=str(tmp_path / "a.npz"))
    lab.open_paths([folder / "a.png"])
    assert lab.spec() == LabReconstruct(data=str(folder))


# -- running --------------------------------------------------------------------------------------


def test_a_run_is_seen_live_and_ends_with_all_that_was_found(qtbot: QtBot, lab: LabTab) -> None:
    ready(lab, "reconstruct", steps=40).start()
    page = report(lab)
    assert lab.panel.main.text() == "Stop"
    qtbot.waitUntil(lambda: heard_some(lab), timeout=LONG_MS)
    assert page.sheets["sheet"].rows == ("original", "reconstruction")
    qtbot.waitUntil(lambda: not lab.session.running, timeout=LONG_MS)
    assert page.result is not None
    assert page.heading.text() == page.result.words
    assert "40 steps" in page.with_.text()
    assert set(page.sheets) == {"reconstructions"}
    assert {view.up for view in page.rest.findChildren(DiagramView)} == {"loss", "PSNR, dB"}
    assert len(page.rest.findChildren(TableView)) == 1
    assert lab.panel.main.text() == "Start"
    assert lab.panel.as_folder.isEnabled()


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("features", {"labels": "20,40", "repeats": 1}, "Accuracy on test pictures"),
        ("odd-one-out", {"normal": "3"}, "By class"),
        ("denoise", {"noise": 0.2}, "PSNR"),
    ],
)
def test_other_experiments_end_with_their_tables(
    qtbot: QtBot, lab: LabTab, name: str, values: dict[str, Any], shown: str
) -> None:
    page = ran(qtbot, lab, name, **values)
    assert not lab.wrong
    assert shown in page.result.tables
    tables = page.rest.findChildren(TableView)
    words = [label.text() for label in tables[0].findChildren(QLabel)]
    assert set(page.result.tables[shown].heads) <= set(words)


def test_what_is_stopped_stays_to_be_seen(qtbot: QtBot, lab: LabTab) -> None:
    ready(lab, "reconstruct", steps=10**6).start()
    qtbot.waitUntil(lambda: heard_some(lab), timeout=LONG_MS)
    qtbot.mouseClick(lab.panel.main, Qt.MouseButton.LeftButton)
    page = report(lab)
    assert not lab.session.running
    assert page.heading.text().startswith("Stopped at step")
    assert page.sheets
    assert page.live.isVisible()
    assert not lab.stop(), "nothing is left to be stopped"


def test_another_experiment_takes_the_place_of_the_one_that_runs(qtbot: QtBot, lab: LabTab) -> None:
    ready(lab, "reconstruct", steps=10**6).start()
    qtbot.waitUntil(lambda: heard_some(lab), timeout=LONG_MS)
    ready(lab, "squeeze", steps=20)
    assert "is stopped" in lab.panel.word.text()
    lab.start()
    assert report(lab).heading.text().startswith("Stopped")
    qtbot.waitUntil(lambda: not lab.session.running, timeout=LONG_MS)
    assert report(lab, "squeeze").result is not None
    assert report(lab).result is None


def test_a_kept_model_is_among_the_others_at_once(
    qtbot: QtBot, lab: LabTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed: list[str] = []
    monkeypatch.setattr("gui.editors.ModelPicker.refresh", lambda self: refreshed.append("yes"))
    from engine.knobs import Knob
    from gui.editors import ModelPicker

    picker = ModelPicker(Knob("Model"), ("denoise",))
    lab.window().layout().addWidget(picker)
    refreshed.clear()
    ran(qtbot, lab, "reconstruct", keep="mine")
    assert (places.models() / "mine.safetensors").is_file()
    assert refreshed
    assert lab.spec().keep == ""  # type: ignore[attr-defined]
    assert "mine" in lab.desk.notices.toasts[-1].accessibleName()


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("reconstruct", {"data": "{one}"}, "only one picture"),
        ("reconstruct", {"data": "{none}"}, "There is no folder"),
        ("reconstruct", {"data": "fashion"}, "not on this computer"),
        ("features", {"data": "{unlabelled}"}, "labels"),
        ("features", {"data": "{alike}"}, "two classes or more"),
        ("reconstruct", {"model": "undercomplete", "latent": 64}, "no bottleneck"),
        ("reconstruct", {"model": "variational", "rate": 1e6, "steps": 90}, "lower learning"),
    ],
)
def test_what_cannot_be_is_said_in_place_and_nothing_is_lost(
    qtbot: QtBot, lab: LabTab, tmp_path: Path, name: str, values: dict[str, Any], said: str
) -> None:
    files = {
        "{one}": npz(tmp_path / "one.npz", 1),
        "{none}": tmp_path / "none",
        "{unlabelled}": npz(tmp_path / "unlabelled.npz", 20),
        "{alike}": npz(tmp_path / "alike.npz", 20, 1),
    }
    data = str(values.get("data", "digits"))
    ran(qtbot, lab, name, **values | {"data": str(files.get(data, data))})
    assert said in lab.panel.wrong.text()
    assert lab.panel.wrong.isVisible()
    assert lab.panel.main.text() == "Start"


def test_a_failure_leaves_the_last_result(qtbot: QtBot, lab: LabTab, tmp_path: Path) -> None:
    page = ran(qtbot, lab, "reconstruct")
    before = page.result
    ran(qtbot, lab, "reconstruct", data=str(tmp_path / "gone"))
    assert page.result is before
    assert page.heading.text() == before.words
    assert page.sheets
    lab.form("reconstruct").set_values({"data": "digits"})
    assert not lab.panel.wrong.isVisible(), "it goes with the setting that was wrong"


def test_no_form_lets_a_code_of_nothing_through(lab: LabTab) -> None:
    ready(lab, "reconstruct", latent=0)
    assert lab.spec().latent >= 1  # type: ignore[attr-defined]


def test_what_was_left_out_is_said(qtbot: QtBot, lab: LabTab, tmp_path: Path) -> None:
    page = ran(qtbot, lab, "reconstruct", data=str(npz(tmp_path / "many.npz", 40)), limit=20)
    assert "20 of 40 pictures are used." in page.told.text()
    assert page.told.isVisible()


# -- files ----------------------------------------------------------------------------------------


def test_one_json_keeps_settings_and_results(
    qtbot: QtBot, desk: Desk, lab: LabTab, tmp_path: Path
) -> None:
    page = ran(qtbot, lab, "reconstruct", model="variational", latent=5)
    lab.form("reconstruct").set_values({"latent": 9})  # not what the result came from
    lab.save_state(tmp_path / "kept.json")
    spec, _ = from_json((tmp_path / "kept.json").read_text(encoding="utf-8"))
    assert spec.latent == 5  # type: ignore[attr-defined]
    again = made(desk)
    again.open_paths([tmp_path / "kept.json"])
    other = report(again)
    assert again.spec() == spec
    assert other.result is not None
    assert other.result.figures == page.result.figures
    assert other.result.tables == page.result.tables
    assert other.result.diagrams == page.result.diagrams
    assert other.sheets["reconstructions"].image == page.sheets["reconstructions"].image
    assert other.with_.text() == page.with_.text()


def test_what_the_shell_wrote_is_opened(lab: LabTab, tmp_path: Path) -> None:
    spec = LabReconstruct(model="sparse", sparsity="kl", steps=7)
    (tmp_path / "settings.json").write_text(as_json(spec), encoding="utf-8")
    assert drop(lab, tmp_path / "settings.json")
    assert lab.place == "reconstruct"
    assert lab.spec() == spec
    assert lab.page().stack.currentIndex() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "{}", '{"format": 1, "experiment": "none"}', "[1]"])
def test_a_file_that_is_none_changes_nothing(lab: LabTab, tmp_path: Path, text: str) -> None:
    ready(lab, "reconstruct", latent=7)
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    lab.open_paths([tmp_path / "bad.json"])
    assert "no experiment of the lab" in lab.desk.notices.toasts[-1].accessibleName()
    assert lab.spec().latent == 7  # type: ignore[attr-defined]


def test_a_damaged_page_in_a_good_file_still_gives_the_settings(
    lab: LabTab, tmp_path: Path
) -> None:
    text = as_json(LabReconstruct(latent=3), page={"result": {"words": 1}, "curves": "none"})
    (tmp_path / "half.json").write_text(text, encoding="utf-8")
    lab.open_paths([tmp_path / "half.json"])
    assert lab.spec() == LabReconstruct(latent=3)
    assert report(lab).result is None


def test_pictures_and_figures_go_into_a_folder_as_the_shell_writes_them(
    qtbot: QtBot, lab: LabTab, tmp_path: Path
) -> None:
    page = ran(qtbot, lab, "reconstruct")
    lab.save_result(tmp_path / "out")
    qtbot.waitUntil(lambda: (tmp_path / "out" / "settings.json").is_file(), timeout=LONG_MS)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"reconstructions.png", "losses.png", "compression.png", "result.json"} < names
    facts = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert facts["figures"] == page.result.figures


# -- the frame ------------------------------------------------------------------------------------


def test_the_window_closes_while_it_trains(qtbot: QtBot, desk: Desk) -> None:
    window = Window(desk.engine, desk.prefs, desk.theme)
    qtbot.addWidget(window)
    window.show()
    window.send("Lab", [])
    tab = window.stack.currentWidget()
    assert isinstance(tab, LabTab)
    ready(tab, "reconstruct", steps=10**6).start()
    qtbot.waitUntil(lambda: heard_some(tab), timeout=LONG_MS)
    assert window.strip.what.text().startswith("Lab: Reconstruct")
    window.close()
    assert not desk.engine.alive
    assert desk.prefs.read("lab/place") == "reconstruct"


def test_what_ends_while_one_looks_elsewhere_is_said(qtbot: QtBot, lab: LabTab) -> None:
    ready(lab, "reconstruct").start()
    lab.go_to("squeeze")
    qtbot.waitUntil(lambda: not lab.session.running, timeout=LONG_MS)
    assert lab.desk.notices.toasts[-1].accessibleName().startswith("Reconstruct: 64 numbers")
    assert not lab.panel.as_folder.isEnabled(), "nothing was found here"
    lab.go_to("reconstruct")
    assert lab.panel.as_folder.isEnabled()


def test_what_was_stopped_is_saved_without_the_result_before_it(
    qtbot: QtBot, lab: LabTab, tmp_path: Path
) -> None:
    ran(qtbot, lab, "reconstruct", latent=5)
    ready(lab, "reconstruct", steps=10**6, latent=6).start()
    qtbot.waitUntil(lambda: heard_some(lab) and report(lab).result is None, timeout=LONG_MS)
    lab.stop()
    assert not lab.panel.as_folder.isEnabled()
    lab.save_state(tmp_path / "half.json")
    spec, kept = from_json((tmp_path / "half.json").read_text(encoding="utf-8"))
    assert spec.latent == 6  # type: ignore[attr-defined]
    assert kept["page"]["result"] is None
    lab.open_state(tmp_path / "half.json")
    assert report(lab).sheets["sheet"].columns == 10
    assert report(lab).curves.isVisible()
