"""What the choices of a component lead to, computed when the page rests or a hand comes near.

The browser shows such a view in the frame of the choice (assets/components/shared/foresight.js).
Python hears of it at once, and draws the same again and the rest of the page. While a visitor
waits for a place to compute, nothing is computed ahead.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cnnviz.ui.compute import places

MOST_BYTES = 400_000  # of the views of a component; those beyond are asked for as usual
MOST_SECONDS = 0.4  # a hand that moves at once waits no longer than that

View = Mapping[str, Any]  # data of components by their keys
Choice = TypeVar("Choice", int, float, str)


@dataclass(frozen=True)
class Foreseen:
    """What a component is told of its choices.

    Attributes:
        context: everything besides the choice that the views depend on, as a text; None where
            nothing is foreseen.
        views: by the choice, what Python would send to each component by its key; None where no
            hand has come near.
    """

    context: str | None
    views: Mapping[Any, View] | None = None

    def told(self) -> dict[str, Any]:
        """For the component's data, that `foresight` of the browser reads."""
        views = None if self.views is None else json.dumps(self.views)
        return {"context": self.context, "foreseen": views}


def views_of(
    choices: Iterable[Choice],
    view: Callable[[Choice], View | None],
    most_bytes: int = MOST_BYTES,
    most_seconds: float | None = None,
) -> dict[Choice, View]:
    """The views of the choices, the likeliest first, for as long as the hand may take to choose.

    A choice that leads to none (None) is left out.
    """
    most_seconds = MOST_SECONDS if most_seconds is None else most_seconds
    start, views, size = time.monotonic(), {}, 0
    for choice in choices:
        found = view(choice)
        if found is not None:
            size += len(json.dumps(found))
            if size > most_bytes:
                break
            views[choice] = found
        if time.monotonic() - start > most_seconds or places().num_waiting:
            break
    return views
