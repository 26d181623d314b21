"""Which device runs networks: what was asked for, what really works."""

import logging
from functools import cache

from engine.errors import UserError

log = logging.getLogger(__name__)


def resolve(asked: str) -> tuple[str, str]:
    """("cpu" or "cuda:N", a word to people or ""): a CUDA device that fails gives the CPU.

    UserError where `asked` is none of auto, cpu, cuda, cuda:N.
    """
    kind, _, number = asked.partition(":")
    if asked != "auto" and (kind not in ("cpu", "cuda") or (number and not number.isdigit())):
        raise UserError(f"There is no device called {asked}.", "Use auto, cpu, cuda or cuda:N.")
    if asked == "cpu" or (asked == "auto" and not may_have_cuda()):
        return "cpu", ""
    device = f"cuda:{number or 0}"
    trouble = cuda_trouble(device)
    if not trouble:
        return device, ""
    return "cpu", "" if asked == "auto" else f"{trouble} The CPU does the work instead."


@cache
def may_have_cuda() -> bool:
    """Whether it is worth loading torch to look for a CUDA device (may err on yes).

    Asked once: to find a library the standard library may start other programs.
    """
    import ctypes.util
    import sys

    if sys.platform == "darwin":
        return False
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return ctypes.util.find_library("cuda") is not None


@cache
def cuda_trouble(device: str) -> str:
    """Why `device` cannot be used, as a sentence; empty where a small convolution runs on it.

    The first kernel is the honest test: a driver can be there and the card too old or too new for
    the kernels that this build of torch carries.
    """
    import torch

    if not torch.cuda.is_available():
        return "No CUDA device was found."
    try:
        probe = torch.ones(1, 1, 8, 8, device=device)
        torch.nn.functional.conv2d(probe, probe[..., :3, :3]).sum().item()
    except (RuntimeError, AssertionError) as why:
        log.info("CUDA probe failed on %s: %s", device, why)
        return f"The CUDA device {device} failed its first computation."
    return ""
