"""LeNet as a fully convolutional network over a whole picture: a map of classes.

A network of convolutions alone gives a cell of scores for every window of the picture. LeNet's
cell reads 32×32 pixels and its neighbour the window 4 pixels further on, so one pass answers what
LeNet would say of every such crop (Long, Shelhamer and Darrell, 2015, arxiv.org/abs/1411.4038).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.arithmetic import rf_step
from cnnviz.models import LeNet, LeNetFullyConv
from cnnviz.progress import Progress, go_on, report
from cnnviz.summary import ShapeError, summarize

LARGEST_SIDE = 512  # pixels; a pass over 512×512 takes as long as one over 100 digits
MIDDLE_WITHIN = 6.0  # pixels: digits of training lie in the middle, moved by less than that
HALF_WITHIN = 10.0  # pixels: their ink lies round the middle, that of two neighbours at the sides


@dataclass(frozen=True)
class ClassMap:
    """Scores of every window of a picture.

    Attributes:
        scores: (classes, rows, columns), before softmax.
        window: pixels of a side of what a cell reads: the network's receptive field.
        stride: pixels from a cell's window to that of its neighbour.
    """

    scores: Tensor
    window: int
    stride: int

    @property
    def rows(self) -> int:
        """Cells from top to bottom."""
        return self.scores.shape[1]

    @property
    def columns(self) -> int:
        """Cells from left to right."""
        return self.scores.shape[2]

    @property
    def probabilities(self) -> Tensor:
        """Softmax of each cell's scores, (classes, rows, columns), in [0, 1]."""
        return self.scores.softmax(dim=0)

    @property
    def winners(self) -> Tensor:
        """Index of each cell's highest score, (rows, columns)."""
        return self.scores.argmax(dim=0)

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Top and left pixel of what the cell reads.

        Raises:
            ValueError: the map has no such cell.
        """
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            raise ValueError(
                f"the map has {self.rows} × {self.columns} cells and none at row {row}, "
                f"column {column}"
            )
        return row * self.stride, column * self.stride


@dataclass(frozen=True)
class CellCheck:
    """One cell of the map, and what LeNet says of the crop that the cell reads.

    Attributes:
        crop: what LeNet was given, (1, channels, 32, 32).
        on_crop: LeNet's scores, (classes,).
        in_map: the cell's scores, (classes,).
    """

    crop: Tensor
    on_crop: Tensor
    in_map: Tensor

    @property
    def difference(self) -> float:
        """Largest difference between two scores of a class."""
        return float((self.on_crop - self.in_map).abs().max())


def field_of(fully_conv: LeNetFullyConv) -> tuple[int, int]:
    """Receptive field and stride of a cell in pixels: 32 and 4.

    Walked through its layers, each of which is square.
    """
    window, stride = 1, 1
    for layer in fully_conv.modules():
        if isinstance(layer, nn.Conv2d):
            window, stride = rf_step(window, stride, layer.kernel_size[0], layer.stride[0])
        elif isinstance(layer, nn.MaxPool2d):
            window, stride = rf_step(window, stride, *_square(layer))
    return window, stride


def _square(pool: nn.MaxPool2d) -> tuple[int, int]:
    """Kernel size and stride of a pooling whose axes agree."""
    size, stride = pool.kernel_size, pool.stride
    if not (isinstance(size, int) and isinstance(stride, int)):
        raise ValueError(f"the pooling {pool} is not square")
    return size, stride


def channels_of(model: LeNet) -> int:
    """Channels of the pictures that the network takes."""
    return model.state_dict()["feature_extractor.0.weight"].shape[1]


def class_map(fully_conv: LeNetFullyConv, batch: Tensor) -> ClassMap:
    """The scores of every window of a picture, in one pass.

    Args:
        fully_conv: in evaluation mode; it is only read.
        batch: one normalised picture (1, channels, height, width) of 32×32 pixels or more.

    Raises:
        ValueError: the picture is too small or too large, or there is more than one.
    """
    window, stride = field_of(fully_conv)
    count, _, height, width = batch.shape
    if count != 1:
        raise ValueError(f"a map is made of one picture, not of {count}")
    if min(height, width) < window:
        raise ValueError(
            f"a cell reads {window} × {window} pixels, so the picture needs as many, and it has "
            f"{height} × {width}"
        )
    if max(height, width) > LARGEST_SIDE:
        raise ValueError(f"at most {LARGEST_SIDE} pixels a side, and it has {height} × {width}")
    with torch.inference_mode():
        return ClassMap(fully_conv(batch)[0], window, stride)


def contrast(found: ClassMap, batch: Tensor) -> Tensor:
    """How much there is to see in each cell's crop: its standard deviation, (rows, columns)."""
    mean = functional.avg_pool2d(batch, found.window, found.stride).mean(dim=1)
    square = functional.avg_pool2d(batch.square(), found.window, found.stride).mean(dim=1)
    return (square - mean.square()).clamp(min=0).sqrt()[0]


