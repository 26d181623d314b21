"""The adversary of image translation: a 70x70 PatchGAN, and how its networks begin.

Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks" (2017), section
6.1.2: every value it gives is a verdict on one patch of 70x70 pixels. Layers are numbered as in the
authors' checkpoints.
"""

from torch import Tensor, nn

from engine.training.critics import ASKED, Eyes, Head


class PatchGan(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, 1, h, w): how real each patch looks, 1 for real, 0 for drawn.

    `batch_norm`: as Pix2Pix has it; else every picture is normalized by itself, as CycleGAN has it.
    """

    def __init__(self, channels: int = 3, width: int = 64, *, batch_norm: bool = False) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, padding=1), nn.LeakyReLU(0.2)]
        for before, stride in ((1, 2), (2, 2), (4, 1)):
            wide = 2 * before * width
            bias = not batch_norm
            layers += [nn.Conv2d(before * width, wide, 4, stride, padding=1, bias=bias)]
            layers += [nn.BatchNorm2d(wide) if batch_norm else nn.InstanceNorm2d(wide)]
            layers += [nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, padding=1))

    def forward(self, image: Tensor) -> Tensor:
        """A verdict for each patch."""
        verdict: Tensor = self.model(2 * image - 1)
        return verdict


class Adversary(nn.Module):
    """What judges one domain: a PatchGAN ("pixels"), heads on borrowed eyes ("projected"), "both".

    (N, 3, H, W) in [0, 1] and what `engine.training.critics.look` saw of it -> each judge's
    verdicts, (N, 1, h, w). `eyes`: whose features the heads are told.
    """

    def __init__(self, kind: str, width: int, eyes: Eyes | None) -> None:
        super().__init__()
        self.pixels = started(PatchGan(3, width)) if kind != "projected" else None
        features = [] if eyes is None else [eyes.widths[at] for at in ASKED[type(eyes)]]
        self.heads = nn.ModuleList(Head(each, 0) for each in features)

    def forward(self, image: Tensor, seen: list[Tensor]) -> list[Tensor]:
        """The PatchGAN's verdicts first."""
        verdicts = [] if self.pixels is None else [self.pixels(image)]
        return verdicts + [head(each, None) for head, each in zip(self.heads, seen, strict=True)]


def started(net: nn.Module) -> nn.Module:
    """First weights as published: convolutions from N(0, 0.02), scales from N(1, 0.02)."""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
    return net
