"""The script of the page: it trains what the address asks for, in PyTorch alone."""

from __future__ import annotations

from typing import cast

from cnnviz.training.export import mistaken, script
from cnnviz.training.mistakes import Order
from cnnviz.ui.training.address import Values
from cnnviz.ui.training.drawing import strokes_over
from cnnviz.ui.training.found import find
from cnnviz.ui.training.job import job_of
from cnnviz.ui.training.mistakes import track_of


def scripts(values: Values) -> dict[str, str]:
    """The training script; nothing where the network does not fit, or the pictures are not here."""
    try:
        if values.view == "mistakes":
            return {"The mistakes": _mistaken(values)}
        return {"The training": script(job_of(values))}
    except ValueError:
        return {}


def _mistaken(values: Values) -> str:
    """The run that is looked at, up to the moment B, and what it gets wrong then."""
    found = find(track_of(values), values)
    drawn = None
    if values.drawing and found.one is not None:
        drawn = found.one.index, strokes_over(found.picture_of(found.one)).done
    learnt_from = values.asked == "training"
    job, step, order = found.track.job, found.shot.step, cast(Order, values.sort)
    return mistaken(job, step, order, learnt_from, drawn)
