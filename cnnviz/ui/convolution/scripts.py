"""The scripts that give the convolution page's numbers: of the layer, and of what is shown."""

from __future__ import annotations

from typing import Any

from cnnviz.convolution.channels import channel_sums
from cnnviz.convolution.filter_sheet import divisor_of
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.refusal import refusal
from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.worked_example import WorkedExample
from cnnviz.snippets import channels_script, example_script, layer_script, response_script
from cnnviz.ui.convolution.address import Values
from cnnviz.ui.convolution.example import example_in_view
from cnnviz.ui.convolution.filters import planes_of
from cnnviz.ui.convolution.kernel import channel_weight, kernel_title, library_weight
from cnnviz.ui.convolution.picture import BANK_SIDE, PictureInput, layer_in_view, prepared
from cnnviz.ui.pictures import Picture


def scripts(values: Values, picture: Picture | None) -> dict[str, str]:
    """Today's scripts by title; none for a setting that cannot be."""
    shown = prepared(values, picture)
    layer = layer_in_view(values, shown)
    if refusal(layer):
        return {}
    found = {"The numbers": layer_script(layer)}
    if shown is not None:
        found["The response"] = _response(values, layer, shown)
    elif values.view == "channels":
        found |= _sums(layer)
    elif (example := _example(values, layer)) is not None:
        found["The grid"] = example_script(example)
    return found


def _sums(layer: ConvSettings) -> dict[str, str]:
    try:
        return {"The channels and their sums": channels_script(channel_sums(layer))}
    except ValueError:  # cannot be drawn (the stage says why)
        return {}


def _example(values: Values, layer: ConvSettings) -> WorkedExample | None:
    """The numbers of the grid; None where the grid cannot be drawn (the stage says why)."""
    try:
        return example_in_view(values, layer)
    except ValueError:
        return None


def _response(values: Values, layer: ConvSettings, shown: PictureInput) -> str:
    is_bank = values.view == "filters"
    return response_script(
        layer,
        _bank(values, layer) if is_bank else _one(values, layer),
        shown.file,
        relu=values.relu,
        side=BANK_SIDE if is_bank else None,
    )


def _bank(values: Values, layer: ConvSettings) -> dict[str, Any]:
    if values.normalise:
        planes = planes_of(values, layer)
        channels = layer.in_channels  # the mean of the channels is read
        return {
            KERNELS[name].title: plane / divisor_of(plane) / channels
            for name, plane in planes.items()
        }
    return {kernel.title: library_weight(name, values, layer) for name, kernel in KERNELS.items()}


def _one(values: Values, layer: ConvSettings) -> dict[str, Any]:
    weight = channel_weight(values, layer, 0)
    is_same = all(bool((plane == weight[0]).all()) for plane in weight)
    return {kernel_title(values.kernel): weight[0] if is_same else weight}
