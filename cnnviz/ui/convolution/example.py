"""The grid of the convolution page: one output channel of today's layer, as numbers.

Small ones are kept for everybody: a class that follows its teacher moves the same sliders.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.worked_example import WorkedExample, grid_settings, worked_example
from cnnviz.ui.convolution.address import Values
from cnnviz.ui.convolution.kernel import channel_kernel, channel_weight, kernel_title

OF_THE_KERNEL = ("kernel", "weights", "angle", "seed", "flip", "channel")
KEPT_CELLS = 1024  # of the input with its padding: larger ones are computed again


def example_in_view(values: Values, settings: ConvSettings) -> WorkedExample:
    """The numbers of the grid: one output channel, on an input small enough to draw.

    Raises:
        ValueError: torch refuses the layer, or no input small enough can be made of it.
    """
    return _example(grid_settings(settings), _kernel(values))


def grid_in_view(values: Values, settings: ConvSettings) -> dict[str, Any]:
    """The numbers of the grid for today's layer, as `conv_grid` takes them.

    Raises:
        ValueError: as `example_in_view`.
    """
    small = grid_settings(settings)
    cells = small.in_channels * small.axes[0].padded_size * small.axes[1].padded_size
    drawn = (_kept_drawing if cells <= KEPT_CELLS else _drawing)(small, _kernel(values))
    return {
        **drawn,
        "kernel_label": kernel_title(channel_kernel(values.kernel, drawn["channel"])),
        "pinned": list(values.cell) if min(values.cell) >= 0 else None,
        "note": "" if small == settings else _smaller(small, settings),
    }


def _kernel(values: Values) -> Values:
    """The values that decide the weights, all others at their defaults."""
    return Values(**{name: getattr(values, name) for name in OF_THE_KERNEL})


def _example(small: ConvSettings, kernel: Values) -> WorkedExample:
    channel = min(kernel.channel, small.out_channels - 1)
    return worked_example(small, channel_weight(kernel, small, channel), channel)


def _drawing(small: ConvSettings, kernel: Values) -> dict[str, Any]:
    return _example(small, kernel).to_json()


_kept_drawing = lru_cache(maxsize=256)(_drawing)


def _smaller(small: ConvSettings, settings: ConvSettings) -> str:
    return (
        f"Drawn on {small.in_channels} × {small.height} × {small.width} to be readable; the "
        f"numbers below are those of {settings.in_channels} × {settings.height} × {settings.width}."
    )
