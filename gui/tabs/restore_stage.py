"""What one looks at in Restore: what a list of steps makes of a picture, as far as is of use."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, QTimer, Signal

from engine.specs import DenoiseStep, OldPhotoStep, PictureStep, PreviewSteps, ScratchesStep
from gui.jobs import EngineThread
from gui.notices import words_of
from gui.paint import Picture, Shown
from gui.tabs.follow import Follow
from gui.tabs.session import Session
from gui.tabs.stage import SCREEN, Stage, Subject
from gui.widgets.compare import Compare
from gui.widgets.job_strip import PREVIEW

PATIENCE_MS = 1500  # an answer that is no longer wanted may take so long still
MIDDLE_PX = 300_000  # px in sight that are worked out at once: about a second of denoising
ROUGH = 768  # px, the long side of what is shown first where a step is slow
SLOW = (DenoiseStep, ScratchesStep, OldPhotoStep)
SOON_MS = 15  # changes that come together are one
Steps = tuple[PictureStep, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What to compare: what these two lists make of the picture, and what that is called."""

    before: Steps
    after: Steps
    words: tuple[str, str] = ("Before", "After")


@dataclass(frozen=True, slots=True)
class Wish:
    """One question to the engine, and what its answer is for."""

    part: str  # "before", "after": all of it; "near", "near before": what is in sight, full size
    steps: Steps
    longest: int
    box: tuple[int, int, int, int] | None = None


