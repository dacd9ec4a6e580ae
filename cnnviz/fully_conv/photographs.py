"""ImageNet's networks over a whole photo: scores of every place, whose mean is what they say of it.

Both shipped networks end in a mean over whole maps. SqueezeNet takes the mean of the scores of
every place; EfficientNet takes that of its maps, and its Linear layer follows. A Linear layer is a
sum with weights, so mean and Linear may change places: put first, it is a 1×1 convolution (Lin,
Chen and Yan, 2014, arxiv.org/abs/1312.4400; Zhou et al., 2016, arxiv.org/abs/1512.04150).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.fully_conv.cost import Cost
from cnnviz.models.efficientnet_lite import EfficientNetLite0
from cnnviz.probes import receptive_fields
from cnnviz.summary import summarize

LARGEST_SIDE = 640  # pixels: a pass of the slower network takes 0.25 s there
CROP_SIDE = 224  # pixels of the pictures that both were trained on
PROBED = 512  # pixels: what a cell sees does not depend on the picture's size


@dataclass(frozen=True)
class Parts:
    """A network in two parts, and its second part as it goes over every cell of the maps.

    Attributes:
        features: a picture (1, 3, height, width) to the maps that the mean is taken of.
        per_cell: those maps to scores (1, classes, rows, columns): convolutions of 1×1.
        ending: those maps to the network's own scores (1, classes).
        kernels: the convolution in `per_cell`, one kernel of 1×1 a class.
        was_linear: the kernels were the rows of a Linear layer behind the mean.
    """

    features: nn.Module
    per_cell: nn.Module
    ending: nn.Module
    kernels: nn.Conv2d
    was_linear: bool


@dataclass(frozen=True)
class Cells:
    """Where the cells of a map lie in the picture, along either axis, in pixels.

    Attributes:
        window: of what one cell can see, its receptive field; not cut to the picture.
        first: first pixel that cell 0 can see; below 0 in the padding.
        stride: from a cell to its neighbour.
    """

    window: int
    first: int
    stride: int

    @property
    def start(self) -> float:
        """Where cell 0 begins, drawn as a square of `stride` round the middle of its window."""
        return self.first + (self.window - self.stride) / 2

    def seen(self, place: int, size: int) -> tuple[int, int]:
        """First pixel, and the one behind the last, that a cell sees of a picture's `size`."""
        first = self.first + place * self.stride
        return max(0, first), min(size, first + self.window)


@dataclass(frozen=True)
class PhotoMap:
    """What a network says of a photo as a whole and in every cell.

    Attributes:
        scores: (classes, rows, columns), before softmax.
        own: the network's own scores of the photo (classes,), by its own layers.
    """

    scores: Tensor
    own: Tensor

    @property
    def rows(self) -> int:
        """Cells from top to bottom."""
        return self.scores.shape[1]

    @property
    def columns(self) -> int:
        """Cells from left to right."""
        return self.scores.shape[2]

    @property
    def mean(self) -> Tensor:
        """The mean of all cells' scores (classes,)."""
        return self.scores.mean(dim=(1, 2))

    @property
    def difference(self) -> float:
        """The largest between the mean of the cells and the network's own scores."""
        return float((self.mean - self.own).abs().max())

    @property
    def shares(self) -> Tensor:
        """Softmax of the network's own scores (classes,)."""
        return self.own.softmax(dim=0)

    def probabilities(self, class_idx: int) -> Tensor:
        """Of a class in every cell, by that cell's own softmax (rows, columns)."""
        return (self.scores[class_idx] - self.scores.logsumexp(dim=0)).exp()

    def likeliest(self, count: int) -> tuple[Tensor, Tensor]:
        """Probabilities and indices of each cell's best classes, both (count, rows, columns)."""
        best = self.scores.topk(count, dim=0)
        return (best.values - self.scores.logsumexp(dim=0)).exp(), best.indices


