"""Learn to colour grey pictures: luma in, classes of chroma out, rare colours weighted up.

The loss is equation 2 of Zhang, Isola and Efros (2016) with the weights of equation 4, and, beside
it, how different the colours that are read out of the classes look from the true ones. Dots of the
true colours are shown in some of the pictures, a few, seldom many, as in Zhang et al. (2017).
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine import chroma, metrics
from engine.ciede2000 import mean_difference
from engine.efficientnet import EfficientNetLite
from engine.job import Pixels
from engine.models.colourizer import Colourizer, Config, centres, classes, median
from engine.packing import packed, unpacked
from engine.specs import Train, TrainColourize
from engine.training import appearance
from engine.training.data import Crops, Drawn, Found, Pair, Pictures, Rules
from engine.training.degradation import Bytes
from engine.training.dice import thrown_by
from engine.training.eyes import efficientnet
from engine.training.lesson import MODEL, Batch, Loss, Tuning, floats, pixels
from engine.training.networks import base_of, planned
from engine.training.restoration import Question, Restoration

USUAL = "colourizer eyes=19 lite=2"  # whose eyes the shipped model lends
MIXED = 0.5  # share of a uniform distribution in the one that weights come from, as in the paper
SAMPLED = 8  # every so manieth row and column is counted for that distribution
DECAY = 0.05
SPARSE = 2  # every so manieth row and column is looked at; neighbours say much the same
CLOSEST = 0.65  # of the short side, at least, are seen
TONED = 0.15  # deviation of the logarithm of the gamma that luma is seen through
DOTS = 24  # hints in a picture, at most; one is the commonest number
DOT_PX = (1, 3, 5, 7)


@dataclass(frozen=True, slots=True)
class Upright(Crops):
    """Crops that are mirrored but never turned: skies are above.

    Of every picture alike, or, as far as `alike` says (from 0 to 1), of every folder, whose number
    the pictures are told.
    """

    alike: float = 0.0

    def __call__(self, pairs: list[Pair], thrown: np.random.Generator) -> Drawn:
        """One batch, told by `thrown` alone."""
        crops = []
        _, which, sizes = np.unique(
            [pair.told for pair in pairs], return_inverse=True, return_counts=True
        )
        chances = sizes[which] ** -self.alike
        for index in thrown.choice(len(pairs), size=self.number, p=chances / chances.sum()):
            crop = self.part(pairs[index].large, thrown)
            crops.append(crop[:, :, ::-1] if thrown.integers(2) else crop)
        drawn = torch.from_numpy(np.stack(crops))
        return Drawn(drawn, drawn, torch.zeros(self.number))

    def part(self, picture: Bytes, thrown: np.random.Generator) -> Bytes:
        """A square from anywhere, most of the picture's short side, brought to the size wanted."""
        short = min(picture.shape[1:])
        side = max(1, round(short * thrown.uniform(CLOSEST, 1)))
        top, left = (int(thrown.integers(whole - side + 1)) for whole in picture.shape[1:])
        part = picture[:, top : top + side, left : left + side].transpose(1, 2, 0)
        way = cv2.INTER_AREA if side > self.edge else cv2.INTER_CUBIC
        sized = cv2.resize(np.ascontiguousarray(part), (self.edge, self.edge), interpolation=way)
        return np.asarray(sized, np.uint8).reshape(self.edge, self.edge, -1).transpose(2, 0, 1)