class StepsStage(Stage):
    """Asks one question at a time: first what is before, then after, then closer."""

    answered = Signal()  # what is seen is what the steps make
    refused = Signal(object)  # the engine says why it cannot be, an exception

    def __init__(
        self,
        view: Compare,
        session: Session,
        subject: Subject,
        wanted: Callable[[], Look],
        engine: EngineThread,
    ) -> None:
        super().__init__(view, session, subject)
        self._wanted = wanted
        self._plain: Picture | None = None
        self._shown: dict[str, Wish] = {}  # what is on the screen, by part
        self._asked: Wish | None = None
        self._bad: Wish | None = None
        self._seen_size = QSize(0, 0)
        self._notes: dict[str, Wish] = {}  # what was said, and of what
        self.follow = Follow(
            self, engine, "restore.steps", self._question, label=PREVIEW, patience_ms=PATIENCE_MS
        )
        self.follow.shown.connect(self._heard)
        self.follow.noted.connect(self._noted)
        self.follow.failed.connect(self._broke)
        self._soon.setInterval(SOON_MS)
        self._near_soon = QTimer(self)
        self._near_soon.setSingleShot(True)
        self._near_soon.setInterval(120)
        self._near_soon.timeout.connect(self.follow.ask)

    # -- what the tab asks ----------------------------------------------------------------------

    @property
    def size_seen(self) -> QSize:
        """The size in px of what is before, steps that move it done."""
        return self._seen_size if self._opened else QSize(0, 0)

    def show(self, path: Path, target: Path | None = None) -> None:
        """Look at another picture."""
        self.follow.forget()
        self._shown, self._bad, self._plain, self._notes = {}, None, None, {}
        super().show(path, target)

    def settings_changed(self) -> None:
        """Other steps, or another one is looked at."""
        self.session.forget("result")
        if self._target is not None:
            self._target = None
            self._forget_result()
        if not self._soon.isActive():
            self._soon.start()

    @property
    def settled(self) -> bool:
        """Whether what is seen is what the steps make now."""
        if self._target is not None or not self._opened:
            return False
        wanted = _active(self._wanted().after)
        parts = [self._shown.get(part) for part in ("after", "near")]
        return any(wish is not None and wish.steps == wanted for wish in parts)

    def words(self) -> list[str]:
        """What the engine had to say about these steps."""
        wanted = _active(self._wanted().after)
        return [text for text, of in self._notes.items() if wanted[: len(of.steps)] == of.steps]

    # -- questions ------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if self._opened and self.path is not None:
            self.follow.ask()

    def _question(self) -> PreviewSteps | None:
        if not self._opened or self.path is None or not self.view.isVisible():
            return None
        wish = self._wish()
        if wish is not None and wish == self._bad:
            return None
        if self._bad is not None:  # what could not be is not wanted any more
            self._bad = None
            self.view.set_message("")
        if wish is None:
            return None
        self._asked = wish
        device = getattr(self._subject.spec(), "device", "auto")
        return PreviewSteps(self.path, wish.steps, wish.longest, wish.box, device=device)

    def _wish(self) -> Wish | None:
        """What is wanted next; None where everything is there."""
        look = self._wanted()
        before, after = _active(look.before), _active(look.after)
        longest = SCREEN if self._reduced else 0
        if not before:
            self._use_looked()
        elif (shown := self._shown.get("before")) is None or shown.steps != before:
            return Wish("before", before, longest)
        self.view.set_labels(*look.words)
        if self._target is not None:
            return None
        if not after or after == before:
            self._show_nothing_made()
            return None
        near = self._near(after)
        if near is None or not (self.view.has_after or self._close):
            return self._whole(after, longest)
        if self._shown.get("near") != near:
            return near
        if not self.view.has_after:
            return self._whole(after, longest)
        same = Wish("near before", before, 0, near.box)  # what is seen closer can be compared
        return same if before and self._shown.get("near before") != same else None

    @property
    def _close(self) -> bool:
        """Whether less than half of it is in sight."""
        seen = self.view.visible().intersected(QRectF(QPoint(0, 0), self._seen_size))
        whole = self._seen_size.width() * self._seen_size.height()
        return 2 * seen.width() * seen.height() < whole

    def _whole(self, after: Steps, longest: int) -> Wish | None:
        """All of it; where that takes long, first as it is from afar."""
        shown, wish = self._shown.get("after"), Wish("after", after, longest)
        slow = any(isinstance(step, SLOW) for step in after)
        first = Wish("after", after, ROUGH)
        large = max(self._size.width(), self._size.height()) > 1.5 * ROUGH
        if slow and large and shown not in (first, wish):
            return first
        return wish if shown != wish else None

    def _near(self, after: Steps) -> Wish | None:
        """What is in sight, at full size, where the screen shows more than was asked for.

        Of much that is in sight the middle comes first: one need not wait long for that.
        """
        longest = max(self._size.width(), self._size.height())
        drawn = self.view.viewport.picture.width() * self.view.viewport.zoom
        if longest <= SCREEN or self._seen_size.width() * SCREEN / longest >= drawn:
            return None
        box = self.view.visible().toAlignedRect().intersected(QRect(QPoint(0, 0), self._seen_size))
        if box.isEmpty():
            return None
        shown = self._shown.get("near")
        if shown is not None and shown.steps == after:
            there = QRect(*(shown.box or ()))
            if there.contains(box):
                return shown
            if there.contains(middle(box)):
                return Wish("near", after, 0, (box.x(), box.y(), box.width(), box.height()))
        box = middle(box)
        return Wish("near", after, 0, (box.x(), box.y(), box.width(), box.height()))

    # -- answers --------------------------------------------------------------------------------

    def _heard(self, shown: Shown) -> None:
        wish, self._asked = self._asked, None
        if wish is None or shown.name != "after" or self._target is not None:
            return
        self._bad = None
        self._shown[wish.part] = wish
        self.view.set_message("")
        match wish.part:
            case "near before":
                self.view.set_before_patch(shown.picture, QRect(*(wish.box or ())))
            case "before":
                self._show_before(shown.picture, self._grown(shown.picture.size))
            case "after":
                near = self._shown.get("near")
                if near is not None and near.steps != wish.steps:
                    del self._shown["near"]
                    self.view.set_patch(None, QRect())
                self.view.set_region(None)
                self.view.set_after(shown.picture)
            case _:
                assert wish.box is not None
                self.view.set_patch(shown.picture, QRect(*wish.box))
                self._shown.pop("after", None)  # around it the older one is still seen
        self.answered.emit()
        self.follow.ask()

    def _noted(self, text: str) -> None:
        passing = text.startswith("Warming up")  # over before it is read; the strip says it, too
        if self._asked is not None and "before" not in self._asked.part and not passing:
            asked = self._asked  # of the same steps, a closer look knows better
            kept = {said: of for said, of in self._notes.items() if of.steps != asked.steps}
            now = {said: of for said, of in self._notes.items() if of == asked}
            self._notes = kept | now | {text: asked}
            self.facts_changed.emit()

    def _broke(self, error: BaseException) -> None:
        self._bad, self._asked = self._asked, None
        self.refused.emit(error)
        self.complain("preview", words_of(error))

    @property
    def _reduced(self) -> bool:
        """Whether all of it is shown smaller than it is."""
        return max(self._size.width(), self._size.height()) > SCREEN

    def _grown(self, size: QSize) -> QSize:
        """How large what the screen shows so large is at full size."""
        longest = max(self._size.width(), self._size.height())
        more = longest / min(longest, SCREEN)
        return QSize(round(size.width() * more), round(size.height() * more))

    def _use_looked(self) -> None:
        if self._plain is not None and "before" in self._shown:
            del self._shown["before"]
            self._show_before(self._plain, self._size)

    def _show_before(self, picture: Picture, size: QSize) -> None:
        """Another picture to compare with; where its shape is another one, it is fitted anew."""
        self._shown.pop("near before", None)
        self.view.set_before_patch(None, QRect())
        result = self._subject.result_size(self._subject.spec(), size)
        if size == self._seen_size:
            self.view.refine(picture)
            return
        self._seen_size = size
        self._forget_result()
        self.view.open(picture, size, result)
        if self._target is not None and self.path is not None:
            self.session.see_result(self.path, self._target)
        self.facts_changed.emit()

    def _forget_result(self) -> None:
        for part in ("after", "near"):
            self._shown.pop(part, None)

    # -- what every stage does, here ------------------------------------------------------------

    def _open(self, shown: Shown) -> None:
        self._plain = shown.picture
        super()._open(shown)
        self._seen_size = QSize(self._size)
        self._soon.start()

    def _detailed(self, path: Path, shown: Shown) -> None:
        if path == self.path:
            self._plain = shown.picture
            if "before" not in self._shown:
                super()._detailed(path, shown)

    def _view_changed(self) -> None:
        if self._opened:
            self._want_detail()
            if self._target is None:
                self._near_soon.start()

    def _come_closer(self) -> None:
        """Part of the questions here."""

    def _show_nothing_made(self) -> None:
        self._forget_result()
        super()._show_nothing_made()


def middle(box: QRect) -> QRect:
    """Its middle, of about `MIDDLE_PX`; all of a small one."""
    ratio = min(1.0, (MIDDLE_PX / (box.width() * box.height())) ** 0.5)
    size = QSize(max(1, round(box.width() * ratio)), max(1, round(box.height() * ratio)))
    made = QRect(QPoint(0, 0), size)
    made.moveCenter(box.center())
    return made.intersected(box)


def _active(steps: Steps) -> Steps:
    """Those that do something: switching another one off asks nothing anew."""
    return tuple(step for step in steps if step.on)
