"""Model files of any program are read as data: what would run is refused, what is broken said."""

import argparse
import collections
import io
import os
import pickle
import subprocess
import sys
import zipfile
from dataclasses import asdict

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine import catalogue
from engine.errors import UserError
from engine.importing import files, unpickler, unwrap
from engine.specs import ImportModel, InspectModel
from engine.studio import Studio


class Bomb:
    """Pickled as a call that makes a folder named by `spot`."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


@pytest.fixture
def spot(tmp_path):
    """A path that exists only if something in a file was run."""
    return tmp_path / "was-run"


def bombs(spot):
    """Pickles that would make `spot`, each in its own way, and what each asks for."""
    code = f"__import__('os').mkdir({str(spot)!r})"
    name = str(spot).encode()
    nested = (Bomb(getattr, Bomb(__import__, "os"), "mkdir"), str(spot))
    return {
        "system": (pickle.dumps(Bomb(os.system, f"mkdir {spot}")), "system"),
        "eval": (pickle.dumps({"a": [Bomb(eval, code)]}), "eval"),
        "exec": (pickle.dumps({"g_ema": Bomb(exec, code)}, protocol=0), "exec"),
        "bare exec": (pickle.dumps(Bomb(exec, code), protocol=0), "exec"),
        "nested": (pickle.dumps(nested, protocol=4), "getattr"),
        "process": (pickle.dumps(Bomb(subprocess.check_call, ["mkdir", str(spot)])), "check_call"),
        # a harmless name is kept in the memo, then a harmful one is fetched through it
        "memo": (b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x010h\x01cposix\nmkdir\nU"
                 + bytes([len(name)]) + name + b"\x85R.", "mkdir"),
        "stack": (b"\x80\x04\x8c\x05posix\x8c\x05mkdir\x93\x8c" + bytes([len(name)]) + name
                  + b"\x85R.", "mkdir"),
        "instance": (b"\x80\x02(cposix\nmkdir\nU" + bytes([len(name)]) + name + b"o.", "mkdir"),
        "persistent": (b"\x80\x02U\x05outerQ.", "outside"),
        "dotted": (b"\x80\x04\x8c\x0bcollections\x8c\x1aOrderedDict.__init__.mkdir\x93.", "mkdir"),
        "state": (pickle.dumps(argparse.ArgumentParser), "ArgumentParser"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", list(bombs("x")))
@pytest.mark.parametrize("ending", [".pkl", ".pth"])
def test_a_pickle_that_would_run_something_is_refused_and_stays_harmless(
    kind, ending, spot, tmp_path, home
):
    data, asked = bombs(spot)[kind]
    path = tmp_path / f"bomb{ending}"
    path.write_bytes(data)
    with pytest.raises(UserError, match=rf"was refused: it asks to run .*{asked}"):
        list(Studio().run(ImportModel(file=path)))
    assert not spot.exists()
    assert not list((home / "models").glob("*"))


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 1.6"])
@pytest.mark.parametrize("call", [os.mkdir, eval])
def test_a_checkpoint_of_torch_that_would_run_something_is_refused(old, call, spot, tmp_path):
    argument = str(spot) if call is os.mkdir else f"__import__('os').mkdir({str(spot)!r})"
    path = tmp_path / "bomb.pth"
    data = {"params": {"w": torch.ones(2)}, "extra": Bomb(call, argument)}
    torch.save(data, path, _use_new_zipfile_serialization=not old)
    with pytest.raises(UserError, match=r"asks to run .*(mkdir|eval)"):
        files.plain(path)
    assert not spot.exists()


def test_tensors_inside_a_pickle_cannot_run_anything_either(spot, tmp_path):
    inner = io.BytesIO()
    torch.save(Bomb(os.mkdir, str(spot)), inner, _use_new_zipfile_serialization=False)
    path = tmp_path / "bomb.pkl"
    path.write_bytes(pickle.dumps(Bomb(torch.storage._load_from_bytes, inner.getvalue())))
    with pytest.raises(UserError, match=r"asks to run .*mkdir"):
        files.plain(path)
    assert not spot.exists()


def test_a_pickle_cannot_change_the_reader_itself(tmp_path):
    """BUILD sets attributes of what it finds on the stack: of classes and functions too."""
    path = tmp_path / "poison.pkl"
    for name in (b"collections\nOrderedDict", b"torch._utils\n_rebuild_tensor_v2"):
        path.write_bytes(b"\x80\x02c" + name + b"\nN}U\x0c__setstate__K\x01s\x86b.")
        with pytest.raises(UserError, match="damaged"):
            files.plain(path)
    assert callable(unpickler.Entries.__setstate__)


def test_a_huge_index_in_the_memo_costs_no_memory(tmp_path):
    path = tmp_path / "memo.pkl"
    path.write_bytes(b"\x80\x02}r\xff\xff\xff\x7f.")
    assert files.plain(path) == {}


def test_tensors_and_arrays_of_a_pickle_are_what_they_were(tmp_path):
    grid = torch.arange(6.0).reshape(2, 3)
    data = {
        "turned": grid.T,
        "part": grid[:, 1:],
        "half": grid.half(),
        "parameter": torch.nn.Parameter(grid),
        "array": np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3)),
        "number": np.float64(0.5),
        "dict": collections.OrderedDict(a=1),
        "size": grid.shape,
    }
    path = tmp_path / "data.pkl"
    path.write_bytes(pickle.dumps(data))
    read = files.plain(path)
    for name in ("turned", "part", "half", "parameter"):
        assert torch.equal(read[name], data[name].data)
    np.testing.assert_array_equal(read["array"].values, data["array"])
    assert (read["number"], read["dict"], read["size"]) == (0.5, {"a": 1}, (2, 3))


def test_a_tensor_that_claims_more_than_its_numbers_is_not_believed(tmp_path):
    vast = torch.ones(1).expand(1_000_000, 1_000_000)
    path = tmp_path / "vast.pth"
    torch.save({"a": vast, "b": torch.ones(3), "c": torch.ones(3)}, path)
    (found,) = unwrap.candidates(files.plain(path), "vast")
    assert set(found.state) == {"b", "c"}
    path.write_bytes(pickle.dumps({"a": vast}))
    with pytest.raises(UserError, match="damaged"):
        files.plain(path)


@pytest.mark.parametrize("ending", [".pth", ".safetensors", ".pkl"])
@pytest.mark.parametrize("keep", [0, 1, 9, 60, 0.5, 0.9, -1])
def test_a_file_that_breaks_off_says_so_and_nothing_is_written(ending, keep, tmp_path, home):
    path = tmp_path / f"net{ending}"
    weights = {f"layer{n}.weight": torch.rand(8, 8) for n in range(3)}
    if ending == ".pth":
        torch.save(weights, path)
    elif ending == ".pkl":
        path.write_bytes(pickle.dumps(weights))
    else:
        save_file(weights, path)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    with pytest.raises(UserError, match=r"damaged or cut off|is empty|is not a model file"):
        list(Studio().run(ImportModel(file=path)))
    assert not list((home / "models").glob("*"))


def test_what_is_no_model_at_all_is_said(tmp_path):
    picture = tmp_path / "cat.pth"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(UserError, match="is not a model file"):
        files.plain(picture)
    with pytest.raises(UserError, match="There is no file"):
        files.plain(tmp_path / "nothing.pth")
    with pytest.raises(UserError, match="cannot be opened"):
        files.plain(tmp_path)
    with zipfile.ZipFile(tmp_path / "docs.pth", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(UserError, match="damaged"):
        files.plain(tmp_path / "docs.pth")


def test_a_torchscript_program_is_refused_with_the_way_out(tmp_path):
    with pytest.warns(FutureWarning):
        torch.jit.script(torch.nn.Linear(2, 2)).save(tmp_path / "net.pt")
    with pytest.raises(UserError, match=r"TorchScript.*state dict"):
        files.plain(tmp_path / "net.pt")


def test_a_whole_pickled_network_is_refused_by_the_name_of_its_class(tmp_path):
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), tmp_path / "net.pth")
    with pytest.raises(UserError, match=r"asks to run torch.nn.modules.container.Sequential"):
        files.plain(tmp_path / "net.pth")


def test_what_training_scripts_leave_beside_weights_is_no_obstacle(tmp_path):
    args = argparse.Namespace(size=64, lr=np.float64(0.1))
    torch.save({"args": args, "loss": np.float32(2), "g": {"a": torch.ones(1)}}, tmp_path / "x.pt")
    assert set(files.plain(tmp_path / "x.pt")) == {"args", "loss", "g"}


WEIGHTS = {"conv.weight": torch.ones(2, 2), "conv.bias": torch.zeros(2)}
OTHER = {"conv.weight": torch.ones(3, 3), "conv.bias": torch.zeros(3)}
WRAPPED = {
    "bare": WEIGHTS,
    "params_ema": {"params": OTHER, "params_ema": WEIGHTS},
    "state_dict": {"epoch": 3, "state_dict": WEIGHTS, "optimizer": {"state": {0: OTHER}}},
    "parallel": {"model": {f"module.{name}": value for name, value in WEIGHTS.items()}},
    "compiled": {f"_orig_mod.{name}": value for name, value in WEIGHTS.items()},
    "gan": {"netD": OTHER, "netG_A2B": WEIGHTS},
    "rosinality": {"g": OTHER, "d": OTHER, "g_ema": WEIGHTS},
    "lightning": {"state_dict": {
        **{f"generator.{name}": value for name, value in WEIGHTS.items()},
        **{f"discriminator.{name}": value for name, value in OTHER.items()},
    }},
    "deep": {"checkpoint": {"generator": {"state_dict": WEIGHTS}}},
}  # fmt: skip


@pytest.mark.parametrize("kind", WRAPPED)
def test_weights_are_found_however_they_are_wrapped(kind):
    states = [each.state for each in unwrap.candidates(WRAPPED[kind], "x")]
    first = next(state for state in states if set(state) == set(WEIGHTS))
    assert first["conv.weight"].shape == (2, 2)


def test_an_unknown_network_is_told_by_what_was_found(tmp_path, home):
    weights = {f"layer{n}.weight": torch.rand(4, 5, n + 1) for n in range(9)}
    torch.save({"state_dict": weights}, tmp_path / "mine.pth")
    with pytest.raises(UserError) as caught:
        list(Studio().run(ImportModel(file=tmp_path / "mine.pth")))
    assert "9 tensors with 900 numbers: layer0.weight 4x5x1" in caught.value.what
    assert "and 4 more" in caught.value.what
    torch.save({"epoch": 3}, tmp_path / "empty.pth")
    with pytest.raises(UserError, match="no weights in it"):
        list(Studio().run(InspectModel(tmp_path / "empty.pth")))


@pytest.mark.parametrize(
    "names",
    [
        ("model.1.weight", "model.10.conv_block.1.weight", "model.18.weight"),
        ("input.input", "conv1.conv.modulation.weight", "conv1.conv.weight"),
        ("synthesis.b4.const", "synthesis.b4.conv1.affine.weight"),
        ("model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight"),
        ("conv_first.weight", "layers.0.residual_group.blocks.0.norm1.weight"),
    ],
)
def test_names_that_fit_with_shapes_that_do_not_are_a_clear_line(names, tmp_path):
    path = tmp_path / "odd.pth"
    torch.save({name: torch.tensor(1.0) for name in names}, path)
    with pytest.raises(UserError, match=r"No network that is known|another variant"):
        list(Studio().run(InspectModel(path)))


def test_a_model_of_safelight_is_taken_in_under_another_name_but_not_twice(tiny, tmp_path, drain):
    elsewhere = tmp_path / "theirs.safetensors"
    entry = catalogue.find("tiny-denoise")
    catalogue.write(elsewhere, {k: v + 1 for k, v in catalogue.read(entry).items()}, entry.card)
    _, told = drain(Studio().run(ImportModel(file=elsewhere, name="Theirs")))
    assert told.path == tiny.folder / "theirs.safetensors"
    assert catalogue.find("theirs", "denoise").card.config == entry.card.config
    with pytest.raises(UserError, match="here already: it is the model theirs"):
        list(Studio().run(ImportModel(file=elsewhere, name="again")))
    with pytest.raises(UserError, match="it is the model tiny-denoise"):
        list(Studio().run(InspectModel(entry.path)))
    elsewhere.write_bytes(elsewhere.read_bytes()[:-1])
    with pytest.raises(UserError, match="damaged"):
        list(Studio().run(InspectModel(elsewhere)))
    assert asdict(told)["task"] == "denoise"


def test_looking_never_imports_torch_into_the_window():
    code = "import sys; import engine.specs, engine.studio; print('torch' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
