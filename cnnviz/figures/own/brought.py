"""What was read from a visitor's file, tried and checked, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cnnviz.figures.pictures import nice_limit
from cnnviz.figures.style import INPUT, OUTPUT

SIDE = 190  # pixels of the plot of scores


@dataclass(frozen=True)
class Guess:
    """What a network says of a picture: the likeliest class and its probability."""

    name: str
    share: float


@dataclass(frozen=True)
class Agreement:
    """One picture in the file's own reference and here.

    Attributes:
        title: of the picture.
        wanted: scores by the reference.
        found: scores of the network that was rebuilt.
    """

    title: str
    wanted: Sequence[float]
    found: Sequence[float]

    @property
    def difference(self) -> float:
        """The largest of all scores."""
        return max(abs(one - other) for one, other in zip(self.wanted, self.found, strict=True))

    @property
    def is_same_best(self) -> bool:
        """Whether the five best classes are the same, in their order."""
        return _best(self.wanted) == _best(self.found)


def _best(scores: Sequence[float]) -> list[int]:
    return sorted(range(len(scores)), key=lambda place: -scores[place])[:5]


def read_table(operators: Sequence[tuple[str, int]], kinds: dict[str, tuple[str, ...]]) -> str:
    """A row for each operator: how often it stands in the file, and what became of it."""
    rows = "".join(
        f"<tr><td>{count:,}</td><td><code>{escape(op)}</code></td><td>→</td>"
        f"<td class='made'>{escape(', '.join(kinds.get(op, ())) or WORKED_OUT)}</td></tr>"
        for op, count in operators
    )
    return f'<table class="own-read">{rows}</table>'


WORKED_OUT = "worked out while reading"


def tried_table(
    photos: Sequence[tuple[str, str]], rows: Sequence[tuple[str, Sequence[Guess]]], chosen: int
) -> str:
    """What a network says of photos (title, address), a row for each meaning of its pixels."""
    heads = "".join(
        f'<th scope="col"><img src="{escape(url)}" alt="{escape(title)}"></th>'
        for title, url in photos
    )
    body = "".join(
        f"<tr{' class=chosen' if place == chosen else ''}><th scope='row'>{escape(title)}</th>"
        + "".join(_guess(guess) for guess in guesses)
        + "</tr>"
        for place, (title, guesses) in enumerate(rows)
    )
    head = f"<thead><tr><td></td>{heads}</tr></thead>"
    return f'<table class="own-tried">{head}<tbody>{body}</tbody></table>'


def _guess(guess: Guess) -> str:
    return (
        f'<td><i style="width: {100 * guess.share:.0f}%"></i><span>{escape(guess.name[:28])}</span>'
        f"<b>{guess.share:.2f}</b></td>"
    )


def checked_table(checks: Sequence[Agreement]) -> str:
    """A row for each picture: its best score, and the largest difference of all scores."""
    rows = "".join(
        f"<tr><td>{escape(check.title)}</td><td>{max(check.wanted):.4g}</td>"
        f"<td>{nice_limit(check.difference)}</td></tr>"
        for check in checks
    )
    head = "<tr><th>picture</th><th>best score</th><th>largest difference</th></tr>"
    return f'<table class="fc">{head}{rows}</table>'


def agreement_svg(checks: Sequence[Agreement]) -> tuple[str, str]:
    """Each score here over the same score in the file, and its alt text."""
    pairs = [p for c in checks for p in zip(c.wanted, c.found, strict=True)]
    low, high = min(map(min, pairs)), max(map(max, pairs))
    span = (high - low) or 1.0
    dots = "".join(
        f'<circle cx="{_at(x, low, span):.1f}" cy="{SIDE - _at(y, low, span):.1f}" r="1.6"/>'
        for x, y in dict.fromkeys((round(x, 3), round(y, 3)) for x, y in pairs)
    )
    alt = (
        f"{len(pairs):,} scores of {len(checks)} pictures, rebuilt here over those in the file, "
        f"from {low:.3g} to {high:.3g}; the largest difference is "
        f"{nice_limit(max(check.difference for check in checks))}."
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<path d="M0 {SIDE}L{SIDE} 0" stroke="{INPUT}" stroke-opacity=".35"/>'
        f'<g fill="{OUTPUT}" fill-opacity=".7">{dots}</g></svg>'
    )
    return drawn, alt


def _at(value: float, low: float, span: float) -> float:
    return 6 + (SIDE - 12) * (value - low) / span


def class_cells(url: str, title: str, name: str, cells: tuple[int, int], most: float) -> str:
    """A photo with the cells in which a class is likely, and how high its colours reach."""
    words = f"“{name}” in {cells[0]} × {cells[1]} cells"
    alt = f"{title}: {words}, probability up to {most:.2f}"
    return (
        f'<figure class="cnnviz own-larger"><img src="{escape(url)}" alt="{escape(alt)}">'
        f"<figcaption><b>{escape(words)}</b>, colours from 0 to {most:.2f}</figcaption></figure>"
    )
