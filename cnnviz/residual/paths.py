"""Main path and shortcut of each block of a trained ResNet18: measured, scaled, taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.models.resnet import ResNet18, ResNetBlock


@dataclass(frozen=True)
class Scales:
    """What main paths and shortcuts are multiplied by, by block name; 1 where none is named."""

    main: Mapping[str, float] = field(default_factory=dict)
    shortcut: Mapping[str, float] = field(default_factory=dict)

    def of(self, name: str) -> tuple[float, float]:
        """The factors of a block's main path and shortcut."""
        return self.main.get(name, 1.0), self.shortcut.get(name, 1.0)


UNCHANGED = Scales()


@dataclass(frozen=True, eq=False)
class BlockPass:
    """What one block computed: each (batch, channels, height, width).

    Attributes:
        x: what it read.
        half_way: behind the first convolution, norm and ReLU of the main path.
        convolved: behind the main path's second convolution, before its norm.
        main: what the main path gives.
        shortcut: what the shortcut gives.
        total: their sum.
        output: its ReLU.
    """

    x: Tensor
    half_way: Tensor
    convolved: Tensor
    main: Tensor
    shortcut: Tensor
    total: Tensor
    output: Tensor


@dataclass(frozen=True)
class PathSizes:
    """How much main path and shortcut of a block add: root mean squares over all cells."""

    name: str
    shape: tuple[int, int, int]  # of what the block gives: channels, height, width
    is_identity: bool
    shortcut: float
    main: float


def blocks(model: ResNet18) -> dict[str, ResNetBlock]:
    """The blocks of a network by name, from the input up."""
    return {name: m for name, m in model.named_modules() if isinstance(m, ResNetBlock)}


def is_identity(block: ResNetBlock) -> bool:
    """Whether the shortcut gives what it gets."""
    return len(block.shortcut_path) == 0


def identity_blocks(model: ResNet18) -> list[str]:
    """The names of the blocks whose shortcut is the identity."""
    return [name for name, block in blocks(model).items() if is_identity(block)]


def run_block(block: ResNetBlock, x: Tensor) -> BlockPass:
    """What a block computes from `x` (batch, in_channels, height, width), step by step."""
    half_way = block.main_path[:3](x)
    convolved = block.main_path[3](half_way)
    main = block.main_path[4](convolved)
    shortcut = block.shortcut_path(x)
    total = main + shortcut
    return BlockPass(x, half_way, convolved, main, shortcut, total, F.relu(total))


def run_scaled(block: ResNetBlock, x: Tensor, main: float, shortcut: float) -> Tensor:
    """What a block gives whose two paths are multiplied by these factors before the sum."""
    return F.relu(_times(main, block.main_path(x)) + _times(shortcut, block.shortcut_path(x)))


def input_of(model: ResNet18, batch: Tensor, name: str) -> Tensor:
    """What the block of this name reads when the network looks at `batch`.

    Raises:
        ValueError: the network has no such block.
    """
    x = model.input_group(batch)
    for known, block in blocks(model).items():
        if known == name:
            return x
        x = block(x)
    raise ValueError(f"the network has no block {name!r}")


def scaled_scores(model: ResNet18, batch: Tensor, scales: Scales = UNCHANGED) -> Tensor:
    """Class scores (batch, classes) of the network with scaled paths."""
    x = model.input_group(batch)
    return _from(model, x, list(blocks(model).items()), scales)


def fading_scores(
    model: ResNet18, batch: Tensor, names: Sequence[str], factors: Sequence[float]
) -> Tensor:
    """Class scores (factors, classes) of one picture as the main paths of some blocks fade.

    All factors go through the network as one batch.

    Args:
        batch: one picture (1, 3, height, width).
        names: the blocks whose main path is multiplied by each factor.
        factors: in the order of the rows.
    """
    scale = torch.tensor(factors).view(-1, 1, 1, 1)
    x = model.input_group(batch)
    for name, block in blocks(model).items():
        main = block.main_path(x)
        x = F.relu((main * scale if name in names else main) + block.shortcut_path(x))
    return _head(model, x.expand(len(factors), -1, -1, -1))


def scores_without(model: ResNet18, batch: Tensor) -> Iterator[tuple[str, Tensor, Tensor]]:
    """For each block its name and the scores (classes) without its main path, and its shortcut.

    What comes before the block is computed once; the batch is one picture.
    """
    x = model.input_group(batch)
    known = list(blocks(model).items())
    for number, (name, block) in enumerate(known):
        main, shortcut = block.main_path(x), block.shortcut_path(x)
        both = F.relu(torch.cat([shortcut, main]))
        scores = _from(model, both, known[number + 1 :], UNCHANGED)
        yield name, scores[0], scores[1]
        x = F.relu(main + shortcut)


def path_sizes(model: ResNet18, batch: Tensor) -> list[PathSizes]:
    """How much each block's main path and shortcut add when the network looks at `batch`."""
    sizes = []
    x = model.input_group(batch)
    for name, block in blocks(model).items():
        seen = run_block(block, x)
        _, channels, height, width = seen.output.shape
        sizes.append(
            PathSizes(
                name=name,
                shape=(channels, height, width),
                is_identity=is_identity(block),
                shortcut=root_mean_square(seen.shortcut),
                main=root_mean_square(seen.main),
            )
        )
        x = seen.output
    return sizes


def root_mean_square(values: Tensor) -> float:
    """√ of the mean of the squares of all values."""
    return values.double().square().mean().sqrt().item()


def zeroed_block(channels: int) -> ResNetBlock:
    """A new block in eval mode whose last norm has weight and bias zero: its main path gives 0."""
    block = ResNetBlock(channels, channels).eval().requires_grad_(False)
    for parameter in block.main_path[4].parameters():
        nn.init.zeros_(parameter)
    return block


def scores_with_zeroed_block(
    model: ResNet18, batch: Tensor, after: str, with_shortcut: bool = True
) -> Tensor:
    """Class scores (batch, classes) of the network with a zeroed block put in behind a block.

    With its shortcut it passes on what it gets, as that is not negative behind a ReLU: the scores
    are the same to the last bit. Without it, it gives zeros whatever it gets.

    Raises:
        ValueError: the network has no block of the name `after`.
    """
    known = list(blocks(model).items())
    names = [name for name, _ in known]
    if after not in names:
        raise ValueError(f"the network has no block {after!r}")
    place = names.index(after) + 1
    x = blocks(model)[after](input_of(model, batch, after))
    scales = Scales(shortcut={"": 1.0 if with_shortcut else 0.0})
    return _from(model, x, [("", zeroed_block(x.shape[1])), *known[place:]], scales)


def left_by_the_bias(block: ResNetBlock) -> float:
    """The largest number that a block's main path still gives if only its last weight is zeroed."""
    return block.main_path[4].get_parameter("bias").abs().max().item()


def _from(
    model: ResNet18, x: Tensor, rest: Sequence[tuple[str, ResNetBlock]], scales: Scales
) -> Tensor:
    """Class scores from what the first block of `rest` reads."""
    for name, block in rest:
        x = run_scaled(block, x, *scales.of(name))
    return _head(model, x)


def _times(factor: float, values: Tensor) -> Tensor:
    return values if factor == 1 else factor * values


def _head(model: ResNet18, x: Tensor) -> Tensor:
    return model.fc(model.avgpool(x).flatten(start_dim=1))
