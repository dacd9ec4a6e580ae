"""What a map of classes costs: one pass over the picture, or LeNet on every crop."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.fully_conv.class_map import channels_of, field_of
from cnnviz.models import LeNet, LeNetFullyConv
from cnnviz.summary import Summary, summarize


@dataclass(frozen=True)
class Cost:
    """Multiply-adds of one pass over a picture, against LeNet on each crop by itself.

    The convolutions of the feature extractor are counted apart from the classifier: neighbouring
    windows share the former, and the latter runs once a cell either way.

    Attributes:
        crops: how many windows the picture has, one for each cell of the map.
        one_pass_convolutions: of the fully convolutional network over the whole picture.
        one_pass_classifier: the same, of the layers that were Linear.
        one_crop_convolutions: of LeNet on one window.
        one_crop_classifier: the same, of its Linear layers.
    """

    crops: int
    one_pass_convolutions: int
    one_pass_classifier: int
    one_crop_convolutions: int
    one_crop_classifier: int

    @property
    def one_pass(self) -> int:
        """Multiply-adds of the fully convolutional network over the whole picture."""
        return self.one_pass_convolutions + self.one_pass_classifier

    @property
    def one_crop(self) -> int:
        """Multiply-adds of LeNet on one window."""
        return self.one_crop_convolutions + self.one_crop_classifier

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
    one = summarize(lenet, (1, channels, window, window))
    _, _, rows, columns = whole.output_shape
    return Cost(rows * columns, *_parts(whole), *_parts(one))


def _parts(summary: Summary) -> tuple[int, int]:
    """Multiply-adds of the feature extractor and of what follows it."""
    features = sum(row.macs for row in summary.rows if row.name.startswith("feature_extractor"))
    return features, summary.macs - features
