"""What is to be shown of a network while a hand draws, and the address that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PATH = "/drawn"
HOME = ""  # the network of the home page, four of its layers
READERS = (HOME, "lenet-mnist", "mlp-mnist")  # networks that read what is drawn
ORDERS, SCALES = ("variance", "strength"), ("layer", "network", "map")
MOST_MAPS = 10_000


@dataclass(frozen=True)
class Drawn:
    """What is to be shown of a network while one draws.

    Attributes:
        model: its name, or `HOME`.
        order: which maps come first where not all fit.
        scale: whose scale they are on.
        pinned: a column and a map of it, which is shown in any case.
    """

    model: str = HOME
    order: str = ORDERS[0]
    scale: str = SCALES[0]
    pinned: tuple[int, int] | None = None

    @property
    def address(self) -> str:
        """Where the browser asks."""
        column, channel = self.pinned or (-1, -1)
        terms = {"model": self.model, "order": self.order, "scale": self.scale,
                 "column": column, "map": channel}  # fmt: skip
        return f"{PATH}?{urlencode(terms)}"


def live(pad: str, asked: Drawn) -> dict[str, str] | None:
    """What the overview needs to answer the hand on a pad; None of a network that is not known."""
    return {"pad": pad, "address": asked.address} if asked.model in READERS else None


def read(terms: Mapping[str, str]) -> Drawn | None:
    """What an address asks for; None for anything that `Drawn.address` does not write."""
    model, order, scale = (terms.get(name, "") for name in ("model", "order", "scale"))
    if model not in READERS or order not in ORDERS or scale not in SCALES:
        return None
    column, channel = (_whole(terms.get(name, "")) for name in ("column", "map"))
    is_pinned = column is not None and channel is not None
    return Drawn(model, order, scale, (column, channel) if is_pinned else None)


def _whole(text: str) -> int | None:
    is_whole = text.isascii() and text.isdigit() and len(text) < 6
    return int(text) if is_whole and int(text) < MOST_MAPS else None