def parts_of(model: nn.Module) -> Parts:
    """SqueezeNet or EfficientNet-Lite0 as features and what is made of each cell of them.

    No weight is copied.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(model, EfficientNetLite0):
        features = nn.Sequential(model.stem, model.blocks, model.head)
        ending = nn.Sequential(model.pool, nn.Flatten(), model.dropout, model.classifier)
        kernels = _as_convolution(model.classifier)
        return Parts(features.eval(), kernels, ending.eval(), kernels, was_linear=True)
    features, classifier = (getattr(model, part, None) for part in ("features", "classifier"))
    kernels = classifier[1] if isinstance(classifier, nn.Sequential) else None
    if not (isinstance(features, nn.Module) and isinstance(kernels, nn.Conv2d)):
        raise TypeError("only SqueezeNet and EfficientNet-Lite0 are known here")
    assert isinstance(classifier, nn.Sequential)
    ending = nn.Sequential(classifier, nn.Flatten())
    return Parts(features, classifier[:3].eval(), ending.eval(), kernels, was_linear=False)


def _as_convolution(linear: nn.Linear) -> nn.Conv2d:
    """A Linear layer as a convolution of 1×1 with the same weights, which it shares."""
    with torch.device("meta"):
        made = nn.Conv2d(linear.in_features, linear.out_features, 1)
    weight = linear.weight.detach().view(linear.out_features, -1, 1, 1)
    made.weight = nn.Parameter(weight, requires_grad=False)
    made.bias = nn.Parameter(linear.bias.detach(), requires_grad=False)
    return made.eval()


def photo_map(parts: Parts, batch: Tensor) -> PhotoMap:
    """Scores of every cell of a photo and of all of it, in one pass through the features.

    Args:
        parts: of a network; only read.
        batch: one normalised picture (1, 3, height, width).

    Raises:
        ValueError: there is more than one, or it is larger than `LARGEST_SIDE`.
    """
    count, _, height, width = batch.shape
    if count != 1:
        raise ValueError(f"a map is made of one picture, not of {count}")
    if max(height, width) > LARGEST_SIDE:
        raise ValueError(f"at most {LARGEST_SIDE} pixels a side, and it has {height} × {width}")
    with torch.inference_mode():
        maps = parts.features(batch)
        return PhotoMap(parts.per_cell(maps)[0], parts.ending(maps)[0])


def cells_of(parts: Parts) -> Cells:
    """Where the cells of a network's map lie.

    Raises:
        ValueError: they do not lie at even distances.
    """
    fields = receptive_fields(parts.features, (1, 3, PROBED, PROBED))
    field = list(fields.values())[-1][1]
    if field.size is None or field.jump is None or field.offset is None:
        raise ValueError(f"the cells have no window of one size: {field.reason}")
    if len(set(field.size)) > 1 or not isinstance(field.jump[0], int):
        raise ValueError(f"the windows are not square: {field.size}, {field.jump}")
    return Cells(field.size[0], field.offset[0], field.jump[0])


def crop_round(cells: Cells, place: tuple[int, int], size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of the crop of `CROP_SIDE` whose middle is nearest to that of a cell.

    Args:
        cells: of the network's map.
        place: row and column of the cell.
        size: height and width of the picture; a smaller one is taken whole.
    """

    def along(index: int, length: int) -> slice:
        side = min(CROP_SIDE, length)
        middle = cells.start + cells.stride * (index + 0.5)
        first = min(max(round(middle - side / 2), 0), length - side)
        return slice(first, first + side)

    return along(place[0], size[0]), along(place[1], size[1])


def photo_cost(parts: Parts, height: int, width: int) -> Cost:
    """Multiply-adds of one pass over a photo, and of the network on a crop round every cell.

    The crops are of `CROP_SIDE`, as in training, or as large as the photo where that is smaller.

    Raises:
        ValueError: the picture is too small for the network.
    """
    maps = summarize(parts.features, (1, 3, height, width))
    crop = (1, 3, min(CROP_SIDE, height), min(CROP_SIDE, width))
    maps_of_crop = summarize(parts.features, crop)
    _, _, rows, columns = maps.output_shape
    return Cost(
        rows * columns,
        maps.macs,
        summarize(parts.per_cell, maps.output_shape).macs,
        maps_of_crop.macs,
        summarize(parts.ending, maps_of_crop.output_shape).macs,
    )


def smallest_side(parts: Parts, most: int = 64) -> int:
    """Pixels a side of the smallest square picture that the features take, by trying."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if _is_taken(parts, middle):
            high = middle
        else:
            low = middle + 1
    return high


def _is_taken(parts: Parts, side: int) -> bool:
    try:
        with torch.inference_mode():
            parts.features(torch.zeros(1, 3, side, side))
    except RuntimeError:
        return False
    return True
