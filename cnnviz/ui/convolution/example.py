"""The grid of the convolution page: one output channel of today's layer, as numbers.

Small ones are kept for everybody: a class that follows its teacher moves the same sliders.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnviz.convolution.grid_inputs import named_input
from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.worked_example import WorkedExample, grid_settings, worked_example
from cnnviz.ui.convolution.address import OWN, Values
from cnnviz.ui.convolution.kernel import channel_kernel, channel_weight, kernel_title
from cnnviz.ui.convolution.weights import own_pixels
from cnnviz.ui.kept import kept

OF_THE_NUMBERS = ("kernel", "weights", "angle", "seed", "flip", "channel", "input", "pixels")
KEPT_CELLS = 1024  # of the input with its padding: larger ones are computed again


def example_in_view(values: Values, settings: ConvSettings) -> WorkedExample:
    """The numbers of the grid: one output channel, on an input small enough to draw.

    Raises:
        ValueError: torch refuses the layer, or no input small enough can be made of it.
    """
    return _example(grid_settings(settings), _numbers(values))


def grid_in_view(values: Values, settings: ConvSettings) -> dict[str, Any]:
    """The numbers of the grid for today's layer, as `conv_grid` takes them.

    Raises:
        ValueError: as `example_in_view`.
    """
    small = grid_settings(settings)
    cells = small.in_channels * small.axes[0].padded_size * small.axes[1].padded_size
    drawn = (_kept_drawing if cells <= KEPT_CELLS else _drawing)(small, _numbers(values))
    return {
        **drawn,
        "kernel_label": kernel_title(channel_kernel(values.kernel, drawn["channel"])),
        "pinned": list(values.cell) if min(values.cell) >= 0 else None,
        "walk": list(values.place),
        "view": values.in_channel,
        "note": " ".join(filter(None, (_smaller(small, settings), _all_zero(drawn)))),
    }


def _numbers(values: Values) -> Values:
    """The values that decide the weights and the input, all others at their defaults."""
    return Values(**{name: getattr(values, name) for name in OF_THE_NUMBERS})


def _example(small: ConvSettings, numbers: Values) -> WorkedExample:
    channel = min(numbers.channel, small.out_channels - 1)
    weight = channel_weight(numbers, small, channel)
    return worked_example(small, weight, channel, image=_input(small, numbers))


def _input(small: ConvSettings, numbers: Values) -> Tensor:
    shape = (small.in_channels, small.height, small.width)
    if numbers.input == OWN:
        return own_pixels(numbers.pixels, *shape)
    return named_input(numbers.input, *shape)


def _drawing(small: ConvSettings, numbers: Values) -> dict[str, Any]:
    return _example(small, numbers).to_json()


_kept_drawing = kept(is_quick=True)(_drawing)


def _all_zero(drawn: dict[str, Any]) -> str:
    """Why every product is 0, where the kernel is one of differences and has no neighbour."""
    weights = drawn["weight"]
    if any(weight for plane in weights for row in plane for weight in row):
        return ""
    size = f"{len(weights[0])} × {len(weights[0][0])}"
    return f"All weights are 0: at {size} this kernel has no neighbour to compare with."


def _smaller(small: ConvSettings, settings: ConvSettings) -> str:
    if small == settings:
        return ""
    return (
        f"Drawn on {small.in_channels} × {small.height} × {small.width} to be readable; the "
        f"numbers below are those of {settings.in_channels} × {settings.height} × {settings.width}."
    )
