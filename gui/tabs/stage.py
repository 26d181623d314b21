"""What one looks at: the picture, a preview of one region, or the result."""

from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRect, QRectF, QSize, QTimer, Signal

from engine.specs import Denoise, Upscale
from gui.paint import Shown
from gui.tabs.session import Session
from gui.widgets.compare import Compare

Task = Denoise | Upscale
SETTLE_MS = 120  # settings and views rest this long before the preview follows
DETAIL_LIMIT = 150e6  # px; larger pictures are not opened whole just to be looked at
EDGE, LEAST = 512, 64  # px, the preview region's longest and shortest side


class Stage(QObject):
    """Drives a compare view from a session.

    `task` gives the settings as they stand, `result_size` what they make of a picture's size,
    `after` the words on the right half.
    """

    facts_changed = Signal()

    def __init__(
        self,
        view: Compare,
        session: Session,
        task: Callable[[], Task],
        result_size: Callable[[Task, QSize], QSize],
        after: Callable[[Task, dict[str, Any]], str],
    ) -> None:
        super().__init__(view)
        self.view, self.session = view, session
        self._task, self._result_size, self._after = task, result_size, after
        self.path: Path | None = None
        self.facts: dict[str, Any] = {}
        self._target: Path | None = None
        self._size = QSize(1, 1)
        self._opened = False
        self._pinned: QRect | None = None
        self._detail_asked: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self._refresh)
        view.view_changed.connect(self._view_changed)
        view.region_dragged.connect(self._pin)
        session.looked.connect(self._looked)
        session.detailed.connect(self._detailed)
        session.result.connect(self._result)
        session.patched.connect(self._patched)

    @property
    def size(self) -> QSize:
        """The picture's size in px; 0 x 0 while it is not known."""
        return self._size if self._opened else QSize(0, 0)

    def show(self, path: Path, target: Path | None = None) -> None:
        """Look at a picture, and at its result where there is one."""
        self.session.forget("detail", "result", "preview")
        self.path, self.facts, self._opened = path, {}, False
        self._target, self._pinned = target, None
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
            self.view.set_region(None)
            self.view.set_patch(None, QRect())
        if lane in ("look", "preview", "result"):
            self.view.set_message(words)

    def settings_changed(self) -> None:
        """The result, if one was shown, is no longer what the settings make."""
        self._target = None
        self.session.forget("result")
        self.view.set_after(None)
        if self._opened:
            self.view.set_result_size(self._result_size(self._task(), self._size))
        self._soon.start()

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
        self.view.open(picture, self._size, self._result_size(self._task(), self._size))
        if self._target is not None and self.path is not None:
            self.session.see_result(self.path, self._target)
        else:
            self._soon.start()

    def _view_changed(self) -> None:
        if self._opened:
            self._want_detail()
            self._soon.start()

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
        self.view.set_after(shown.picture)
        self.view.set_labels("Before", f"After · {self._target.name}")
        self._want_detail()

    def _pin(self, region: QRect) -> None:
        self._pinned = region
        self._soon.start()

    def _refresh(self) -> None:
        """Ask for the preview region as the settings now are."""
        if not self._opened or self.path is None or self.view.has_after or self._target:
            return
        task = self._task()
        box = self.region(task)
        self.view.set_region(box, busy=True)
        self.view.set_labels("Before", self._after(task, self.facts))
        self.session.preview(task, self.path, (box.x(), box.y(), box.width(), box.height()))

    def region(self, task: Task) -> QRect:
        """The part to preview: where it was dragged to while that is in sight, else the middle."""
        seen = self.view.visible()
        if self._pinned is not None and seen.intersects(QRectF(self._pinned)):
            return self._pinned
        self._pinned = None
        scale = self._result_size(task, self._size).width() / self._size.width()
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
        if path != self.path or self.view.has_after:
            return
        self.view.set_message("")
        box = QRect(*(int(side) for side in shown.facts["box"]))
        self.view.set_patch(shown.picture, box)
        self.view.set_region(box)
        if "sigma" in shown.facts:
            self.facts.setdefault("sigma", shown.facts["sigma"])
        self.view.set_labels("Before", self._after(self._task(), self.facts))
        self.facts_changed.emit()
