"""The training loop: it learns, goes on exactly where it stopped, and explains itself."""

import json
import struct
import time
from dataclasses import replace

import pytest
import torch

from engine import catalogue, places
from engine.errors import UserError
from engine.job import Curve, Note, Preview, Started, Step
from engine.specs import Denoise, MeasureTraining, Runs, Trained
from engine.studio import Studio
from engine.training import measure, runs, session
from engine.training.learners import lesson_of
from engine.training.lesson import MODEL
from engine.training.networks import built
from tests.engine.lessons import (
    again,
    checkpoint,
    denoise,
    judge_file,
    perceptual,
    photos,
    run_until,
    same,
    upscale,
)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # tiny networks: more would only wait for each other
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path):
    return photos(tmp_path / "photos")


@pytest.fixture
def runs_folder(home):
    return home / "runs"


def losses(events):
    return [e.values["loss"] for e in events if isinstance(e, Curve) and "loss" in e.values]


@pytest.fixture
def quick_curves(monkeypatch):
    """A point of the curves at every step."""
    monkeypatch.setattr(session, "TELL_SECONDS", 0.0)


@pytest.mark.parametrize(
    ("degradation", "colour"),
    [("noise", "colour"), ("noise", "grey"), ("camera", "colour"), ("jpeg", "colour")],
)
def test_every_degradation_is_learned(tiny, folder, drain, quick_curves, degradation, colour):
    base = "tiny-denoise-grey" if colour == "grey" else "tiny-denoise"
    fixed = {"base": base, "steps": 300 if degradation == "jpeg" else 150, "learning_rate": 3e-3}
    spec = denoise(folder, degradation=degradation, colour=colour, **fixed)
    events, result = drain(Studio().run(spec))
    assert result.before["gain"] == pytest.approx(0, abs=0.05)  # the base changes nothing
    assert result.scores["gain"] > (0.02 if degradation == "jpeg" else 0.5)
    assert sum(losses(events)[-50:]) < sum(losses(events)[:50])
    card = catalogue.find("mine").card
    assert card.task == ("jpeg" if degradation == "jpeg" else "denoise")
    assert card.channels == (1 if colour == "grey" else 3)


@pytest.mark.parametrize("scale", [2, 4])
def test_enlarging_is_learned(tiny, folder, drain, scale):
    spec = upscale(
        folder, scale=scale, base=f"tiny-upscale-{scale}x", network=None, steps=150,
        learning_rate=3e-3,
    )  # fmt: skip
    _, result = drain(Studio().run(spec))
    assert result.scores["psnr"] > result.before["psnr"] + 0.1
    assert catalogue.find("mine").card.scale == scale


def test_where_nothing_is_better_than_the_base_its_weights_are_kept(tiny, folder, drain):
    spec = denoise(folder, steps=3, warm_up=0, learning_rate=1.0, clip=1e4)
    events, result = drain(Studio().run(spec))
    words = [each.text for each in events if isinstance(each, Note)]
    assert any("nothing was better than tiny-denoise" in each for each in words)
    assert result.scores == result.before
    kept, base = (catalogue.read(catalogue.find(name)) for name in ("mine", "tiny-denoise"))
    assert all(torch.equal(kept[name], value.half()) for name, value in base.items())


def test_enlarging_by_four_may_begin_from_a_model_that_doubles(tiny, folder, drain):
    twice = catalogue.read(catalogue.find("tiny-upscale-2x"))
    spec = upscale(folder, scale=4, base="tiny-upscale-2x", network=None, steps=1)
    assert lesson_of(spec).rate == lesson_of(replace(spec, base=None)).rate
    net = built(lesson_of(spec).plan, seed=0).state_dict()
    kept = [name for name in net if torch.equal(net[name], twice[name])]
    assert set(net) - set(kept) == {"tail.weight", "tail.bias"}
    events, _ = drain(Studio().run(spec))
    words = [each.text for each in events if isinstance(each, Note)]
    assert "It begins from tiny-upscale-2x; what does not fit is new." in words
    card = catalogue.find("mine", "upscale").card
    assert (card.scale, card.config["scale"]) == (4, 4)
    assert "begun from tiny-upscale-2x" in card.data


