"""How the families of the zoo look: a colour and a symbol each, so that no colour stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnviz.figures.style import CATEGORICAL, INPUT, KERNEL, NEUTRAL, OUTPUT, WARNING
from cnnviz.zoo.families import Family


@dataclass(frozen=True)
class Look:
    """Colour and plotly symbol of a family's bubbles."""

    colour: str
    symbol: str


OTHERS = "Other families"
# The families that the tutorial names.
MARKED = {
    "AlexNet": Look(WARNING, "cross"),
    "VGG": Look(KERNEL, "triangle-up"),
    "GoogLeNet": Look(OUTPUT, "triangle-down"),
    "ResNet": Look(INPUT, "square"),
}
COLOURS = CATEGORICAL[:-1]  # the last one is the grey of the other families
CONVOLUTIONAL = ("circle", "pentagon", "hourglass", "bowtie", "hexagram")
ATTENTION = ("diamond", "diamond-tall", "diamond-wide", "star-diamond")


def family_looks(families: Iterable[Family]) -> dict[str, Look]:
    """The look of each family that has one of its own: all, where there are few of them.

    Where there are many, only the tutorial's families stand out, and the others share `OTHERS`.
    """
    shown = {family.name: family for family in families}
    if len(shown) > len(COLOURS):
        return {name: look for name, look in MARKED.items() if name in shown}
    looks = {name: MARKED[name] for name in shown if name in MARKED}
    colours = [c for c in COLOURS if c not in {look.colour for look in looks.values()}]
    symbols = {True: list(CONVOLUTIONAL), False: list(ATTENTION)}
    for name, family in shown.items():
        if name not in looks:
            looks[name] = Look(colours.pop(0), symbols[family.is_convolutional].pop(0))
    return looks


def look_of(family: Family, looks: dict[str, Look]) -> Look:
    """The family's own look, or the grey one of the other families."""
    symbols: Sequence[str] = CONVOLUTIONAL if family.is_convolutional else ATTENTION
    return looks.get(family.name) or Look(NEUTRAL, symbols[0])
