"""The charts of the model zoo: accuracy against cost, and by year.

A bubble's area is its network's parameters, down to the smallest. Networks wholly or mainly made
of attention are diamonds; weights that saw more pictures than ImageNet-1K are hollow. A line leads
from a network's first weights to its best ones. The axes are those of all networks, so that what
is left out moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10, sqrt

from cnnviz.figures.zoo.entries import ZooEntry, best_at_each_cost, cheapest_as_good
from cnnviz.figures.zoo.facts import Facts, facts_of

THE_FOUR = ("alexnet", "vgg16", "googlenet", "resnet152")  # that the tutorial names
ROLES = ("blue", "green", "amber", "violet", "red")  # of highlighted families, as in chart.css
PLOT_HEIGHT = 366  # pixels between the ends of the axis
LARGEST_RADIUS, LARGEST_PARAMS = 36.0, 650e6  # pixels where the chart is as wide as on a desk
KEY_PARAMS = (1.2e6, 26e6, 138e6, 633e6)  # the areas that are shown beside their numbers
LOWEST, HIGHEST = 53.0, 92.5  # percent
CHEAPEST, DEAREST = 0.025, 3000.0  # billions of multiply-adds
COST_TICKS = (0.1, 1, 10, 100, 1000)
FIRST_YEAR, LAST_YEAR = 2011.5, 2022.5
YEAR_WIDTH = 0.74  # of a year, over which its families are spread
BEST_NAMED = 4
MOST_OF_A_FAMILY = 6  # that all have their names
SHORT_NAMES = 4  # characters of what is left of a name without its family's

Share = float  # of an axis: 0 at its lower or left end, 1 at the other


@dataclass(frozen=True)
class Saving:
    """The cheapest network that is as good: its place, and how much less it costs."""

    x: Share
    y: Share
    short: str
    text: str


@dataclass(frozen=True)
class Bubble:
    """A network at its place; `start` is the height of its first weights."""

    key: str
    x: Share
    y: Share
    radius: float
    is_diamond: bool
    is_hollow: bool
    role: str
    start: Share | None
    savings: Sequence[Saving]
    facts: Facts


@dataclass(frozen=True)
class Name:
    """A name of a bubble; where it stands the browser finds, which knows its own width."""

    key: str
    text: str
    role: str
    is_minor: bool


@dataclass(frozen=True)
class Tick:
    """A place of an axis; without a text it is a minor one."""

    at: Share
    text: str


@dataclass(frozen=True)
class ZooChart:
    """All that is drawn.

    Attributes:
        bubbles: the largest first, the highlighted last: so none is hidden.
        names: the most wanted first.
        best: corners of the line of the best, of ImageNet-1K's pictures.
        best_of_all: the same of all weights, where it is another.
        key: areas and the numbers of parameters that they stand for.
    """

    bubbles: Sequence[Bubble]
    names: Sequence[Name]
    best: Sequence[tuple[Share, Share]]
    best_of_all: Sequence[tuple[Share, Share]]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    x_title: str
    y_title: str
    best_title: str
    key: Sequence[tuple[float, str]]


def cost_chart(entries: Sequence[ZooEntry], families: Sequence[str] = ()) -> ZooChart:
    """Accuracy against multiply-adds for one picture, on a logarithmic axis.

    This is the chart of Canziani, Paszke and Culurciello, 2016 (arxiv.org/abs/1605.07678), with
    today's networks.

    Args:
        entries: what to show; each has an accuracy.
        families: names of those that are highlighted.
    """
    places = {entry.key: cost_share(entry.weights.giga_macs) for entry in entries}
    plain = best_at_each_cost(e for e in entries if not e.weights.uses_more_data)
    every = best_at_each_cost(entries)
    minor = [step * tick for tick in (0.01, *COST_TICKS) for step in range(2, 10)]
    return ZooChart(
        bubbles=_bubbles(entries, places, families, plain),
        names=_names(entries, families, plain),
        best=_stairs([(cost_share(e.weights.giga_macs), e.accuracy) for e in plain]),
        best_of_all=_stairs([(cost_share(e.weights.giga_macs), e.accuracy) for e in every], 1.0)
        if every != plain
        else [],
        x_ticks=[Tick(cost_share(tick), f"{tick:,g}") for tick in COST_TICKS]
        + [Tick(cost_share(at), "") for at in minor if CHEAPEST < at < DEAREST],
        y_ticks=_accuracy_ticks(),
        x_title="billions of multiply-adds for one picture",
        y_title="top-1, percent",
        best_title="the best at each cost",
        key=_key(),
    )


def year_chart(entries: Sequence[ZooEntry], families: Sequence[str] = ()) -> ZooChart:
    """Accuracy by the year of the paper, with the best so far as a staircase."""
    places = _places_in_years(entries)
    years = sorted({entry.network.family.year for entry in entries})
    return ZooChart(
        bubbles=_bubbles(entries, places, families, ()),
        names=_names(entries, families, ()),
        best=_best_so_far([e for e in entries if not e.weights.uses_more_data]),
        best_of_all=_best_so_far(entries) if any(e.weights.uses_more_data for e in entries) else [],
        x_ticks=[Tick(_year_share(year), str(year)) for year in years],
        y_ticks=_accuracy_ticks(),
        x_title="year of the paper",
        y_title="top-1, percent",
        best_title="the best so far",
        key=_key(),
    )


def bubble_radius(num_params: int | float) -> float:
    """Pixels: the bubble's area is the number of parameters."""
    return LARGEST_RADIUS * sqrt(num_params / LARGEST_PARAMS)


