"""Learning to restore: every learner learns; what is torn, scratched and faded is as it says."""

import numpy as np
import pytest
import torch

from engine import catalogue, chroma, image
from engine.errors import UserError
from engine.image import Picture
from engine.job import Curve
from engine.models import restorer
from engine.models.colourizer import centres, classes, median
from engine.models.gated import Config, Gated
from engine.specs import TrainColourize, TrainInpaint, TrainOldPhoto, TrainScratches
from engine.studio import Studio
from engine.training import damage, damaged, data
from engine.training.damaged import Damage, twins
from engine.training.data import Pair, Rules
from engine.training.dice import torch_dice
from engine.training.learners import colourize, old_photo, scratches
from tests.engine.lessons import again as resumed
from tests.engine.lessons import efficientnet_file, judge_file, photos, run_until, same

QUICK = {"batch": 4, "edge": 32, "device": "cpu", "precision": "float32", "longest": 112}
SMALL = {"network": "segmenter widths=8,12", "learning_rate": 1e-2}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path):
    return photos(tmp_path / "photos")


@pytest.fixture
def pairs(folder, tmp_path):
    """Pictures with a damaged half left of the good one."""
    for number, path in enumerate(sorted(folder.iterdir())):
        good = np.round(image.read(path).pixels * 255).astype(np.uint8)
        bad, _ = damage.scratched(good, np.random.default_rng(number))
        both = np.concatenate([bad, good], 2).astype(np.float32) / np.float32(255)
        (tmp_path / "pairs").mkdir(exist_ok=True)
        image.write(tmp_path / "pairs" / path.name, Picture(both))
    return tmp_path / "pairs"


def test_scratches_are_learned_also_from_pairs(folder, pairs, drain, monkeypatch):
    from engine.training import session

    monkeypatch.setattr(session, "TELL_SECONDS", 0.0)
    spec = TrainScratches(
        data=(folder,), pairs=(pairs,), name="mine", steps=80, clip=1.0, **QUICK, **SMALL
    )
    events, _ = drain(Studio().run(spec))
    losses = [e.values["loss"] for e in events if isinstance(e, Curve) and "loss" in e.values]
    assert np.mean(losses[-20:]) < 0.8 * np.mean(losses[:20])
    assert catalogue.find("mine", "scratches").card.config["out_channels"] == 1


def test_mending_old_photos_is_learned(folder, pairs, drain):
    small = {"network": "restorer widths=8,12 blocks=1", "learning_rate": 5e-3}
    spec = TrainOldPhoto(data=(folder,), pairs=(pairs,), name="mine", steps=120, **QUICK, **small)
    _, result = drain(Studio().run(spec))
    assert result.before["gain"] == pytest.approx(0, abs=0.05)  # it begins by changing nothing
    assert result.scores["gain"] > 0.15


def test_colouring_is_learned_and_its_card_says_at_which_size(folder, tmp_path, drain):
    small = {"network": "colourizer eyes=12 widths=8,12,16 blocks=1 levels=7"}
    small |= {"learning_rate": 1e-2, "perceptual_file": efficientnet_file(tmp_path)}
    small |= {"looked": 168}
    spec = TrainColourize(data=(folder,), name="mine", steps=60, clip=1.0, **QUICK, **small)
    _, result = drain(Studio().run(spec))
    assert result.scores["gain"] > result.before["gain"]
    card = catalogue.find("mine", "colourize").card
    assert card.channels == 1
    assert card.extras["longest"] == 168


def test_a_base_that_colours_lends_what_fits_to_one_with_other_eyes(folder, tmp_path, drain):
    words = "widths=8,12,16 blocks=1 levels=7"
    small = {**QUICK, "perceptual_file": efficientnet_file(tmp_path)}
    spec = TrainColourize(
        data=(folder,), name="mine", steps=1, network=f"colourizer eyes=12 {words}", **small
    )
    drain(Studio().run(spec))
    other = TrainColourize(
        data=(folder,), name="new", base="mine", network=f"colourizer eyes=16 {words}", **small
    )
    lesson = colourize.Colourize(other)
    lesson.found()
    lesson.set_up(torch.device("cpu"))
    ours = lesson.modules["model"].state_dict()
    known = catalogue.read(catalogue.find("mine"))
    assert torch.equal(ours["deep.0.first.weight"], known["deep.0.first.weight"].float())
    assert ours["to_deepest.weight"].shape[1] == 320
    opened = lesson.opened().state_dict()
    assert all(torch.equal(ours[f"eyes.{name}"], value) for name, value in opened.items())
    with pytest.raises(UserError, match="is another network than span"):
        colourize.Colourize(TrainColourize(data=(folder,), name="x", base="mine", network="span"))


