"""Learning to go from one domain to another: losses by hand, pools, pairs, whole runs."""

import json
import math

import numpy as np
import pytest
import torch
from PIL import Image

from engine import catalogue, cli, image, perceptual, places
from engine.domains import domain_of
from engine.errors import UserError
from engine.job import Note, Preview, Skipped
from engine.specs import TrainCycleGan, TrainPix2Pix, TrainStyle
from engine.studio import Studio
from engine.training.learners.cyclegan import CRITICS, Pool, apart
from engine.training.learners.pix2pix import CRITIC, convincing, judging, palette_of
from engine.training.learners.style import joined, moments, unlikeness
from engine.training.lesson import MODEL
from tests.engine.translations import SMALL, Adds, Says, batch, eye_file, lesson, pictures, spec_of


@pytest.fixture
def eyes(home):
    return eye_file()


@pytest.fixture
def domains(tmp_path):
    return pictures(tmp_path / "a", 9), pictures(tmp_path / "b", 8, seed=1)


# --- losses by hand ---


def test_least_squares():
    assert float(apart([torch.tensor([0.5, -1.0])], 1.0)) == pytest.approx((0.25 + 4) / 2)


def test_the_generators_of_cyclegan(domains):
    made = lesson(TrainCycleGan)
    both = made.modules[MODEL]
    both.there, both.back = Adds(0.1), Adds(-0.3)
    made.critics = {CRITICS[0]: Says(0.5), CRITICS[1]: Says(-1.0)}
    figures = made.loss(MODEL, batch()).figures
    assert float(figures["loss adversarial"]) == pytest.approx(0.25 + 4)
    assert float(figures["loss cycle"]) == pytest.approx(2 * (0.2 + 0.2), rel=1e-5)
    assert float(figures["loss identity"]) == pytest.approx(2 * (0.3 + 0.1), rel=1e-5)
    assert float(figures["loss"]) == pytest.approx(4.25 + 10 * (0.8 + 0.5 * 0.8), rel=1e-5)


def test_an_adversary_of_cyclegan():
    made = lesson(TrainCycleGan, pool=0)
    made.modules[CRITICS[1]] = Says(0.25)
    seen = batch()
    seen.drawn = torch.zeros(2, 3, 8, 8)
    loss = made.loss(CRITICS[1], seen)
    assert loss.total.item() == pytest.approx((0.75**2 + 0.25**2) / 2)


def test_the_generator_of_pix2pix():
    made = lesson(TrainPix2Pix, derive="grey", l1_weight=100)
    made.modules[MODEL] = Adds(0.1)
    made.critic = Says(2.0)
    figures = made.loss(MODEL, batch()).figures
    adversarial = math.log(1 + math.exp(-2))
    assert float(figures["loss adversarial"]) == pytest.approx(adversarial)
    assert float(figures["loss pixel"]) == pytest.approx(2 * 0.15, rel=1e-5)
    assert float(figures["loss"]) == pytest.approx(adversarial + 100 * 0.3, rel=1e-5)


def test_the_adversary_of_pix2pix_sees_both_sides():
    real, fake = torch.tensor([1.0]), torch.tensor([-1.0])
    assert float(judging(real, fake)) == pytest.approx(math.log(1 + math.exp(-1)))
    assert float(convincing(torch.zeros(3))) == pytest.approx(math.log(2))
    made = lesson(TrainPix2Pix, derive="grey")
    assert made.modules[CRITIC].model[0].weight.shape[1] == 6


def test_a_style_is_mean_and_deviation():
    features = torch.tensor([1.0, 3.0]).view(1, 1, 1, 2)
    mean, deviation = moments(features)
    assert float(mean) == pytest.approx(2)
    assert float(deviation) == pytest.approx(1, abs=1e-3)
    other = torch.tensor([2.0, 2.0]).view(1, 1, 1, 2)
    wanted = (0 + (0.01 - 1) ** 2) / (4 + 1)
    assert float(unlikeness(other, features)) == pytest.approx(wanted, rel=1e-3)
    assert float(unlikeness(features, features)) == 0


def test_at_no_strength_a_style_says_nothing(eyes):
    net = lesson(TrainStyle).modules[MODEL].eval()
    photo, one, other = (torch.rand(1, 3, 32, 32) for _ in range(3))
    with torch.inference_mode():
        assert torch.allclose(net(joined(photo, one, 0.0)), net(joined(photo, other, 0.0)))
        assert not torch.allclose(net(joined(photo, one)), net(joined(photo, other)))


