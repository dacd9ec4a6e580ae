"""What a map of classes costs: one pass over the picture, or LeNet on every crop."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.fully_conv.class_map import channels_of, field_of
from cnnviz.models import LeNet, LeNetFullyConv
from cnnviz.summary import summarize


@dataclass(frozen=True)
class Cost:
    """Multiply-adds of one pass over a picture, against LeNet on each crop by itself.

    Attributes:
        crops: how many windows the picture has, one for each cell of the map.
        one_pass: multiply-adds of the fully convolutional network over the whole picture.
        one_crop: multiply-adds of LeNet on one window.
    """

    crops: int
    one_pass: int
    one_crop: int

    @property
    def all_crops(self) -> int:
        """Multiply-adds of LeNet on every window."""
        return self.crops * self.one_crop

    @property
    def saving(self) -> float:
        """How many times cheaper the one pass is."""
        return self.all_crops / self.one_pass


def cost(lenet: LeNet, fully_conv: LeNetFullyConv, height: int, width: int) -> Cost:
    """Multiply-adds of both ways to a map, counted by `summarize`.

    Raises:
        ValueError: the picture is too small for the network.
    """
    channels = channels_of(lenet)
    window, _ = field_of(fully_conv)
    whole = summarize(fully_conv, (1, channels, height, width))
    _, _, rows, columns = whole.output_shape
    return Cost(rows * columns, whole.macs, summarize(lenet, (1, channels, window, window)).macs)
