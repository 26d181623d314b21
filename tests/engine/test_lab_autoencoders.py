"""Each autoencoder learns, and does what its name promises."""

import pytest
import torch

from engine.errors import UserError
from engine.lab import data, trained
from engine.lab.autoencoders import Plan, autoencoders
from engine.lab.autoencoders.sparse import divergence
from engine.lab.autoencoders.variational import Variational, factorized
from engine.lab.learner import Batch
from engine.lab.loop import Budget
from engine.specs_lab import AUTOENCODERS, Lab, LabReconstruct
from engine.training.dice import torch_dice

# The mean squared error of a pixel after 200 steps on the same 64 digits. Their mean picture alone
# gives 0.070.
LEARNED = {
    "undercomplete": 0.020,
    "overcomplete": 0.020,
    "denoising": 0.025,
    "convolutional": 0.012,
    "sparse": 0.045,
    "contractive": 0.045,
    "stacked": 0.045,
    "recurrent": 0.065,
    "variational": 0.035,
    "adversarial": 0.035,
}


QUICK = {"recurrent": 48, "adversarial": 64}  # hidden units, where 128 take seconds


def few(count=64):
    digits = data.digits().at(torch.arange(count))
    return data.Split(digits, digits, digits)


@pytest.fixture
def learned(drain):
    def learn(kind, steps=200, **plan):
        parts = few()
        wanted = Plan(parts.learned.shape, **plan)
        job = trained.autoencoder(Lab(batch=64), kind, wanted, parts, Budget(1, steps))
        return drain(job)[1].model, parts.learned

    return learn


def test_every_autoencoder_of_the_specs_is_a_file():
    assert set(autoencoders()) == {name for name, _ in AUTOENCODERS} == set(LEARNED)


@pytest.mark.parametrize("kind", LEARNED)
def test_it_learns_a_few_digits(kind, learned):
    model, digits = learned(kind, hidden=QUICK.get(kind, 128))
    error = (trained.reconstructed(model, digits.images) - digits.images).square().mean()
    assert error < LEARNED[kind]


@pytest.mark.parametrize("kind", LEARNED)
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 13)])
def test_pictures_of_any_shape_come_back_in_it(kind, shape):
    model = trained.fresh(kind, Plan(shape, latent=5), seed=1)
    back = trained.reconstructed(model, torch.rand(2, *shape))
    assert back.shape == (2, *shape)
    assert back.min() >= 0
    assert back.max() <= 1


def test_a_code_as_large_as_the_picture_is_no_bottleneck():
    with pytest.raises(UserError, match="no bottleneck"):
        trained.fresh("undercomplete", Plan((1, 8, 8), latent=64), seed=0)


def test_the_overcomplete_code_is_larger_than_the_picture(learned):
    model, digits = learned("overcomplete", steps=1)
    assert trained.codes(model, digits.images).shape[1] >= 2 * 64


@pytest.mark.parametrize("sparsity", ["l1", "kl"])
def test_the_sparse_one_is_sparse(learned, sparsity):
    model, digits = learned("sparse", steps=150, latent=64, sparsity=sparsity, weight=None)
    free, _ = learned("sparse", steps=150, latent=64, sparsity=sparsity, weight=0.0)
    held, loose = (trained.codes(each, digits.images) for each in (model, free))
    assert abs(held).mean() < 0.6 * abs(loose).mean()


def test_the_divergence_of_coins_is_nothing_only_at_the_target():
    means = torch.linspace(0.01, 0.99, 99)
    each = torch.stack([divergence(mean[None], 0.05) for mean in means])
    assert (each >= 0).all()
    assert means[each.argmin()] == pytest.approx(0.05, abs=0.006)


def test_the_contractive_jacobian_is_smaller_and_its_closed_form_true(learned):
    model, digits = learned("contractive", steps=150)
    free, _ = learned("contractive", steps=150, weight=0.0)
    lengths = []
    for each in (model, free):
        jacobian = torch.func.vmap(torch.func.jacrev(lambda x, e=each: e.encode(x[None])[0]))
        exact = jacobian(digits.images[:8]).square().flatten(1).sum(1).detach()
        closed = each.jacobian(each.encode(digits.images[:8])).detach()
        torch.testing.assert_close(closed, exact)
        lengths.append(exact.mean())
    assert lengths[0] < 0.7 * lengths[1]


def test_the_layers_of_the_stacked_one_learn_one_by_one():
    model = trained.fresh("stacked", Plan((1, 8, 8), hidden=32), seed=0)
    batch = Batch(few(16).learned.images)
    turns = [model.parts(share / 10)[0] for share in range(10)]
    assert list(dict.fromkeys(turns)) == ["layer 1", "layer 2", "layer 3", "fine-tuning"]
    for level in range(3):
        part = f"layer {level + 1}"
        model.zero_grad()
        model.loss(part, batch, torch_dice(0))["loss"].backward()
        changed = {name for name, each in model.named_parameters() if each.grad is not None}
        own = {f"{side}.{level}.{kind}" for side in ("up", "down") for kind in ("weight", "bias")}
        assert changed == own
        assert sum(each.numel() for each in model.weights(part)) == sum(
            each.numel() for name, each in model.named_parameters() if name in own
        )


def test_the_divergence_of_a_vae_is_never_negative():
    model = Variational(Plan((1, 8, 8), latent=4))
    with torch.no_grad():
        for scale in (0.1, 1.0, 10.0):
            _, kl = model.terms(scale * torch.randn(256, 1, 8, 8), torch_dice(0))
            assert (kl >= 0).all()


def test_a_vae_that_learned_beats_pixels_that_know_nothing_of_each_other(learned):
    model, digits = learned("variational", steps=400)
    likelihood, kl = trained.bound(model, digits.images)
    assert likelihood - kl > factorized(digits.images, digits.images)


def test_an_absurd_rate_stops_with_the_reason(drain):
    parts = few()
    spec = LabReconstruct(rate=1e6, steps=200)
    job = trained.autoencoder(spec, "overcomplete", Plan((1, 8, 8)), parts, Budget(1, 200))
    with pytest.raises(UserError, match=r"The loss .* at a rate of 1e\+06"):
        drain(job)
