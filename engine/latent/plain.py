"""Places as JSON: for the metadata of a PNG, and for whoever keeps a history. No torch."""

import json
import sys
from array import array
from base64 import b64decode, b64encode
from binascii import Error
from math import isfinite
from typing import Any

from engine.specs import Edit, Mix, Place

Rows = tuple[tuple[float, ...], ...]


def as_json(place: Place) -> str:
    """A place in one line."""
    return json.dumps(as_plain(place))


def of_json(text: str) -> Place:
    """The place `as_json` wrote. ValueError where the text is no place."""
    return of_plain(json.loads(text))


def as_plain(place: Place) -> dict[str, Any]:
    """A place as dicts, lists, numbers and text; what is as by default is left out."""
    values: dict[str, Any] = {
        "model": place.model,
        "x": place.x,
        "y": place.y,
        "truncation": place.truncation,
        "noise": place.noise,
        "label": place.label,
    }
    if place.w is not None:
        values["w"] = as_rows(place.w)
    if place.mixes:
        values["mixes"] = [
            {"source": as_plain(each.source), "layers": each.layers} for each in place.mixes
        ]
    if place.edits:
        values["edits"] = [[each.direction, each.amount, each.layers] for each in place.edits]
    return values


def of_plain(values: Any) -> Place:
    """The place `as_plain` wrote. ValueError where it is none."""
    try:
        return Place(
            model=_text(values["model"]),
            x=float(values["x"]),
            y=float(values["y"]),
            w=of_rows(values["w"]) if "w" in values else None,
            truncation=float(values["truncation"]),
            noise=_whole(values["noise"]),
            label=_whole(values["label"]),
            mixes=tuple(_mix(each) for each in values.get("mixes", ())),
            edits=tuple(
                Edit(str(name), float(amount), _text(layers))
                for name, amount, layers in values.get("edits", ())
            ),
        )
    except (KeyError, TypeError, AttributeError, Error) as why:
        raise ValueError(f"This is no place in a latent space: {why}.") from why


def as_rows(w: Rows) -> dict[str, Any]:
    """Rows of numbers as float32 in base64; one row where all are alike, which means the same."""
    rows = w[:1] if len(set(w)) == 1 else w
    numbers = array("f", (number for row in rows for number in row))
    if sys.byteorder == "big":
        numbers.byteswap()
    return {"rows": len(rows), "float32": b64encode(numbers.tobytes()).decode()}


def of_rows(values: Any) -> Rows:
    """The inverse of `as_rows`. ValueError where the numbers do not fill the rows."""
    numbers = array("f")
    numbers.frombytes(b64decode(values["float32"], validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    rows = int(values["rows"])
    if rows < 1 or not numbers or len(numbers) % rows or not all(map(isfinite, numbers)):
        raise ValueError(f"{len(numbers)} numbers do not make {rows} rows of w.")
    width = len(numbers) // rows
    return tuple(tuple(numbers[start : start + width]) for start in range(0, len(numbers), width))


def _mix(values: Any) -> Mix:
    return Mix(of_plain(values["source"]), str(values["layers"]))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
