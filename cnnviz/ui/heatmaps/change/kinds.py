"""The ways to change a picture: which one, and what it shows."""

from __future__ import annotations

from cnnviz.ui.choices import segments
from cnnviz.ui.heatmaps.address import ADDRESS, CHANGES, Values
from cnnviz.ui.heatmaps.change.adversarial import show_adversarial
from cnnviz.ui.heatmaps.change.brush import show_brush
from cnnviz.ui.heatmaps.change.compare import show_compared
from cnnviz.ui.heatmaps.subject import Subject

SHOW = {"brush": show_brush, "adversarial": show_adversarial, "compare": show_compared}


def choose_kind() -> None:
    """By hand, along the gradient, or not at all: beside another."""
    segments(ADDRESS, "change", "How the picture is changed", CHANGES, is_bare=True)


def show_change(values: Values, subject: Subject) -> None:
    """Today's way."""
    SHOW[values.change](subject)
