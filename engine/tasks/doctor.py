"""What this computer offers, in rows a person can read or paste into a report."""

import platform
import sys

import psutil

from engine import catalogue, devices, executors, places
from engine.job import Job, Step
from engine.runtime import installed


def run() -> Job:
    """Rows of (name, value): versions, devices and precision, memory, folders, models."""
    rows = [
        ("Safelight", places.VERSION + (" (packaged)" if hasattr(sys, "_MEIPASS") else "")),
        ("Python", platform.python_version()),
        ("System", platform.platform()),
    ]
    yield Step(0, 2, "Looking at devices")
    rows += [
        (name, installed(name) or "absent") for name in ("torch", "openvino", "PySide6_Essentials")
    ]
    memory = psutil.virtual_memory()
    cores = f"{psutil.cpu_count(logical=False) or '?'} cores, {psutil.cpu_count()} threads"
    rows += [
        ("CPU", cores),
        ("CPU can", ", ".join(executors.capabilities()) or "run plain torch"),
        ("Memory", f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"),
    ]
    yield Step(1, 2, "Trying CUDA")
    rows += cuda_rows()
    rows += [
        ("Models that ship", str(places.model_folders()[0])),
        ("Your models", str(places.model_folders()[1])),
        ("Cache", str(places.cache())),
        ("Models", ", ".join(entry.id for entry in catalogue.entries()) or "none"),
    ]
    return rows


def cuda_rows() -> list[tuple[str, str]]:
    """One row a CUDA device: its name, memory and precision, or why it cannot be used."""
    if not devices.may_have_cuda():
        return [("CUDA", "no driver found; the CPU does the work")]
    import torch

    rows = []
    for number in range(torch.cuda.device_count()):
        about = torch.cuda.get_device_properties(number)
        trouble = devices.cuda_trouble(f"cuda:{number}")
        state = trouble or f"{about.total_memory / 1e9:.0f} GB, half precision"
        rows.append((f"cuda:{number}", f"{about.name}: {state}"))
    return rows or [("CUDA", "a driver, but no device")]
