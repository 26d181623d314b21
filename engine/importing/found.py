"""What a recogniser hands to the door."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from engine.catalogue import Card

State = dict[str, Tensor]  # weights by name, as an author's `state_dict` has them


@dataclass(frozen=True, slots=True)
class Found:
    """A network of ours, or one that ours can run, with its weights.

    `network`: the published name. `config` belongs to the architecture `architecture`. `words`:
    what it does, in a line. `notes`: what people should know before they use it.
    """

    network: str
    architecture: str
    config: dict[str, Any]
    weights: State
    task: str
    words: str
    scale: int = 1
    channels: int = 3
    values: str = "sRGB in [0, 1]"
    extras: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def card(self, title: str, source: str) -> Card:
        """The card of the model file to be."""
        return Card(
            architecture=self.architecture,
            config=self.config,
            task=self.task,
            title=title,
            description=f"{self.network}, imported. {self.words}",
            scale=self.scale,
            channels=self.channels,
            values=self.values,
            licence="As its makers say.",
            training=f"Imported from {source}.",
            extras={**(self.extras or {}), "imported": self.network},
        )
