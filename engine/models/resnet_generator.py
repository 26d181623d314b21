"""CycleGAN's generator: residual blocks between two strided convolutions down and two up.

Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks"
(2017), after Johnson et al. (2016). Layers are numbered as in the authors' checkpoints, which load
as they are. Every picture is normalized by its own statistics, so one is never cut into tiles.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from engine.models import Architecture


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes: picture channels in and out, features at full size, residual blocks (6 or 9).

    `batch_norm`: as some checkpoints have it; `resize`: enlarge, then convolve, where transposed
    convolutions would leave a checkerboard (Odena et al., 2016); `dropout`: in the blocks.
    """

    channels: int = 3
    out_channels: int = 3
    width: int = 64
    blocks: int = 9
    batch_norm: bool = False
    resize: bool = False
    dropout: bool = False


class Block(nn.Module):
    """Two 3x3 convolutions with reflected borders, added to the input; keeps (N, C, H, W)."""

    def __init__(self, width: int, config: Config) -> None:
        super().__init__()
        bias = not config.batch_norm
        layers = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias)]
        layers += [norm(width, config), nn.ReLU()]
        layers += [nn.Dropout(0.5)] if config.dropout else []
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias)]
        self.conv_block = nn.Sequential(*layers, norm(width, config))

    def forward(self, x: Tensor) -> Tensor:
        """X + f(x)."""
        return x + self.conv_block(x)


class ResnetGenerator(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, C', H, W) in [0, 1]; inside, the authors' [-1, 1]."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, bias = config.width, not config.batch_norm
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(config.channels, width, 7, bias=bias)]
        layers += [norm(width, config), nn.ReLU()]
        for wide in (width, 2 * width):
            layers += [nn.Conv2d(wide, 2 * wide, 3, stride=2, padding=1, bias=bias)]
            layers += [norm(2 * wide, config), nn.ReLU()]
        layers += [Block(4 * width, config) for _ in range(config.blocks)]
        for wide in (4 * width, 2 * width):
            layers += [enlarging(wide, config), norm(wide // 2, config), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, config.out_channels, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Draw the picture as it would be in the other domain."""
        return (self.model(2 * x - 1) + 1) / 2


def enlarging(wide: int, config: Config) -> nn.Module:
    """(N, C, H, W) -> (N, C / 2, 2 H, 2 W)."""
    bias, half = not config.batch_norm, wide // 2
    if not config.resize:
        return nn.ConvTranspose2d(wide, half, 3, 2, padding=1, output_padding=1, bias=bias)
    pad = nn.ReflectionPad2d(1)
    return nn.Sequential(nn.Upsample(scale_factor=2.0), pad, nn.Conv2d(wide, half, 3, bias=bias))


def norm(width: int, config: Config) -> nn.Module:
    """By the picture's own statistics, or learned ones."""
    return nn.BatchNorm2d(width) if config.batch_norm else nn.InstanceNorm2d(width)


ARCHITECTURE = Architecture(
    name="resnet_generator",
    config=Config,
    build=ResnetGenerator,
    multiple=8,
    halo=64,
    tileable=False,
)
