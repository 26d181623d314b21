"""What is learned from: scans, packed pictures, crops, degradations, recipes, networks."""

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from engine import knobs
from engine.errors import UserError
from engine.job import Note, Skipped
from engine.jpeg import told_quality
from engine.specs import LEARNERS, ScanFolder, TrainDenoise, TrainUpscalePerceptual
from engine.studio import Studio
from engine.training import data, degradation, networks, recipes
from engine.training.batches import Batches
from engine.training.dice import dice, thrown_by, torch_dice
from engine.training.families import families
from engine.training.learners import learners, lesson_of
from engine.training.lesson import MODEL, Batch
from tests.engine.lessons import denoise, photos

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))


@pytest.fixture
def folder(tmp_path):
    return photos(tmp_path / "photos")


def scan(drain, *folders, learner="denoise", edge=None):
    return drain(Studio().run(ScanFolder(learner, folders, edge)))[1]


def test_a_scan_tells_all_there_is_to_know(folder, drain):
    shutil.copy(folder / "0.png", folder / "copy.png")
    (folder / "cut.png").write_bytes((folder / "1.png").read_bytes()[:3000])
    (folder / "empty.jpg").write_bytes(b"")
    photos(folder / "tiny", edge=40, count=2)
    report = scan(drain, folder)
    assert report.count == 6
    assert report.smallest == report.median == report.largest == (112, 112)
    assert {path.name for path, _ in report.unreadable} == {"cut.png", "empty.jpg"}
    assert [(a.name, b.name) for a, b in report.duplicates] == [("copy.png", "0.png")]
    assert {path.parent.name for path in report.small} == {"tiny"}
    assert report.enough == "few"
    assert report.words == (
        "6 usable pictures, all 112x112 pixels. 2 pictures smaller than 96 pixels. "
        "1 copy of others. 2 files cannot be read. It will work, but 20 or more would be better."
    )


def test_a_copy_in_another_format_is_found(folder, drain):
    import cv2

    pixels = cv2.imdecode(np.frombuffer((folder / "0.png").read_bytes(), np.uint8), 1)
    (folder / "z.jpg").write_bytes(cv2.imencode(".jpg", pixels)[1].tobytes())
    assert [a.name for a, _ in scan(drain, folder).duplicates] == ["z.jpg"]


def test_a_scan_says_when_there_is_not_enough(tmp_path, drain):
    report = scan(drain, photos(tmp_path / "few", count=3))
    assert report.enough == "no"
    assert report.words.endswith("Not enough: add at least 20.")
    (tmp_path / "none").mkdir()
    assert scan(drain, tmp_path / "none").words.startswith("No usable pictures.")
    with pytest.raises(UserError, match="There is no "):
        scan(drain, tmp_path / "missing")


def test_an_adversary_wants_more_pictures_and_its_judge_is_not_needed_to_count(folder, drain):
    report = scan(drain, folder, learner="upscale-perceptual", edge=100)
    assert "100 or more" in report.words
    assert scan(drain, folder, learner="upscale-perceptual").small  # 4 times 32 px


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((3, 112), "Only 3 usable pictures were found. Add at least 20."),
        ((1, 112), "Only 1 usable picture was found."),
        ((6, 24), "6 are smaller than 32 pixels; choose larger ones or a smaller piece."),
    ],
)
def test_too_little_is_refused_before_anything_is_loaded(tiny, tmp_path, drain, home, size, words):
    count, edge = size
    with pytest.raises(UserError, match=words):
        drain(Studio().run(denoise(photos(tmp_path / "few", edge=edge, count=count))))
    assert not (home / "runs").exists()


def test_what_cannot_be_used_is_named_and_the_rest_is_learned_from(tiny, folder, drain):
    (folder / "cut.png").write_bytes((folder / "1.png").read_bytes()[:3000])
    shutil.copy(folder / "0.png", folder / "copy.png")
    photos(folder / "tiny", edge=20, count=1)
    events, result = drain(Studio().run(denoise(folder, steps=2)))
    skipped = {e.path.name: e.reason for e in events if isinstance(e, Skipped)}
    assert set(skipped) == {"cut.png", "copy.png", "0.png"}
    assert skipped["copy.png"] == "It is the same picture as 0.png."
    assert any(isinstance(e, Note) and "are few" in e.text for e in events)
    assert result.step == 2


def rules(**more):
    return data.Rules(**{"channels": 3, "longest": 900, "least": 32, **more})


def packed(folder, tmp_path, drain, given):
    files = data.found((folder,), given)
    (tmp_path / "pack").mkdir(exist_ok=True)
    return drain(data.packed(files, tmp_path / "pack", given))


