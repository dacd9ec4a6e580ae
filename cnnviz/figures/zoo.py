"""The charts of the model zoo: accuracy against cost, and by year.

A bubble's area is its network's parameters. Networks wholly or mainly made of attention are
diamonds; weights that saw more pictures than ImageNet-1K are hollow. Families that the tutorial
names have a colour and a label; where only a few families are shown, each has a colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import plotly.graph_objects as go

from cnnviz.figures.style import CATEGORICAL, INPUT, KERNEL, NEUTRAL, OUTPUT, WARNING, figure_layout
from cnnviz.zoo import ZooNetwork, ZooWeights

MARKED = {"AlexNet": WARNING, "VGG": KERNEL, "GoogLeNet": OUTPUT, "ResNet": INPUT}
LABELLED = {  # network -> where its name stands, so that the names do not meet
    "alexnet": "bottom right",
    "vgg16": "bottom right",
    "googlenet": "bottom left",
    "resnet18": "bottom right",
    "resnet50": "bottom right",
    "resnet152": "top left",
}
OTHERS = "Other families"
HEIGHT = 420
LARGEST_BUBBLE, SMALLEST_BUBBLE = 46, 7  # pixels across; the largest is a network of 650 M
LARGEST_PARAMS = 650e6
YEAR_WIDTH = 0.74  # of a year, over which its families are spread
TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class ZooEntry:
    """A network with the set of its weights that is shown."""

    network: ZooNetwork
    weights: ZooWeights

    @property
    def accuracy(self) -> float:
        """Top-1 accuracy in percent.

        Raises:
            ValueError: torchvision gives none.
        """
        if self.weights.top1 is None:
            raise ValueError(f"torchvision gives no accuracy of {self.network.name}")
        return self.weights.top1


def cost_chart(entries: Sequence[ZooEntry], picked: str = "") -> go.Figure:
    """Accuracy against multiply-adds for one picture, on a logarithmic axis.

    This is the chart of Canziani, Paszke and Culurciello, 2016 (arxiv.org/abs/1605.07678), with
    today's networks. Each point carries its network's name as custom data.

    Args:
        entries: what to show; each has an accuracy.
        picked: name of the network to frame.
    """
    figure = _chart(entries, {e.network.name: e.weights.giga_macs for e in entries}, picked)
    figure.update_xaxes(
        type="log",
        title="multiply-adds for one picture, billions (logarithmic)",
        tickvals=TICKS,
        ticktext=[f"{tick:g}" for tick in TICKS],
    )
    return figure


def year_chart(entries: Sequence[ZooEntry], picked: str = "") -> go.Figure:
    """Accuracy by the year of the paper, with the best so far as a staircase."""
    figure = _chart(entries, _places_in_years(entries), picked)
    years = sorted({entry.network.family.year for entry in entries})
    figure.add_trace(_best_so_far(entries, years))
    figure.update_xaxes(title="year of the paper", tickvals=years, showgrid=False)
    return figure


def _chart(entries: Sequence[ZooEntry], places: Mapping[str, float], picked: str) -> go.Figure:
    figure = go.Figure()
    colours = family_colours([entry.network.family.name for entry in entries])
    for group in [OTHERS, *dict.fromkeys(colours)]:  # the neutral ones lie below
        members = [e for e in entries if (e.network.family.name if group != OTHERS else "") == group
                   or (group == OTHERS and e.network.family.name not in colours)]  # fmt: skip
        if members:
            figure.add_trace(_bubbles(group, members, places, colours.get(group, NEUTRAL)))
    figure.add_trace(_labels(entries, places))
    if picked in places:
        figure.add_trace(_ring(next(e for e in entries if e.network.name == picked), places))
    figure.update_layout(**figure_layout(HEIGHT, clickmode="event+select"))
    figure.update_yaxes(title="top-1 accuracy, percent")
    return figure


def family_colours(families: Sequence[str]) -> dict[str, str]:
    """Colour of each family that has one: all, where there are few, else those of the tutorial."""
    shown = list(dict.fromkeys(families))
    few = len(CATEGORICAL) - 1  # the last one is the neutral grey
    if len(shown) <= few:
        free = [colour for colour in CATEGORICAL[:few] if colour not in
                [MARKED[name] for name in shown if name in MARKED]]  # fmt: skip
        return {name: MARKED.get(name) or free.pop(0) for name in shown}
    return {name: colour for name, colour in MARKED.items() if name in shown}


def bubble_size(num_params: int) -> float:
    """Pixels across: the bubble's area is the number of parameters, down to a smallest size."""
    return max(SMALLEST_BUBBLE, LARGEST_BUBBLE * sqrt(num_params / LARGEST_PARAMS))


