"""What goes wrong while training is said plainly, and the last good weights are kept."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError

import pytest
import torch

from engine import catalogue, places
from engine.errors import UserError
from engine.job import Note, Started, Step
from engine.specs import TrainDenoise, TrainUpscale
from engine.studio import Studio
from engine.training import checkpoints, judge, runs
from engine.training.gear import Gear
from engine.training.learners.denoise import Denoise
from engine.training.lesson import Loss
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

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path):
    return photos(tmp_path / "photos", count=4)


def notes(events):
    return [event.text for event in events if isinstance(event, Note)]


def spoil_losses(monkeypatch, when):
    """Losses of the calls that `when` accepts are not a number."""
    sound, calls = Denoise.loss, []

    def loss(self, part, batch):
        calls.append(part)
        right = sound(self, part, batch)
        if not when(len(calls)):
            return right
        return Loss(right.total * float("nan"), right.figures)

    monkeypatch.setattr(Denoise, "loss", loss)


def test_a_step_without_a_finite_loss_is_skipped_and_the_rate_halved(
    tiny, folder, drain, home, monkeypatch
):
    spoil_losses(monkeypatch, lambda call: call == 3)
    events, result = drain(Studio().run(denoise(folder, steps=6)))
    assert "Step 2 gave no finite loss: skipped, the rate is halved." in notes(events)
    state = checkpoint(home / "runs" / "mine", 6)
    assert state["progress"]["factor"] == 0.5
    assert all(value.isfinite().all() for value in state["averaged"].values())
    assert result.step == 6


def test_losing_its_way_ends_the_run_with_the_last_good_weights(
    tiny, folder, drain, home, monkeypatch
):
    spoil_losses(monkeypatch, lambda call: call > 4)
    with pytest.raises(UserError, match=r"lost its way.*lower learning rate"):
        drain(Studio().run(denoise(folder, steps=60)))
    weights = catalogue.read(catalogue.find("mine"))
    assert all(value.isfinite().all() for value in weights.values())
    assert runs.described(runs.folder_of("mine")).state == "stopped"


def test_short_memory_means_smaller_pieces_and_the_same_result(
    tiny, folder, drain, home, monkeypatch
):
    drain(Studio().run(denoise(folder, "roomy", batch=4, steps=3)))
    sound = Denoise.loss

    def loss(self, part, batch):
        if len(batch) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return sound(self, part, batch)

    monkeypatch.setattr(Denoise, "loss", loss)
    events, _ = drain(Studio().run(denoise(folder, "narrow", batch=4, steps=3)))
    assert [n for n in notes(events) if "Memory" in n] == [
        "Memory ran out: 2 pieces at a time now; the result is the same.",
        "Memory ran out: 1 pieces at a time now; the result is the same.",
    ]
    left, right = (checkpoint(home / "runs" / name, 3)["averaged"] for name in ("roomy", "narrow"))
    for name, value in left.items():
        torch.testing.assert_close(value, right[name], atol=1e-4, rtol=0)


def test_no_memory_at_all_is_a_clear_end(tiny, folder, drain, monkeypatch):
    def loss(self, part, batch):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9")

    monkeypatch.setattr(Denoise, "loss", loss)
    with pytest.raises(UserError, match="not enough memory to train this"):
        drain(Studio().run(denoise(folder)))


def test_a_disk_that_fills_in_mid_checkpoint_leaves_the_last_good_one(
    tiny, folder, drain, home, monkeypatch
):
    run_until(denoise(folder), 3)
    before = (home / "models" / "mine.safetensors").read_bytes()

    def half(part, state):
        part.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoints, "_write", half)
    with pytest.raises(UserError, match=r"disk is full\. The checkpoint of step 3 is kept"):
        drain(Studio().run(again(denoise(folder), checkpoint_minutes=0.01, steps=10_000)))
    monkeypatch.undo()
    monkeypatch.setenv("SAFELIGHT_HOME", str(home))
    kept = home / "runs" / "mine" / "checkpoints"
    assert [path.name for path in kept.glob("*.pt")] == ["00000003.pt"]
    assert not list(home.rglob("*.part"))
    assert (home / "models" / "mine.safetensors").read_bytes() == before
    assert checkpoints.newest(kept)[0]["step"] == 3


KILLED = """
import os, signal, sys
from pathlib import Path
from engine import places
from engine.studio import Studio
from engine.training import checkpoints
from tests.engine.lessons import denoise
import torch
torch.set_num_threads(1)
whole, calls = checkpoints._write, []
def half(part, state):
    whole(part, state)
    calls.append(part)
    if len(calls) == 2:
        part.write_bytes(part.read_bytes()[:5000])
        os.kill(os.getpid(), signal.SIGKILL)