def test_pictures_of_mixed_sizes_are_packed_once_and_found_again(folder, tmp_path, drain):
    photos(folder / "large", edge=150, count=2)
    events, pictures = packed(folder, tmp_path, drain, rules(scale=4, longest=120))
    assert len(pictures) == 8
    for small, large, _ in pictures.pairs():
        assert large.shape in ((3, 112, 112), (3, 120, 120))
        assert tuple(4 * side for side in small.shape[1:]) == large.shape[1:]
    again, same = packed(folder, tmp_path, drain, rules(scale=4, longest=120))
    assert (again, same) == ([], pictures)
    (folder / "0.png").unlink()
    events, fewer = packed(folder, tmp_path, drain, rules(scale=4, longest=120))
    assert len(fewer) == 7
    assert any(isinstance(e, Note) and "changed" in e.text for e in events)


def test_held_back_pictures_are_never_learned_from(folder, tmp_path, drain):
    _, pictures = packed(folder, tmp_path, drain, rules())
    for percent in (1, 5, 20, 50):
        learned, held_back = pictures.split(percent)
        assert held_back.index
        assert not set(learned.index) & set(held_back.index)
        assert len(learned) + len(held_back) == 6


def test_twenty_pictures_hold_four_back(tmp_path):
    twenty = data.Pictures(tmp_path, tuple((n, 1, 8, 8) for n in range(20)))
    learned, held_back = twenty.split(5)
    assert (len(learned), len(held_back)) == (16, 4)


def test_crops_of_a_pair_show_the_same_place():
    thrown = np.random.default_rng(0)
    large = thrown.integers(0, 255, (3, 96, 128), np.uint8)
    small = np.ascontiguousarray(large[:, ::2, ::2])
    drawn = data.Crops(8, 20)([data.Pair(small, large)], thrown)
    assert drawn.small.shape == (8, 3, 20, 20)
    assert drawn.large.shape == (8, 3, 40, 40)
    for lo, hi in zip(drawn.small, drawn.large, strict=True):
        corners = [hi[:, y::2, x::2] for y in (0, 1) for x in (0, 1)]
        assert any(torch.equal(lo, corner) for corner in corners)  # whichever way it was turned


def test_of_several_crops_the_liveliest_is_taken():
    thrown = np.random.default_rng(0)
    half = np.full((3, 64, 128), 128, np.uint8)
    half[:, :, 64:] = thrown.integers(0, 255, (3, 64, 64), np.uint8)
    pair, shares = data.Pair(half, half), {}
    for choice in (1, 4):
        drawn = data.Crops(64, 16, choice=choice)([pair], np.random.default_rng(1))
        shares[choice] = float((drawn.small.float().std((1, 2, 3)) > 1).float().mean())
    assert 0.3 < shares[1] < 0.75
    assert shares[4] > 0.9


def test_a_batch_depends_on_seed_step_and_rank_alone(folder, tmp_path, drain):
    _, pictures = packed(folder, tmp_path, drain, rules())
    crops = data.Crops(2, 32, degradation.compressed)
    batches = Batches(pictures, crops, seed=0, rank=0)
    late = [batches[step] for step in (0, 1, 7)][2]
    again = pickle.loads(pickle.dumps(Batches(pictures, crops, seed=0, rank=0)))
    assert all(map(torch.equal, late, again[7]))
    for other in (Batches(pictures, crops, 1, 0), Batches(pictures, crops, 0, 1)):
        assert not torch.equal(late.large, other[7].large)


def test_noise_has_the_level_it_tells():
    clean = torch.full((4, 3, 128, 128), 0.5)
    noisy = degradation.gaussian_noise(clean, 50, torch_dice(0))
    for picture in noisy:
        told = float(picture[3, 0, 0]) * 255
        assert float((picture[:3] - 0.5).std()) * 255 == pytest.approx(told, rel=0.05, abs=0.1)
        assert picture[3].min() == picture[3].max()


def test_camera_noise_is_blotchy_and_told_about_right():
    clean = np.full((3, 128, 128), 120, np.uint8)
    for place in range(6):
        noisy, told = degradation.camera(clean, dice(3, place), 40)
        error = noisy.astype(float) - clean
        level = error.std()
        assert 0.65 * level <= 255 * told <= 1.35 * level
        if level < 2:
            continue
        neighbours = np.corrcoef(error[0, :, :-1].ravel(), error[0, :, 1:].ravel())[0, 1]
        assert neighbours > 0.2