def test_perceptual_enlarging_is_learned_faithful_first_then_bold(
    tiny, folder, drain, tmp_path, quick_curves
):
    spec = perceptual(folder, judge_file(tmp_path / "judge"), steps=20, faithful_share=40)
    events, result = drain(Studio().run(spec))
    assert result.scores["distance"] < result.before["distance"]
    bold = [e.step for e in events if isinstance(e, Curve) and "loss discriminator" in e.values]
    assert bold[0] == 9  # eight of twenty steps are faithful
    assert catalogue.find("mine", "upscale").card.architecture == "srresnet"


@pytest.mark.parametrize("learner", ["denoise", "muon", "perceptual"])
def test_a_run_that_was_stopped_twice_equals_one_that_was_not(
    tiny, folder, drain, tmp_path, runs_folder, learner
):
    if learner == "denoise":
        straight, steps = denoise(folder, "straight", sample_every=5), 12
    elif learner == "muon":  # which leaves smaller matrices to AdamW
        wide = {"base": None, "network": "unet widths=16,16 blocks=1"}
        straight, steps = denoise(folder, "straight", sample_every=5, **wide), 12
    else:
        straight, steps = perceptual(folder, judge_file(tmp_path / "judge"), "straight"), 6
    drain(Studio().run(straight))
    stopped = replace(straight, name="stopped")
    run_until(stopped, 2)
    run_until(again(stopped), 4)
    drain(Studio().run(again(stopped)))
    left, right = (checkpoint(runs_folder / n, steps) for n in ("straight", "stopped"))
    assert len(left["optimizers"][MODEL]) == (2 if learner == "muon" else 1)
    for part in ("modules", "optimizers", "averaged"):
        assert same(left[part], right[part]), part
    left, right = (runs.curve(runs.folder_of(name)) for name in ("straight", "stopped"))
    scores = [{at: values for at, values in each if "psnr" in values} for each in (left, right)]
    assert scores[0] == scores[1]


def test_a_stopped_run_leaves_a_model_that_the_denoiser_uses(tiny, folder, drain, tmp_path):
    run_until(denoise(folder), 3)
    card = catalogue.find("mine").card
    assert "3 steps" in card.training
    assert "6 pictures of photos; begun from tiny-denoise" in card.data
    assert card.command.startswith("safelight train denoise --data photos --base tiny-denoise")
    spec = Denoise(
        sources=(folder,), target=tmp_path / "out", model="mine", strength=25.0, device="cpu"
    )
    _, report = drain(Studio().run(spec))
    assert len(report.done) == 6


def test_a_run_folder_explains_itself(tiny, folder, drain, runs_folder, quick_curves):
    spec = denoise(folder, sample_every=4, checkpoint_minutes=0.01)
    events, result = drain(Studio().run(spec))
    run = runs_folder / "mine"
    assert isinstance(result, Trained)
    assert Started(run) in events
    assert runs.stored("mine") == spec
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert {line["step"] for line in log} == set(range(13))
    curves = [(e.step, e.values) for e in events if isinstance(e, Curve)]
    assert list(runs.curve(runs.folder_of("mine"))) == curves
    sheets = [e for e in events if isinstance(e, Preview) and e.name == "sheet"]
    assert [e.facts["step"] for e in sheets] == [0, 4, 8, 12]
    assert all(e.facts["path"].exists() and e.pixels.shape[0] == 3 for e in sheets)
    models = {entry.id for entry in catalogue.entries(folders=[run / "checkpoints"])}
    assert models == {"average", "best", "last"}
    assert not list(run.rglob("*.part"))
    assert not (run / "pictures.bin").exists()  # unpacked pictures go when the budget is used


