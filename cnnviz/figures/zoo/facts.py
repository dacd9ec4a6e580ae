"""What the zoo's chart tells of the bubble that is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.figures.zoo.entries import ZooEntry


@dataclass(frozen=True)
class Facts:
    """A title, a word beside it, numbers by name (the last may be the one that counts), words."""

    title: str
    note: str
    rows: Sequence[tuple[str, str]]
    words: str


def facts_of(entry: ZooEntry, entries: Sequence[ZooEntry]) -> Facts:
    """The facts of one of `entries`."""
    family = entry.network.family
    return Facts(
        title=entry.network.title,
        note=f"{family.year} · {_authors(family.paper)}",
        rows=_rows(entry),
        words=" ".join(filter(None, (_gain(entry), _family_gain(entry, entries), _more(entry)))),
    )


def said(facts: Facts) -> str:
    """The facts as one text, for those who hear the chart."""
    numbers = ", ".join(f"{name} {value}" for name, value in facts.rows)
    return f"{facts.title}, {facts.note}: {numbers}. {facts.words}".strip()


def _rows(entry: ZooEntry) -> list[tuple[str, str]]:
    weights = entry.weights
    rows = [
        ("parameters", f"{weights.num_params / 1e6:.1f} M"),
        ("multiply-adds", f"{weights.giga_macs:.2f} G"),
        ("picture", f"{weights.input_size} × {weights.input_size}"),
    ]
    if entry.first is not None:
        rows.append(("first weights", f"{entry.first.top1:.1f} %"))
    return [*rows, ("best weights" if entry.first else "top-1", f"{entry.accuracy:.1f} %")]


def _authors(paper: str) -> str:
    """ "He, Zhang, Ren, Sun: Deep residual …" gives "He et al."."""
    names = paper.split(":")[0].split(", ")
    return names[0] if len(names) == 1 else f"{names[0]} et al."


def _gain(entry: ZooEntry) -> str:
    return f"{entry.gain:+.1f} by better training alone." if entry.first is not None else ""


def _family_gain(entry: ZooEntry, entries: Sequence[ZooEntry]) -> str:
    """What the family's best network gains on this one when both are trained alike, and its cost.

    The older weights are compared where both have them: they differ in the network alone.
    """
    others = [one for one in entries if one.network.family == entry.network.family
              and (one.first is None) == (entry.first is None)
              and one.weights.uses_more_data == entry.weights.uses_more_data]  # fmt: skip
    best = max(others, key=_trained_alike)
    gain = _trained_alike(best) - _trained_alike(entry)
    if gain <= 0:
        return ""
    times = best.weights.giga_macs / entry.weights.giga_macs
    which = " with the first weights" if entry.first is not None else ""
    return f"Going to {best.network.title} buys {gain:+.1f}{which}, for {times:.1f} × the cost."


def _trained_alike(entry: ZooEntry) -> float:
    return (entry.first or entry.weights).top1 or 0


def _more(entry: ZooEntry) -> str:
    is_more = entry.weights.uses_more_data
    return "First trained on more pictures than ImageNet-1K." if is_more else ""
