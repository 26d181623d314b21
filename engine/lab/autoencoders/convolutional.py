"""Convolutions see neighbours: the same few weights serve every place of the picture.

Masci, Meier, Ciresan and Schmidhuber, "Stacked convolutional auto-encoders for hierarchical feature
extraction", 2011. Strides halve the picture in place of their max-pooling (Springenberg and others,
2015), transposed convolutions double it again.
"""

from torch import Tensor, nn

from engine.lab.autoencoders import Autoencoder, Plan

CHANNELS = (32, 64)


class Convolutional(Autoencoder):
    """(C, H, W) -> (32, H/2, W/2) -> (64, H/4, W/4) -> h (latent) and back."""

    name = "convolutional"
    rate = 3e-3

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        channels, height, width = plan.shape
        wide, deep = CHANNELS
        small = (-(-height // 4), -(-width // 4))
        self.encoder = nn.Sequential(
            *(nn.Conv2d(channels, wide, 3, stride=2, padding=1), nn.ReLU()),
            *(nn.Conv2d(wide, deep, 3, stride=2, padding=1), nn.ReLU()),
            *(nn.Flatten(), nn.Linear(deep * small[0] * small[1], plan.latent)),
        )
        self.decoder = nn.Sequential(
            *(nn.Linear(plan.latent, deep * small[0] * small[1]), nn.ReLU()),
            nn.Unflatten(1, (deep, *small)),
            *(nn.ConvTranspose2d(deep, wide, 4, stride=2, padding=1), nn.ReLU()),
            nn.ConvTranspose2d(wide, channels, 4, stride=2, padding=1),
        )

    def encode(self, x: Tensor) -> Tensor:
        """Any height and width: halves are rounded up."""
        return self.encoder(x)

    def decode(self, code: Tensor) -> Tensor:
        """What rounding up made too large is cut off."""
        _, height, width = self.plan.shape
        return self.decoder(code)[:, :, :height, :width].sigmoid()


AUTOENCODER = Convolutional