def test_jpeg_gets_worse_with_quality_and_may_hide_it(folder, tmp_path, drain):
    _, pictures = packed(folder, tmp_path, drain, rules())
    clean = np.ascontiguousarray(pictures.pairs()[0].large)
    errors = [np.abs(degradation.jpeg(clean, q).astype(int) - clean).mean() for q in (10, 40, 90)]
    assert errors == sorted(errors, reverse=True)
    told = [degradation.compressed(clean, dice(0, place))[1] for place in range(40)]
    assert 10 <= told.count(0.0) <= 30
    assert max(told) <= told_quality(5)


def test_every_learner_has_a_spec_and_a_file():
    assert set(learners()) == {spec.learner for spec in LEARNERS}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_shipped_recipes_are_understood_and_fit_the_limits(path):
    spec = recipes.read(path)
    knobs.check(spec)
    assert spec.name == path.stem
    assert spec.licence.startswith(("MIT", "Research only"))
    if spec.learner == "inpaint":
        spec = replace(spec, perceptual_weight=0)  # the judge's weights are not everywhere
    if spec.base is None:
        assert lesson_of(spec).plan.settings()


def test_a_recipe_survives_its_file(tmp_path):
    spec = TrainUpscalePerceptual(
        data=(Path("a b"), Path('é "q" \\')), name="é", minutes=3, perceptual_file=Path("x.pth")
    )
    recipes.write(tmp_path / "r.toml", spec)
    assert recipes.read(tmp_path / "r.toml") == spec
    assert "seed" not in (tmp_path / "r.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('learner = "denoise', "cannot be understood"),
        ('learner = "dance"', "no learner is called dance; known: denoise, upscale"),
        ('learner = "denoise"\ncolor = "grey"', "denoise has no setting color"),
        ('learner = "denoise"\nsteps = "many"', "steps cannot be 'many'"),
    ],
)
def test_a_wrong_recipe_is_explained(tmp_path, text, words):
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(UserError, match=words):
        recipes.read(tmp_path / "r.toml")


def test_a_network_is_asked_for_in_words():
    plan = networks.planned("unet widths=8,16 blocks=1", "", None, channels=1)
    assert plan.settings() == {"channels": 1, "widths": (8, 16), "blocks": 1}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("yolo", "no architecture called yolo"),
        ("unet depth=3", "unet has no setting depth"),
        ("unet widths=wide", "widths=wide is no setting"),
        ("span width=8", "cannot be told the noise level"),
    ],
)
def test_a_network_that_cannot_be_is_explained(words, why):
    with pytest.raises(UserError, match=why):
        lesson_of(TrainDenoise(network=words))


def test_noise_of_every_level_teaches_alike():
    lesson, clean, losses = lesson_of(TrainDenoise()), torch.rand(1, 3, 8, 8), []
    for sigma in (10, 50):
        left = 1e-3 * sigma**0.5  # as good denoisers leave
        lesson.modules = {MODEL: lambda inputs, left=left: inputs[:, :3] + left}
        inputs = torch.cat([clean, torch.full((1, 1, 8, 8), sigma / 255)], 1)
        losses.append(float(lesson.loss(MODEL, Batch(inputs, clean)).total))
    assert losses[0] == pytest.approx(losses[1], rel=0.05)


def test_pictures_that_show_the_same_are_one_family():
    dice = np.random.default_rng(0)
    scenes = [cv2.resize(dice.random((6, 7, 3)), (90, 70)) for _ in range(4)]
    one, two, three, four = (np.uint8(255 * each).transpose(2, 0, 1) for each in scenes)
    darker = np.uint8(0.7 * one[:, :, ::-1])
    assert families([one, two, three, two, darker, four]) == [0, 1, 2, 1, 0, 3]


def test_a_family_is_learned_from_or_held_back_but_never_both(tmp_path):
    kinds = [number % 9 for number in range(30)]
    pictures = data.Pictures(tmp_path, tuple(((n,), (n,), 0.0) for n in range(30)))
    learned, held_back = pictures.split(25, kinds)
    ours, theirs = ({kinds[each[0][0]] for each in side.index} for side in (learned, held_back))
    assert theirs
    assert not ours & theirs
    assert len(learned) + len(held_back) == 30


def test_what_is_forgotten_depends_on_the_dice_alone():
    def forgotten(place):
        with thrown_by(torch_dice(0, place)):
            return torch.nn.functional.dropout(torch.ones(64), 0.5)

    first = forgotten(1)
    torch.rand(7)
    before = torch.random.get_rng_state()
    assert torch.equal(forgotten(1), first)
    assert not torch.equal(forgotten(2), first)
    assert torch.equal(torch.random.get_rng_state(), before)
