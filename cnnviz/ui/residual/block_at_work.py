"""The block that is asked for, at work on a picture: one map of it, and what it has learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from cnnviz.models import ResNetBlock
from cnnviz.models.seeded import build_seeded
from cnnviz.residual.paths import (
    BlockPass,
    blocks,
    input_of,
    is_identity,
    root_mean_square,
    run_block,
)
from cnnviz.residual.walk import MapWalk, block_sizes, maps_for, num_params, walk_in
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture
from cnnviz.ui.residual.address import Values
from cnnviz.ui.residual.network import batch_of, resnet18

TRAINED_SIZE = 128  # pixels a side: 32 × 32 cells in the first group
FRESH_SIZE = 32


@dataclass(frozen=True)
class Asked:
    """Which block, which map, which cell: what the address says, made to fit together."""

    is_trained: bool
    name: str
    in_channels: int
    out_channels: int
    first_stride: int
    map_number: int
    seed: int


@dataclass(frozen=True, eq=False)
class AtWork:
    """A block, and what it has computed of a picture."""

    block: ResNetBlock
    seen: BlockPass


@dataclass(frozen=True, eq=False)
class Shown:
    """The block at work: one map of it, and what it has learned over all maps."""

    walk: MapWalk
    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    is_identity: bool
    main_params: int
    shortcut_params: int
    change: float  # root mean square of the main path
    around: float  # and of the shortcut
    takes_away: float  # share of the map's cells in which the main path is below zero


def asked(values: Values) -> Asked:
    """The block that the controls say; a trained one has its own channels and stride."""
    is_trained = values.weights == "trained"
    if is_trained:
        sizes = block_sizes(blocks(resnet18())[values.block])
    else:
        sizes = (int(values.in_channels), int(values.out_channels), values.first_stride)
    number = min(values.map, sizes[1])
    return Asked(is_trained, values.block, *sizes, number, values.seed)


def shown_of(picture: Picture, what: Asked) -> Shown:
    """The block at work on a picture, and one map of it."""
    return _shown(picture.digest, what, picture)


@kept
def _shown(digest: str, what: Asked, _picture: Picture) -> Shown:
    at_work = _at_work(digest, replace(what, map_number=0), _picture)
    with torch.inference_mode():
        return _measured(at_work, what.map_number - 1)


@kept
def _at_work(digest: str, what: Asked, _picture: Picture) -> AtWork:
    batch = _batch(_picture, what)
    with torch.inference_mode():
        if what.is_trained:
            block = blocks(resnet18())[what.name]
            x = input_of(resnet18(), batch, what.name)
        else:
            block = fresh_block(what)
            x = maps_for(resnet18(), batch, what.in_channels)
        return AtWork(block, run_block(block, x))


def _batch(picture: Picture, what: Asked) -> Tensor:
    is_pixels = not what.is_trained and what.in_channels == 3
    return batch_of(picture, FRESH_SIZE if is_pixels else TRAINED_SIZE)


def fresh_block(what: Asked) -> ResNetBlock:
    """A block of these sizes as it is before training, in eval mode."""
    make = partial(ResNetBlock, what.in_channels, what.out_channels, what.first_stride)
    return build_seeded(make, what.seed).eval().requires_grad_(False)


def _measured(at_work: AtWork, index: int) -> Shown:
    block, seen = at_work.block, at_work.seen
    one = walk_in(block, seen, index)
    return Shown(
        walk=one,
        in_shape=tuple(seen.x.shape),
        out_shape=tuple(seen.output.shape),
        is_identity=is_identity(block),
        main_params=num_params(block.main_path),
        shortcut_params=num_params(block.shortcut_path),
        change=root_mean_square(seen.main),
        around=root_mean_square(seen.shortcut),
        takes_away=(one.main < 0).double().mean().item(),
    )