def reads_middle(
    found: ClassMap, ink: Tensor, within: float = MIDDLE_WITHIN, half_within: float = HALF_WITHIN
) -> Tensor:
    """Whether the ink of each cell's crop lies in its middle, as that of every training digit does.

    Half-way between two digits the centre of mass lies there too, and the ink does not: on canvases
    with ten digits close together, LeNet's answers are wrong in 29 % of the cells that the first
    condition leaves, and in 4 % of those that both leave, which are three quarters of the right
    ones.

    Args:
        found: the map of the picture.
        ink: (1, 1, height, width), 0 where nothing is written.
        within: pixels from the middle of the window to the ink's centre of mass, at most.
        half_within: pixels from the middle of the window within which half of the ink lies.

    Returns:
        (rows, columns) of bool; False where a crop has no ink.
    """
    ink = ink.double()
    down, right = (place - found.window / 2 for place in _places(found.window))
    near = (down.hypot(right) <= half_within).double()
    weighed = torch.stack([torch.ones_like(near), down, right, near])[:, None]
    sums = functional.conv2d(ink, weighed, stride=found.stride)
    mass, moment_down, moment_right, inside = sums[0]
    away = moment_down.hypot(moment_right)
    return (mass > 0) & (away <= within * mass) & (inside >= mass / 2)


def _places(side: int) -> tuple[Tensor, Tensor]:
    """Rows and columns of the middles of a square's pixels, each (side, side)."""
    middles = torch.arange(side, dtype=torch.float64) + 0.5
    down, right = torch.meshgrid(middles, middles, indexing="ij")
    return down, right


def check_cell(lenet: LeNet, found: ClassMap, batch: Tensor, row: int, column: int) -> CellCheck:
    """What LeNet says of the window of one cell, beside what the map says.

    Args:
        lenet: the network that the map's network was made from.
        found: the map of `batch`.
        batch: the normalised picture.

    Raises:
        ValueError: the map has no such cell.
    """
    top, left = found.corner(row, column)
    crop = batch[:, :, top : top + found.window, left : left + found.window]
    with torch.inference_mode():
        return CellCheck(crop, lenet(crop)[0], found.scores[:, row, column])


def largest_difference(
    lenet: LeNet, found: ClassMap, batch: Tensor, progress: Progress = go_on
) -> float:
    """Largest difference between any cell of the map and LeNet on its crop, all crops tried.

    A row of crops at a time: the activations of all of a large picture would take 600 MB.

    Args:
        lenet: the network that the map's network was made from.
        found: the map of `batch`.
        batch: the normalised picture.
        progress: told the share done.

    Raises:
        StoppedError: `progress` said so.
    """
    crops = batch.unfold(2, found.window, found.stride).unfold(3, found.window, found.stride)
    largest = 0.0
    for row in range(found.rows):
        report(progress, row / found.rows)
        with torch.inference_mode():
            scores = lenet(crops[0, :, row].transpose(0, 1))  # (columns, classes)
            largest = max(largest, float((scores.T - found.scores[:, row]).abs().max()))
    return largest


def attempt(model: nn.Module, batch: Tensor) -> tuple[Tensor | None, str]:
    """What the network answers, or torch's own words for why it cannot."""
    try:
        with torch.inference_mode():
            return model(batch), ""
    except RuntimeError as error:
        return None, str(error)


def accepted_sizes(model: LeNet, sizes: range) -> list[int]:
    """Those sides of a square picture that the network takes."""
    channels = channels_of(model)

    def is_taken(size: int) -> bool:
        try:
            summarize(model, (1, channels, size, size))
        except ShapeError:
            return False
        return True

    return [size for size in sizes if is_taken(size)]


def kernel_planes(lenet: LeNet, layer: int, unit: int) -> Tensor:
    """A row of a Linear layer's weights as the kernel that it becomes.

    Args:
        lenet: in its original form.
        layer: place in the classifier: 0, 2 or 4.
        unit: which output of that layer.

    Returns:
        (input channels, height, width): sixteen 5×5 planes for layer 0, else 1×1 planes.

    Raises:
        ValueError: there is no such layer or output.
    """
    linear = lenet.classifier[layer] if layer in (0, 2, 4) else None
    if not isinstance(linear, nn.Linear):
        raise ValueError(f"LeNet's Linear layers are at 0, 2 and 4 of its classifier, not {layer}")
    if not 0 <= unit < linear.out_features:
        raise ValueError(f"the layer has outputs 0 to {linear.out_features - 1}, not {unit}")
    side = 5 if layer == 0 else 1
    return linear.weight[unit].detach().view(-1, side, side)
