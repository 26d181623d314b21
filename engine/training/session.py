"""One run at work: a step, an exam, a checkpoint, the model it leaves."""

import json
import logging
import math
import shutil
from collections.abc import Generator
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine import catalogue, places
from engine.errors import UserError
from engine.files import unwritable, whole
from engine.job import Curve, Event, Note, Preview, Step
from engine.specs import Train, Trained
from engine.training import checkpoints, sheets
from engine.training.batches import Batches
from engine.training.card import card_of
from engine.training.data import Drawn, Pictures
from engine.training.dice import torch_dice
from engine.training.gear import Gear, average, copied, out_of_memory
from engine.training.lesson import MODEL, Batch, Exam, Lesson, Marked
from engine.training.progress import FAULTS, REASONS, Due, Progress, due, schedule, share, shown
from engine.training.runs import Folder

log = logging.getLogger(__name__)
TELL_SECONDS = 1.0  # between two points of the curves


class Session:
    """The networks, their averages, and how far they are. One thread, one run."""

    def __init__(
        self, spec: Train, lesson: Lesson, gear: Gear, folder: Folder, pictures: Pictures
    ) -> None:
        self.lesson, self.gear, self.folder = lesson, gear, folder
        self.progress = Progress(precision=gear.precision)
        learned, held_back = lesson.split(pictures)
        self.spec = lesson.budget(learned)
        number = -(-lesson.size // gear.processes)
        self.batches = Batches(learned, lesson.crops(number), spec.seed, gear.rank)
        self.exam = lesson.exam(held_back) if gear.main else None
        self.count = len(pictures)
        lesson.set_up(gear.device)
        self.judged: nn.Module = deepcopy(lesson.modules[MODEL]).to(gear.device).eval()
        gear.take(lesson)
        self.averaged = copied(gear.plain[MODEL])
        self.figures: dict[str, list[float]] = {}
        self.told = monotonic()
        self.pace = (0, 0.0, 0.0)  # step, seconds and steps a second, when last looked at
        self.events: sheets.EventFile | None = None
        self.kept = -1  # the step of the newest checkpoint

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint. UserError where it is another network's."""
        try:
            self.gear.load(state)
            self.averaged = {k: v.to(self.gear.device) for k, v in state["averaged"].items()}
            self.progress = Progress(**state["progress"])
        except (RuntimeError, KeyError, TypeError, ValueError) as why:
            log.info("%s: %s", self.folder.path, why)
            raise UserError(
                f"The checkpoint of {self.spec.name} does not fit its settings.",
                "Start a new run under another name.",
            ) from why
        self.kept = self.progress.step

    def due(self) -> Due:
        """What comes next, the same in every process."""
        slow = self.gear.device.type == "cpu"
        mine = due(self.spec, self.progress, slow=slow)
        said = self.gear.agree(
            self.progress.seconds, mine.exam, mine.checkpoint, REASONS.index(mine.why)
        )
        self.progress.seconds = said[0]
        return Due(bool(said[1]), bool(said[2]), REASONS[int(said[3])])

    # --- a step ---

    def learn(self, drawn: Drawn) -> Generator[Event, None, None]:
        """One step on one batch; where memory runs out, the same with smaller pieces."""
        while True:
            try:
                yield from self._learn(drawn)
            except RuntimeError as why:
                if not out_of_memory(why):
                    raise
                yield self._split()
                continue
            self.progress.step += 1
            return

    def _learn(self, drawn: Drawn) -> Generator[Event, None, None]:
        progress, gear, lesson = self.progress, self.gear, self.lesson
        rate = lesson.rate * progress.factor * schedule(self.spec, progress, lesson.falling)
        lesson.step = progress.step
        parts = lesson.parts(share(self.spec, progress))
        gear.set_rate(rate, lesson.pace)
        moved = Drawn(*(each.to(gear.device, non_blocking=True) for each in drawn))
        dice = torch_dice(self.spec.seed, progress.step, gear.rank, device=gear.device)
        pieces = lesson.batch_of(moved, dice).pieces(progress.splits)
        figures: dict[str, Tensor] = {}
        sound = True
        for turn, part in enumerate(parts):
            for number, piece in enumerate(pieces, start=1):
                self._backward(part, piece, figures, pieces, last=number == len(pieces))
                if turn == 0 and number < len(pieces):
                    yield self.step_event()  # nothing has changed yet: one may stop here
            length = gear.update(part, lesson.modules[part], self.spec.clip)
            scaled = gear.accelerator.scaler is not None and bool(
                torch.stack(list(figures.values())).isfinite().all()
            )
            sound = sound and (math.isfinite(length) or scaled)
            if part == MODEL and sound:
                keep = min(self.spec.averaging, (1 + progress.step) / (10 + progress.step))
                average(self.averaged, gear.plain[MODEL], keep)
        if sound:
            progress.faults = 0
            self._remember({name: float(value) for name, value in figures.items()}, rate)
        else:
            yield self._fault()

    def _backward(
        self,
        part: str,
        piece: Batch,
        figures: dict[str, Tensor],
        pieces: list[Batch],
        *,
        last: bool,
    ) -> None:
        weight = len(piece) / sum(map(len, pieces))
        module = self.lesson.modules[part]
        with nullcontext() if last else self.gear.accelerator.no_sync(module):
            loss = self.lesson.loss(part, piece)
            self.gear.backward(weight * loss.total)
        for name, value in loss.figures.items():
            figures[name] = figures.get(name, torch.zeros_like(value)) + weight * value

    def _fault(self) -> Note:
        """A step that went wrong was skipped: a lower rate, and in the end no more."""
        progress = self.progress
        progress.faults += 1
        progress.factor /= 2
        if progress.faults >= FAULTS:
            raise UserError(
                f"The training has lost its way: {FAULTS} steps in a row gave no finite loss.",
                "The last good weights are kept. Try a lower learning rate or full precision.",
            )
        return Note(f"Step {progress.step:,} gave no finite loss: skipped, the rate is halved.")

    def _split(self) -> Note:
        """Memory ran out: cut batches into more pieces. UserError where that cannot help."""
        for optimizer in chain.from_iterable(self.gear.optimizers.values()):
            optimizer.zero_grad(set_to_none=True)
        if self.gear.device.type == "cuda":
            torch.cuda.empty_cache()
        size = -(-self.lesson.size // self.gear.processes)
        if self.progress.splits >= size or self.gear.processes > 1:
            raise UserError(
                "There is not enough memory to train this.",
                "Choose a smaller batch or piece, or close other programs.",
            )
        self.progress.splits = min(size, 2 * self.progress.splits)
        pieces = -(-size // self.progress.splits)
        return Note(f"Memory ran out: {pieces} pieces at a time now; the result is the same.")

    # --- what is told ---

    def _remember(self, values: dict[str, float], rate: float) -> None:
        for name, value in (values | {"rate": rate}).items():
            self.figures.setdefault(name, []).append(value)

    def tell(self) -> Generator[Event, None, None]:
        """A point of the curves now and then, and how far it is."""
        if self.figures and monotonic() - self.told >= TELL_SECONDS:
            self.told = monotonic()
            means = {name: float(np.mean(each)) for name, each in self.figures.items()}
            self.figures.clear()
            yield self._point(means)
        yield self.step_event()

    def step_event(self) -> Step:
        """Progress, with the speed of about the last ten seconds."""
        progress, (step, seconds, speed) = self.progress, self.pace
        passed = progress.seconds - seconds
        if passed >= 10 or (not speed and passed > 1):
            speed = (progress.step - step) / passed
            self.pace = (progress.step, progress.seconds, speed)
        text = f"step {progress.step:,}" + (f", {speed:.2g} a second" if speed else "")
        return shown(self.spec, progress, text)

    def _point(self, values: dict[str, float]) -> Curve:
        step, minutes = self.progress.step, round(self.progress.seconds / 60, 3)
        line = json.dumps({"step": step, "minutes": minutes, **values})
        try:
            with self.folder.log.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
            if self.events is None:
                self.events = sheets.EventFile(self.folder.path, step)
            self.events.add(step, values)
        except OSError as why:
            raise unwritable(self.folder.log, why) from why
        return Curve(step, values)

    # --- an exam ---

    def examine(self) -> Generator[Event, None, None]:
        """Put the averaged weights to the test; a sheet, marks, perhaps a new best."""
        progress, began = self.progress, self.progress.seconds
        assert self.exam is not None
        self.judged.load_state_dict(self.averaged)
        marked = yield from self._marked(self.exam)
        yield from self._sheet(marked)
        yield self._point(marked.scores)
        progress.scores, progress.examined = marked.scores, progress.step
        if progress.step == 0:
            progress.before = marked.scores
        if progress.step or self.lesson.plan.ready:  # the base model counts, too
            self._compare(marked.scores)
        progress.exam_took, progress.exam_ended = progress.seconds - began, progress.seconds

    def _marked(self, exam: Exam) -> Generator[Event, None, Marked]:
        job = exam.take(self.judged, self.gear.device)
        while True:
            try:
                next(job)
            except StopIteration as end:
                marked: Marked = end.value
                return marked
            yield self.step_event()

    def _sheet(self, marked: Marked) -> Generator[Event, None, None]:
        path = self.folder.sheets / f"{self.progress.step:06}.png"
        sheets.write(path, marked.sheet, marked.columns)
        facts = {"step": self.progress.step, "path": path, "columns": marked.columns}
        yield Preview("sheet", marked.sheet, facts=facts)

    def _compare(self, scores: dict[str, float]) -> None:
        progress = self.progress
        known = self.lesson.yardstick in scores
        if (known and not progress.best) or self.lesson.better(scores, progress.best):
            progress.best, progress.stale = scores, 0
            self._model("best", self.averaged)
        else:
            progress.stale += 1

    # --- what is kept ---

    def checkpoint(self) -> None:
        """All that is needed to go on, and the weights as models; each file whole."""
        progress = self.progress
        progress.saved = progress.seconds
        if self.kept != progress.step:
            state = self.gear.state() | {"averaged": self.averaged, "progress": asdict(progress)}
            try:
                checkpoints.save(self.folder.checkpoints, progress.step, state)
            except UserError as why:
                last = f"The checkpoint of step {self.kept:,} is kept." if self.kept > 0 else ""
                raise UserError(f"{why.what} {last}".strip(), why.remedy) from why
            self.kept = progress.step
            self._model("average", self.averaged)
            self._model("last", self.gear.plain[MODEL].state_dict())
        self._note_state("")

    def _note_state(self, why: str) -> None:
        progress = self.progress
        facts = {"step": progress.step, "minutes": round(progress.seconds / 60, 3), "why": why}
        scores = {"scores": progress.scores, "before": progress.before, "best": progress.best}
        self.folder.write("state.json", facts | scores)

    def _model(self, name: str, weights: dict[str, Tensor]) -> None:
        """Half-precision weights with their card, beside the checkpoints."""
        half = {key: value.detach().half().cpu().contiguous() for key, value in weights.items()}
        for model, part in self.lesson.outputs(half).items():
            card = card_of(
                self.spec, self.lesson, self.gear, self.progress, count=self.count, model=model
            )
            catalogue.write(self._file(name, model), part, card)

    def _file(self, name: str, model: str) -> Path:
        """Where the weights of a model lie beside the checkpoints."""
        side = "" if model == self.spec.name else f" {model}"
        return self.folder.checkpoints / f"{name}{side}.safetensors"

    def no_better(self) -> bool:
        """Whether nothing was won over the base model, as far as the exams can tell."""
        progress = self.progress
        known = self.lesson.plan.ready and progress.before and progress.best
        return bool(known) and not self.lesson.better(progress.best, progress.before)

    def leave(self, why: str) -> Trained | None:
        """Keep everything, and give the best model its place among the others; None before any."""
        if self.events is not None:
            self.events.close()
            self.events = None
        progress, name = self.progress, "average"
        if progress.step == 0:
            return None
        self.checkpoint()
        scores = progress.scores
        if progress.best and self.lesson.better(progress.best, scores):
            name, scores = "best", progress.best
        for model in self.lesson.outputs(self.averaged):
            with whole(places.models() / f"{model}.safetensors") as part:
                shutil.copyfile(self._file(name, model), part)
        self._note_state(why)
        return Trained(
            self.spec.name,
            places.models() / f"{self.spec.name}.safetensors",
            progress.step,
            round(progress.seconds / 60, 3),
            why,
            scores,
            progress.before,
        )
