"""The colours of the lab: what is real, what is made, and up to ten classes.

Blue beside the accent, and the classes after Okabe and Ito: people who see fewer colours can tell
them apart, on a dark ground and on a light one.
"""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from gui.theme import Tokens

DARK_CLASSES = (
    *("#56b4e9", "#f0a93a", "#2fbf94", "#ef6f3c", "#dd8fbd"),
    *("#8d9bff", "#efe25a", "#e8e6e3", "#a1845c", "#8f9298"),
)
LIGHT_CLASSES = (
    *("#0072b2", "#c98a00", "#00815f", "#d0481a", "#b0528a"),
    *("#4b55c8", "#9a8d00", "#1d1e20", "#7b5c34", "#8a8c90"),
)


@dataclass(frozen=True, slots=True)
class LabInk:
    """`made` is what a generator makes, `judge` the discriminator's own lines."""

    ground: QColor
    text: QColor
    quiet: QColor
    line: QColor
    accent: QColor
    real: QColor
    made: QColor
    judge: QColor
    classes: tuple[QColor, ...]

    def of(self, number: int) -> QColor:
        """The colour of a class."""
        return self.classes[number % len(self.classes)]


def lab_ink(tokens: Tokens) -> LabInk:
    """The colours that go with a theme."""
    dark = QColor(tokens.canvas).lightness() < 128
    return LabInk(
        ground=QColor(tokens.canvas),
        text=QColor(tokens.text),
        quiet=QColor(tokens.quiet),
        line=QColor(tokens.line),
        accent=QColor(tokens.accent),
        real=QColor("#4aa3ff" if dark else "#1767c2"),
        made=QColor(tokens.accent),
        judge=QColor(tokens.good),
        classes=tuple(QColor(each) for each in (DARK_CLASSES if dark else LIGHT_CLASSES)),
    )
