"""The grid: input ∗ kernel = output, cell by cell, as a component of the browser.

Pointing, walking and playing happen in the browser. Three things come back: the output cell a
visitor pinned, the weights after an edit, and the output channel they stepped to. A client may
have made them up, so all of them are checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnviz.arithmetic import span
from cnnviz.ui.components import register
from cnnviz.ui.sent import is_number, sent_cell, sent_index, told_by

LARGEST_WEIGHT = 1000  # the editor in the browser refuses the same

_mount = register("grid")


@dataclass(frozen=True)
class GridState:
    """What a visitor did in the grid; everything fits the example that was shown.

    `weights` and `channel` are there in the one run that their change caused, else None.
    """

    pinned: tuple[int, int] | None  # row and column of the output
    weights: list[list[list[float]]] | None  # (in_channels / groups, kernel height, kernel width)
    channel: int | None  # output channel, from 0


def conv_grid(
    example: Mapping[str, Any],
    *,
    key: str,
    on_pin: Callable[[tuple[int, int] | None], None],
    on_weights: Callable[[list[list[list[float]]]], None],
    on_channel: Callable[[int], None],
) -> GridState:
    """Show the worked example of a convolution and what the visitor does with it.

    The callbacks are called before the run that a change causes, as Streamlit's are, with a value
    that fits the example; a value that does not is dropped. `on_pin` is told None when a pin is
    taken off. Pointing, walking and playing are told to nobody.

    Args:
        example: see `WorkedExample.to_json`; with a `note`, a sentence that stands above it.
        key: of the component in the session state.
        on_pin: takes row and column of an output cell.
        on_weights: takes the weights (in_channels / groups, kernel height, kernel width).
        on_channel: takes the output channel, from 0.
    """

    def told(tell: Callable[[Any], None], name: str) -> Callable[[], None]:
        def changed() -> None:
            sent = told_by(key)
            value = getattr(grid_state(sent, example), name)
            if value is not None or (name == "pinned" and sent.get("pinned") is None):
                tell(value)

        return changed

    result = _mount(
        data=grid_data(example),
        key=key,
        height="content",
        default={"pinned": example.get("pinned")},
        on_pinned_change=told(on_pin, "pinned"),
        on_weights_change=told(on_weights, "weights"),
        on_channel_change=told(on_channel, "channel"),
    )
    return grid_state(result, example)


def grid_data(example: Mapping[str, Any]) -> dict[str, Any]:
    """What the component is told of a worked example."""
    return {"note": "", **example, **_drawn_counts(example)}


def grid_state(sent: Mapping[str, Any], example: Mapping[str, Any]) -> GridState:
    """What a client sent, each part None where it does not fit the example."""
    rows = example["output"]
    return GridState(
        pinned=sent_cell(sent.get("pinned"), (len(rows), len(rows[0]))),
        weights=weights_like(sent.get("weights"), example["weight"]),
        channel=sent_index(sent.get("channel"), example["out_channels"]),
    )


def weights_like(value: Any, shape: Any) -> Any:
    """The nested list `value` if it is shaped like `shape` and full of usable weights, or None."""
    if not isinstance(shape, list):
        return _weight(value)
    if not isinstance(value, list) or len(value) != len(shape):
        return None
    parts = [weights_like(part, inner) for part, inner in zip(value, shape, strict=True)]
    return None if any(part is None for part in parts) else parts


def _weight(value: Any) -> int | float | None:
    is_usable = is_number(value) and abs(value) <= LARGEST_WEIGHT
    return value if is_usable else None  # not a number is not <=


def _drawn_counts(example: Mapping[str, Any]) -> dict[str, int]:
    """Cells the legend counts: holes of the kernel, and outputs that output_padding adds."""
    height, width = len(example["weight"][0]), len(example["weight"][0][0])
    span_height, span_width = map(span, (height, width), example["dilation"])
    rows, columns = len(example["output"]), len(example["output"][0])
    added_rows, added_columns = example["output_padding"]
    return {
        "skipped": span_height * span_width - height * width,
        "added": rows * columns - (rows - added_rows) * (columns - added_columns),
    }
