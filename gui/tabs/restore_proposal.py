"""Where a picture is scratched, outlined while one sets how fine a scratch may be."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent

from engine.specs import PictureStep, ProposeMask, ScratchesStep
from gui.notices import words_of
from gui.paint import Shown
from gui.tabs import Desk
from gui.tabs.follow import Follow
from gui.tabs.restore_tools import ScratchTools
from gui.widgets.mask import MaskSheet
from gui.widgets.mask_hand import MaskHand

PATIENCE_MS = 500
LOOKING = "Looking for scratches"


class FoundHand(MaskHand):
    """Shows a mask and leaves the mouse to the picture."""

    def press(self, at: QPointF, event: QMouseEvent) -> bool:  # noqa: ARG002
        """The picture's."""
        return False

    def hover(self, at: QPointF | None) -> None:
        """No ring."""

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002
        """The picture's, too."""
        return False

    def cursor(self, at: QPointF) -> Qt.CursorShape:  # noqa: ARG002
        """One may move the picture."""
        return Qt.CursorShape.OpenHandCursor


class Proposal(QObject):
    """Asks for the mask as often as it can be answered."""

    def __init__(self, parent: QObject, desk: Desk, tools: ScratchTools) -> None:
        super().__init__(parent)
        self._desk, self._tools = desk, tools
        self.hand = FoundHand()
        self._wanted: ProposeMask | None = None
        self._answered: ProposeMask | None = None
        self.follow = Follow(
            self,
            desk.engine,
            "restore.scratches",
            self._question,
            label=LOOKING,
            patience_ms=PATIENCE_MS,
        )
        self.follow.shown.connect(self._heard)
        self.follow.failed.connect(self._broke)

    def look(
        self, path: Path, size: QSize, step: ScratchesStep, before: tuple[PictureStep, ...]
    ) -> None:
        """Find what this step would mend on that picture after the steps before it."""
        device = str(self._desk.prefs.read("device", "auto"))
        steps = tuple(each for each in before if each.on)
        wanted = ProposeMask(path, step.sensitivity, steps, step.model, device=device)
        if self._wanted is None or self._wanted.picture != path:
            self._show(MaskSheet(size), "Looking for scratches …")
        if wanted != self._wanted:
            self._wanted = wanted
            self.follow.ask()

    def forget(self) -> None:
        """Nobody looks at it any more."""
        self._wanted, self._answered = None, None
        self.follow.forget()

    def _question(self) -> ProposeMask | None:
        return self._wanted if self._wanted != self._answered else None

    def _heard(self, shown: Shown) -> None:
        if self._wanted is None or shown.name != "mask":
            return
        facts: dict[str, Any] = shown.facts
        self._answered = self._wanted
        image = QImage.fromData(facts["png"])
        sheet = MaskSheet(QSize(int(facts["width"]), int(facts["height"])))
        sheet.start(image, QPoint(0, 0))
        share = 100 * float(facts["share"])
        found = f"{share:.1f} % of the picture is outlined: that is mended."
        self._show(sheet, found if share else "No scratches were found. Raise the sensitivity.")

    def _show(self, sheet: MaskSheet, words: str) -> None:
        self.hand.use(sheet)
        self.hand.show_done(True)
        self._tools.say(words)
        self._tools.button.setEnabled(not sheet.blank)

    def _broke(self, error: BaseException) -> None:
        self._answered = self._wanted
        self._tools.say(words_of(error), bad=True)
