"""Published restoration networks come in as their authors save them, and draw the same picture."""

import re

import numpy as np
import pytest
import torch
from spandrel.architectures.Compact import Compact
from spandrel.architectures.DnCNN import DnCNN
from spandrel.architectures.DRUNet import DRUNet
from spandrel.architectures.ESRGAN import ESRGAN
from spandrel.architectures.GFPGAN import GFPGAN
from spandrel.architectures.RCAN import RCAN
from spandrel.architectures.SCUNet import SCUNet
from spandrel.architectures.SPAN import SPAN
from spandrel.architectures.SwinIR import SwinIR

from engine import catalogue, executors, image, tiles
from engine.errors import UserError
from engine.job import Note
from engine.runtime import Runtime
from engine.specs import Denoise, ImportModel, InspectModel
from engine.studio import Studio
from tests.engine.lessons import photos, upscale

pytestmark = pytest.mark.filterwarnings("ignore:torch.meshgrid")


def swinir(**more):
    sizes = {"img_size": 16, "embed_dim": 8, "depths": [2], "num_heads": [2], "window_size": 8}
    return SwinIR(**sizes, **more)


MADE = {  # name: (network, task, scale, channels, whether it takes the noise level)
    "esrgan-4x": (lambda: ESRGAN(num_filters=8, num_blocks=1), "upscale", 4, 3, False),
    "esrgan-2x": (lambda: ESRGAN(num_filters=8, num_blocks=1, scale=2), "upscale", 2, 3, False),
    "compact": (lambda: Compact(num_feat=8, num_conv=2, upscale=3), "upscale", 3, 3, False),
    "span": (lambda: SPAN(num_in_ch=3, num_out_ch=3, feature_channels=8), "upscale", 4, 3, False),
    "rcan": (lambda: RCAN(n_resblocks=2, n_resgroups=1, n_feats=16, reduction=4, scale=2),
             "upscale", 2, 3, False),
    "swinir": (lambda: swinir(upscale=2, upsampler="pixelshuffledirect"), "upscale", 2, 3, False),
    "swinir-grey": (lambda: swinir(in_chans=1), "denoise", 1, 1, False),
    "scunet": (lambda: SCUNet(config=[1] * 7, dim=64), "denoise", 1, 3, False),
    "dncnn-grey": (lambda: DnCNN(in_nc=1, out_nc=1, nc=8, nb=9, act_mode="BR"),
                   "denoise", 1, 1, False),
    "fdncnn": (lambda: DnCNN(in_nc=4, out_nc=3, nc=8, nb=9, act_mode="R", mode="FDnCNN"),
               "denoise", 1, 3, True),
    "drunet": (lambda: DRUNet(in_nc=4, out_nc=3, nc=[8, 8, 8, 8], nb=2), "denoise", 1, 3, True),
}  # fmt: skip


@pytest.fixture
def photo():
    """(1, 3, 48, 64), smooth with some grain."""
    y, x = torch.meshgrid(torch.linspace(0, 1, 48), torch.linspace(0, 1, 64), indexing="ij")
    grain = torch.randn(3, 48, 64, generator=torch.Generator().manual_seed(2))
    return (torch.stack([x, y, x * y]) * 0.8 + 0.1 + 0.02 * grain).clamp(0, 1)[None]


def taken_in(state, path, drain, **more):
    torch.save(state, path)
    _, told = drain(Studio().run(ImportModel(file=path, **more)))
    return told


def drawn(entry, picture, drain, told=()):
    _, network = drain(Runtime().network(entry, "cpu"))
    return drain(tiles.tiled(network, picture[0].numpy(), told))[1]


@pytest.mark.parametrize("name", MADE)
def test_an_imported_network_draws_the_original_networks_picture(name, photo, tmp_path, drain):
    make, task, scale, channels, is_told = MADE[name]
    net = make().eval()
    told = taken_in({"params": net.state_dict()}, tmp_path / f"{name}.pth", drain)
    assert (told.task, told.scale, told.channels) == (task, scale, channels)
    entry = catalogue.find(told.id, task)
    picture = photo[:, :channels]
    level = (0.1,) if is_told else ()
    inputs = torch.cat([picture, torch.full_like(picture[:, :1], 0.1)], 1) if is_told else picture
    with torch.inference_mode():
        expected = net(inputs.clone())  # RCAN works in place
    expected = expected[0] if isinstance(expected, tuple) else expected
    result = drawn(entry, picture, drain, level)
    np.testing.assert_allclose(result, expected[0].clamp(0, 1).numpy(), atol=1e-4)
    assert entry.card.extras["blind"] is (scale == 1 and not is_told)
    assert told.parameters >= sum(each.numel() for each in net.parameters())


