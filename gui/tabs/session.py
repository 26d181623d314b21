"""What a picture tab asks of the engine while one looks and turns knobs: newest answers only."""

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRect, Signal, SignalInstance

from engine.job import Failed, Planned, Preview, Skipped, Started
from engine.specs import Look, PictureTask, PreviewCrop, Thumbnails
from gui.jobs import EngineThread, Ticket
from gui.paint import Shown
from gui.widgets.job_strip import PREVIEW

LABELS = {  # what the strip says where it takes long
    "look": "Opening the picture",
    "detail": "Opening every pixel of the picture",
    "result": "Opening the result",
    "preview": PREVIEW,
    "closer": "Looking closer",
    "plan": "Looking through the folder",
}
THUMBS_AT_ONCE = 6  # few, so that a preview never waits long behind them


class Session(QObject):
    """Looks, previews, thumbnails and plans of one tab."""

    looked = Signal(object, object)  # path, Shown: the picture, or new facts of it
    detailed = Signal(object, object)  # path, Shown: the same at full size
    result = Signal(object, object)  # path of the source, Shown
    patched = Signal(object, object)  # path, Shown "after" with its box in the facts
    closer = Signal(object, object)  # path, Shown "after" at full size, its box in the facts
    thumb = Signal(object, object)  # path, Shown
    thumbs_done = Signal()
    planned = Signal(object, object, object)  # pairs, skipped, failed
    failed = Signal(str, object)  # what was asked, the exception

    def __init__(self, parent: QObject, engine: EngineThread, name: str) -> None:
        super().__init__(parent)
        self._engine = engine
        self._name = name
        self._numbers = count()
        self._newest: dict[str, int] = {}
        self._plan: tuple[list[Any], list[Skipped], list[Failed]] = ([], [], [])

    def look(self, path: Path) -> None:
        """Open a picture at the size of a screen; its noise level follows as further facts."""
        self._ask("look", Look(path), partial(self._shown, self.looked, path))

    def detail(self, path: Path) -> None:
        """Open it at full size."""
        heard = partial(self._shown, self.detailed, path)
        self._ask("detail", Look(path, longest=0), heard, until=Preview)

    def see_result(self, source: Path, target: Path, longest: int = 2048) -> None:
        """Open what became of a picture."""
        heard = partial(self._shown, self.result, source)
        self._ask("result", Look(target, longest=longest), heard, until=Preview)

    def preview(self, task: Any, path: Path, box: QRect, longest: int = 0) -> None:
        """Work on one region; the result at most `longest` px long, 0 for its full size."""
        spec = PreviewCrop(task, path, _sides(box), longest)
        self._ask("preview", spec, partial(self._made, self.patched, path))

    def come_closer(self, task: Any, path: Path, box: QRect) -> None:
        """What was worked on as a whole, a part of it at full size."""
        spec = PreviewCrop(task, path, _sides(box))
        self._ask("closer", spec, partial(self._made, self.closer, path))

    def _made(self, signal: SignalInstance, path: Path, event: Any) -> None:
        if isinstance(event, Shown) and event.name == "after":
            signal.emit(path, event)

    def thumbs(self, paths: tuple[Path, ...]) -> None:
        """Small pictures of these."""

        def heard(event: Any) -> None:
            if isinstance(event, Shown):
                self.thumb.emit(Path(event.name), event)

        self._ask("thumbs", Thumbnails(paths), heard, lambda _: self.thumbs_done.emit())

    def plan(self, task: PictureTask) -> None:
        """What a folder job would do: its events up to the first file, then it is dropped."""
        self._plan = ([], [], [])
        self._ask("plan", task, self._heard_plan, self._tell_plan, Started)

    def forget(self, *lanes: str) -> None:
        """Whatever still comes from these lanes is of no interest any more."""
        for lane in lanes:
            self._newest.pop(lane, None)

    def _heard_plan(self, event: Any) -> None:
        match event:
            case Planned():
                self._plan[0].extend(event.pairs)
            case Skipped():
                self._plan[1].append(event)
            case Failed():
                self._plan[2].append(event)
            case _:
                pass

    def _tell_plan(self, _: Any) -> None:
        self.planned.emit(*self._plan)

    def _shown(self, signal: SignalInstance, path: Path, event: Any) -> None:
        if isinstance(event, Shown):
            signal.emit(path, event)

    def _ask(
        self,
        lane: str,
        spec: Any,
        heard: Callable[[Any], None],
        done: Callable[[Any], None] | None = None,
        until: type | None = None,
    ) -> None:
        number = next(self._numbers)
        self._newest[lane] = number
        ticket = Ticket(spec, f"{self._name}.{lane}", label=LABELS.get(lane, ""), until=until)
        ticket.happened.connect(partial(self._pass_on, lane, number, heard))
        ticket.failed.connect(partial(self._pass_on, lane, number, partial(self.failed.emit, lane)))
        if done is not None:
            ticket.finished.connect(partial(self._pass_on, lane, number, done))
        self._engine.submit(ticket)

    def _pass_on(self, lane: str, number: int, to: Callable[[Any], None], what: Any) -> None:
        if self._newest.get(lane) == number:
            to(what)


def _sides(box: QRect) -> tuple[int, int, int, int]:
    return box.x(), box.y(), box.width(), box.height()
