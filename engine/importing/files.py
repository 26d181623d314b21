"""A model file of any program as plain data: dictionaries, lists, numbers, tensors.

What a file is, its first bytes say; its ending may lie. Nothing in it is ever called.
"""

import logging
import zipfile
from pathlib import Path
from typing import Any

import psutil
from safetensors.torch import load_file
from torch import Tensor

from engine.errors import UserError
from engine.importing import unpickler
from engine.importing.unpickler import RefusedError

log = logging.getLogger(__name__)
ZIP = b"PK\x03\x04"
PICKLE = tuple(bytes([byte]) for byte in b"\x80(}]c")  # the last four: before 2003, and bombs
OLD_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # how files of torch before 1.6 begin
ONLY_WEIGHTS = "Ask for a file of weights only (a state dict), best as .safetensors."


def plain(path: Path) -> Any:
    """What lies in the file, on the CPU. UserError where it cannot be read, or would run code."""
    check_size(path)
    head = head_of(path)
    try:
        return read(path, head)
    except UserError:
        raise
    except RefusedError as why:
        if str(why).startswith("dnnlib.tflib"):
            raise UserError(
                f"{path.name} was made for TensorFlow.",
                "Convert it with legacy.py of NVlabs' StyleGAN2-ADA for PyTorch.",
            ) from why
        raise UserError(
            f"{path.name} was refused: it asks to run {why}, and a model may not run anything.",
            ONLY_WEIGHTS,
        ) from why
    except Exception as why:  # a broken pickle breaks in every way there is
        log.info("%s cannot be read: %s: %s", path, type(why).__name__, why)
        raise UserError(
            f"{path.name} is damaged or cut off.", "Download or copy it again."
        ) from why


def read(path: Path, head: bytes) -> Any:
    """The same, with any error that a damaged file leads to."""
    if head.startswith(ZIP) and scripted(path):
        raise UserError(f"{path.name} is a TorchScript program, not weights.", ONLY_WEIGHTS)
    if head.startswith((ZIP, OLD_TORCH)):
        return unpickler.torch_data(path)
    if is_safetensors(path):
        return load_file(path)
    if head.startswith(PICKLE):
        return unpickler.read(path)
    raise UserError(
        f"{path.name} is not a model file.", "Safelight reads .pth, .pt, .ckpt, .pkl, .safetensors."
    )


def is_safetensors(path: Path) -> bool:
    """Whether a file begins as one of safetensors does: eight bytes, then JSON."""
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def head_of(path: Path) -> bytes:
    """The first bytes; UserError where there are none to be had."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError as why:
        raise UserError(f"There is no file {path}.", "Look for it again.") from why
    except OSError as why:
        raise UserError(f"{path.name} cannot be opened: {why.strerror}.", "Copy it first.") from why
    if not head:
        raise UserError(f"{path.name} is empty.", "Download it again.")
    return head


def check_size(path: Path) -> None:
    """UserError where the file is larger than the memory that is free."""
    size = path.stat().st_size if path.is_file() else 0
    free = psutil.virtual_memory().available
    if size > 0.8 * free:
        raise UserError(
            f"{path.name} has {size / 1e9:.1f} GB; {free / 1e9:.1f} GB of memory is free.",
            "Close other programs.",
        )


def scripted(path: Path) -> bool:
    """Whether a zip file is a TorchScript archive."""
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def honest(tensor: Tensor) -> bool:
    """Whether all its numbers are in the file; a stride of 0 could ask for any amount of memory."""
    return tensor.numel() * tensor.element_size() <= tensor.untyped_storage().nbytes()
