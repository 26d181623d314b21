"""StyleGAN2's generators come in from two families of files and draw what the formulas draw."""

import math
import pickle
import sys
import types

import pytest
import torch

from engine import catalogue, executors, image
from engine.errors import UserError
from engine.specs import Faces, ImportModel
from engine.studio import Studio
from tests.engine.published_stylegan2 import Z, drawn, mapped, nvlabs, rosinality, weights_of


@pytest.fixture
def persistent(monkeypatch):
    """Make an object that pickles as NVlabs' persistent classes do, with its source text."""
    package, module = types.ModuleType("torch_utils"), types.ModuleType("torch_utils.persistence")
    name = "_reconstruct_persistent_obj"
    exec(f"def {name}(meta): raise AssertionError('its source was run')", module.__dict__)
    package.persistence = module
    monkeypatch.setitem(sys.modules, "torch_utils", package)
    monkeypatch.setitem(sys.modules, "torch_utils.persistence", module)

    class Persistent:
        def __init__(self, kind, **state):
            source = "raise AssertionError('its source was run')"
            self.meta = {"type": "class", "version": 6, "module_src": source}
            self.meta |= {"class_name": kind, "state": state}

        def __reduce__(self):
            return getattr(module, name), (self.meta,), None

    return Persistent


def tree(state, persistent, **facts):
    """A module with its parts, as torch keeps them, of a flat state dict."""
    here = {name: value for name, value in state.items() if "." not in name}
    parts = {name.partition(".")[0] for name in state} - set(here)
    below = {
        part: tree(
            {k.removeprefix(f"{part}."): v for k, v in state.items() if k.startswith(f"{part}.")},
            persistent,
            **facts,
        )
        for part in sorted(parts)
    }
    buffers = {k for k in here if k in ("w_avg", "noise_const", "resample_filter")}
    told = {
        "_parameters": {k: torch.nn.Parameter(v) for k, v in here.items() if k not in buffers},
        "_buffers": {k: here[k] for k in buffers},
        "_modules": below,
        "_non_persistent_buffers_set": set(),
        "_init_args": (),
        "_init_kwargs": {"img_resolution": 16},
        "training": False,
        **facts,
    }
    return persistent("Module", **told)


def snapshot(state, persistent, **facts):
    """What a training run of NVlabs leaves: `network-snapshot-000123.pkl`."""
    broken = {name: torch.zeros_like(value) for name, value in state.items()}
    networks = {"G": broken, "G_ema": state}
    return pickle.dumps(
        {name: tree(each, persistent, **facts) for name, each in networks.items()}
        | {"training_set_kwargs": {"path": "faces.zip"}, "augment_pipe": None}
    )


def taken_in(data, path, drain):
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        torch.save(data, path)
    _, told = drain(Studio().run(ImportModel(file=path)))
    return executors.build(catalogue.find(told.id, "faces")), told


def same_pictures(net, made, labels=None, clamp=None):
    z = torch.randn(3, Z, generator=torch.Generator().manual_seed(9))
    with torch.inference_mode():
        w = net.map(z, labels)
        torch.testing.assert_close(w[:, 0], mapped(made, z, labels), atol=1e-5, rtol=1e-5)
        mixed = torch.stack([w[each % 3, n] for n in range(6) for each in range(n, n + 3)])
        mixed = mixed.reshape(6, 3, Z).transpose(0, 1)  # another w in every layer
        for each in (w, mixed):
            torch.testing.assert_close(net.draw(each), drawn(made, each, clamp), atol=1e-4, rtol=0)


def test_rosinalitys_generator_draws_the_published_picture(tmp_path, drain):
    made = weights_of()
    junk = {name: torch.zeros_like(value) for name, value in rosinality(made).items()}
    data = {"g": junk, "d": {"a": torch.ones(2), "b": torch.ones(2)}, "g_ema": rosinality(made)}
    net, told = taken_in(data | {"latent_avg": made["mean"]}, tmp_path / "550000.pt", drain)
    assert (told.network, told.task, told.words) == (
        "StyleGAN2", "faces", "Draws pictures of 16 px.",
    )  # fmt: skip
    assert (net.z_dim, net.w_dim, net.layers, net.size) == (Z, Z, 6, 16)
    torch.testing.assert_close(net.mean_w, made["mean"])
    same_pictures(net, made)


def test_the_middle_of_w_is_found_where_a_file_does_not_tell_it(tmp_path, drain):
    made = weights_of()
    net, _ = taken_in(rosinality(made), tmp_path / "bare.pt", drain)
    z = torch.randn(20_000, Z, generator=torch.Generator().manual_seed(4))
    far = (net.mean_w - mapped(made, z).mean(0)).abs().max()
    assert far < 0.1 * mapped(made, z).std()