def _bubbles(
    group: str, members: Sequence[ZooEntry], places: Mapping[str, float], colour: str
) -> go.Scatter:
    opacity = 0.45 if colour == NEUTRAL else 0.8
    return go.Scatter(
        name=group,
        x=[places[entry.network.name] for entry in members],
        y=[entry.accuracy for entry in members],
        mode="markers",
        customdata=[entry.network.name for entry in members],
        text=[_hover(entry) for entry in members],
        hovertemplate="%{text}<extra></extra>",
        marker={
            "color": colour,
            "opacity": opacity,
            "symbol": [_symbol(entry) for entry in members],
            "size": [bubble_size(entry.weights.num_params) for entry in members],
            "line": {"width": 1, "color": "rgba(255,255,255,0.5)"},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": opacity}},
    )


def _symbol(entry: ZooEntry) -> str:
    shape = "circle" if entry.network.family.is_convolutional else "diamond"
    return shape + ("-open" if entry.weights.uses_more_data else "")


def _hover(entry: ZooEntry) -> str:
    weights, family = entry.weights, entry.network.family
    more = "<br>first trained on more pictures than ImageNet-1K" if weights.uses_more_data else ""
    return (
        f"<b>{entry.network.title}</b> · {family.name}, {family.year}"
        f"<br>top-1 {weights.top1:.1f} %, top-5 {weights.top5:.1f} %"
        f"<br>{weights.num_params / 1e6:.1f} M parameters"
        f"<br>{weights.giga_macs:.2f} billion multiply-adds at "
        f"{weights.input_size} × {weights.input_size}{more}"
    )


def _labels(entries: Sequence[ZooEntry], places: Mapping[str, float]) -> go.Scatter:
    labelled = [entry for entry in entries if entry.network.name in LABELLED]
    return go.Scatter(
        x=[places[entry.network.name] for entry in labelled],
        y=[entry.accuracy for entry in labelled],
        text=[f" {entry.network.title} " for entry in labelled],
        mode="text",
        textposition=[LABELLED[entry.network.name] for entry in labelled],
        hoverinfo="skip",
        showlegend=False,
    )


def _ring(entry: ZooEntry, places: Mapping[str, float]) -> go.Scatter:
    return go.Scatter(
        x=[places[entry.network.name]],
        y=[entry.accuracy],
        mode="markers",
        hoverinfo="skip",
        showlegend=False,
        marker={
            "symbol": "circle-open",
            "size": bubble_size(entry.weights.num_params) + 9,
            "line": {"width": 2.5, "color": "#f0b429"},
        },
    )


def _places_in_years(entries: Sequence[ZooEntry]) -> dict[str, float]:
    """Each network at its year, the families of a year side by side."""
    by_year: dict[int, list[str]] = {}
    for entry in entries:
        names = by_year.setdefault(entry.network.family.year, [])
        if entry.network.family.name not in names:
            names.append(entry.network.family.name)
    return {entry.network.name: _place(entry, by_year) for entry in entries}


def _place(entry: ZooEntry, by_year: Mapping[int, Sequence[str]]) -> float:
    year, family = entry.network.family.year, entry.network.family.name
    names = by_year[year]
    return year + YEAR_WIDTH * ((names.index(family) + 0.5) / len(names) - 0.5)


def _best_so_far(entries: Sequence[ZooEntry], years: Sequence[int]) -> go.Scatter:
    best = [max(e.accuracy for e in entries if e.network.family.year <= year) for year in years]
    return go.Scatter(
        name="best so far",
        x=[year - 0.5 for year in years] + [years[-1] + 0.5] if years else [],
        y=[*best, best[-1]] if best else [],
        mode="lines",
        line={"shape": "hv", "width": 1.5, "dash": "dot", "color": NEUTRAL},
        hoverinfo="skip",
    )
