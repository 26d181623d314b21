"""What one looks at: the picture, a preview of one region, or the result."""

from math import ceil
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, QTimer, Signal

from engine.specs import PictureTask
from gui.paint import Shown
from gui.tabs.session import Session
from gui.widgets.compare import Compare

SETTLE_MS = 120  # settings and views rest this long before the preview follows
DETAIL_LIMIT = 150e6  # px; larger pictures are not opened whole just to be looked at
EDGE, LEAST = 512, 64  # px, the preview region's longest and shortest side
SCREEN = 2048  # px, the long side of a preview of all of a picture


class Subject(Protocol):
    """What is to be seen: a task as its tab has it.

    `whole`: the preview is of all of the picture, not of a region.
    """

    whole: bool

    def spec(self) -> PictureTask:
        """The settings as they stand."""

    def result_size(self, task: Any, size: QSize) -> QSize:
        """How large the result of a picture of that size is."""

    def after_words(self, task: Any, facts: dict[str, Any]) -> str:
        """The words on the right half."""

    def lacks(self) -> str:
        """What is missing before there can be a result; "" where nothing is."""


class Stage(QObject):
    """Drives a compare view from a session."""

    facts_changed = Signal()

    def __init__(self, view: Compare, session: Session, subject: Subject) -> None:
        super().__init__(view)
        self.view, self.session, self._subject = view, session, subject
        self.path: Path | None = None
        self.facts: dict[str, Any] = {}
        self._target: Path | None = None
        self._size = QSize(1, 1)
        self._opened = False
        self._pinned: QRect | None = None
        self._closer_box = QRect()  # asked for at full size
        self._detail_asked: set[str] = set()
        self._soon, self._closer_soon = QTimer(self), QTimer(self)
        for timer, do in ((self._soon, self._refresh), (self._closer_soon, self._come_closer)):
            timer.setSingleShot(True)
            timer.setInterval(SETTLE_MS)
            timer.timeout.connect(do)
        view.view_changed.connect(self._view_changed)
        view.region_dragged.connect(self._pin)
        session.looked.connect(self._looked)
        session.detailed.connect(self._detailed)
        session.result.connect(self._result)
        session.patched.connect(self._patched)
        session.closer.connect(self._closer)

    @property
    def size(self) -> QSize:
        """The picture's size in px; 0 x 0 while it is not known."""
        return self._size if self._opened else QSize(0, 0)

    def show(self, path: Path, target: Path | None = None) -> None:
        """Look at a picture, and at its result where there is one."""
        self.session.forget("detail", "result", "preview", "closer")
        self.path, self.facts, self._opened = path, {}, False
        self._target, self._pinned, self._closer_box = target, None, QRect()
        self._detail_asked.clear()
        self.view.set_message("")
        self.session.look(path)
        self.facts_changed.emit()

    def show_result(self, target: Path) -> None:
        """The picture that is looked at was worked on and saved."""
        self._target = target
        self._detail_asked.discard("result")
        if self._opened and self.path is not None:
            self.session.see_result(self.path, target)

    def complain(self, lane: str, words: str) -> None:
        """Something that was asked for cannot be shown."""
        if lane == "look":
            self.view.clear()
        if lane == "preview":
            self._show_nothing_made()
        if lane in ("look", "preview", "result"):
            self.view.set_message(words)

    def settings_changed(self) -> None:
        """The result, if one was shown, is no longer what the settings make."""
        self._target = None
        self.session.forget("result", "closer")
        self._closer_box = QRect()
        if self._subject.whole:
            self.view.set_patch(None, QRect())  # the rest stays until the new one is there
        else:
            self.view.set_after(None)
        if self._opened:
            self.view.set_result_size(self._result_size())
        self._soon.start()

    def _show_nothing_made(self) -> None:
        self.view.set_after(None)
        self.view.set_region(None)
        self.view.set_patch(None, QRect())

    def _result_size(self) -> QSize:
        return self._subject.result_size(self._subject.spec(), self._size)

    def _looked(self, path: Path, shown: Shown) -> None:
        if path != self.path:
            return
        self.facts |= shown.facts
        if shown.name == "picture":
            self._open(shown)
        self.facts_changed.emit()

    def _open(self, shown: Shown) -> None:
        picture = shown.picture
        self._size = QSize(
            int(shown.facts.get("width", picture.size.width())),
            int(shown.facts.get("height", picture.size.height())),
        )
        self._opened = True
        self.view.open(picture, self._size, self._result_size())
        if self._target is not None and self.path is not None:
            self.session.see_result(self.path, self._target)
        else:
            self._soon.start()

    def _view_changed(self) -> None:
        if self._opened:
            self._want_detail()
            if not self._subject.whole:
                self._soon.start()
            elif self._target is None and self.view.has_after:
                self._closer_soon.start()

    def _want_detail(self) -> None:
        """Ask for every pixel once more of them are seen than were loaded."""
        if self.path is None or self._size.width() * self._size.height() > DETAIL_LIMIT:
            return
        drawn = self.view.viewport.picture.width() * self.view.viewport.zoom
        loaded = self.view.before_width
        if loaded < min(self._size.width(), drawn * 0.98) and "before" not in self._detail_asked:
            self._detail_asked.add("before")
            self.session.detail(self.path)
        result = self.view.after_width
        whole = self.view.viewport.picture.width()
        wanted = self._target is not None and 0 < result < min(whole, drawn * 0.98)
        if wanted and "result" not in self._detail_asked and self._target is not None:
            self._detail_asked.add("result")
            self.session.see_result(self.path, self._target, longest=0)

    def _detailed(self, path: Path, shown: Shown) -> None:
        if path == self.path:
            self.view.refine(shown.picture)

    def _result(self, path: Path, shown: Shown) -> None:
        if path != self.path or self._target is None:
            return
        facts = shown.facts
        size = QSize(int(facts.get("width", 0)), int(facts.get("height", 0)))
        if not size.isEmpty():
            self.view.set_result_size(size)
        self.view.set_region(None)
        self.view.set_patch(None, QRect())
        self.view.set_after(shown.picture)
        self.view.set_labels("Before", f"After · {self._target.name}")
        self._want_detail()

    def _pin(self, region: QRect) -> None:
        self._pinned = region
        self._soon.start()

    def _refresh(self) -> None:
        """Ask for the preview as the settings now are."""
        if not self._opened or self.path is None or self._target:
            return
        lacks = self._subject.lacks()
        self.view.set_message(lacks)
        if lacks:
            self._show_nothing_made()
            return
        task = self._subject.spec()
        self.view.set_labels("Before", self._subject.after_words(task, self.facts))
        if self._subject.whole:
            self.session.preview(task, self.path, QRect(QPoint(0, 0), self._size), SCREEN)
        else:
            box = self.region(task)
            self.view.set_region(box, busy=True)
            self.session.preview(task, self.path, box)

    def _come_closer(self) -> None:
        """Ask for what is in sight at full size, once it is seen larger than it was made."""
        view = self.view.viewport
        drawn = view.picture.width() * view.zoom
        box = self.view.visible().toAlignedRect().intersected(QRect(QPoint(0, 0), self._size))
        enough = self.view.after_width >= min(self._size.width(), drawn * 0.98)
        if enough or box.isEmpty() or self._closer_box.contains(box) or self.path is None:
            return
        self._closer_box = box
        self.session.come_closer(self._subject.spec(), self.path, box)

    def region(self, task: PictureTask) -> QRect:
        """The part to preview: where it was dragged to while that is in sight, else the middle."""
        seen = self.view.visible()
        if self._pinned is not None and seen.intersects(QRectF(self._pinned)):
            return self._pinned
        self._pinned = None
        size = self._subject.result_size(task, self._size)
        scale = size.width() / self._size.width()
        edge = round(EDGE / max(1.0, scale / 2))  # the result of it stays near a thousand px
        width = min(self._size.width(), edge, max(LEAST, ceil(seen.width())))
        height = min(self._size.height(), edge, max(LEAST, ceil(seen.height())))
        left = round(seen.center().x() - width / 2)
        top = round(seen.center().y() - height / 2)
        return QRect(
            min(max(0, left), self._size.width() - width),
            min(max(0, top), self._size.height() - height),
            width,
            height,
        )

    def _patched(self, path: Path, shown: Shown) -> None:
        if path != self.path or self._target is not None:
            return
        self.view.set_message("")
        box = QRect(*(int(side) for side in shown.facts["box"]))
        if self._subject.whole:
            self.view.set_after(shown.picture)
            self._come_closer()
        else:
            self.view.set_patch(shown.picture, box)
            self.view.set_region(box)
        if "sigma" in shown.facts:
            self.facts.setdefault("sigma", shown.facts["sigma"])
        words = self._subject.after_words(self._subject.spec(), self.facts)
        self.view.set_labels("Before", words)
        self.facts_changed.emit()

    def _closer(self, path: Path, shown: Shown) -> None:
        if path == self.path and self._target is None and not self._closer_box.isEmpty():
            box = QRect(*(int(side) for side in shown.facts["box"]))
            self.view.set_patch(shown.picture, box)
