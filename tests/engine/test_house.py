"""The house's own rules, kept by a machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine import catalogue

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "gui", "tests", "benchmarks", "packaging")
FILE_LINES, FUNCTION_LINES = 400, 50
FILES = sorted(
    [ROOT / "main.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= FILE_LINES, "split it by noun"
    functions = (
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long = [each.name for each in functions if each.end_lineno - each.lineno >= FUNCTION_LINES]
    assert long == []


def test_what_ships_is_small_and_says_where_it_is_from():
    files = sorted((ROOT / "weights").glob("*.safetensors"))
    assert sum(path.stat().st_size for path in files) < 32 << 20
    for path in files:
        status = path.stat()
        card = catalogue.describe(path, status.st_size, status.st_mtime_ns).card
        for fact in ("data", "licence", "training", "command"):
            assert getattr(card, fact), (path.name, fact)
        for recipe in re.findall(r"recipes/[\w-]+\.toml", card.command):
            assert (ROOT / recipe).is_file()


def loaded_by(room):
    """What is loaded once every module of `room` is imported, in a process of its own."""
    script = f"""
import importlib, pkgutil, sys, {room}
for module in pkgutil.walk_packages({room}.__path__, "{room}."):
    importlib.import_module(module.name)
print(*sys.modules, sep="\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_engine_has_no_window():
    assert not {"PySide6", "gui"} & loaded_by("engine")


def test_the_window_has_no_tensors():
    assert not {"torch", "torchvision", "openvino"} & loaded_by("gui")


def test_every_architecture_is_found():
    from engine.models import architectures

    files = {path.stem for path in (ROOT / "engine" / "models").glob("[!_]*.py")}
    modules = {entry.build.__module__.rpartition(".")[2] for entry in architectures().values()}
    assert modules == files