def test_filling_in_is_learned_faithful_first_then_bold(folder, tmp_path, drain, monkeypatch):
    from engine.training import session

    monkeypatch.setattr(session, "TELL_SECONDS", 0.0)
    fixed = {**QUICK, "edge": 64, "batch": 2, "network": "gated widths=6,8,12 blocks=2"}
    spec = TrainInpaint(
        data=(folder,), name="mine", steps=12, faithful_share=50,
        perceptual_file=judge_file(tmp_path / "judge"), **fixed,
    )  # fmt: skip
    events, result = drain(Studio().run(spec))
    bold = [e.step for e in events if isinstance(e, Curve) and "loss discriminator" in e.values]
    assert bold[0] == 7
    assert {"psnr", "distance"} <= set(result.scores)
    assert catalogue.find("mine", "inpaint").card.architecture == "gated"


def test_an_untrained_network_fills_smoothly_and_leaves_the_rest():
    net = Gated(Config(widths=(4, 6, 8), blocks=1)).eval()
    ramp = torch.linspace(0, 1, 128).expand(1, 3, 64, 128)
    hole = torch.zeros(1, 1, 64, 128)
    hole[..., 20:44, 40:80] = 1
    with torch.inference_mode():
        filled = net(torch.cat([torch.where(hole > 0, torch.tensor(7.0), ramp), hole], 1))
    known = (hole == 0).expand_as(filled)
    assert torch.equal(filled[known], ramp[known])
    assert (filled - ramp).abs().max() < 0.15


def test_colouring_that_was_stopped_equals_one_that_was_not(folder, tmp_path, drain, home):
    small = {"network": "colourizer eyes=12 widths=6,8,8 blocks=1 levels=5"}
    small |= {"perceptual_file": efficientnet_file(tmp_path)}
    spec = TrainColourize(data=(folder,), name="whole", steps=8, **QUICK, **small)
    drain(Studio().run(spec))
    parted = TrainColourize(data=(folder,), name="parted", steps=8, **QUICK, **small)
    run_until(parted, 4)
    drain(Studio().run(resumed(parted)))
    states = []
    for name in ("whole", "parted"):
        path = home / "runs" / name / "checkpoints" / "00000008.pt"
        states.append(torch.load(path, weights_only=True)["modules"])  # noqa: TID251
    assert same(*states)


def test_pairs_are_kept_as_two_halves(pairs):
    rules = Rules(3, 112, 32, paired=(pairs,))
    pair = data.pair_of(sorted(pairs.iterdir())[0], rules)
    assert pair.small.shape == pair.large.shape == (3, 112, 112)
    assert not twins(pair)
    shown = Damage(scratches.scratched, scratches.revealed)(pair, np.random.default_rng(0))
    assert np.array_equal(shown[:3], pair.small)
    assert np.array_equal(shown[3], damage.differing(pair.small, pair.large))


def test_holes_cover_what_they_should_and_fall_the_same_each_time():
    for seed in range(20):
        mask = damage.holes(96, 128, np.random.default_rng(seed))
        assert 0.05 <= (mask > 0).mean() <= 0.6
        assert np.array_equal(mask, damage.holes(96, 128, np.random.default_rng(seed)))


def test_scratches_lie_where_the_mask_says():
    clean = np.full((3, 96, 128), 120, np.uint8)
    shares = []
    for seed in range(20):
        picture, mask = damage.scratched(clean, np.random.default_rng(seed))
        changed = np.abs(picture.astype(int) - clean).max(0) > 255 * damage.VISIBLE + 1
        assert not (changed & (mask == 0)).any()
        shares.append((mask > 0).mean())
    assert 0.002 < np.mean(shares) < 0.3


def test_age_fades_and_no_fading_leaves_the_tones():
    clean = (np.random.default_rng(0).random((3, 64, 64)) * 255).astype(np.uint8)
    plain = clean.astype(np.float32) / 255
    spread = [damage.faded(plain, np.random.default_rng(s), 1.0).std() for s in range(12)]
    assert np.mean(spread) < 0.85 * plain.std()
    same_tones = damage.faded(plain, np.random.default_rng(1), 0.0)
    assert np.allclose(same_tones, plain, atol=1e-5)
    assert damage.aged(clean, np.random.default_rng(2)).shape == clean.shape


