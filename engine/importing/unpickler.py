"""A pickle as data: tensors, arrays, plain values, and records of objects that are never made.

A pickle is a program; its only way to do harm is to call something it named. Here a name is looked
up in a short table of stand-ins of our own and nowhere else, so there is nothing to call. Classes
of NVlabs' `torch_utils.persistence` carry their source text; it is left as text.
"""

import argparse
import io
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

ASKED = re.compile(r"GLOBAL (\S+)|(?:function|class|type) (\S+)")
ARRAYS = import_module("numpy._core.multiarray")
INERT: list[Any] = [  # what training scripts leave beside weights: holds values, does nothing
    argparse.Namespace,
    np.dtype,
    np.ndarray,
    (ARRAYS.scalar, "numpy.core.multiarray.scalar"),
    (ARRAYS._reconstruct, "numpy.core.multiarray._reconstruct"),
    (ARRAYS.scalar, "numpy._core.multiarray.scalar"),
    (ARRAYS._reconstruct, "numpy._core.multiarray._reconstruct"),
    *(type(np.dtype(name)) for name in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "?")),
]
NUMBERS = "fiub"  # kinds of numpy's types that hold no objects


class RefusedError(Exception):
    """A file asks for something that is not data; the text is its name."""


class Sealed(type):
    """A class that a pickle cannot change."""

    def __setattr__(cls, name: str, value: Any) -> None:
        raise pickle.UnpicklingError(f"{name} may not be set")


class Entries(dict[Any, Any], metaclass=Sealed):
    """Any kind of dictionary; what else belonged to it is left out."""

    def __setstate__(self, state: Any) -> None:
        """`OrderedDict`s of weights carry a version each; nobody needs it."""


class Inert(metaclass=Sealed):
    """An object of a class that is not imported: its state, and no more."""

    __slots__ = ("state",)

    def __new__(cls, *_: Any) -> "Inert":
        """Whatever its maker was given."""
        return super().__new__(cls)

    def __setstate__(self, state: Any) -> None:
        """Keep it."""
        object.__setattr__(self, "state", state)


class Kind(metaclass=Sealed):
    """A numpy type: `dtype("f4", False, True)`, then its state, whose second item is the order."""

    __slots__ = ("code", "order")

    def __init__(self, code: str, *_: Any) -> None:
        self.code, self.order = str(code), "="

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """(version, byte order, ...)."""
        self.order = str(state[1]) if state[1] in ("<", ">") else "="

    def made(self) -> "np.dtype[Any]":
        """The type; UnpicklingError where it is not one of plain numbers."""
        kind = np.dtype(self.code)
        if self.order in ("<", ">"):
            kind = kind.newbyteorder("<" if self.order == "<" else ">")
        if kind.kind not in NUMBERS or kind.hasobject:
            raise pickle.UnpicklingError(f"arrays of {self.code} are not read")
        return kind


class Array(metaclass=Sealed):
    """A numpy array: made empty, then filled by its state."""

    __slots__ = ("values",)

    def __init__(self, *_: Any) -> None:
        self.values: np.ndarray[Any, Any] = np.empty(0)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """(version, shape, type, whether columns come first, bytes)."""
        _, shape, kind, fortran, data = state
        flat = np.frombuffer(bytes(data), kind.made())
        self.values = flat.reshape(shape, order="F" if fortran else "C").copy()


class Call(metaclass=Sealed):
    """A stand-in for a function; has nothing that could be set."""

    __slots__ = ("_do",)
    _do: Callable[..., Any]

    def __init__(self, do: Callable[..., Any]) -> None:
        object.__setattr__(self, "_do", do)

    def __setattr__(self, name: str, value: Any) -> None:
        """Not by a pickle."""
        raise pickle.UnpicklingError(f"{name} may not be set")

    def __call__(self, *args: Any) -> Any:
        """The function."""
        return self._do(*args)


@dataclass(slots=True)
class Record:
    """An object that keeps its own source (NVlabs): the class's name and its state.

    `state` has `_init_args`, `_init_kwargs`, and as a torch module `_parameters`, `_buffers` and
    `_modules`, whose values are tensors and Records.
    """

    name: str
    state: dict[str, Any] = field(default_factory=dict)


