"""ResNet18 as table 1 of He et al. (2015, arxiv.org/abs/1512.03385) has it, with our shapes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from cnnviz.models.resnet import ResNet18, ResNetBlock
from cnnviz.summary import Row, summarize


@dataclass(frozen=True)
class Stage:
    """One line of the table.

    Attributes:
        paper: what the paper calls it.
        name: the module in `ResNet18`.
        what: its convolutions as the paper writes them.
        output_shape: (1, channels, height, width), or (1, classes).
        num_params: of all its layers, norms among them.
        macs: multiply-adds for one picture.
        layer: whose maps show what it gives.
        weight_layers: convolutions on the main path and Linear layers: what the 18 counts.
    """

    paper: str
    name: str
    what: str
    output_shape: tuple[int, ...]
    num_params: int
    macs: int
    layer: str
    weight_layers: int


def stages(model: ResNet18, side: int) -> list[Stage]:
    """The lines of the table for pictures of `side` × `side`."""
    rows = summarize(model, (1, 3, side, side)).rows
    groups = [
        _stage(rows, f"conv{g + 2}_x", f"group{g}", _what(model, g), f"group{g}.1", 4)
        for g in range(4)
    ]
    stem = _stage(rows, "conv1", "input_group", "7×7, maximum 3×3",
                  "input_group.3", 1)  # fmt: skip
    classes = model.fc.out_features
    head = _stage(rows, "", "fc", f"mean, Linear to {classes}", "", 1)
    return [stem, *groups, head]


def _what(model: ResNet18, group: int) -> str:
    blocks = getattr(model, f"group{group}")
    width = blocks[0].main_path[0].out_channels
    return f"[3×3, {width}; 3×3, {width}] × {len(blocks)}"


def _stage(
    rows: tuple[Row, ...] | list[Row],
    paper: str,
    name: str,
    what: str,
    layer: str,
    weight_layers: int,
) -> Stage:
    own = [row for row in rows if row.name == name or row.name.startswith(f"{name}.")]
    return Stage(
        paper=paper,
        name=name,
        what=what,
        output_shape=own[-1].output_shape,
        num_params=sum(row.num_params for row in own),
        macs=sum(row.macs for row in own),
        layer=layer,
        weight_layers=weight_layers,
    )


def tutorial_shapes(model: ResNet18, side: int = 224) -> list[tuple[str, tuple[int, ...]]]:
    """The shapes that the tutorial prints, of modules that ran on tensors without memory."""
    with torch.device("meta"), torch.inference_mode():
        picture = torch.empty(1, 3, side, side)
        block = ResNetBlock(in_channels=3, out_channels=64, first_stride=2)
        alone = tuple(block(picture).shape)
    table = {stage.name: stage.output_shape for stage in stages(model, side)}
    return [
        ("ResNetBlock(3, 64, first_stride=2)", alone),
        ("ResNet18’s own first block", table["group0"]),
        ("ResNet18(10)", table["fc"]),
    ]
