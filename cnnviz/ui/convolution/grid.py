"""The grid: input ∗ kernel = output, cell by cell, as a component of the browser.

Pointing, walking and playing happen in the browser. What comes back: the output cell a visitor
pinned, the weights and the input after an edit, the output channel they stepped to, and where the
walk stands when it rests. A client may have made them up, so all of them are checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnviz.arithmetic import span
from cnnviz.ui import turns
from cnnviz.ui.components import register
from cnnviz.ui.sent import is_number, sent_cell, sent_index, told_by, word

LARGEST_WEIGHT = 1000  # the editor in the browser refuses the same

Planes = list[list[list[float]]]  # (channels, height, width)
Stand = tuple[tuple[int, int], int]  # place of the walk, input channel in view

_mount = register("grid")


@dataclass(frozen=True)
class GridState:
    """What a visitor did in the grid; everything fits the example that was shown.

    `weights` and `channel` are there in the one run that their change caused, else None.
    """

    pinned: tuple[int, int] | None  # row and column of the output
    weights: Planes | None  # (in_channels / groups, kernel height, kernel width)
    channel: int | None  # output channel, from 0


def conv_grid(
    example: Mapping[str, Any],
    *,
    key: str,
    on_pin: Callable[[tuple[int, int] | None], None],
    on_weights: Callable[[Planes], None],
    on_channel: Callable[[int], None],
    on_input: Callable[[Planes], None],
    on_stand: Callable[[Stand], None],
) -> GridState:
    """Show the worked example of a convolution and what the visitor does with it.

    The callbacks are called before the run that a change causes, as Streamlit's are, with a value
    that fits the example; a value that does not is dropped. `on_pin` is told None when a pin is
    taken off. Pointing and playing are told to nobody, a walk when it rests.

    Args:
        example: see `WorkedExample.to_json`; with a `note`, a sentence that stands above it.
        key: of the component in the session state.
        on_pin: takes row and column of an output cell.
        on_weights: takes the weights (in_channels / groups, kernel height, kernel width).
        on_channel: takes the output channel, from 0.
        on_input: takes the input (in_channels, height, width), without its padding.
        on_stand: takes the place of the walk, and the input channel in view.
    """

    def told(tell: Callable[[Any], None], name: str) -> Callable[[], None]:
        def changed() -> None:
            sent = told_by(key)
            value = getattr(grid_state(sent, example), name)
            if value is not None or (name == "pinned" and sent.get("pinned") is None):
                tell(value)

        return changed

    def typed() -> None:
        planes = turns.said(key, "input", lambda value: input_like(value, example))
        if planes is not None:
            on_input(planes)

    def stood() -> None:
        stand = word(key, "stand", lambda value: sent_stand(value, example))
        if stand is not None:
            on_stand(stand)

    result = _mount(
        data=grid_data(example, turns.turn(key, "input")),
        key=key,
        height="content",
        default={"pinned": example.get("pinned")},
        on_pinned_change=told(on_pin, "pinned"),
        on_weights_change=told(on_weights, "weights"),
        on_channel_change=told(on_channel, "channel"),
        on_input_change=typed,
        on_stand_change=stood,
    )
    return grid_state(result, example)


def grid_data(example: Mapping[str, Any], turn: int = 0) -> dict[str, Any]:
    """What the component is told of a worked example; `turn` of the input that was heard last."""
    start = {"note": "", "walk": [0, 0], "view": 0, "turn": turn}
    return {**start, **example, **_drawn_counts(example)}


def input_like(value: Any, example: Mapping[str, Any]) -> Planes | None:
    """The planes that a client sent, if they are shaped like the input; None for anything else."""
    rows, columns = example["in_size"]
    return weights_like(value, [[[0] * columns] * rows] * len(example["input"]))


def sent_stand(value: Any, example: Mapping[str, Any]) -> Stand | None:
    """Place of the walk and input channel in view that a client sent; None for anything else."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    output = example["output"]
    size = example["in_size"] if example["transposed"] else (len(output), len(output[0]))
    place, channel = sent_cell(value[0], size), sent_index(value[1], len(example["weight"]))
    return None if place is None or channel is None else (place, channel)


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