def record(meta: Any) -> Record:
    """What `persistence._reconstruct_persistent_obj` is given; its source is thrown away."""
    state = meta["state"] if isinstance(meta["state"], dict) else {}
    return Record(str(meta["class_name"]), state)


def storage(data: bytes) -> Any:
    """The numbers behind a tensor, themselves a file of torch."""
    return torch_data(io.BytesIO(data))


def tensor(numbers: Any, offset: int, size: Any, stride: Any, *_: Any) -> Tensor:
    """A tensor on its storage; never larger than that."""
    if not isinstance(numbers, torch.TypedStorage):
        raise pickle.UnpicklingError("a tensor without numbers")
    empty = torch.empty(0, dtype=numbers.dtype)
    made = empty.set_(numbers._untyped_storage, offset, tuple(size), tuple(stride))
    if made.numel() * made.element_size() > numbers._untyped_storage.nbytes():
        raise pickle.UnpicklingError("a tensor larger than its numbers")
    return made.clone()


def scalar(kind: Kind, data: bytes = b"") -> Any:
    """One number of numpy's."""
    return np.frombuffer(data, kind.made())[0].item()


def encoded(text: str, alphabet: str = "latin1") -> bytes:
    """How old pickles keep bytes."""
    return text.encode("latin1" if alphabet in ("latin1", "latin-1") else "utf-8")


STAND_INS: dict[str, Any] = {
    "collections.OrderedDict": Entries,
    "collections.defaultdict": Call(lambda *_: Entries()),
    "dnnlib.util.EasyDict": Entries,
    "torch_utils.persistence._reconstruct_persistent_obj": Call(record),
    "torch._utils._rebuild_tensor_v2": Call(tensor),
    "torch._utils._rebuild_tensor": Call(tensor),
    "torch._utils._rebuild_parameter": Call(lambda data, *_: data),
    "torch.storage._load_from_bytes": Call(storage),
    "torch.Size": Call(tuple),
    "torch.device": Call(lambda *parts: ":".join(map(str, parts))),
    **{f"torch.{name}": name for name in ("float16", "float32", "float64", "bfloat16", "int64")},
    **{f"{core}.set": Call(set) for core in ("builtins", "__builtin__")},
    "numpy.ndarray": Array,
    "numpy.dtype": Kind,
    "_codecs.encode": Call(encoded),
    **{f"{core}.multiarray._reconstruct": Call(Array) for core in ("numpy.core", "numpy._core")},
    **{f"{core}.multiarray.scalar": Call(scalar) for core in ("numpy.core", "numpy._core")},
}
MODULES = "torch.nn.modules."  # layers of torch itself: kept as their state


class Unpickler(pickle._Unpickler):  # in Python: a bad index of the memo costs no memory here
    """Names lead to stand-ins, or nowhere."""

    def find_class(self, module: str, name: str) -> Any:
        """The stand-in of that name; RefusedError where there is none."""
        asked = f"{module}.{name}"
        if module.startswith(MODULES) and name.isidentifier():
            return Inert
        if asked not in STAND_INS:
            raise RefusedError(asked)
        return STAND_INS[asked]

    def persistent_load(self, pid: Any) -> Any:
        """There is nothing outside the file."""
        raise RefusedError(f"something outside the file ({pid!r:.40})")


def read(path: Path) -> Any:
    """The data of a pickle file. RefusedError, or any error at all where it is damaged."""
    with path.open("rb") as file:
        return Unpickler(file).load()


def torch_data(file: Path | io.BytesIO) -> Any:
    """A file of `torch.save`; RefusedError where it asks for more than tensors and plain values."""
    try:
        with torch.serialization.safe_globals(INERT):
            return torch.load(file, map_location="cpu", weights_only=True)  # noqa: TID251
    except pickle.UnpicklingError as why:
        match = ASKED.search(str(why))
        if match is None:
            raise
        raise RefusedError((match[1] or match[2]).strip(".,'\"")) from why