def basicsr_names(state):
    """The names of BasicSR's RRDBNet, which most upscalers use, from the first ones."""
    pairs = [
        (r"^model\.0\.", "conv_first."),
        (r"^model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\.", r"body.\1.rdb\2.conv\3."),
        (r"^model\.1\.sub\.1\.", "conv_body."),
        (r"^model\.3\.", "conv_up1."),
        (r"^model\.6\.", "conv_up2."),
        (r"^model\.8\.", "conv_hr."),
        (r"^model\.10\.", "conv_last."),
    ]
    named = {}
    for name, value in state.items():
        new = next(re.sub(old, new, name) for old, new in pairs if re.match(old, name))
        named[new] = value
    return named


def test_esrgan_comes_in_by_its_old_and_its_new_names(photo, tmp_path, drain):
    net = ESRGAN(num_filters=8, num_blocks=1).eval()
    state = net.state_dict()
    assert "model.1.sub.0.RDB1.conv1.0.weight" in state
    with torch.inference_mode():
        expected = net(photo)[0].clamp(0, 1).numpy()
    wraps = {"old": state, "new": {"params_ema": basicsr_names(state)}}
    for name, wrapped in wraps.items():
        told = taken_in(wrapped, tmp_path / f"{name}.pth", drain)
        entry = catalogue.find(told.id, "upscale")
        assert told.network == "ESRGAN"
        np.testing.assert_allclose(drawn(entry, photo, drain), expected, atol=1e-5)


def test_an_imported_upscaler_works_in_tiles_through_both_executors(
    photo, tmp_path, drain, monkeypatch
):
    net = Compact(num_feat=8, num_conv=3, upscale=2).eval()
    told = taken_in(net.state_dict(), tmp_path / "small.pth", drain)
    entry = catalogue.find(told.id)
    pixels = torch.cat([photo, photo.flip(3)], 3)[0].numpy()
    with torch.inference_mode():
        expected = net(torch.from_numpy(pixels)[None])[0].clamp(0, 1).numpy()
    for executor in ("torch", "openvino"):
        monkeypatch.setenv("SAFELIGHT_EXECUTOR", executor)
        _, network = drain(Runtime().network(entry, "cpu"))
        assert network.traits.executor.startswith(executor)
        _, result = drain(tiles.tiled(network, pixels, edge=32))
        assert np.abs(result - expected).max() < 1 / 255


def test_tiles_begin_where_the_networks_windows_do_and_none_is_too_small(tmp_path, drain):
    net = swinir(upscale=2, upsampler="pixelshuffledirect").eval()
    told = taken_in(net.state_dict(), tmp_path / "swin.pth", drain)
    _, network = drain(Runtime().network(catalogue.find(told.id), "cpu"))
    assert (network.traits.multiple, network.traits.minimum) == (8, 16)
    tiny = np.full((3, 3, 5), 0.5, np.float32)
    assert drain(tiles.tiled(network, tiny))[1].shape == (3, 6, 10)
    seen = []
    spy = network.run
    object.__setattr__(network, "run", lambda batch: seen.append(batch.shape) or spy(batch))
    drain(tiles.tiled(network, np.full((3, 70, 41), 0.5, np.float32), edge=32))
    assert all(side % 8 == 0 and side >= 16 for shape in seen for side in shape[2:])


def test_a_blind_restorer_runs_in_denoise_whatever_the_noise_and_is_never_chosen_by_itself(
    tiny, tmp_path, drain
):
    net = DnCNN(in_nc=3, out_nc=3, nc=8, nb=9, act_mode="BR").eval()
    told = taken_in(net.state_dict(), tmp_path / "a.pth", drain)  # "a" sorts before all others
    source, target = tmp_path / "flat.png", tmp_path / "out.png"
    image.write(source, image.Picture(pixels=np.full((3, 40, 40), 0.5, np.float32)))
    events, report = drain(Studio().run(Denoise(sources=(source,), target=target, model=told.id)))
    assert len(report.done) == 1
    assert any("sees for itself" in each.text for each in events if isinstance(each, Note))
    with torch.inference_mode():
        expected = net(torch.full((1, 3, 40, 40), 128 / 255))[0].clamp(0, 1)
    result = image.read(target).pixels
    assert np.abs(result - expected.numpy()).max() < 1.01 / 255
    assert told.id not in [entry.id for entry in catalogue.usual("denoise")]