def test_four_classes_around_a_colour_average_to_it():
    colours = torch.rand(2, 2, 5, 7) - 0.5
    numbers, shares = classes(colours, 15)
    back = (centres(15)[:, numbers] * shares).sum(2).transpose(0, 1)
    assert torch.allclose(back, colours, atol=1e-6)
    assert torch.allclose(shares.sum(1), torch.ones(2, 5, 7))


def test_the_median_is_nearer_to_all_than_the_mean_and_leaves_what_is_sure():
    points = centres(5)
    shares = torch.softmax(3 * torch.randn(2, 25, 3, 4), 1)
    middle, mean = median(shares, points), torch.einsum("nkhw,ck->nchw", shares, points)

    def error(at):
        apart = (at[:, :, None] - points[None, :, :, None, None]).norm(dim=1)
        return float((shares * apart).sum(1).mean())

    assert error(middle) < error(mean)
    sure = torch.zeros(1, 25, 1, 1)
    sure[0, 7] = 1
    assert torch.allclose(median(sure, points)[0, :, 0, 0], points[:, 7], atol=1e-6)


def test_rare_colours_weigh_more_and_the_mean_pixel_one(folder, tmp_path):
    rules = Rules(3, 112, 32)
    job = data.packed(data.found((folder,), rules), tmp_path, rules)
    while True:
        try:
            next(job)
        except StopIteration as end:
            pictures = end.value
            break
    weights = colourize.weights(pictures, 7, 0.5)
    assert weights.max() > 2 * weights.min()
    assert torch.allclose(colourize.weights(pictures, 7, 0.0), torch.ones(49))


def test_colours_are_learned_from_the_mended_halves_of_pairs(folder, pairs, drain, tmp_path):
    fixed = {"perceptual_file": efficientnet_file(tmp_path), "network": "colourizer", **QUICK}
    spec = TrainColourize(data=(folder,), pairs=(pairs,), name="mine", **fixed)
    lesson = colourize.Colourize(spec)
    _, pictures = drain(data.packed(lesson.found(), tmp_path, lesson.rules))
    learned = [pair.large.tobytes() for pair in pictures.pairs()]
    assert len(learned) == 12
    assert len(set(learned)) == 6  # each once from its own file and once from its pair


def test_folders_are_drawn_alike_where_that_was_asked(folder, tmp_path):
    few = photos(tmp_path / "few", count=4)
    fixed = {"perceptual_file": efficientnet_file(tmp_path), "network": "colourizer", **QUICK}
    spec = TrainColourize(data=(folder, few), name="mine", alike=100, **fixed)
    told = colourize.Colourize(spec).found().classes
    assert {told[path] for path in few.iterdir()} == {1.0}
    assert {told[path] for path in folder.iterdir()} == {0.0}

    def white(alike):
        pictures = [np.full((3, 8, 8), 255 * (n < 4), np.uint8) for n in range(40)]
        pairs = [Pair(each, each, float(n < 4)) for n, each in enumerate(pictures)]
        drawn = colourize.Upright(600, 8, alike=alike)(pairs, np.random.default_rng(0))
        return float((drawn.large > 0).float().mean())

    assert white(0.0) == pytest.approx(0.1, abs=0.05)
    assert white(0.5) == pytest.approx(0.25, abs=0.06)
    assert white(1.0) == pytest.approx(0.5, abs=0.07)


def test_crops_to_colour_show_most_of_the_short_side_and_stand_upright():
    rows = np.broadcast_to(np.arange(100, dtype=np.uint8)[:, None], (3, 100, 160)).copy()
    crops = colourize.Upright(1, 50)
    for seed in range(20):
        part = crops.part(rows, np.random.default_rng(seed))
        assert part.shape == (3, 50, 50)
        assert part.dtype == np.uint8
        down = part[0, :, 25].astype(int)
        assert (np.diff(down) >= 0).all()
        assert colourize.CLOSEST * 100 - 4 <= down[-1] - down[0] <= 99


def test_hints_show_true_colours_where_they_say_so():
    images = torch.rand(4, 3, 32, 48)
    _, colours = colourize.parted(images)
    shown = colourize.hints(colours, 1.0, torch.Generator().manual_seed(0))
    dotted = shown[:, 2:] > 0
    assert dotted.any()
    assert (shown[:, :2][~dotted.expand(-1, 2, -1, -1)] == 0.5).all()
    smooth = torch.full_like(colours, 0.1)
    even = colourize.hints(smooth, 1.0, torch.Generator().manual_seed(0))
    assert torch.allclose(even[:, :2][dotted.expand(-1, 2, -1, -1)], torch.tensor(0.6), atol=1e-4)


