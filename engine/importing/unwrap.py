"""Where in a checkpoint the weights are: people wrap state dicts in many ways."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from engine.importing.files import honest
from engine.importing.found import State
from engine.importing.unpickler import Record

# What generators and their running averages are called, the best first.
NAMES = (
    *("params_ema", "params-ema", "g_ema", "G_ema", "netG_ema", "generator_ema", "model_ema"),
    *("state_dict_ema", "ema", "params", "model_state_dict", "state_dict"),
    *("netG_A2B", "netG_A", "G_A2B", "G_AB", "G_A", "genA2B", "netG", "net_g", "generator", "gen"),
    *("decoder",),
    *("G", "g", "model", "net", "network", "weights"),
    *("netG_B2A", "netG_B", "G_B2A", "G_BA", "G_B", "genB2A"),
)
PREFIXES = ("module.", "_orig_mod.")  # of data parallel and of compiled networks
Facts = dict[str, Any]
DEPTH = 4
FEWEST = 2  # tensors; fewer are no network


@dataclass(frozen=True, slots=True)
class Candidate:
    """Weights that may be a network, where they were ("state_dict/netG"), and in which file.

    `facts`: plain values that lay beside them, or within the object they were part of.
    """

    where: str
    state: State
    facts: dict[str, Any] = field(default_factory=dict)
    source: str = ""


def candidates(data: Any, source: str) -> list[Candidate]:
    """Every set of weights in a checkpoint, the likeliest first, none twice."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for each in walk(data, "", DEPTH):
        key = (*sorted(each.state), str(next(iter(each.state.values())).data_ptr()))
        if key not in seen:
            seen.add(key)
            found.append(replace(each, source=source))
    return found


def walk(data: Any, where: str, depth: int, beside: Facts | None = None) -> Iterator[Candidate]:
    """Depth first: wrappers by name, then what lies here, then every other dictionary."""
    facts = dict(beside or {})
    if isinstance(data, Record):
        data, more = taken_apart(data)
        facts |= more
    if not isinstance(data, dict) or not depth:
        return
    facts |= {str(name): value for name, value in data.items() if not nests(value)}
    inner = {str(name): value for name, value in data.items() if nests(value)}
    known = sorted((name for name in inner if name in NAMES), key=NAMES.index)
    for name in known:
        yield from walk(inner[name], f"{where}/{name}".lstrip("/"), depth - 1, facts)
    state = bare({str(name): value for name, value in data.items() if isinstance(value, Tensor)})
    if len(state) >= FEWEST:
        yield Candidate(where, state, facts)
        yield from parts(state, where, facts)
    for name, value in inner.items():
        if name not in known and "optim" not in name:
            yield from walk(value, f"{where}/{name}".lstrip("/"), depth - 1, facts)


def nests(value: Any) -> bool:
    """Whether there may be a network in it."""
    return isinstance(value, dict | Record)


def taken_apart(record: Record, path: str = "", depth: int = 12) -> tuple[State, Facts]:
    """Tensors and plain values of a pickled module and its parts, by their dotted names."""
    state: State = {}
    facts: Facts = {}
    if not depth:
        return state, facts
    for name, value in record.state.items():
        if not isinstance(value, dict):
            facts[path + str(name)] = value
        elif name in ("_parameters", "_buffers"):
            state |= {path + str(key): each for key, each in value.items() if is_tensor(each)}
        elif name == "_modules":
            for key, each in value.items():
                if isinstance(each, Record):
                    below = taken_apart(each, f"{path}{key}.", depth - 1)
                    state, facts = state | below[0], facts | below[1]
    return state, facts


def is_tensor(value: Any) -> bool:
    """Modules have None where they have no bias."""
    return isinstance(value, Tensor)


def parts(state: State, where: str, facts: Facts) -> Iterator[Candidate]:
    """One network of several in a flat dictionary: Lightning names them by their attribute."""
    heads = {name.partition(".")[0] for name in state}
    for head in sorted(heads & set(NAMES), key=NAMES.index):
        part = {
            name.removeprefix(f"{head}."): value
            for name, value in state.items()
            if name.startswith(f"{head}.")
        }
        if len(part) >= FEWEST:
            yield Candidate(f"{where}/{head}".lstrip("/"), bare(part), facts)


def bare(state: State) -> State:
    """Without prefixes that all names share, and without tensors that are not really there."""
    state = {name: value for name, value in state.items() if honest(value)}
    for prefix in PREFIXES:
        if state and all(name.startswith(prefix) for name in state):
            state = {name.removeprefix(prefix): value for name, value in state.items()}
    return state


def inventory(found: list[Candidate], *, most: int = 5) -> str:
    """What was found, as in: It holds 312 tensors with 11.4 million numbers: conv1 8x3x7x7."""
    if not found:
        return "There are no weights in it"
    state = max((each.state for each in found), key=len)
    numbers = sum(value.numel() for value in state.values())
    shown = [f"{name} {size(value)}" for name, value in list(state.items())[:most]]
    more = f" and {len(state) - most} more" if len(state) > most else ""
    return f"It holds {len(state)} tensors with {count(numbers)} numbers: {', '.join(shown)}{more}"


def size(value: Tensor) -> str:
    """64x3x7x7."""
    return "x".join(map(str, value.shape)) or "1"


def count(numbers: int) -> str:
    """11.4 million, 3,200."""
    return f"{numbers / 1e6:.1f} million" if numbers >= 1e5 else f"{numbers:,}"