class Colourize(Restoration):
    """Grey crops in, their colours out; cross-entropy, and how it looks."""

    learner = "colourize"
    edge = 160
    channels = 1
    yardstick = "difference"
    higher_is_better = False
    rates = (2e-3, 6e-4)
    examined = 60

    def __init__(self, spec: Train) -> None:
        assert isinstance(spec, TrainColourize)
        self.asked = spec
        base = base_of(spec.base, "colourize")
        self.plan = planned(spec.network, USUAL, base, grafted=True)
        assert isinstance(self.plan.config, Config)
        self.levels = self.plan.config.levels
        self.weights = torch.ones(self.levels**2)
        super().__init__(spec)
        self.eyes: EfficientNetLite | None = None

    def set_up(self, device: torch.device) -> None:
        """Without a base, or with other eyes than its, a network opens eyes that know pictures."""
        super().set_up(device)
        net = self.modules[MODEL]
        assert isinstance(net, Colourizer)
        if not self.plan.ready:
            net.eyes.load_state_dict(self.opened().state_dict())

    def opened(self) -> EfficientNetLite:
        """The eyes that a fresh network begins with, already as its model will keep them."""
        if self.eyes is None:
            config = self.plan.config
            eyes = efficientnet(config.eyes, config.lite, self.asked.perceptual_file)
            eyes.load_state_dict(unpacked(packed(eyes.state_dict())))
            self.eyes = eyes
        return self.eyes

    def tuning(self, part: str) -> Tuning:
        """Weights are held small: what is learned is few pictures for what there is to know."""
        return replace(super().tuning(part), decay=DECAY)

    def outputs(self, weights: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
        """The eyes, which do not learn, in 8 bits."""
        return {name: packed(each, "eyes.") for name, each in super().outputs(weights).items()}

    @property
    def rules(self) -> Rules:
        """Pictures in colour, large enough for a crop that is not enlarged much."""
        longest, least = max(self.spec.longest, self.piece), round(CLOSEST * self.piece)
        return Rules(3, longest, least, paired=self.asked.pairs)

    def found(self) -> Found:
        """Pictures in colour, told the numbers of their folders."""
        if not self.plan.ready:
            self.opened()  # or says why not
        found, folders = super().found(), (*self.asked.data, *self.asked.pairs)
        numbers = {
            path: float(next((n for n, each in enumerate(folders) if path.is_relative_to(each)), 0))
            for path, _size in found.files
        }
        return replace(found, classes=numbers)

    def crops(self, number: int) -> Crops:
        """Never turned."""
        return Upright(number, self.piece, alike=self.asked.alike / 100)

    def split(self, pictures: Pictures) -> tuple[Pictures, Pictures]:
        """Also looks at how common each colour is among those to learn from."""
        learned, held_back = super().split(pictures)
        self.weights = weights(learned, self.levels, self.asked.rebalance / 100)
        return learned, held_back

    def batch_of(self, drawn: Drawn, dice: torch.Generator) -> Batch:
        """Luma, lighter or darker, and dots in some; luma and chroma at a quarter of the size."""
        y, colours = parted(floats(drawn.large))
        dots = hints(colours, self.asked.hinted / 100, dice)
        gamma = torch.randn(len(y), 1, 1, 1, generator=dice, device=y.device)
        toned = y.clamp_min(1e-3) ** torch.exp(TONED * gamma)
        inputs = torch.cat([toned, dots, heights(y)], 1)
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        return Batch(inputs, F.avg_pool2d(torch.cat([y, colours], 1), 4), dice=dice)

    def loss(self, part: str, batch: Batch) -> Loss:
        """Cross-entropy with the shares of the four nearest classes, weighted by rarity.

        And the visible difference of what will be read out of them.
        """
        with thrown_by(batch.dice):
            likelihood = F.log_softmax(self.modules[part](batch.inputs).float(), 1)
        colours = batch.target[:, 1:]
        numbers, shares = classes(colours, self.levels)
        rarity = (self.weights.to(shares)[numbers] * shares).sum(1)
        entropy = -(likelihood.gather(1, numbers) * shares).sum(1)
        loss = (rarity * entropy).mean()
        if not self.asked.visible:
            return Loss(loss, {"loss": loss.detach()})
        few = np.s_[:, :, ::SPARSE, ::SPARSE]
        said = median(likelihood[few].exp(), centres(self.levels).to(likelihood))
        seen = appearance.difference(batch.target[:, :1][few], said, colours[few]).mean()
        loss = loss + self.asked.visible / 100 * seen
        return Loss(loss, {"loss": loss.detach(), "loss visible": seen.detach()})

    def question(self, pair: Pair, number: int) -> Question:
        """The picture made grey, without hints."""
        del number
        answer = pixels(pair.large)
        y = torch.from_numpy(chroma.luma(answer))[None]
        inputs = torch.cat([y, no_hints(y), heights(y)], 1)
        return Question(inputs, np.repeat(y[0].numpy(), 3, 0), answer)

    def seen(self, output: Pixels, question: Question) -> Pixels:
        """The colours laid on the luma."""
        return chroma.coloured(question.shown[:1], output - np.float32(0.5))

    def marks(self, answer: Pixels, question: Question) -> dict[str, float]:
        """CIEDE2000, how much nearer that is than grey, PSNR, and how alive the colours are."""
        truth = question.answer
        difference = mean_difference(answer, truth)
        return {
            "difference": difference,
            "gain": mean_difference(question.shown, truth) - difference,
            "psnr": metrics.psnr(answer, truth),
            "chroma": chroma.strength(answer) / max(1e-3, chroma.strength(truth)),
        }

    def card(self) -> dict[str, Any]:
        """Task, words and meaning of the values."""
        return {
            "task": "colourize",
            "values": "luma of BT.601 in [0, 1]; out: Cb and Cr + 1/2",
            "description": "Colours grey photographs; follows dots of colour.",
            # Crops are enlarged, so whole pictures are known best when larger than they were:
            # Touvron et al., "Fixing the train-test resolution discrepancy" (2019).
            "extras": {"longest": self.asked.looked},
        }


def parted(images: Tensor) -> tuple[Tensor, Tensor]:
    """(N, 3, H, W) -> luma (N, 1, H, W) and chroma (N, 2, H, W) in [-1/2, 1/2]."""
    red, green, blue = images[:, :1], images[:, 1:2], images[:, 2:]
    y = chroma.RED * red + chroma.GREEN * green + chroma.BLUE * blue
    return y, torch.cat([(blue - y) / chroma.CB_RANGE, (red - y) / chroma.CR_RANGE], 1)


def heights(y: Tensor) -> Tensor:
    """How far down each pixel is, from 0 to 1, shaped like (N, 1, H, W)."""
    rows = torch.linspace(0, 1, y.shape[2], device=y.device)
    return rows[:, None].expand(len(y), 1, *y.shape[2:])


def no_hints(y: Tensor) -> Tensor:
    """(N, 3, H, W) that says that no colour is known."""
    return torch.cat([y.new_full((len(y), 2, *y.shape[2:]), 0.5), torch.zeros_like(y)], 1)


def hints(colours: Tensor, share: float, dice: torch.Generator) -> Tensor:
    """(N, 3, H, W): chroma + 1/2 and 1 in a few dots of a `share` of the pictures."""
    count, _, height, width = colours.shape
    device = colours.device

    def thrown(*shape: int) -> Tensor:
        return torch.rand(shape, generator=dice, device=device)

    edge = DOT_PX[int(thrown(1) * len(DOT_PX))]
    shown = thrown(count, 1) < share
    number = 1 + torch.floor(torch.log(thrown(count, 1) + 1e-9) / np.log(1 - 1 / 8))  # geometric
    shown = shown & (torch.arange(DOTS, device=device) < number)
    rows, columns = (thrown(count, DOTS) * height).long(), (thrown(count, DOTS) * width).long()
    points = torch.zeros(count, height * width, device=device)
    points.scatter_reduce_(1, rows * width + columns, shown.float(), "amax")
    points = points.reshape(count, 1, height, width)
    near = F.avg_pool2d(colours, edge, 1, edge // 2, count_include_pad=False)
    dotted = F.max_pool2d(points, edge, 1, edge // 2)
    inside = F.avg_pool2d(points, edge, 1, edge // 2)
    spread = F.avg_pool2d(near * points, edge, 1, edge // 2) / inside.clamp_min(1e-6)
    return torch.cat([0.5 + spread * dotted, dotted], 1)


def weights(pictures: Pictures, levels: int, power: float) -> Tensor:
    """How much each class counts, (levels squared,), 1 for the mean pixel."""
    total = torch.zeros(levels**2)
    for pair in pictures.pairs():
        few = np.ascontiguousarray(pair.large[:, ::SAMPLED, ::SAMPLED])
        _, colours = parted(floats(torch.from_numpy(few)[None]))
        numbers, shares = classes(colours, levels)
        total.index_add_(0, numbers.flatten(), shares.flatten())
    common = total / total.sum()
    rare = ((1 - MIXED) * common + MIXED / len(common)) ** -power
    return rare / (rare * common).sum()


LESSON = Colourize