checkpoints._write = half
spec = denoise(Path(sys.argv[1]), steps=100000, checkpoint_minutes=0.01)
for _ in Studio().run(spec): pass
"""


def test_kill_in_the_middle_of_a_checkpoint_costs_only_what_came_after_the_last(
    tiny, folder, drain, home
):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == -9, done.stderr
    run = home / "runs" / "mine"
    assert list(run.rglob("*.part"))  # what the kill left
    assert runs.described(runs.folder_of("mine")).state == "stopped"
    (kept,) = (run / "checkpoints").glob("*.pt")
    at = int(kept.stem)
    spec = again(runs.stored("mine"), steps=at + 2)
    events, result = drain(Studio().run(spec))
    first = next(e for e in events if isinstance(e, Step) and e.text.startswith("step "))
    assert first.done in (at, at + 1)
    assert result.step == at + 2
    assert not list(run.rglob("*.part"))
    log = [json.loads(line)["step"] for line in (run / "log.jsonl").read_text().splitlines()]
    assert log == sorted(log)


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(tiny, folder, drain, home):
    drain(Studio().run(denoise(folder, steps=2)))
    drain(Studio().run(again(denoise(folder), steps=4)))
    newest = home / "runs" / "mine" / "checkpoints" / "00000004.pt"
    data = bytearray(newest.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)  # more than what lies between two tensors
    newest.write_bytes(data)
    events, result = drain(Studio().run(again(denoise(folder), steps=5)))
    assert notes(events)[0] == "The checkpoint 00000004.pt is damaged; an older one is used."
    assert result.step == 5
    for path in newest.parent.glob("*.pt"):
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(UserError, match=r"Every checkpoint in .* is damaged"):
        drain(Studio().run(again(denoise(folder), steps=6)))


def test_what_another_version_made_is_refused(tiny, folder, drain, home, monkeypatch):
    drain(Studio().run(denoise(folder, steps=2)))
    monkeypatch.setattr(checkpoints, "FORMAT", 2)
    with pytest.raises(UserError, match=r"00000002\.pt was made by another version"):
        drain(Studio().run(again(denoise(folder), steps=3)))
    monkeypatch.setattr(runs, "FORMAT", 2)
    with pytest.raises(UserError, match="The run mine was made by another version"):
        drain(Studio().run(again(denoise(folder), steps=3)))


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("nothing", "There is no model called nothing"),
        ("tiny-upscale-2x", "is a model for upscale; this learns denoise"),
        ("tiny-denoise-grey", "is for grey pictures, not for colour"),
        ("cut", r"cut\.safetensors is damaged"),
    ],
)
def test_a_base_that_does_not_fit_is_refused_before_anything_is_loaded(
    tiny, folder, drain, home, base, words
):
    cut = tiny.add("cut", "unet", "denoise", widths=[8, 8], blocks=1)
    cut.write_bytes(cut.read_bytes()[:-100])
    with pytest.raises(UserError, match=words):
        drain(Studio().run(denoise(folder, base=base, colour="colour")))
    assert not (home / "runs").exists()


def test_a_base_of_another_task_or_network_is_refused(tiny, folder, drain):
    with pytest.raises(UserError, match="is a model for denoise; this learns upscale"):
        drain(Studio().run(upscale(folder, base="tiny-denoise", scale=4, network=None)))
    with pytest.raises(UserError, match="is another network than span width=16"):
        drain(Studio().run(upscale(folder, base="tiny-upscale-2x", network="span width=16")))


def test_old_runs_and_models_are_never_overwritten(tiny, folder, drain):
    drain(Studio().run(denoise(folder, steps=1)))
    with pytest.raises(UserError, match=r"already a run called mine\. Resume it"):
        drain(Studio().run(denoise(folder, steps=1)))
    with pytest.raises(UserError, match="already have a model called tiny-denoise"):
        drain(Studio().run(denoise(folder, "tiny-denoise")))
    with pytest.raises(UserError, match="Batch was 2, not 4"):
        drain(Studio().run(again(denoise(folder, batch=4))))
    with pytest.raises(UserError, match="is one of denoise, not of upscale"):
        drain(Studio().run(again(upscale(folder))))
    with pytest.raises(UserError, match=r"There is no run called other\. Known runs: mine"):
        drain(Studio().run(again(denoise(folder, "other"))))


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "x" * 99, "end."])
def test_a_name_that_cannot_be_a_file_is_refused(tiny, folder, drain, name):
    with pytest.raises(UserError, match=r"no name|cannot be a model's name"):
        drain(Studio().run(denoise(folder, name)))


def test_a_start_that_failed_may_be_tried_again_under_its_name(tiny, folder, drain):
    job = Studio().run(denoise(folder, steps=1))
    next(event for event in job if isinstance(event, Started))
    job.close()
    assert drain(Studio().run(denoise(folder, steps=1)))[1].step == 1


def test_no_learner_no_folder_and_half_precision_on_a_cpu_are_explained(tiny, folder, drain):
    with pytest.raises(UserError, match="No folder of pictures was given"):
        drain(Studio().run(TrainDenoise(name="x")))
    with pytest.raises(UserError, match="A CPU cannot train in float16"):
        drain(Studio().run(denoise(folder, precision="float16")))
    with pytest.raises(UserError, match="Scale: 9 is not between"):
        drain(Studio().run(TrainUpscale(data=(folder,), name="x", scale=9)))


def test_missing_eyes_are_offered_for_download_and_offline_is_said(
    tiny, folder, drain, tmp_path, monkeypatch
):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    spec = perceptual(folder, None)
    with pytest.raises(UserError, match=r"SqueezeNet 1\.1 \(5 MB\) are not on this computer"):
        drain(Studio().run(spec))

    def offline(*_, **__):
        raise URLError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    with pytest.raises(UserError, match="seems to be offline"):
        drain(Studio().run(perceptual(folder, None, download=True, perceptual="vgg19")))
    found = judge_file(tmp_path / "hub" / "checkpoints")
    assert judge.located("squeezenet") == found or found.name.startswith("squeezenet1_1-f")
    mine = judge_file(places.models())
    assert judge.located("squeezenet") == mine
    with pytest.raises(UserError, match="does not hold the weights of VGG19"):
        judge.judge("vgg19", mine)
    (tmp_path / "bad.pth").write_bytes(b"junk")
    with pytest.raises(UserError, match=r"bad\.pth is damaged"):
        judge.judge("vgg19", tmp_path / "bad.pth")


def test_the_same_picture_looks_the_same_to_the_judge(tmp_path):
    eyes = judge.judge("squeezenet", judge_file(tmp_path))
    image = torch.rand(2, 3, 64, 64)
    assert torch.equal(eyes(image, image), torch.zeros(2))
    assert (eyes(image, image.flip(3)) > 0).all()
    grey = image[:, :1]
    assert same(eyes(grey, grey), torch.zeros(2))


@pytest.mark.skipif(not torch.set_flush_denormal(True), reason="this CPU cannot")
def test_numbers_next_to_nothing_do_not_slow_a_cpu_down():
    torch.set_flush_denormal(False)
    least = torch.tensor([1e-38])
    assert (least * 1e-3).item() > 0
    Gear("cpu", "float32")
    assert (least * 1e-3).item() == 0
