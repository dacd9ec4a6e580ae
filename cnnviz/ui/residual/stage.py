"""The views of the page, each with its controls, its picture and its scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnnviz.ui.residual.address import ADDRESS, Values
from cnnviz.ui.residual.block import show_block
from cnnviz.ui.residual.block_at_work import asked
from cnnviz.ui.residual.degradation import show_degradation
from cnnviz.ui.residual.gradients import show_gradients
from cnnviz.ui.residual.identity import choose_picture, show_identity, show_inserted
from cnnviz.ui.residual.landscape import show_landscape
from cnnviz.ui.residual.places import Places
from cnnviz.ui.residual.scripts import (
    block_script,
    degradation_script,
    gradients_script,
    identity_script,
    landscape_script,
    whole_script,
)
from cnnviz.ui.residual.whole import show_whole

Scripts = Callable[[], dict[str, str]]  # of the values that the address has then
Show = Callable[[Values, Places], Scripts]


def show(values: Values, places: Places) -> Scripts:
    """Show the view that the address asks for; how to have its scripts comes back."""
    return SHOW[values.view](values, places)


def _block(values: Values, places: Places) -> Scripts:
    picture = show_block(values, places)

    def scripts() -> dict[str, str]:
        now = ADDRESS.values()
        return block_script(now, asked(now), picture)

    return scripts


def _gradients(values: Values, places: Places) -> Scripts:
    show_gradients(values, places)
    return partial(gradients_script, values)


def _identity(values: Values, places: Places) -> Scripts:
    picture = choose_picture(places.more)
    show_identity(picture, places)
    with places.more:
        show_inserted(values, picture)
    return partial(identity_script, values, picture)


def _degradation(values: Values, places: Places) -> Scripts:
    show_degradation(values, places)
    return partial(degradation_script, values)


def _landscape(values: Values, places: Places) -> Scripts:
    show_landscape(values, places)
    return partial(landscape_script, values)


def _whole(values: Values, places: Places) -> Scripts:
    show_whole(values.side, places)
    return partial(whole_script, values)


SHOW: dict[str, Show] = {
    "block": _block,
    "gradients": _gradients,
    "identity": _identity,
    "degradation": _degradation,
    "landscape": _landscape,
    "whole": _whole,
}
