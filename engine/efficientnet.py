"""EfficientNet-Lite for all that look with it: what it is made of, and its published weights.

Tan and Le, "EfficientNet" (2019); the Lite variants (Google, 2020) do without squeeze-and-
excitation and clip at 6, so that they lose next to nothing in 8 bits. Normalization is folded into
the convolutions: these eyes are looked through and do not learn.
"""

import math
from itertools import accumulate, pairwise
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

MEAN, DEVIATION = 0.498, 0.502  # of what it was taught on, the same for all channels
EPSILON = 1e-3  # of its normalization
STEM = 32
GROWN = ((1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8))  # widths, depths of Lite0 to 4
MULTIPLE = 8  # of which widths are


class Stage(NamedTuple):
    """Some blocks of one kind: their number, the first one's stride, how much wider inside."""

    blocks: int
    kernel: int
    stride: int
    times: int
    features: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
TAPPED = (1, 2, 4)  # the last stages at 1/4, 1/8 and 1/16; at 1/32 whichever block is last


def stages(size: int) -> tuple[Stage, ...]:
    """Those of EfficientNet-Lite0 to 4: wider and deeper, but for the first and the last."""
    wider, deeper = GROWN[size]
    return tuple(
        stage._replace(
            features=rounded(stage.features * wider),
            blocks=stage.blocks
            if stage in (STAGES[0], STAGES[-1])
            else math.ceil(stage.blocks * deeper),
        )
        for stage in STAGES
    )


def rounded(features: float) -> int:
    """The nearest multiple of eight that is no less than nine tenths."""
    nearest = max(MULTIPLE, int(features + MULTIPLE / 2) // MULTIPLE * MULTIPLE)
    return nearest + MULTIPLE if nearest < 0.9 * features else nearest


class Block(nn.Module):
    """Widened, each feature filtered by itself, narrowed (Sandler et al., 2018); (N, C, H, W)."""

    def __init__(self, ins: int, outs: int, kernel: int, stride: int, times: int) -> None:
        super().__init__()
        inside = ins * times
        self.stride, self.kernel, self.kept = stride, kernel, stride == 1 and ins == outs
        self.expand = nn.Conv2d(ins, inside, 1) if times > 1 else None
        self.depthwise = nn.Conv2d(inside, inside, kernel, stride, groups=inside)
        self.project = nn.Conv2d(inside, outs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Half the size where the stride is 2."""
        wide = x if self.expand is None else F.relu6(self.expand(x))
        narrow: Tensor = self.project(F.relu6(self.depthwise(same(wide, self.kernel, self.stride))))
        return x + narrow if self.kept else narrow


class EfficientNetLite(nn.Module):
    """(N, 1 or 3, H, W) sRGB in [0, 1] -> features at 1/4, 1/8, 1/16 and 1/32; frozen.

    With less than all `blocks`, 16 in Lite0, the deepest features are those of an earlier one. The
    input may learn. Sides are multiples of 32, or what is seen at the right and bottom is cut a
    little.
    """

    def __init__(self, blocks: int | None = None, size: int = 0) -> None:
        super().__init__()
        made = stages(size)
        shapes = [
            (stage.kernel, stage.stride if number == 0 else 1, stage.times, stage.features)
            for stage in made
            for number in range(stage.blocks)
        ][:blocks]
        lasts = list(accumulate(stage.blocks for stage in made))
        self.size, self.taps = size, tuple(lasts[at] - 1 for at in TAPPED)
        # features at each of the four sizes
        self.widths = (*(made[at].features for at in TAPPED), shapes[-1][-1])
        widths = [STEM, *(outs for *_, outs in shapes)]
        self.stem = nn.Conv2d(3, STEM, 3, 2)
        self.blocks = nn.ModuleList(
            Block(ins, outs, *shape[:3])
            for (ins, outs), shape in zip(pairwise(widths), shapes, strict=True)
        )
        self.requires_grad_(requires_grad=False).eval()

    def forward(self, image: Tensor) -> list[Tensor]:
        """The shallowest first."""
        x = ((image - MEAN) / DEVIATION).expand(-1, 3, -1, -1)
        x = F.relu6(self.stem(same(x, 3, 2)))
        seen = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in (*self.taps, len(self.blocks) - 1):
                seen.append(x)
        return seen

    def open(self, published: dict[str, Tensor]) -> None:
        """See with published weights. KeyError or RuntimeError where they are of something else."""
        self.load_state_dict(folded(published, len(self.blocks)))


def same(x: Tensor, kernel: int, stride: int) -> Tensor:
    """Zeros around an even-sized picture as TensorFlow puts them: more at the right and bottom."""
    missing = kernel - stride
    before, after = missing // 2, missing - missing // 2
    return F.pad(x, (before, after, before, after))


def folded(published: dict[str, Tensor], blocks: int) -> dict[str, Tensor]:
    """Weights as `EfficientNetLite` names them, each normalization within its convolution.

    `published`: by the names of the common PyTorch port (`_blocks.0._depthwise_conv.weight`).
    """
    sources = {"stem": ("_conv_stem", "_bn0")}
    for number in range(blocks):
        before = f"_blocks.{number}."
        for at, layer in enumerate(("expand", "depthwise", "project")):
            if f"{before}_{layer}_conv.weight" in published:
                sources[f"blocks.{number}.{layer}"] = f"{before}_{layer}_conv", f"{before}_bn{at}"
    weights = {}
    for ours, (convolution, norm) in sources.items():
        scale, shift, mean, variance = (
            published[f"{norm}.{key}"].float()
            for key in ("weight", "bias", "running_mean", "running_var")
        )
        scale = scale / (variance + EPSILON).sqrt()
        weight = published[f"{convolution}.weight"].float()
        weights[f"{ours}.weight"] = weight * scale[:, None, None, None]
        weights[f"{ours}.bias"] = shift - mean * scale
    return weights
