"""The authors' generators come in under the names they were saved by, and draw the same picture."""

import functools

import numpy as np
import pytest
import torch
from torch import nn

from engine import catalogue, executors, image
from engine.domains import domain_of
from engine.specs import ImportModel, Transfer
from engine.studio import Studio

# --- plain networks as the papers describe them, in the order in which the authors number them ---


def norm_of(kind):
    if kind == "batch":
        return nn.BatchNorm2d, False
    return functools.partial(nn.InstanceNorm2d, affine=False, track_running_stats=False), True


class ResnetBlock(nn.Module):
    def __init__(self, width, norm, bias, dropout):
        super().__init__()
        layers = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm(width)]
        layers += [nn.ReLU(), *([nn.Dropout(0.5)] if dropout else [])]
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm(width)]
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv_block(x)


class Resnet(nn.Module):
    def __init__(self, width=4, blocks=6, kind="instance", dropout=False, ins=3, outs=3):
        super().__init__()
        norm, bias = norm_of(kind)
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(ins, width, 7, bias=bias), norm(width)]
        layers += [nn.ReLU()]
        for n in (1, 2):
            layers += [nn.Conv2d(width * n, width * n * 2, 3, 2, 1, bias=bias), norm(width * n * 2)]
            layers += [nn.ReLU()]
        layers += [ResnetBlock(width * 4, norm, bias, dropout) for _ in range(blocks)]
        for n in (4, 2):
            layers += [nn.ConvTranspose2d(width * n, width * n // 2, 3, 2, 1, 1, bias=bias)]
            layers += [norm(width * n // 2), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, outs, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class Nest(nn.Module):
    def __init__(self, outer, inner, kind, below=None, **more):
        super().__init__()
        self.outermost = "ins" in more
        norm, bias = norm_of(kind)
        down = nn.Conv2d(more.get("ins", outer), inner, 4, 2, 1, bias=bias)
        if self.outermost:
            up = nn.ConvTranspose2d(inner * 2, outer, 4, 2, 1)
            layers = [down, below, nn.ReLU(), up, nn.Tanh()]
        elif below is None:
            up = nn.ConvTranspose2d(inner, outer, 4, 2, 1, bias=bias)
            layers = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, norm(outer)]
        else:
            up = nn.ConvTranspose2d(inner * 2, outer, 4, 2, 1, bias=bias)
            layers = [nn.LeakyReLU(0.2), down, norm(inner), below, nn.ReLU(), up, norm(outer)]
            layers += [nn.Dropout(0.5)] if "dropout" in more else []
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class Unet(nn.Module):
    def __init__(self, width=4, halvings=7, kind="batch", ins=3, outs=3):
        super().__init__()
        level = Nest(width * 8, width * 8, kind)
        for _ in range(halvings - 5):
            level = Nest(width * 8, width * 8, kind, level, dropout=True)
        for n in (4, 2, 1):
            level = Nest(width * n, width * n * 2, kind, level)
        self.model = Nest(outs, width, kind, level, ins=ins)

    def forward(self, x):
        return self.model(x)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


def lively(net):
    """Norms that are no identity, statistics that are not of a fresh network."""
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, 0, 0.2)
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 2)
    return net


def taken_in(data, path, drain, **more):
    torch.save(data, path)
    return drain(Studio().run(ImportModel(file=path, **more)))[1]


def same_picture(told, reference, edge=64, channels=3):
    """Ours on [0, 1] against theirs on [-1, 1]."""
    picture = torch.rand(1, channels, edge, edge)
    ours = executors.build(catalogue.find(told.id, "transfer"))
    with torch.inference_mode():
        expected = (reference(2 * picture - 1) + 1) / 2
        np.testing.assert_allclose(ours(picture).numpy(), expected.numpy(), atol=1e-5)


@pytest.mark.parametrize("blocks", [6, 9])
@pytest.mark.parametrize("dropout", [False, True])
def test_a_cyclegan_generator_draws_the_same_picture(blocks, dropout, tmp_path, drain):
    net = Resnet(blocks=blocks, dropout=dropout).eval()
    told = taken_in(net.state_dict(), tmp_path / "latest_net_G_A.pth", drain)
    assert told.network == f"CycleGAN ResNet-{blocks}"
    assert catalogue.find(told.id).card.config["dropout"] is dropout
    same_picture(told, net)


def test_the_published_sizes_have_the_published_number_of_weights(tmp_path, drain):
    told = taken_in(Resnet(width=64, blocks=9).state_dict(), tmp_path / "horse2zebra.pth", drain)
    assert told.parameters == 11_378_179
    assert told.words == "From horse to zebra."


def test_old_statistics_of_instance_normalization_are_left_out(tmp_path, drain):
    """Torch 0.3 wrote them, and nothing ever used them."""
    net = Resnet().eval()
    state = net.state_dict()
    for name, layer in net.named_modules():
        if isinstance(layer, nn.InstanceNorm2d):
            state[f"{name}.running_mean"] = torch.randn(layer.num_features)
            state[f"{name}.running_var"] = torch.rand(layer.num_features)
            state[f"{name}.num_batches_tracked"] = torch.tensor(7)
    same_picture(taken_in(state, tmp_path / "old.pth", drain), net)


def test_a_generator_is_found_inside_a_checkpoint_with_its_direction(tmp_path, drain):
    there, back = Resnet().eval(), Resnet().eval()
    states = [{f"module.{k}": v for k, v in net.state_dict().items()} for net in (there, back)]
    both = {"epoch": 1, "netG_A2B": states[0], "netG_B2A": states[1]}
    told = taken_in(both, tmp_path / "summer2winter.pth", drain)
    same_picture(told, there)
    assert domain_of(catalogue.find(told.id).card).source == "summer"
    one = taken_in({"netG_B2A": states[1]}, tmp_path / "back_summer2winter.pth", drain)
    same_picture(one, back)
    domain = domain_of(catalogue.find(one.id).card)
    assert (domain.source, domain.target, domain.direction) == ("winter", "summer", "b2a")


def test_batch_normalization_keeps_its_statistics(tmp_path, drain):
    net = lively(Resnet(kind="batch")).eval()
    same_picture(taken_in(net.state_dict(), tmp_path / "batch.pth", drain), net)


@pytest.mark.parametrize(("halvings", "kind"), [(7, "batch"), (8, "batch"), (7, "instance")])
def test_a_pix2pix_generator_draws_the_same_picture(halvings, kind, tmp_path, drain):
    """Its authors never switch it to evaluation: it sees its own statistics, and drops out."""
    net = lively(Unet(halvings=halvings, kind=kind))
    for layer in net.modules():
        layer.train(not isinstance(layer, nn.Dropout))
    told = taken_in(net.state_dict(), tmp_path / "latest_net_G.pth", drain)
    assert told.network == f"Pix2Pix U-Net {1 << halvings}"
    same_picture(told, net, edge=1 << halvings)


def test_before_torch_counted_batches_and_with_other_channels(tmp_path, drain):
    net = lively(Unet(ins=1))
    for layer in net.modules():
        layer.train(not isinstance(layer, nn.Dropout))
    state = {k: v for k, v in net.state_dict().items() if "num_batches" not in k}
    told = taken_in(state, tmp_path / "edges2shoes.pth", drain)
    assert told.channels == 1
    same_picture(told, net, edge=128, channels=1)


def test_a_discriminator_is_no_generator(tmp_path):
    layers = [nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 1, 4, 1, 1)]
    state = {f"model.{k}": v for k, v in nn.Sequential(*layers).state_dict().items()}
    torch.save(state, tmp_path / "latest_net_D.pth")
    with pytest.raises(Exception, match="No network that is known here"):
        list(Studio().run(ImportModel(file=tmp_path / "latest_net_D.pth")))


