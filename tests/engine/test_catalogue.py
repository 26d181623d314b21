"""Models are files: listed by their headers, refused with a reason when damaged."""

import json
import subprocess
import sys

import pytest

from engine import catalogue
from engine.errors import UserError


def test_every_model_in_the_folder_is_listed_with_its_card(tiny):
    names = [entry.id for entry in catalogue.entries()]
    assert names == ["tiny-denoise", "tiny-denoise-grey", "tiny-upscale-2x", "tiny-upscale-4x"]
    assert [entry.card.scale for entry in catalogue.entries("upscale")] == [2, 4]


def test_a_new_file_is_a_new_model_at_once(tiny):
    catalogue.entries()
    tiny.add("mine", "unet", "denoise", channels=3, widths=[4, 4], blocks=1)
    assert catalogue.find("mine", "denoise").card.title == "Mine"


def test_listing_never_imports_torch(tiny):
    code = f"""
import sys
from pathlib import Path
from engine import catalogue
print(len(catalogue.entries(folders=[Path({str(tiny.folder)!r})])), "torch" in sys.modules)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["4", "False"]


@pytest.mark.parametrize("keep", [0, 4, 9, 300, -1])
def test_a_cut_off_file_is_left_out_and_asking_for_it_says_why(tiny, keep):
    path = tiny.folder / "tiny-denoise.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    assert "tiny-denoise" not in [entry.id for entry in catalogue.entries()]
    with pytest.raises(UserError, match="damaged or cut off"):
        catalogue.find("tiny-denoise")


def test_a_file_without_a_card_says_so(tiny):
    import torch
    from safetensors.torch import save_file

    save_file({"w": torch.zeros(1)}, tiny.folder / "bare.safetensors")
    with pytest.raises(UserError, match="no card"):
        catalogue.find("bare")


def test_a_model_of_another_task_names_the_right_ones(tiny):
    with pytest.raises(UserError, match="tiny-upscale-2x, tiny-upscale-4x"):
        catalogue.find("tiny-denoise", "upscale")


def test_an_unknown_model_names_the_known_ones(tiny):
    with pytest.raises(UserError, match=r"no model called nonsense.*tiny-denoise"):
        catalogue.find("nonsense", "denoise")


def test_weights_that_do_not_fit_their_architecture_are_refused(tiny):
    from engine import executors

    path = tiny.folder / "tiny-denoise.safetensors"
    entry = catalogue.find("tiny-denoise")
    card = json.loads(json.dumps({"widths": [16, 16], "channels": 3, "blocks": 1}))
    from dataclasses import replace

    catalogue.write(path, catalogue.read(entry), replace(entry.card, config=card))
    with pytest.raises(UserError, match="do not fit"):
        executors.build(catalogue.find("tiny-denoise"))


def test_an_unknown_architecture_says_update(tiny):
    from dataclasses import replace

    from engine import executors

    entry = catalogue.find("tiny-denoise")
    strange = replace(entry, card=replace(entry.card, architecture="from-the-future"))
    with pytest.raises(UserError, match="Update Safelight"):
        executors.build(strange)