def test_an_imported_upscaler_works_on_the_shell(tmp_path, drain, tiny, capsys):
    from engine import cli

    net = Compact(num_feat=8, num_conv=2, upscale=3).eval()
    torch.save({"params": net.state_dict()}, tmp_path / "x3_net.pth")
    assert cli.main(["models", "import", str(tmp_path / "x3_net.pth"), "--as", "Thrice"]) == 0
    said = capsys.readouterr()
    assert said.out == "thrice\n"
    assert "RealESRGAN Compact, for upscale. Enlarges 3 times, colour." in said.err
    image.write(tmp_path / "p.png", image.Picture(pixels=np.full((3, 20, 30), 0.5, np.float32)))
    out = tmp_path / "big.png"
    words = ["upscale", str(tmp_path / "p.png"), "-o", str(out), "--model", "thrice"]
    assert cli.main([*words, "--scale", "3"]) == 0
    assert image.read(out).pixels.shape == (3, 60, 90)
    assert cli.main(["models", "import", str(tmp_path / "x3_net.pth"), "--as", "thrice"]) == 2
    assert (
        "There is a model called thrice already. thrice-2 would be free." in capsys.readouterr().err
    )
    assert cli.main(["models", "remove", "thrice"]) == 0
    assert cli.main(["models", "info", "thrice"]) == 2


def test_a_name_that_is_taken_gets_a_number_and_nothing_is_overwritten(tmp_path, drain):
    net = Compact(num_feat=8, num_conv=2, upscale=2)
    first = taken_in(net.state_dict(), tmp_path / "4x_Ultra Sharp.pth", drain)
    before = first.path.read_bytes()
    second = taken_in(net.state_dict(), tmp_path / "4x_Ultra Sharp.pth", drain)
    assert (first.id, second.id) == ("4x-ultra-sharp", "4x-ultra-sharp-2")
    assert first.title == "4x Ultra Sharp"
    assert first.path.read_bytes() == before
    with pytest.raises(UserError, match="cannot be a model's name"):
        taken_in(net.state_dict(), tmp_path / "x.pth", drain, name="../..")


def test_networks_for_nothing_here_are_named(tmp_path, drain):
    net = GFPGAN(channel_multiplier=1, narrow=0.1, num_mlp=1)
    torch.save({"params_ema": net.state_dict()}, tmp_path / "face.pth")
    with pytest.raises(UserError, match=r"GFPGAN restores faces.*nothing here does"):
        list(Studio().run(InspectModel(tmp_path / "face.pth")))


def test_weights_that_draw_no_picture_are_refused(tmp_path, home):
    net = Compact(num_feat=8, num_conv=2, upscale=2)
    torch.nn.init.constant_(next(net.parameters()), float("nan"))
    torch.save(net.state_dict(), tmp_path / "nan.pth")
    with pytest.raises(UserError, match="what it makes is no picture"):
        list(Studio().run(ImportModel(file=tmp_path / "nan.pth")))
    assert not list((home / "models").glob("*"))


def test_an_imported_network_can_be_trained_further(tmp_path, drain):
    net = Compact(num_feat=8, num_conv=2, upscale=2)
    told = taken_in(net.state_dict(), tmp_path / "begin.pth", drain)
    folder = photos(tmp_path / "photos")
    drain(Studio().run(upscale(folder, base=told.id, network=None, steps=2)))
    entry = catalogue.find("mine", "upscale")
    before, after = (
        executors.build(each).state_dict() for each in (catalogue.find(told.id), entry)
    )
    assert before.keys() == after.keys()
    assert any((before[name] != after[name]).any() for name in before)
    with pytest.raises(UserError, match="makes pictures 2 times as large, not 4 times"):
        drain(Studio().run(upscale(folder, "other", base=told.id, network=None, scale=4)))
