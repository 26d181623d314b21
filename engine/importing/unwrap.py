"""Where in a checkpoint the weights are: people wrap state dicts in many ways."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from engine.importing.files import honest
from engine.importing.found import State

# What generators and their running averages are called, the best first.
NAMES = (
    *("params_ema", "params-ema", "g_ema", "G_ema", "netG_ema", "generator_ema", "model_ema"),
    *("state_dict_ema", "ema", "params", "model_state_dict", "state_dict"),
    *("netG_A2B", "netG_A", "G_A2B", "G_AB", "G_A", "genA2B", "netG", "net_g", "generator", "gen"),
    *("G", "g", "model", "net", "network", "weights"),
    *("netG_B2A", "netG_B", "G_B2A", "G_BA", "G_B", "genB2A"),
)
PREFIXES = ("module.", "_orig_mod.")  # of data parallel and of compiled networks
DEPTH = 4
FEWEST = 2  # tensors; fewer are no network


@dataclass(frozen=True, slots=True)
class Candidate:
    """Weights that may be a network, where they were ("state_dict/netG"), and in which file."""

    where: str
    state: State
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


def walk(data: Any, where: str, depth: int) -> Iterator[Candidate]:
    """Depth first: wrappers by name, then what lies here, then every other dictionary."""
    if not isinstance(data, dict) or not depth:
        return
    inner = {key: value for key, value in data.items() if isinstance(value, dict)}
    names = sorted(
        map(str, inner), key=lambda name: (rank(name), list(map(str, inner)).index(name))
    )
    known = [name for name in names if rank(name) < len(NAMES)]
    for name in known:
        yield from walk(inner[name], f"{where}/{name}".lstrip("/"), depth - 1)
    state = bare({str(key): value for key, value in data.items() if isinstance(value, Tensor)})
    if len(state) >= FEWEST:
        yield Candidate(where, state)
        yield from parts(state, where)
    for name in names:
        if name not in known and name in inner and "optim" not in name:
            yield from walk(inner[name], f"{where}/{name}".lstrip("/"), depth - 1)


def parts(state: State, where: str) -> Iterator[Candidate]:
    """One network of several in a flat dictionary: Lightning names them by their attribute."""
    heads = {name.partition(".")[0] for name in state}
    for head in sorted(heads & set(NAMES), key=rank):
        part = {
            name.removeprefix(f"{head}."): value
            for name, value in state.items()
            if name.startswith(f"{head}.")
        }
        if len(part) >= FEWEST:
            yield Candidate(f"{where}/{head}".lstrip("/"), bare(part))


def bare(state: State) -> State:
    """Without prefixes that all names share, and without tensors that are not really there."""
    state = {name: value for name, value in state.items() if honest(value)}
    for prefix in PREFIXES:
        if state and all(name.startswith(prefix) for name in state):
            state = {name.removeprefix(prefix): value for name, value in state.items()}
    return state


def rank(name: str) -> int:
    """How early a wrapper of that name is looked into."""
    return NAMES.index(name) if name in NAMES else len(NAMES)


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
