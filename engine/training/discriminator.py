"""The adversary of perceptual training: tells drawn pictures from photographs, patch by patch.

The convolutions of SRGAN's discriminator (Ledig et al., 2017, figure 4) with spectral instead of
batch normalization (Miyato et al., 2018) and without the dense layers, so that pictures of any
size can be judged and several processes agree on its statistics.
"""

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class Discriminator(nn.Module):
    """(N, C, H, W) in [0, 1] -> (N, 1, H / 16, W / 16) logits: how real each patch looks."""

    def __init__(self, channels: int = 3, width: int = 48) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2)]
        sizes = (width, width, 2 * width, 2 * width, 4 * width, 4 * width, 8 * width)
        for index, (before, after) in enumerate(zip(sizes, (*sizes[1:], 8 * width), strict=True)):
            stride = 2 - index % 2
            layers += [
                spectral_norm(nn.Conv2d(before, after, 3, stride, padding=1)),
                nn.LeakyReLU(0.2),
            ]
        self.features = nn.Sequential(*layers)
        self.verdict = nn.Conv2d(8 * width, 1, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        """Logits, above 0 for real."""
        return self.verdict(self.features(2 * image - 1))