def test_tensorboard_can_read_the_curves(tiny, folder, drain, runs_folder, quick_curves):
    event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2")
    drain(Studio().run(denoise(folder, steps=3)))
    (path,) = (runs_folder / "mine").glob("events*")
    data, found = path.read_bytes(), []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        event = event_pb2.Event()
        event.ParseFromString(data[12 : 12 + length])
        found += [(event.step, value.tag) for value in event.summary.value]
        data = data[16 + length :]
    assert {(1, "loss"), (3, "loss"), (0, "psnr"), (3, "psnr")} <= set(found)


def test_old_checkpoints_go_and_three_stay(tiny, folder, drain, runs_folder):
    spec = denoise(folder, steps=1)
    drain(Studio().run(spec))
    for steps in range(2, 6):
        drain(Studio().run(again(spec, steps=steps)))
    kept = sorted(path.stem for path in (runs_folder / "mine" / "checkpoints").glob("*.pt"))
    assert kept == ["00000003", "00000004", "00000005"]


def test_it_stops_early_when_it_gets_no_better_and_keeps_the_best(tiny, folder, drain):
    spec = denoise(folder, learning_rate=1.0, clip=100.0, sample_every=2, patience=2, steps=60)
    _, result = drain(Studio().run(spec))
    assert result.why == "patience"
    assert result.step < 60
    (run,) = drain(Studio().run(Runs()))[1]
    marks = [values["psnr"] for _, values in run.curve if "psnr" in values]
    assert result.scores["psnr"] == max(marks) > marks[-1]


def test_the_time_is_kept_and_pauses_do_not_count(tiny, folder, monkeypatch):
    job = Studio().run(denoise(folder, steps=None, minutes=0.02))
    result = None
    paused = 0.0
    while result is None:
        try:
            event = next(job)
        except StopIteration as end:
            result = end.value
        else:
            if isinstance(event, Step) and event.text.startswith("step") and paused < 3:
                time.sleep(0.3)
                paused += 0.3
    assert result.why == "budget"
    assert 0.02 <= result.minutes < 0.04  # three seconds of pause would be 0.05 more


def test_runs_tell_their_state(tiny, folder, drain, runs_folder):
    job = Studio().run(denoise(folder, "going"))
    next(event for event in job if isinstance(event, Curve))
    run_until(denoise(folder, "stopped"), 2)
    drain(Studio().run(denoise(folder, "done", steps=2)))
    (runs_folder / "odd").mkdir()
    (runs_folder / "odd" / "spec.json").write_text('{"format": 99, "learner": "denoise"}')
    found = {run.name: run for run in drain(Studio().run(Runs()))[1]}
    states = {name: run.state for name, run in found.items()}
    expected = {"going": "running", "stopped": "stopped", "done": "finished", "odd": "broken"}
    assert states == expected
    assert "another version" in found["odd"].words
    assert found["stopped"].spec == denoise(folder, "stopped")
    assert found["done"].model == places.models() / "done.safetensors"
    assert [step for step, _ in found["done"].sheets] == [0, 2]
    with pytest.raises(UserError, match="being trained already"):
        next(Studio().run(again(denoise(folder, "going"))))
    job.close()
    assert {r.name: r.state for r in drain(Studio().run(Runs()))[1]}["going"] == "stopped"


def test_the_speed_is_measured_without_leaving_anything(tiny, folder, drain, home, monkeypatch):
    monkeypatch.setattr(measure, "SECONDS", 0.2)
    _, speed = drain(Studio().run(MeasureTraining(denoise(folder, steps=None, minutes=10))))
    assert speed.steps == round(speed.steps_per_second * 600)
    assert "steps in 10 minutes" in speed.words
    assert not (home / "runs").exists()


def test_a_finished_run_goes_on_with_a_larger_budget(tiny, folder, drain):
    spec = denoise(folder, steps=3)
    drain(Studio().run(spec))
    events, result = drain(Studio().run(again(spec, steps=5)))
    assert result.step == 5
    assert not [e for e in events if isinstance(e, Note) and "changed" in e.text]