def cost_share(giga_macs: float) -> Share:
    """Where a cost stands on its logarithmic axis."""
    return log10(giga_macs / CHEAPEST) / log10(DEAREST / CHEAPEST)


def accuracy_share(percent: float) -> Share:
    """Where an accuracy stands on its axis."""
    return (percent - LOWEST) / (HIGHEST - LOWEST)


def role_of(entry: ZooEntry, families: Sequence[str]) -> str:
    """The colour of a highlighted family, "" for all others."""
    name = entry.network.family.name
    return ROLES[families.index(name)] if name in families else ""


def _year_share(year: float) -> Share:
    return (year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)


def _accuracy_ticks() -> list[Tick]:
    return [Tick(accuracy_share(percent), str(percent)) for percent in range(55, 91, 5)]


def _key() -> list[tuple[float, str]]:
    return [(bubble_radius(params), f"{params / 1e6:.3g}") for params in KEY_PARAMS]


def _bubbles(
    entries: Sequence[ZooEntry],
    places: Mapping[str, Share],
    families: Sequence[str],
    best: Sequence[ZooEntry],
) -> list[Bubble]:
    last = sorted(entries, key=lambda e: (e.network.family.name in families, -e.weights.num_params))
    return [
        Bubble(
            key=entry.key,
            x=places[entry.key],
            y=accuracy_share(entry.accuracy),
            radius=bubble_radius(entry.weights.num_params),
            is_diamond=not entry.network.family.is_convolutional,
            is_hollow=entry.weights.uses_more_data,
            role=role_of(entry, families),
            start=None if entry.first is None else accuracy_share(entry.first.top1 or 0),
            savings=_savings(entry, best),
            facts=facts_of(entry, entries),
        )
        for entry in last
    ]


def _savings(entry: ZooEntry, best: Sequence[ZooEntry]) -> list[Saving]:
    """How much less the cheapest networks cost that are as good as this one is and was."""
    if entry.weights.uses_more_data:
        return []
    levels = [entry.accuracy] if entry.first is None else [entry.accuracy, entry.first.top1 or 0]
    pairs = [(level, cheapest_as_good(level, best)) for level in levels]
    return [
        Saving(
            cost_share(other.weights.giga_macs),
            accuracy_share(level),
            short := f"{entry.weights.giga_macs / other.weights.giga_macs:.1f} ×",
            f"{short} fewer",
        )
        for level, other in pairs
        if other is not None and entry.weights.giga_macs > 1.05 * other.weights.giga_macs
    ]


