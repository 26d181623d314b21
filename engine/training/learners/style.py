"""Learn to lay the style of any picture on any photo (Huang and Belongie, 2017).

The loss asks for the photo's features, whatever their mean and deviation, and for the mean and
deviation of the style's (equations 12 and 13), each layer by its own size. A quarter of every batch
is given its own style and should come out as it went in.
"""

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor, nn

from engine import perceptual
from engine.domains import Domain
from engine.job import Pixels
from engine.packing import packed
from engine.specs import Train, TrainStyle
from engine.training import sheets
from engine.training.data import Drawn, Found, Pictures
from engine.training.degradation import Bytes
from engine.training.lesson import MODEL, Batch, Exam, Loss, Marked, floats, pixels
from engine.training.networks import base_of, planned
from engine.training.translation import UnpairedTranslation, tensor

CONTENT = (2, 4)  # of the seven depths that the judge sees
STYLE = (0, 1, 2, 4, 6)
OWN = 4  # one in so many is given its own style
EXAM_PICTURES = 12
COLUMNS = ("photo", "style", "model")


class Style(UnpairedTranslation):
    """A decoder learns; the encoder is borrowed and stays as it is."""

    learner = "style"
    batch = 8
    edge = 128
    yardstick = "distance"
    rates = (1e-3, 3e-4)
    words = ("photos", "styles")

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainStyle)
        self.asked = spec
        self.plan = planned(spec.network, "adain width=16", base_of(spec.base, "transfer"))
        super().__init__(spec)
        self.judge: perceptual.SqueezeNet

    def found(self) -> Found:
        """Both folders; the judge's weights must be here, too."""
        perceptual.features_file(self.asked.perceptual_file)
        return super().found()

    def set_up(self, device: torch.device) -> None:
        """The network with the encoder's weights, and the judge."""
        super().set_up(device)
        self.judge = perceptual.squeezenet(self.asked.perceptual_file)
        if self.plan.base is None:
            known = self.judge.features.state_dict()
            encoder: nn.Module = self.modules[MODEL].get_submodule("encoder")
            encoder.load_state_dict({name: known[name] for name in encoder.state_dict()})
        self.judge.to(device)

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Photos and styles side by side, the first few with their own style."""
        photos, styles = floats(drawn.small), floats(drawn.large)
        own = len(photos) // OWN
        styles = torch.cat([photos[:own], styles[own:]])
        told = torch.zeros(len(photos), device=photos.device)
        told[:own] = 1
        return Batch(joined(photos, styles), photos, told, dice)

    def loss(self, part: str, batch: Batch) -> Loss:
        """Content and style of those with another's style, plain difference of the others."""
        assert batch.told is not None
        drawn = self.modules[part](batch.inputs).float()
        photos, styles = batch.inputs[:, :3], batch.inputs[:, 3:6]
        content, style = self.distances(drawn, photos, styles)
        other = 1 - batch.told
        mean = other.sum().clamp_min(1)
        content, style = (content * other).sum() / mean, (style * other).sum() / mean
        apart = (drawn - batch.target).abs().mean((1, 2, 3))
        own = (apart * batch.told).sum() / batch.told.sum().clamp_min(1)
        total = self.asked.content_weight * content + self.asked.style_weight * style + 5 * own
        figures = {"loss content": content, "loss style": style, "loss own": own, "loss": total}
        return Loss(total, {name: value.detach() for name, value in figures.items()})

    def distances(self, drawn: Tensor, photos: Tensor, styles: Tensor) -> tuple[Tensor, Tensor]:
        """(N,) how far from the photo's content, and (N,) how far from the style."""
        ours = self.judge(drawn)
        with torch.no_grad():
            content, style = self.judge(photos), self.judge(styles)
        far = sum((even(ours[d]) - even(content[d])).square().mean((1, 2, 3)) for d in CONTENT)
        unlike = sum(unlikeness(ours[depth], style[depth]) for depth in STYLE)
        assert isinstance(far, Tensor)
        assert isinstance(unlike, Tensor)
        return far / len(CONTENT), unlike / len(STYLE)

    def exam(self, held_back: Pictures) -> "Styled":
        """Held-back photos, each with a held-back style."""
        photos, styles = self.held(held_back)
        return Styled(self, photos[:EXAM_PICTURES], styles[:EXAM_PICTURES])

    def outputs(self, weights: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
        """In 8 bits; what is drawn differs by half of a picture byte's step, on average."""
        return {name: packed(each) for name, each in super().outputs(weights).items()}

    def domain(self) -> Domain:
        """Any photo, any style."""
        return Domain("style", "photo", "painting", edge=2 * self.piece)

    def card(self) -> dict[str, Any]:
        """As every translation, with words."""
        about = "The style of any picture on any photo."
        values = "sRGB in [0, 1]: photo, style picture, strength"
        return super().card() | {"description": about, "values": values}


class Styled(Exam):
    """The same photos with the same styles."""

    def __init__(self, lesson: Style, photos: list[Bytes], styles: list[Bytes]) -> None:
        self.lesson, self.pairs = lesson, list(zip(photos, styles, strict=False))

    def take(self, net: nn.Module, device: torch.device) -> Generator[None, None, Marked]:
        """One photo between two yields."""
        marks: list[list[float]] = []
        rows: list[tuple[Pixels, Pixels, Pixels]] = []
        for photo, style in self.pairs:
            with torch.inference_mode():
                ours, theirs = tensor([photo], device), tensor([style], device)
                drawn = net(joined(ours, theirs)).float()
                marks.append([float(d) for d in self.lesson.distances(drawn, ours, theirs)])
            rows.append((pixels(photo), pixels(style), drawn[0].clamp(0, 1).cpu().numpy()))
            yield
        content, style = (sum(each) / len(marks) for each in zip(*marks, strict=True))
        asked = self.lesson.asked
        distance = asked.content_weight * content + asked.style_weight * style
        scores = {"distance": distance, "content": content, "style": style}
        return Marked(scores, sheets.sheet(rows[: sheets.SAMPLES]), COLUMNS)


def joined(photos: Tensor, styles: Tensor, strength: float = 1.0) -> Tensor:
    """What the network is given: (N, 7, H, W)."""
    told = torch.full_like(photos[:, :1], strength)
    return torch.cat([photos, styles, told], 1).contiguous(memory_format=torch.channels_last)


def even(features: Tensor) -> Tensor:
    """Every feature with mean 0 and deviation 1 over the picture."""
    mean, deviation = (each[:, :, None, None] for each in moments(features))
    return (features - mean) / (deviation + 0.1 * deviation.mean(1, keepdim=True))


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each feature over the picture, (N, C) both."""
    mean = features.mean((2, 3))
    variance = features.square().mean((2, 3)) - mean.square()
    return mean, (variance.clamp_min(0) + 1e-4).sqrt()  # a root of 0 has no gradient


def unlikeness(ours: Tensor, theirs: Tensor) -> Tensor:
    """(N,) how much mean and deviation of the features differ, as a share of what they are."""
    pairs = list(zip(moments(ours), moments(theirs), strict=True))
    apart = sum((a - b).square().mean(1) for a, b in pairs)
    size = sum(b.square().mean(1) for _, b in pairs)
    return torch.as_tensor(apart) / torch.as_tensor(size)


LESSON = Style
