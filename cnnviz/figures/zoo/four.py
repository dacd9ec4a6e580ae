"""The tutorial's four networks as a table: depth, parameters with those of Linear, cost, result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cnnviz.counting import percent
from cnnviz.figures.zoo.entries import ZooEntry
from cnnviz.zoo.depth import Depth

IDEAS = {
    "alexnet": "LeNet, deeper, with ReLU, on GPUs",
    "vgg16": "only 3 × 3 kernels, stacked",
    "googlenet": "several kernel sizes at once",
    "resnet152": "skip connections",
}
HEADS = (
    "The tutorial’s four",
    "What was new",
    "Layers",
    "Parameters, M",
    "Multiply-adds, G",
    "Top-1",
)
KEY = {"Parameters, M": ' <span><i class="linear"></i> in Linear</span>'}  # of the bars


@dataclass(frozen=True)
class Winner:
    """One of the four: its best weights beside its first, and what was counted of it."""

    entry: ZooEntry
    depth: Depth


def four_table(winners: Sequence[Winner]) -> str:
    """A row a network; bars are to one scale each, the violet part of parameters is in Linear."""
    head = "".join(f'<th scope="col">{escape(name)}{KEY.get(name, "")}</th>' for name in HEADS)
    most_params = max(winner.depth.num_params for winner in winners)
    most_macs = max(winner.depth.macs for winner in winners)
    rows = "".join(_row(winner, most_params, most_macs) for winner in winners)
    return (
        '<div class="cnnviz scroll" tabindex="0"><table class="four">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(winner: Winner, most_params: int, most_macs: int) -> str:
    network, depth = winner.entry.network, winner.depth
    linear = depth.linear_params / most_params
    others = depth.num_params / most_params - linear
    cells = (
        f"<td>{escape(IDEAS[network.name])}</td><td>{depth.layers}</td>"
        f"<td>{_bar(('linear', linear), ('', others))} {depth.num_params / 1e6:.1f} "
        f"<small>{percent(depth.linear_share)}</small></td>"
        f"<td>{_bar(('cost', depth.macs / most_macs))} {depth.macs / 1e9:.2f}</td>"
        f"<td><b>{_accuracy(winner.entry)}</b></td>"
    )
    name = f"<b>{escape(network.title)}</b> <small>{network.family.year}</small>"
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _bar(*parts: tuple[str, float]) -> str:
    """Parts of a bar side by side, as shares of the longest."""
    pieces = "".join(
        f'<i class="{name}" style="width:calc({share:.4f} * var(--longest))"></i>'
        for name, share in parts
    )
    return f'<span class="bar" aria-hidden="true">{pieces}</span>'


def _accuracy(entry: ZooEntry) -> str:
    first = f"{entry.first.top1:.1f} → " if entry.first is not None else ""
    return f"{first}{entry.accuracy:.1f}"
