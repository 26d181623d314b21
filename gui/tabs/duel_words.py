"""How a duel's figures are called, which diagram a line belongs to, and what a remedy is."""

from engine.knobs import knobs_of
from engine.specs_lab import LabDuel
from gui.widgets.figure_row import Figure

LOSSES, OPINIONS, DISTANCE, GRADIENT = "losses", "opinions", "distance", "gradient"  # diagrams
LINES = {
    "loss discriminator": (LOSSES, "D"),
    "loss generator": (LOSSES, "G"),
    "D real": (OPINIONS, "real"),
    "D made": (OPINIONS, "made"),
    "divergence": (DISTANCE, "JS"),
    "gradient generator": (GRADIENT, "G"),
}
GRADIENT_NAME = "G's gradient"
MODES = {"ring": 8, "mixture": 3, "gaussian": 1, "two-gaussians": 2}
FLAT = ("gaussian", "two-gaussians")  # of one dimension
SHORT = {
    "minimax": "Minimax",
    "non-saturating": "Non-saturating",
    "wgan": "WGAN",
    "wgan-gp": "WGAN-GP",
}
CRITICS = ("wgan", "wgan-gp")  # which give no probability


def line_name(name: str) -> tuple[str, str] | None:
    """The diagram of a figure, and its line there."""
    return LINES.get(name)


def figures_of(spec: LabDuel, step: int, values: dict[str, float]) -> list[Figure]:
    """What stands above the plane."""
    shown = [Figure("step", f"{step:,}", "Steps that both have done")]
    if "modes" in values:
        total = MODES.get(spec.distribution, 0)
        tip = "Gaussians that get at least a fifth of their share of made points"
        shown.append(Figure("modes covered", f"{values['modes']:.0f} of {total}", tip))
    if "divergence" in values:
        tip = "Jensen-Shannon divergence of both clouds in nats: 0 alike, 0.69 apart"
        shown.append(Figure("divergence", f"{values['divergence']:.3f}", tip))
    if "in modes" in values:
        tip = "Made points within four sigmas of any Gaussian"
        shown.append(Figure("in a mode", f"{100 * values['in modes']:.0f} %", tip))
    if "gradient generator" in values:
        tip = "Length of the gradient that the generator learns from"
        shown.append(Figure(GRADIENT_NAME, f"{values['gradient generator']:.2g}", tip))
    if "distance" in values:
        tip = "What the critic takes for the distance of both clouds (Wasserstein)"
        shown.append(Figure("critic's distance", f"{values['distance']:.2f}", tip))
    return shown


def duel_words(spec: LabDuel, step: int, values: dict[str, float]) -> str:
    """A duel in a few words: what it is, how far it came."""
    words = [SHORT[spec.loss], f"step {step:,}"]
    if "modes" in values:
        words.append(f"{values['modes']:.0f} of {MODES.get(spec.distribution, 0)} modes")
    return " · ".join(words)


def remedy_words(broken: LabDuel, mended: LabDuel) -> str:
    """What the mended one has that the broken one has not."""
    if mended.loss != broken.loss:
        return SHORT[mended.loss]
    named = knobs_of(LabDuel)
    changed = [k.label for each, k in named if _differ(broken, mended, each.name)]
    return ", ".join(changed)


def _differ(one: LabDuel, other: LabDuel, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))
