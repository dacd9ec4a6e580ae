"""The views of the page, each with its controls, its picture and its scripts."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from cnnviz.ui.residual.address import Values
from cnnviz.ui.residual.gradients import show_gradients
from cnnviz.ui.residual.identity import choose_picture, show_identity, show_inserted
from cnnviz.ui.residual.scripts import gradients_script, identity_script, whole_script
from cnnviz.ui.residual.whole import show_whole

Scripts = dict[str, str]
Show = Callable[[Values, DeltaGenerator, DeltaGenerator, DeltaGenerator], Scripts]


def show(
    values: Values, main: DeltaGenerator, more: DeltaGenerator, right: DeltaGenerator
) -> Scripts:
    """Show the view that the address asks for; its scripts come back."""
    return SHOW[values.view](values, main, more, right)


def _gradients(
    values: Values, main: DeltaGenerator, more: DeltaGenerator, right: DeltaGenerator
) -> Scripts:
    show_gradients(values, main, more, right)
    return gradients_script(values)


def _identity(
    values: Values, main: DeltaGenerator, more: DeltaGenerator, right: DeltaGenerator
) -> Scripts:
    picture = choose_picture(more)
    show_identity(values, picture, main, right)
    with more:
        show_inserted(values, picture)
    return identity_script(values, picture)


def _whole(
    values: Values, main: DeltaGenerator, more: DeltaGenerator, right: DeltaGenerator
) -> Scripts:
    show_whole(values.side, main, right)
    return whole_script(values)


SHOW: dict[str, Show] = {"gradients": _gradients, "identity": _identity, "whole": _whole}