def test_an_imported_generator_works_on_photos_of_any_size(tmp_path, drain):
    told = taken_in(Resnet().state_dict(), tmp_path / "day2night.pth", drain)
    source, target = tmp_path / "day.png", tmp_path / "night.png"
    photo = np.random.default_rng(0).random((3, 90, 131), np.float32)
    image.write(source, image.Picture(pixels=photo))
    spec = Transfer(sources=(source,), target=target, model=told.id, size=64)
    _, report = drain(Studio().run(spec))
    assert len(report.done) == 1
    assert image.read(target).pixels.shape == photo.shape
    assert np.abs(image.read(target).pixels - photo).mean() > 0.01


@pytest.mark.parametrize(
    ("folder", "stem", "model", "way"),
    [
        ("horse2zebra_pretrained", "latest_net_G", "horse2zebra", ("horse", "zebra", "a2b")),
        ("maps2aerial", "latest_net_G_A", "maps2aerial", ("maps", "aerial", "a2b")),
        ("maps2aerial", "200_net_G_B", "maps2aerial-back", ("aerial", "maps", "b2a")),
        ("style_monet_pretrained", "latest_net_G", "style-monet", ("photo", "monet", "a2b")),
        ("Downloads", "latest_net_G_B", "latest-net-g-b", ("", "", "b2a")),
    ],
)
def test_a_generator_is_named_by_its_folder_where_all_are_called_alike(
    folder, stem, model, way, tmp_path, drain
):
    (tmp_path / folder).mkdir()
    net = Resnet().eval()
    told = taken_in(net.state_dict(), tmp_path / folder / f"{stem}.pth", drain)
    assert told.id == model
    domain = domain_of(catalogue.find(model).card)
    assert (domain.source, domain.target, domain.direction) == way
    same_picture(told, net)
