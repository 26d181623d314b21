"""Lessons with a right answer: held-back pieces are the questions, and answers are marked."""

from abc import abstractmethod
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from engine import metrics
from engine.job import Pixels
from engine.specs import TrainColourize, TrainDenoise, TrainScratches, TrainUpscale
from engine.training import sheets
from engine.training.data import Pair, Pictures
from engine.training.lesson import Exam, Lesson, Marked, Tuning

EXAM_PX = 256  # edge of the pieces that are measured on, of what the network answers
MUON = TrainDenoise | TrainUpscale | TrainColourize | TrainScratches  # those that may choose it
LAST = 0.2  # share of the budget in which the rate falls, with Muon


@dataclass(frozen=True, slots=True)
class Question:
    """A held-back piece: `inputs` (1, C + conditions, H, W) are for the network.

    `shown` is the picture in them, `answer` the right one, (C, scale H, scale W).
    """

    inputs: Tensor
    shown: Pixels
    answer: Pixels


class Restoration(Lesson):
    """A lesson whose network makes a picture of a picture, and there is a right one."""

    examined: ClassVar[int] = 12  # held-back pictures, at most, that it is measured on

    @property
    def muon(self) -> bool:
        """Whether Muon takes the matrices.

        Never in float16: the scale of the gradients would be taken out for the first of two
        optimizers and, forgotten then, for the second again.
        """
        spec = self.spec
        if not isinstance(spec, MUON):
            return False
        return spec.optimizer == "muon" and not self.scaled

    def tuning(self, part: str) -> Tuning:
        """Muon for the matrices, perhaps."""
        return replace(super().tuning(part), muon=self.muon)

    @abstractmethod
    def question(self, pair: Pair, number: int) -> Question:
        """A held-back crop as a question that is the same each time."""

    def seen(self, output: Pixels, question: Question) -> Pixels:
        """What the network says, (C', H, W) in [0, 1], as a picture like `question.answer`."""
        del question
        return output

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """How good an answer is."""
        return {"psnr": metrics.psnr(answer, question.answer)}

    def exam(self, held_back: Pictures) -> "Questions":
        """Questions about the middle of the held-back pictures, evenly chosen."""
        pairs = held_back.pairs()
        every = max(1, len(pairs) // self.examined)
        chosen = enumerate(pairs[::every][: self.examined])
        return Questions(self, [self.question(self.middle(pair), n) for n, pair in chosen])

    def middle(self, pair: Pair) -> Pair:
        """The middle of a picture, in sizes that the network takes."""
        sides = [
            min(side, EXAM_PX // self.scale) // self.plan.multiple * self.plan.multiple
            for side in pair.small.shape[1:]
        ]
        top, left = (
            (whole - side) // 2 // 8 * 8
            for whole, side in zip(pair.small.shape[1:], sides, strict=True)
        )
        cut = []
        for picture, s in ((pair.small, 1), (pair.large, self.scale)):
            rows, columns = (
                slice(s * start, s * (start + side))
                for start, side in zip((top, left), sides, strict=True)
            )
            cut.append(np.ascontiguousarray(picture[:, rows, columns]))
        return Pair(cut[0], cut[1])


class Faithful(Restoration):
    """True to the original and nothing else.

    With Muon the rate stays high until late: the average of the weights takes out what large steps
    shake, and small ones get nowhere.
    """

    def falling(self, used: float) -> float:
        """A cosine, or with Muon all of the rate and in the last fifth a line."""
        if not self.muon:
            return super().falling(used)
        return max(self.lowest, min(1.0, (1 - used) / LAST))


class Questions(Exam):
    """Every question is answered and marked; the sheet shows the first of them."""

    def __init__(self, lesson: Restoration, questions: list[Question]) -> None:
        self.lesson, self.questions = lesson, questions

    def take(self, net: nn.Module, device: torch.device) -> Generator[None, None, Marked]:
        """An answer between two yields."""
        answers: list[Pixels] = []
        marks: list[dict[str, float]] = []
        for question in self.questions:
            output = answer(net, question, device)
            answers.append(self.lesson.seen(output, question))
            marks.append(self.lesson.marks(answers[-1], question))
            yield
        scores = {name: float(np.mean([each[name] for each in marks])) for name in marks[0]}
        pairs = list(zip(self.questions, answers, strict=True))[: sheets.SAMPLES]
        sheet = sheets.sheet([(q.shown, a, q.answer) for q, a in pairs])
        return Marked(scores, sheet, sheets.COLUMNS)


@torch.inference_mode()
def answer(net: nn.Module, question: Question, device: torch.device) -> Pixels:
    """What a network says to a question, (C, H, W) in [0, 1]."""
    inputs = question.inputs.to(device, memory_format=torch.channels_last)
    return net(inputs)[0].float().clamp(0, 1).cpu().numpy()
