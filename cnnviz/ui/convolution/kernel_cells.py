"""The kernel's weights as cells to type into, beside the picture that they filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.convolution.grid import weights_like
from cnnviz.ui.convolution.input_picture import CHANNEL_NAMES

LARGEST = 9  # cells a side that find room beside a picture

_mount = register("kernel")


def kernel_cells(
    weight: Tensor, *, key: str, on_typed: Callable[[list[list[list[float]]]], None]
) -> None:
    """Show the weights (channels, height, width); nothing where they find no room.

    Channels that all read by the same plane are shown as one. `on_typed` is told the planes that
    stand there after a weight was typed, before the run that it causes.
    """
    if max(weight.shape[1:]) > LARGEST:
        return
    planes = _different(weight).tolist()

    def typed() -> None:
        sent = turns.said(key, "typed", lambda value: weights_like(value, planes))
        if sent is not None:
            on_typed(sent)

    titles = _titles(planes)
    _mount(
        data={
            "planes": [
                {"title": title, "rows": rows} for title, rows in zip(titles, planes, strict=True)
            ],
            "turn": turns.turn(key, "typed"),
        },
        key=key,
        on_typed_change=typed,
        height="content",
    )


def _different(weight: Tensor) -> Tensor:
    return weight[:1] if bool((weight == weight[:1]).all()) else weight


def _titles(planes: list[Any]) -> list[str]:
    if len(planes) == 1:
        return [f"Kernel {len(planes[0])} × {len(planes[0][0])}"]
    names = CHANNEL_NAMES.get(len(planes), ())
    return [f"Kernel of {name}" for name in names] or [
        f"Kernel of channel {channel}" for channel in range(1, len(planes) + 1)
    ]