def test_the_rate_falls_as_published():
    made = lesson(TrainCycleGan)
    assert [made.falling(used) for used in (0, 0.5, 0.75, 1)] == [1, 1, 0.5, 0]


# --- the pool ---


def test_the_pool_keeps_fifty_and_exchanges_half():
    pool = Pool(50)
    first = torch.arange(50.0).view(50, 1)
    assert torch.equal(pool.exchanged(first, 0), first)
    shown = pool.exchanged(torch.arange(100.0, 300.0).view(200, 1), 1)
    old = int((shown < 100).sum())
    assert len(pool.kept) == 50
    assert 25 <= old <= 50
    fresh = int((shown.flatten() == torch.arange(100.0, 300.0)).sum())
    assert 70 <= fresh <= 130


def test_without_a_pool_fakes_are_shown_as_they_are():
    fakes = torch.rand(4, 3)
    assert torch.equal(Pool(0).exchanged(fakes, 0), fakes)


# --- whole runs ---


def train(drain, spec):
    events, trained = drain(Studio().run(spec))
    sheet = [e for e in events if isinstance(e, Preview)][-1]
    assert sheet.pixels.shape[0] == 3
    return events, trained


def test_cyclegan_leaves_two_models_that_know_each_other(domains, eyes, drain):
    a, b = domains
    spec = spec_of(
        TrainCycleGan, data=(a,), data_b=(b,), source="photo", target="ink", partner="back-again"
    )
    events, trained = train(drain, spec)
    there, back = (catalogue.find(model) for model in ("mine", "back-again"))
    assert domain_of(there.card).partner == "back-again"
    assert domain_of(back.card).partner == "mine"
    assert (domain_of(back.card).source, domain_of(back.card).direction) == ("ink", "b2a")
    assert back.card.title == "Ink to photo"
    assert {"there", "back", "untouched", "frechet"} <= trained.scores.keys()
    notes = [e.text for e in events if isinstance(e, Note)]
    assert sum("with 100 or more" in text for text in notes) == 2


def test_cyclegan_counts_in_epochs_and_goes_on_from_a_model(domains, drain):
    a, b = domains
    first = spec_of(TrainCycleGan, data=(a,), data_b=(b,), steps=None, epochs=1)
    _, trained = train(drain, first)
    assert trained.step == 2 * math.ceil(trained_on(a) / 2)
    more = TrainCycleGan(
        name="more", base="mine", data=(a,), data_b=(b,), steps=1, edge=32, precision="float32"
    )
    _, again = train(drain, more)
    assert again.path.is_file()


def trained_on(folder):
    """Of 9 + 8 pictures every fourth is held back."""
    return len(list(folder.iterdir())) - len(range(2, 9, 4))


def test_both_domains_must_be_given_and_differ(domains, drain):
    a, _ = domains
    with pytest.raises(UserError, match="No folder of domain B"):
        drain(Studio().run(spec_of(TrainCycleGan, data=(a,))))
    with pytest.raises(UserError, match="the same pictures"):
        drain(Studio().run(spec_of(TrainCycleGan, data=(a,), data_b=(a,))))


def test_a_style_model_carries_its_encoder(domains, eyes, drain):
    a, b = domains
    _, trained = train(drain, spec_of(TrainStyle, data=(a,), data_b=(b,)))
    weights = catalogue.read(catalogue.find("mine"))
    known = perceptual.load(eyes)
    assert torch.allclose(weights["encoder.0.weight"].float(), known["0.weight"], atol=1e-2)
    assert {"distance", "content", "style"} <= trained.scores.keys()


def test_style_says_which_weights_are_missing(domains, drain):
    a, b = domains
    with pytest.raises(UserError, match="SqueezeNet"):
        drain(Studio().run(spec_of(TrainStyle, data=(a,), data_b=(b,))))


@pytest.mark.parametrize("derive", ["edges", "grey", "labels", "small", "noisy"])
def test_a_is_derived_from_b(tmp_path, drain, derive):
    folder = pictures(tmp_path / "b", 6)
    made = lesson(TrainPix2Pix, data=(folder,), derive=derive)
    made.found()
    a, b = made.read(folder / "0.png")[:2]
    assert a.shape == b.shape
    assert not np.array_equal(a, b)
    assert np.array_equal(a, made.read(folder / "0.png").small)
    if derive in ("edges", "grey"):
        assert np.array_equal(a[0], a[1])
    domain = made.domain()
    assert domain.derived == derive
    assert domain.drawable == (derive in ("edges", "labels"))


