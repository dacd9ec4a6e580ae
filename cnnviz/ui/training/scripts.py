"""The script of the page: it trains what the address asks for, in PyTorch alone."""

from __future__ import annotations

from cnnviz.training.export import script
from cnnviz.ui.training.address import Values
from cnnviz.ui.training.job import job_of


def scripts(values: Values) -> dict[str, str]:
    """The training script; nothing where the network does not fit, or the pictures are not here."""
    try:
        return {"The training": script(job_of(values))}
    except ValueError:
        return {}