def _stairs(
    points: Sequence[tuple[Share, float]], end: Share | None = None
) -> list[tuple[Share, Share]]:
    """The corners of a staircase through (place, accuracy), each step beginning at its point."""
    corners: list[tuple[Share, Share]] = []
    for x, accuracy in points:
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, accuracy_share(accuracy)))
    if corners and end is not None:
        corners.append((end, corners[-1][1]))
    return corners


def _names(
    entries: Sequence[ZooEntry], families: Sequence[str], best: Sequence[ZooEntry]
) -> list[Name]:
    """The tutorial's four, highlighted networks, some of the best: the most wanted first."""
    return [
        Name(
            key=entry.key,
            text=_text(entry, families),
            role=role_of(entry, families),
            is_minor=_is_minor(entry, families),
        )
        for entry in _named(entries, families, best)
    ]


def _named(
    entries: Sequence[ZooEntry], families: Sequence[str], best: Sequence[ZooEntry]
) -> list[ZooEntry]:
    lit = [entry for name in families for entry in _some_of(name, entries)]
    four = [entry for entry in entries if entry.key in THE_FOUR]

    return list({entry.key: entry for entry in [*four, *lit, *_along(best)]}.values())


def _some_of(family: str, entries: Sequence[ZooEntry]) -> list[ZooEntry]:
    """The networks of a family; of a large one, whose names would cover it, its ends."""
    members = [entry for entry in entries if entry.network.family.name == family]
    members.sort(key=lambda entry: entry.weights.num_params)
    return members if len(members) <= MOST_OF_A_FAMILY else [members[0], members[-1]]


def _along(best: Sequence[ZooEntry]) -> list[ZooEntry]:
    """Some of the best, evenly over their costs."""
    if not best:
        return []
    places = [cost_share(entry.weights.giga_macs) for entry in best]
    steps = [
        places[0] + part * (places[-1] - places[0]) / (BEST_NAMED - 1) for part in range(BEST_NAMED)
    ]
    return [
        min(zip(best, places, strict=True), key=lambda pair: abs(pair[1] - step))[0]
        for step in steps
    ]


def _is_minor(entry: ZooEntry, families: Sequence[str]) -> bool:
    return entry.key not in THE_FOUR and entry.network.family.name not in families


def _text(entry: ZooEntry, families: Sequence[str]) -> str:
    """A name with its year; within a highlighted family only what tells it from the others."""
    network, family = entry.network, entry.network.family
    rest = network.title.removeprefix(family.name)
    if family.name in families and network.name not in THE_FOUR and 0 < len(rest) <= SHORT_NAMES:
        return rest
    return f"{network.title} {family.year}"


def _places_in_years(entries: Sequence[ZooEntry]) -> dict[str, Share]:
    """Each network at its year, the families of a year side by side."""
    by_year: dict[int, list[str]] = {}
    for entry in entries:
        names = by_year.setdefault(entry.network.family.year, [])
        if entry.network.family.name not in names:
            names.append(entry.network.family.name)
    return {entry.key: _year_share(_place(entry, by_year)) for entry in entries}


def _place(entry: ZooEntry, by_year: Mapping[int, Sequence[str]]) -> float:
    year, family = entry.network.family.year, entry.network.family.name
    names = by_year[year]
    return year + YEAR_WIDTH * ((names.index(family) + 0.5) / len(names) - 0.5)


def _best_so_far(entries: Sequence[ZooEntry]) -> list[tuple[Share, Share]]:
    years = sorted({entry.network.family.year for entry in entries})
    best = [max(e.accuracy for e in entries if e.network.family.year <= year) for year in years]
    end = _year_share(years[-1] + 0.5) if years else None
    points = [(_year_share(year - 0.5), top) for year, top in zip(years, best, strict=True)]
    return _stairs(points, end)
