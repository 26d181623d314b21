"""What the lab says of its models, and what it hands over to be drawn or saved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserError
from engine.lab_about import ABOUT, key_of
from engine.lab_terms import TERMS
from engine.specs_lab import AUTOENCODERS, EXPERIMENTS, LOSSES, MAKERS, SAMPLERS, LabReconstruct
from engine.specs_lab_live import Cut, Diagram, LabResult, SaveLab, from_json
from engine.studio import Studio


@pytest.mark.parametrize("key", dict([*AUTOENCODERS, *LOSSES, *MAKERS, *SAMPLERS]))
def test_every_model_is_named_and_explained(key):
    assert TERMS[key].english
    assert all(ABOUT[key])


@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_every_experiment_is_about_something(kind):
    assert key_of(kind()) in ABOUT
    assert TERMS[kind.experiment].chinese


def test_a_result_is_saved_later_as_it_would_have_been_at_once(drain, tmp_path: Path):
    spec = LabReconstruct(steps=6, sweep=False, output=tmp_path / "at-once")
    result = drain(Studio().run(spec))[1]
    later = drain(Studio().run(SaveLab(replace(result, files=()), spec, tmp_path / "later")))[1]
    names = [path.name for path in result.files]
    assert [path.name for path in later.files] == names
    assert {"losses.png", "reconstructions.png", "compression.png"} < set(names)
    for name in names:
        assert (tmp_path / "later" / name).read_bytes() == (spec.output / name).read_bytes()
    assert from_json((tmp_path / "later" / "settings.json").read_text())[0] == spec


def test_a_result_says_how_its_sheets_are_cut_and_what_its_curves_are(drain):
    result = drain(Studio().run(LabReconstruct(steps=6, sweep=False)))[1]
    assert result.cuts["reconstructions"] == Cut(10, ("original", "reconstruction"))
    losses = result.diagrams["losses"]
    assert next(iter(losses.lines)) == "training"
    assert {"validation", "test"} < set(losses.lines)
    places, values = losses.lines["training"]
    assert list(places) == sorted(places)
    assert np.isfinite(values).all()


def test_what_cannot_be_written_is_said(drain, tmp_path: Path):
    (tmp_path / "file").write_text("here")
    lines = {"a": ((1.0, 2.0), (3.0, 4.0))}
    result = LabResult("squeeze", "", diagrams={"size": Diagram("kB", "dB", lines)})
    with pytest.raises(UserError, match="is a file"):
        drain(Studio().run(SaveLab(result, LabReconstruct(), tmp_path / "file")))