def test_luma_and_chroma_agree_between_numpy_and_torch():
    pixels = np.random.default_rng(0).random((3, 9, 11)).astype(np.float32)
    y, colours = colourize.parted(torch.from_numpy(pixels)[None])
    assert np.allclose(y[0].numpy(), chroma.luma(pixels), atol=1e-6)
    assert np.allclose(colours[0].numpy(), chroma.chroma(pixels), atol=1e-6)
    assert np.allclose(
        chroma.coloured(chroma.luma(pixels), chroma.chroma(pixels)), pixels, atol=1e-5
    )


def test_tones_are_told_as_the_task_tells_them():
    from engine.tasks.old_photo import tones

    pixels = np.random.default_rng(0).random((3, 64, 64)).astype(np.float32)
    told = old_photo.with_tones(torch.from_numpy(pixels)[None])
    assert np.allclose(told[0, 3:, 0, 0].numpy(), tones(pixels), atol=0.03)


def test_real_pairs_are_half_of_what_is_learned_from():
    good, real = np.zeros((3, 8, 8), np.uint8), np.ones((3, 4, 4), np.uint8)
    shares = damaged.chances([Pair(good, good), Pair(good, good), Pair(real, real.copy())])
    assert shares == pytest.approx([0.25, 0.25, 0.5])
    assert damaged.chances([Pair(good, good), Pair(real, real)]) == pytest.approx([0.8, 0.2])


def test_what_is_mended_is_judged_in_the_tones_it_was_given():
    good = torch.rand(2, 3, 24, 24)
    toned = 0.3 + 0.5 * good
    assert torch.allclose(old_photo.in_tones_of(toned, good), toned, atol=1e-5)
    grainy = toned + 0.1 * torch.randn(2, 3, 24, 24, generator=torch.Generator().manual_seed(1))
    calm = old_photo.in_tones_of(grainy, good)
    assert (calm - toned).abs().mean() < 0.1 * (grainy - toned).abs().mean()


def test_a_curve_moves_the_ends_and_bends_the_middle():
    ramp = torch.linspace(0.2, 0.8, 7).expand(1, 3, 1, 7)
    tones = torch.tensor([0.2, 0.5, 0.8]).repeat(3).reshape(1, 9, 1, 1)
    none = torch.zeros(1, 9, 1, 1)
    assert torch.allclose(restorer.curved(ramp, tones, none), ramp)
    stretched = torch.tensor([-0.2, 0.2, 0.0]).repeat(3).reshape(1, 9, 1, 1)
    whole = restorer.curved(ramp, tones, stretched)
    assert torch.allclose(whole, torch.linspace(0, 1, 7).expand_as(whole), atol=1e-6)
    bent = restorer.curved(
        ramp, tones, stretched + torch.tensor([0, 0, 0.4]).repeat(3)[:, None, None]
    )
    assert torch.equal(bent[..., 0], whole[..., 0])
    assert torch.allclose(bent[..., 3], whole[..., 3] + 0.1)


def test_colouring_from_nothing_begins_with_the_shipped_models_eyes(folder):
    lesson = colourize.Colourize(TrainColourize(data=(folder,), name="mine", **QUICK))
    lesson.found()
    lesson.set_up(torch.device("cpu"))
    shipped = catalogue.read(catalogue.find("colourize"))
    ours = lesson.modules["model"].state_dict()
    assert torch.equal(ours["eyes.stem.weight"], shipped["eyes.stem.weight"])


def test_how_colours_look_counts_as_much_as_was_asked(tmp_path):
    fixed = {"perceptual_file": efficientnet_file(tmp_path), "network": "colourizer", **QUICK}
    dice = np.random.default_rng(0)
    drawn = torch.from_numpy(dice.integers(0, 256, (2, 3, 32, 32), dtype=np.uint8))

    def loss(visible):
        lesson = colourize.Colourize(TrainColourize(name="mine", visible=visible, **fixed))
        lesson.set_up(torch.device("cpu"))
        batch = lesson.batch_of(data.Drawn(drawn, drawn, torch.zeros(2)), torch_dice(0, 0))
        return lesson.loss("model", batch)

    likely, both = loss(0), loss(10)
    assert "loss visible" not in likely.figures
    seen = float(both.figures["loss visible"])
    assert seen > 5  # it has learned nothing yet
    assert float((both.total - likely.total).detach()) == pytest.approx(0.1 * seen, rel=1e-3)
