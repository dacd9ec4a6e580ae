"""A network as other machines are asked for it: by its name, or all of it if it is a visitor's."""

from __future__ import annotations

from cnnviz.cluster.brought import Brought, brought
from cnnviz.models import Pretrained
from cnnviz.ui.jobs import jobs
from cnnviz.ui.weights.names import is_own


def can_be_sent(name: str, network: Pretrained) -> bool:
    """Whether other machines can have it; one of a visitor's only where there are some."""
    return not is_own(name) or (jobs().is_elsewhere and brought(network) is not None)


def sent(name: str, network: Pretrained) -> str | Brought:
    """What goes into an order. Whoever holds it holds the network.

    Raises:
        ValueError: it cannot be sent.
    """
    found = brought(network) if is_own(name) else name
    if found is None:
        raise ValueError(f"the network {name} is too large to be sent")
    return found
