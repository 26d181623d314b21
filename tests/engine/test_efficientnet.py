"""The eyes of EfficientNet-Lite: what they see, where their weights come from, in how few bits."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from engine import catalogue
from engine.catalogue import SCALE
from engine.efficientnet import EPSILON, EfficientNetLite, folded
from engine.errors import UserError
from engine.packing import packed, unpacked
from engine.training import eyes
from tests.engine.lessons import efficientnet_file, published_efficientnet


def test_it_has_the_published_number_of_weights():
    # 4,652,008 as published, without the last layers (410k and 1,281k) and with one bias instead
    # of two values of normalization for each of 19,520 features
    net = EfficientNetLite()
    convolutions = sum(each.numel() for each in net.parameters() if each.dim() > 1)
    features = sum(each.numel() for each in net.parameters() if each.dim() == 1)
    head = 320 * 1280 + 2 * 1280 + 1280 * 1000 + 1000
    assert convolutions + 2 * features + head == 4_652_008


@pytest.mark.parametrize(
    ("size", "published"), [(1, 5_416_680), (2, 6_092_072), (3, 8_197_096), (4, 13_006_568)]
)
def test_the_larger_ones_have_the_published_number_too(size, published):
    net = EfficientNetLite(size=size)
    last = net.widths[-1]
    convolutions = sum(each.numel() for each in net.parameters() if each.dim() > 1)
    features = sum(each.numel() for each in net.parameters() if each.dim() == 1)
    head = last * 1280 + 2 * 1280 + 1280 * 1000 + 1000
    assert convolutions + 2 * features + head == published
    seen = net(torch.rand(1, 1, 64, 64))
    assert [each.shape[1] for each in seen] == list(net.widths)
    assert [each.shape[2] for each in seen] == [16, 8, 4, 2]


def test_features_come_at_four_sizes_and_the_deepest_as_asked():
    image = torch.rand(2, 1, 64, 96)
    for blocks, deepest in ((12, 192), (14, 192), (16, 320)):
        net = EfficientNetLite(blocks)
        seen = net(image)
        assert [each.shape[1] for each in seen] == list(net.widths) == [24, 40, 112, deepest]
        assert [each.shape[2:] for each in seen] == [(16, 24), (8, 12), (4, 6), (2, 3)]


def test_normalization_is_folded_into_the_convolutions():
    published = published_efficientnet(12)
    weights = folded(published, 12)
    x = torch.rand(1, 16, 8, 8)
    plain = F.conv2d(x, published["_blocks.1._expand_conv.weight"])
    name = "_blocks.1._bn0"
    wanted = F.batch_norm(
        plain,
        *(published[f"{name}.{key}"] for key in ("running_mean", "running_var", "weight", "bias")),
        eps=EPSILON,
    )
    ours = F.conv2d(x, weights["blocks.1.expand.weight"], weights["blocks.1.expand.bias"])
    assert torch.allclose(ours, wanted, atol=1e-4)


def test_zeros_are_put_around_as_tensorflow_does(tmp_path):
    # of an even picture a halving filter of 3 sees the first pixel first: nothing at the left
    net = EfficientNetLite(12)
    with torch.no_grad():
        net.stem.weight.zero_()
        net.stem.weight[0, 0, 0, 0] = 1
        net.stem.bias.zero_()
    seen = []
    net.stem.register_forward_hook(lambda *given: seen.append(given[2]))
    image = torch.rand(1, 3, 32, 32)
    net(image)
    assert torch.allclose(seen[0][0, 0], (image[0, 0, ::2, ::2] - 0.498) / 0.502)


def test_weights_come_from_a_file_whole_or_in_part(tmp_path):
    path = efficientnet_file(tmp_path)
    whole, part = eyes.from_file(path), eyes.from_file(path, 12)
    image = torch.rand(1, 3, 64, 64)
    for ours, theirs in zip(part(image)[:3], whole(image)[:3], strict=True):
        assert torch.equal(ours, theirs)
    assert not any(each.requires_grad for each in whole.parameters())


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.pth"
    torch.save({"weight": torch.zeros(3)}, path)
    with pytest.raises(UserError, match="does not hold the weights of EfficientNet-Lite0"):
        eyes.from_file(path)
    with pytest.raises(UserError, match="There is no file"):
        eyes.from_file(tmp_path / "none.pth")


def test_the_shipped_model_that_colours_lends_its_eyes(home):
    lent = eyes.borrowed("efficientnet")
    entry = catalogue.find("colourize")
    assert len(lent.blocks) == entry.card.config["eyes"]
    with pytest.raises(UserError, match=r"blocks of EfficientNet-Lite\d, not 12 of Lite0"):
        eyes.efficientnet(12, 0)


def test_without_a_model_that_colours_a_file_is_asked_for(home, monkeypatch):
    monkeypatch.setattr(catalogue, "entries", lambda *_: [])
    with pytest.raises(UserError, match="nor a model that colours"):
        eyes.borrowed("efficientnet")


def test_packed_weights_err_by_half_a_step_and_packing_again_changes_nothing():
    weights = {
        "eyes.a.weight": torch.randn(6, 4, 3, 3) * torch.logspace(-4, 1, 6)[:, None, None, None],
        "eyes.a.bias": torch.randn(6),
        "eyes.dead.weight": torch.zeros(2, 3),
        "other.weight": torch.randn(5, 4),
    }
    small = packed(weights, "eyes.")
    assert small["eyes.a.weight"].dtype == torch.int8
    assert small["other.weight"] is weights["other.weight"]
    back = unpacked(small)
    assert back.keys() == weights.keys()
    off = (back["eyes.a.weight"] - weights["eyes.a.weight"]).abs().flatten(1).amax(1)
    assert (off <= small["eyes.a.weight" + SCALE] * 0.5001).all()
    assert not back["eyes.dead.weight"].any()
    again = packed(back, "eyes.")
    assert torch.equal(again["eyes.a.weight"], small["eyes.a.weight"])


def test_a_packed_model_is_read_as_any_other(tmp_path):
    weights = {"eyes.weight": torch.randn(4, 3), "bias": torch.ones(4)}
    card = catalogue.Card("colourizer", {}, "colourize", "Packed")
    catalogue.write(tmp_path / "small.safetensors", packed(weights), card)
    (entry,) = catalogue.entries(folders=[tmp_path])
    assert entry.parameters == 16
    read = catalogue.read(entry)
    assert read.keys() == weights.keys()
    assert torch.allclose(read["eyes.weight"], weights["eyes.weight"], atol=0.02)


def test_another_card_leaves_packed_weights_as_they_lie(tmp_path):
    path = tmp_path / "small.safetensors"
    card = catalogue.Card("colourizer", {}, "colourize", "Packed")
    catalogue.write(path, packed({"eyes.weight": torch.randn(4, 3)}), card)
    (entry,) = catalogue.entries(folders=[tmp_path])
    catalogue.recarded(entry, replace(card, title="Other"))
    (other,) = catalogue.entries(folders=[tmp_path])
    assert other.card.title == "Other"
    assert load_file(path)["eyes.weight"].dtype == torch.int8
    assert torch.equal(catalogue.read(other)["eyes.weight"], catalogue.read(entry)["eyes.weight"])
