"""What the Lab tab says: names of experiments, of pictures and diagrams, settings in a line.

And the colours of its diagrams.
"""

from typing import Any

from PySide6.QtGui import QColor

from engine.lab_terms import TERMS, Term
from engine.specs_lab import Lab
from gui.theme import Theme
from gui.widgets.chart import Ink

TITLES = {
    "reconstructions": "Originals over reconstructions",
    "losses": "Loss",
    "compression": "Compression against quality",
    "size": "Size against quality",
    "accuracy": "Accuracy",
    "roc": "ROC",
    "ranking": "The oddest and the most usual",
    "sheet": "Made pictures",
    "made": "Made pictures, a column a class",
    "between": "From one picture to another",
    "plane": "The plane of the latent space",
    "forward": "Forward: from picture to noise",
    "chain": "Back: from noise to picture",
    "opinions": "Opinion of the discriminator",
    "decoded": "Decoded",
}
LIVE = {
    "reconstruct": "Originals over reconstructions",
    "denoise": "Originals over what comes back",
    "features": "Originals over reconstructions",
    "odd-one-out": "Pieces over their reconstructions",
    "augment": "Made pictures, a column a class",
    "generate": "Made pictures",
    "diffuse": "Pictures, with noise, and what the network finds in them",
    "squeeze": "Originals over reconstructions",
}
LINES = ("#5b9bd5", "#e0a63c", "#b07cc6")  # of diagrams, after the theme's own colours
TOLD = ("model", "maker", "loss", "sampler", "distribution", "data", "latent", "steps", "seconds")


def sentence(kind: type[Lab]) -> str:
    """What an experiment is, in a line."""
    return (kind.__doc__ or "").partition("\n")[0]


def term(name: str) -> Term:
    """What something is called."""
    return TERMS.get(name, Term(name.capitalize()))


def both(name: str) -> str:
    """In English and, where there is a word, in Chinese."""
    found = term(name)
    return f"{found.english} {found.chinese}".strip()


def title_of(name: str) -> str:
    """What stands above a picture or a diagram of a result."""
    if name.startswith("sigma-"):
        return f"Noise {name.removeprefix('sigma-')}"
    return TITLES.get(name, name[:1].upper() + name[1:])


def live_title(experiment: str, name: str) -> str:
    """What stands above a picture while it is made."""
    return LIVE.get(experiment, "") if name == "sheet" else title_of(name)


def made_with(spec: Lab) -> str:
    """The settings that matter most, in a line."""
    words = []
    for name in TOLD:
        value = getattr(spec, name, None)
        if value is None or (name == "seconds" and spec.steps is not None):
            continue
        words.append(_said(name, value))
    return " · ".join([*words, f"seed {spec.seed}"])


def chart_ink(theme: Theme) -> Ink:
    """The colours of diagrams."""
    colour = theme.colour
    own = (colour("accent"), colour("good"), *map(QColor, LINES), colour("quiet"))
    return Ink(colour("text"), colour("quiet"), colour("line"), own)


def _said(name: str, value: Any) -> str:
    match name:
        case "latent":
            return f"code of {value}"
        case "steps":
            return f"{value:,} steps"
        case "seconds":
            return f"{value:g} s"
        case "data":
            return str(value).rstrip("/").rpartition("/")[2]
        case _:
            return term(value).english
