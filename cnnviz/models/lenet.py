"""LeNet (LeCun et al., 1998, doi.org/10.1109/5.726791), and LeNet made of convolutions alone."""

from __future__ import annotations

from torch import Tensor, nn


class LeNet(nn.Module):
    """Two convolutions and three fully connected layers, for pictures of 32×32 pixels.

    62,006 parameters with three input channels.
    """

    def __init__(self, in_channels: int = 3) -> None:
        super().__init__()
        self.feature_extractor = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5),  # (N, 6, 28, 28)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 6, 14, 14)
            nn.Conv2d(6, 16, 5),  # (N, 16, 10, 10)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),  # 5×5 is left of 32×32: this ties the network to one size
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Class scores (batch, 10) of pictures (batch, in_channels, 32, 32)."""
        features = self.feature_extractor(x)
        features = features.flatten(start_dim=1)  # (N, 400)
        return self.classifier(features)


class LeNetFullyConv(LeNet):
    """LeNet with its fully connected layers replaced by convolutions, for any size from 32×32.

    Long, Shelhamer and Darrell, 2015 (arxiv.org/abs/1411.4038), section 3.1.
    """

    def __init__(self, in_channels: int = 3) -> None:
        super().__init__(in_channels)
        self.classifier = nn.Sequential(
            nn.Conv2d(16, 120, 5),  # reads the whole 5×5 of a 32×32 picture, as Linear(400) did
            nn.ReLU(),
            nn.Conv2d(120, 84, 1),
            nn.ReLU(),
            nn.Conv2d(84, 10, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """A map of class scores (batch, 10, rows, columns), one cell per 4 pixels of the picture.

        32×32 pixels give 1×1, 64×64 give 9×9.
        """
        features = self.feature_extractor(x)
        return self.classifier(features)