def test_nvlabs_snapshot_draws_the_published_picture_and_runs_no_source(
    tmp_path, drain, persistent
):
    made = weights_of()
    net, told = taken_in(snapshot(nvlabs(made), persistent), tmp_path / "network.pkl", drain)
    torch.testing.assert_close(net.mean_w, made["mean"])
    assert told.parameters > sum(part["weight"].numel() for part in made["convs"])
    same_pictures(net, made)


def test_what_nvlabs_clamp_is_clamped(tmp_path, drain, persistent):
    made = weights_of()
    data = snapshot(nvlabs(made), persistent, conv_clamp=0.5)
    net, _ = taken_in(data, tmp_path / "clamped.pkl", drain)
    assert (
        drawn(made, net.map(torch.ones(1, Z)), 0.5) != drawn(made, net.map(torch.ones(1, Z)))
    ).any()
    same_pictures(net, made, clamp=0.5)


def test_a_conditional_generator_is_told_its_class(tmp_path, drain):
    made = weights_of(labels=4)
    net, told = taken_in(nvlabs(made), tmp_path / "classes.pt", drain)
    assert net.labels == 4
    assert told.words == "Draws pictures of 16 px, of 4 classes."
    same_pictures(net, made, labels=torch.tensor([0, 3, 1]))


def test_another_learning_rate_of_the_mapping_is_folded_in(tmp_path, drain, persistent):
    made = weights_of()
    faster = {**made, "mapping": [(weight / 2, bias / 2) for weight, bias in made["mapping"]]}
    data = snapshot(nvlabs(faster), persistent, bias_gain=0.02)
    net, _ = taken_in(data, tmp_path / "faster.pkl", drain)
    same_pictures(net, made)


def test_a_grey_generator_comes_in_too(tmp_path, drain):
    made = weights_of(channels=1)
    net, told = taken_in(rosinality(made), tmp_path / "grey.pt", drain)
    assert (told.channels, net.channels) == (1, 1)
    same_pictures(net, made)


@pytest.mark.parametrize(
    ("change", "facts", "words"),
    [
        ({"synthesis.b8.resample_filter": torch.ones(4, 4)}, {}, "another filter"),
        ({"synthesis.b16.conv1.affine.bias": None}, {}, "affine.bias is missing"),
        ({"mapping.fc1.weight": torch.ones(9, Z)}, {}, "does not fit"),
        ({"mapping.fc1.bias": torch.full((Z,), math.nan)}, {}, "are no numbers"),
        ({}, {"architecture": "resnet"}, "architecture is resnet"),
        ({}, {"use_noise": False}, "use_noise is False"),
        ({"synthesis.L0_36_512.weight": torch.ones(3)}, {}, "StyleGAN3"),
    ],
)
def test_a_variant_that_would_draw_otherwise_is_refused_by_name(
    change, facts, words, tmp_path, persistent, home
):
    state = nvlabs(weights_of()) | change
    state = {name: value for name, value in state.items() if value is not None}
    path = tmp_path / "other.pkl"
    path.write_bytes(snapshot(state, persistent, **facts))
    with pytest.raises(UserError, match=words):
        list(Studio().run(ImportModel(file=path)))
    assert not list((home / "models").glob("*"))


def test_a_pickle_for_tensorflow_is_sent_to_its_converter(tmp_path):
    path = tmp_path / "stylegan2-ffhq-config-f.pkl"
    path.write_bytes(b"\x80\x03cdnnlib.tflib.network\nNetwork\n)\x81}b.")
    with pytest.raises(UserError, match=r"made for TensorFlow.*legacy.py"):
        list(Studio().run(ImportModel(file=path)))


def test_a_snapshot_that_breaks_off_or_would_run_code_is_refused(tmp_path, persistent, home):
    data = snapshot(nvlabs(weights_of()), persistent)
    path = tmp_path / "network.pkl"
    for keep in (0.3, 0.9, 0.999):
        path.write_bytes(data[: int(len(data) * keep)])
        with pytest.raises(UserError, match="damaged or cut off"):
            list(Studio().run(ImportModel(file=path)))
    spot = tmp_path / "was-run"
    evil = persistent("Generator", z_dim=512)
    evil.meta["state"]["extra"] = Mkdir(str(spot))
    path.write_bytes(pickle.dumps({"G_ema": evil}))
    with pytest.raises(UserError, match=r"asks to run .*mkdir"):
        list(Studio().run(ImportModel(file=path)))
    assert not spot.exists()
    assert not list((home / "models").glob("*"))


class Mkdir:
    def __init__(self, spot):
        self.spot = spot

    def __reduce__(self):
        import os

        return os.mkdir, (self.spot,)


def test_an_imported_generator_draws_faces_in_its_tab(tmp_path, drain):
    made = weights_of()
    _, told = taken_in(rosinality(made), tmp_path / "mine.pt", drain)
    spec = Faces(target=tmp_path / "out", count=2, seed=1, truncation=0.5, model=told.id)
    _, report = drain(Studio().run(spec))
    assert len(report.done) == 2
    assert image.read(report.done[0][1]).pixels.shape == (3, 16, 16)
