"""What a card says of a model for transfer: its kind, its domains, its partner; no torch.

`Card.extras` holds the fields of a `Domain` as plain values; what is missing has its default, so an
imported checkpoint needs none.
"""

import logging
from dataclasses import asdict, dataclass, fields
from typing import Any

from engine.catalogue import Card, Entry

log = logging.getLogger(__name__)
KINDS = ("unpaired", "paired", "style")
Palette = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """One way from a domain to another.

    `kind`: "unpaired" (CycleGAN), "paired" (Pix2Pix) or "style" (of one picture). `source` and
    `target`: the domains in a word each. `direction`: "a2b" or "b2a"; `partner`: the id of the
    model that goes the other way. `edge`: short side of the pictures it learned from, px.
    `derived`: how A was made of B ("edges", "grey", "labels", "small", "noisy"; empty where it was
    not): with "edges" one draws dark lines on white, with a `palette` one paints labels, each
    (name, "#rrggbb"), the first being the background. `carry`: how a result gets to full size,
    "guided" keeps the original's detail, "plain" only enlarges. `sample`: a WebP of before and
    after side by side, base64.
    """

    kind: str = "unpaired"
    source: str = ""
    target: str = ""
    direction: str = "a2b"
    partner: str = ""
    edge: int = 256
    derived: str = ""
    palette: Palette = ()
    carry: str = "guided"
    sample: str = ""

    def extras(self) -> dict[str, Any]:
        """As a card has it."""
        return asdict(self)

    @property
    def background(self) -> str:
        """The colour of an empty drawing."""
        return self.palette[0][1] if self.palette else "#ffffff"

    @property
    def drawable(self) -> bool:
        """Whether one can draw for it: lines, or labels."""
        return self.derived == "edges" or bool(self.palette)


def domain_of(card: Card) -> Domain:
    """What the card says; unknown words in it are left out."""
    names = {each.name for each in fields(Domain)}
    known = {name: value for name, value in card.extras.items() if name in names}
    if "palette" in known:
        known["palette"] = tuple((str(name), str(colour)) for name, colour in known["palette"])
    return Domain(**known)


def usual_first(entries: list[Entry]) -> list[Entry]:
    """What people bring photos to before what they draw for, by name otherwise."""

    def rank(entry: Entry) -> tuple[int, str]:
        domain = domain_of(entry.card)
        if domain.source == "photo" and domain.kind != "paired":
            return 0 if domain.kind == "unpaired" else 1, entry.id
        return 2 if domain.kind == "unpaired" else 3, entry.id

    return sorted(entries, key=rank)


def rgb(colour: str) -> tuple[int, int, int]:
    """#rrggbb as three numbers from 0 to 255."""
    number = int(colour.removeprefix("#"), 16)
    return number >> 16, number >> 8 & 255, number & 255