def test_pairs_are_matched_by_name(tmp_path, drain):
    a, b = pictures(tmp_path / "a", 7), pictures(tmp_path / "b", 6, seed=1, ending="jpg")
    (b / "5.jpg").rename(b / "other.jpg")
    spec = spec_of(TrainPix2Pix, data=(a,), data_b=(b,), source="map", target="street")
    events, trained = train(drain, spec)
    left = {e.path.name for e in events if isinstance(e, Skipped)}
    assert left == {"5.png", "6.png", "other.jpg"}
    assert "l1" in trained.scores
    domain = domain_of(catalogue.find("mine").card)
    assert (domain.kind, domain.source, domain.target) == ("paired", "map", "street")


def test_folders_with_nothing_in_common_name_what_does_not_match(tmp_path, drain):
    a, b = pictures(tmp_path / "a", 5), pictures(tmp_path / "b", 5)
    for path in b.iterdir():
        path.rename(b / f"x{path.name}")
    with pytest.raises(UserError, match=r"0\.png, 1\.png, 2\.png and 2 more in A.*x0\.png"):
        drain(Studio().run(spec_of(TrainPix2Pix, data=(a,), data_b=(b,))))


def test_side_by_side_pairs_of_odd_width_are_told(tmp_path, drain):
    folder = pictures(tmp_path / "ab", 8, size=(96, 40))
    pictures(tmp_path / "odd", 1, size=(97, 40))
    (tmp_path / "odd" / "0.png").rename(folder / "odd.png")
    spec = spec_of(TrainPix2Pix, data=(folder,), direction="b2a")
    events, _ = train(drain, spec)
    (skipped,) = [e for e in events if isinstance(e, Skipped)]
    assert "97 pixels wide, which is odd" in skipped.reason
    left = np.asarray(Image.open(folder / "0.png"))[:, :48].transpose(2, 0, 1)
    made = lesson(TrainPix2Pix, data=(folder,), direction="b2a")
    assert np.abs(made.read(folder / "0.png").large.mean((1, 2)) - left.mean((1, 2))).max() < 3


def test_only_odd_pairs_are_refused(tmp_path, drain):
    folder = pictures(tmp_path / "ab", 6, size=(97, 40))
    with pytest.raises(UserError, match="No usable pictures"):
        drain(Studio().run(spec_of(TrainPix2Pix, data=(folder,))))


def test_transparent_drawings_lie_on_white(tmp_path):
    made = lesson(TrainPix2Pix, derive="grey")
    Image.new("RGBA", (40, 40), (10, 20, 30, 0)).save(tmp_path / "clear.png")
    assert made.reader(tmp_path / "clear.png").min() == 255


def test_labels_become_a_palette():
    assert palette_of("road=#804080 sky=#4682b4") == (("road", "#804080"), ("sky", "#4682b4"))
    with pytest.raises(UserError, match="is no label"):
        palette_of("road=red")


# --- from the shell ---


def test_the_shell_trains_both_ways_and_goes_on(domains, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(places, "model_folders", lambda: (places.models(),))
    a, b = domains
    quick = ["--edge", "32", "--precision", "float32", "--device", "cpu", "-o", "mine"]
    words = ["train", "cyclegan", "--data", a, "--data-b", b, "--network", SMALL["cyclegan"]]
    assert cli.main([*map(str, words), *quick, "--steps", "2", "--batch", "2"]) == 0
    again = ["train", "cyclegan", "-o", "mine", "--resume", "--steps", "3", "--json"]
    assert cli.main(again) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (last["event"], last["step"]) == ("Trained", 3)
    command = catalogue.find("mine").card.command
    assert "--data a" in command
    assert "--data-b b" in command
    photo, out = a / "0.png", tmp_path / "out.png"
    words = [
        "transfer",
        photo,
        "-o",
        out,
        "--model",
        "mine",
        "--direction",
        "b2a",
        "--strength",
        50,
    ]
    assert cli.main([*map(str, words), "--size", "64"]) == 0
    assert image.size(out) == (48, 40)


def test_the_shell_says_what_is_missing(domains, tmp_path, capsys):
    a, _ = domains
    assert cli.main(["train", "cyclegan", "--data", str(a), "-o", "mine"]) == 2
    assert "No folder of domain B was given" in capsys.readouterr().err
    assert cli.main(["transfer", str(a), "-o", str(tmp_path / "o"), "--model", "style"]) == 2
    assert "--style" in capsys.readouterr().err
