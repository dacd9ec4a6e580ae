"""The charts of the model zoo: accuracy against cost, and by year.

A bubble's area is its network's parameters. Networks wholly or mainly made of attention are
diamonds; weights that saw more pictures than ImageNet-1K are hollow. Families that the tutorial
names have a colour, a symbol and a label; where only a few families are shown, each has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10, sqrt

import plotly.graph_objects as go

from cnnviz.figures.labels import Point, name_shifts
from cnnviz.figures.style import NEUTRAL, REACH, figure_layout
from cnnviz.figures.zoo_looks import OTHERS, Look, family_looks, look_of
from cnnviz.zoo import ZooNetwork, ZooWeights

LABELLED = ("alexnet", "googlenet", "resnet18", "resnet50", "resnet152", "vgg16")
HEIGHT = 440
PLOT_HEIGHT = 320  # of it between the ends of the axis, below the legend
LARGEST_BUBBLE, SMALLEST_BUBBLE = 46, 7  # pixels across; the largest is a network of 650 M
LARGEST_PARAMS = 650e6
YEAR_WIDTH = 0.74  # of a year, over which its families are spread
TICKS = (0.1, 1, 10, 100, 1000)
MINOR_TICKS = tuple(step * tick for tick in (0.01, *TICKS) for step in range(2, 10))


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
    # Annotations and ranges of a logarithmic axis are given as exponents, its points are not.
    exponents = {entry.network.name: log10(entry.weights.giga_macs) for entry in entries}
    figure = _chart(entries, exponents, picked)
    for trace in figure.data:
        trace.x = [10**exponent for exponent in trace.x]
    figure.update_xaxes(
        type="log",
        title="billions of multiply-adds for one picture",
        tickvals=TICKS,
        ticktext=[f"{tick:g}" for tick in TICKS],
        minor={"tickvals": MINOR_TICKS, "showgrid": False, "ticks": "outside"},
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
    looks = family_looks(entry.network.family for entry in entries)
    groups: dict[str, list[ZooEntry]] = {name: [] for name in (OTHERS, *looks)}
    for entry in entries:
        name = entry.network.family.name
        groups[name if name in looks else OTHERS].append(entry)
    for name, members in groups.items():  # the neutral ones come first and lie below
        if members:
            shown_as = [look_of(entry.network.family, looks) for entry in members]
            figure.add_trace(_bubbles(name, members, places, shown_as))
    if picked in places:
        figure.add_trace(_ring(next(e for e in entries if e.network.name == picked), places))
    x_range, y_range = _range(places.values()), _range([entry.accuracy for entry in entries])
    figure.update_layout(
        **figure_layout(HEIGHT, clickmode="event+select"),
        annotations=_labels(entries, places, x_range, y_range),
    )
    figure.update_xaxes(range=x_range)
    figure.update_yaxes(title="top-1 accuracy, percent", range=y_range)
    return figure


def _range(values: Iterable[float]) -> tuple[float, float]:
    """The ends of an axis, with a margin for bubbles and names."""
    values = list(values)
    if not values:
        return 0.0, 1.0
    margin = 0.09 * (max(values) - min(values)) or 1.0
    return min(values) - margin, max(values) + margin


def bubble_size(num_params: int) -> float:
    """Pixels across: the bubble's area is the number of parameters, down to a smallest size."""
    return max(SMALLEST_BUBBLE, LARGEST_BUBBLE * sqrt(num_params / LARGEST_PARAMS))


def _bubbles(
    group: str, members: Sequence[ZooEntry], places: Mapping[str, float], looks: Sequence[Look]
) -> go.Scatter:
    opacity = 0.5 if group == OTHERS else 0.85
    is_open = [entry.weights.uses_more_data for entry in members]
    return go.Scatter(
        name=group,
        x=[places[entry.network.name] for entry in members],
        y=[entry.accuracy for entry in members],
        mode="markers",
        customdata=[entry.network.name for entry in members],
        text=[_hover(entry) for entry in members],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
        marker={
            "color": looks[0].colour,
            "opacity": [1.0 if hollow else opacity for hollow in is_open],
            "symbol": [
                look.symbol + "-open" * hollow for look, hollow in zip(looks, is_open, strict=True)
            ],
            "size": [bubble_size(entry.weights.num_params) for entry in members],
            "line": {"width": [2 if hollow else 0 for hollow in is_open]},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": opacity}},
    )


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


def _labels(
    entries: Sequence[ZooEntry],
    places: Mapping[str, float],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> list[go.layout.Annotation]:
    """The names of the famous networks, each with a line to its bubble."""

    def point(entry: ZooEntry) -> Point:
        x = (places[entry.network.name] - x_range[0]) / (x_range[1] - x_range[0])
        y = (entry.accuracy - y_range[0]) / (y_range[1] - y_range[0])
        return Point(x, y, bubble_size(entry.weights.num_params) / 2)

    named = [entry for entry in entries if entry.network.name in LABELLED]
    titles = [entry.network.title for entry in named]
    points = [point(entry) for entry in entries]
    shifts = name_shifts([point(entry) for entry in named], titles, points, PLOT_HEIGHT)
    return [
        _label(entry, places[entry.network.name], shift)
        for entry, shift in zip(named, shifts, strict=True)
    ]


def _label(entry: ZooEntry, place: float, shift: tuple[int, int]) -> go.layout.Annotation:
    return go.layout.Annotation(
        x=place,
        y=entry.accuracy,
        ax=shift[0],
        ay=-shift[1],  # plotly counts pixels downwards
        text=entry.network.title,
        showarrow=True,
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=NEUTRAL,
        standoff=bubble_size(entry.weights.num_params) / 2,
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
            "line": {"width": 2.5, "color": REACH},
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
