"""What goes into the package: what pyproject.toml asks for, and what that asks for in turn."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement


def dependencies(root: Path) -> list[str]:
    """The distributions that pyproject.toml names, and its own, which `pip install -e` makes."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [project["name"], *(Requirement(line).name for line in project["dependencies"])]


def with_their_own(names: list[str]) -> set[str]:
    """These distributions and all they require here, under their normal names."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = normal(waiting.pop())
        if name in found:
            continue
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        found.add(name)
        wanted = (Requirement(line) for line in lines)
        waiting += [each.name for each in wanted if each.marker is None or each.marker.evaluate()]
    return found


def foreign_modules(root: Path) -> list[str]:
    """Installed top-level modules that no dependency needs: tools and leftovers."""
    needed = with_their_own(dependencies(root))
    owners = importlib.metadata.packages_distributions()
    return sorted(
        module
        for module, names in owners.items()
        if not any(normal(name) in needed for name in names)
    )


def normal(name: str) -> str:
    """PEP 503: one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()
