"""What the command line says of a model: a line in a list, or all that its card holds."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.catalogue import Entry


def entry_row(entry: Entry) -> tuple[str, ...]:
    """A model in one line."""
    card = entry.card
    colour = "grey" if card.channels == 1 else "colour"
    about = card.description or card.title
    return entry.id, card.task, f"x{card.scale}", colour, f"{entry.bytes / 1e6:.1f} MB", about


def entry_facts(entry: Entry) -> dict[str, Any]:
    """All that is known of a model, plain."""
    known = {"id": entry.id, "path": str(entry.path), "parameters": entry.parameters}
    facts: dict[str, Any] = known | {"bytes": entry.bytes} | asdict(entry.card)
    facts["extras"].pop("sample", None)  # a picture, as text
    return facts


def fact_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts as rows for people: scores one a row, empty ones left out."""
    rows: list[tuple[str, str]] = []
    for name, value in facts.items():
        if name == "scores":
            rows += [(key, f"{score:g}") for key, score in value.items()]
        elif isinstance(value, Mapping):
            said = {key: each for key, each in value.items() if each not in ("", [], ())}
            rows.append((name, ", ".join(f"{key} {each}" for key, each in said.items())))
        elif value not in ("", None):
            rows.append((name, str(value)))
    return rows
