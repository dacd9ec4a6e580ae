"""The picture of the convolution page: the grid, the response of a photo, or all filters."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from cnnviz.convolution.channels import channel_sums
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.responses import filter_bank, inside, respond
from cnnviz.convolution.settings import ConvSettings
from cnnviz.counting import percent
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import ends, nice_limit, robust_limit
from cnnviz.ui import page
from cnnviz.ui.address import no_number, no_place
from cnnviz.ui.convolution.address import ADDRESS, COLOURS, CUSTOM, OWN, Values
from cnnviz.ui.convolution.channels import channels_view, why_sums
from cnnviz.ui.convolution.controls import WHOLE
from cnnviz.ui.convolution.example import example_in_view, grid_in_view
from cnnviz.ui.convolution.filters import filters_view, responses_of_sheet
from cnnviz.ui.convolution.grid import Planes, Stand, conv_grid
from cnnviz.ui.convolution.kernel import channel_weight, kernel_title
from cnnviz.ui.convolution.kernel_cells import kernel_cells
from cnnviz.ui.convolution.picture import PictureInput
from cnnviz.ui.convolution.response import FilterResponse, response_view
from cnnviz.ui.convolution.weights import write_weights
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.mosaic_view import Says, mosaic_view
from cnnviz.ui.taking.offers import arrays_of, offer_numbers

MIDDLE = (1, 1)  # the place that is lit where none is chosen
GRID, RESPONSE = "convolution_grid", "convolution_response"  # keys of the components


def show(values: Values, layer: ConvSettings, shown: PictureInput | None) -> None:
    """Today's view of the layer: the grid (which is a card itself), or a card with the picture."""
    try:
        if values.view == "channels":
            channels(values, layer)
            return
        if shown is None:
            grid(values, layer)
            return
        draw = picture if values.view == "picture" else filters
        with page.stage():
            draw(values, layer, shown)
    except ValueError as error:  # too large to compute or to draw, or beyond what floats can hold
        page.problem(f"This is not drawn: {error}.")


def channels(values: Values, settings: ConvSettings) -> None:
    """Every channel, every slice and every sum side by side, and why there are so few maps."""
    sums = channel_sums(settings)
    count, *size = sums.maps.shape
    ADDRESS.only(
        channel=no_number(values.channel, count, "channel"), cell=no_place(values.cell, *size)
    )
    offer_numbers("channels and their sums", ADDRESS, lambda: arrays_of(sums))
    with page.stage():
        channels_view(
            sums,
            settings,
            key="convolution_channels",
            held=(values.channel, *(values.cell if min(values.cell) >= 0 else MIDDLE)),
            on_hold=_hold,
        )
    why_sums(settings)


def _hold(held: tuple[int, int, int]) -> None:
    ADDRESS.set(channel=held[0], cell=held[1:])
    run_again(WHOLE)


def grid(values: Values, settings: ConvSettings) -> None:
    """Input, kernel and output as numbers, on a smaller input where the real one is too large."""
    offer_numbers(
        "the grid’s input, kernel and output",
        ADDRESS,
        lambda: arrays_of(example_in_view(values, settings)),
    )
    conv_grid(
        grid_in_view(values, settings),
        key=GRID,
        on_pin=_pin,
        on_weights=_edit,
        on_channel=_show_channel,
        on_input=_fill,
        on_stand=_stand,
    )


def _pin(cell: tuple[int, int] | None) -> None:
    ADDRESS.set(cell=cell or (-1, -1))
    run_again(WHOLE)


def _edit(weights: list[list[list[float]]]) -> None:
    ADDRESS.set(kernel=CUSTOM, weights=write_weights(weights), flip=False, channel=0)
    run_again(WHOLE)


def _show_channel(channel: int) -> None:
    ADDRESS.set(channel=channel)
    run_again(WHOLE)


def _fill(planes: Planes) -> None:
    ADDRESS.set(input=OWN, pixels=write_weights(planes))
    run_again(WHOLE)


def _stand(stand: Stand) -> None:
    ADDRESS.set(place=stand[0], in_channel=stand[1])  # the address follows with the sliders


def picture(values: Values, layer: ConvSettings, shown: PictureInput) -> None:
    """A photo beside the response of one filter, with the window behind every pixel."""
    title = f"response of {kernel_title(values.kernel)} to {shown.picture.title}"
    offer_numbers(title, ADDRESS, lambda: _response_numbers(values, layer, shown))
    found = response_in_view(values, layer, shown)
    ADDRESS.only(pixel=no_place(values.pixel, *np.shape(found.response)))
    response_view(found, key=RESPONSE, on_pin=_pin_pixel)
    kernel_cells(channel_weight(values, layer, 0), key="convolution_kernel_cells", on_typed=_edit)


def _response_numbers(
    values: Values, layer: ConvSettings, shown: PictureInput
) -> dict[str, Tensor]:
    found = response_in_view(values, layer, shown)
    return {
        "picture": shown.tensor,
        "weight": torch.as_tensor(found.weight),
        "response": torch.as_tensor(found.response),
    }


def response_in_view(values: Values, layer: ConvSettings, shown: PictureInput) -> FilterResponse:
    """The response of today's filter.

    Raises:
        ValueError: it is too large to compute, or beyond what floats can hold.
    """
    weight = channel_weight(values, layer, 0)
    relu = values.relu
    summed = values.colour == "sum"
    response = respond(shown.tensor, weight, layer, relu, "sum" if summed else "each")
    index = 0 if summed else list(COLOURS).index(values.colour) - 1
    one = response[index]
    limit = robust_limit(inside(one, layer)).value
    low, high = ends(one)
    pixel = values.pixel
    return FilterResponse(
        picture=shown.prepared,
        response=one,
        settings=layer,
        weight=weight,
        alt=_response_alt(values, one, low, high, shown),
        first_channel=index,
        title=kernel_title(values.kernel) + ("" if summed else f" on {values.colour}"),
        then="then ReLU" if relu else "",
        limit=limit,
        picture_alt=shown.picture.alt,
        note=_what_is_beyond(layer, one, limit, max(-low, high)),
        cell=pixel if min(pixel) >= 0 else None,
    )


def _what_is_beyond(layer: ConvSettings, responses: Tensor, limit: float, largest: float) -> str:
    """A sentence where colours end before the values do."""
    if largest <= limit:
        return ""
    beyond = np.count_nonzero(np.abs(responses.numpy()) > limit) / responses.numel()
    share = percent(beyond, 1) if beyond >= 0.001 else "Less than 0.1 %"
    makes_edges = layer.padding_mode == "zeros" and not layer.transposed and any(_padding(layer))
    return (
        f"The colours end at ±{nice_limit(limit)}. {share} of the responses go beyond, up to "
        f"{nice_limit(largest)}{'; padding makes edges at the border' if makes_edges else ''}."
    )


def _padding(layer: ConvSettings) -> list[int]:
    return [side for axis in layer.axes for side in axis.padding]


def _pin_pixel(pixel: tuple[int, int] | None) -> None:
    ADDRESS.set(pixel=pixel or (-1, -1))
    run_again(WHOLE)


def _response_alt(
    values: Values, response: Tensor, low: float, high: float, shown: PictureInput
) -> str:
    height, width = response.shape
    return (
        f"Response of the kernel {kernel_title(values.kernel)} to “{shown.picture.title}”: "
        f"{height} × {width} values from {low:.3g} to {high:.3g}."
    )


def filters(values: Values, layer: ConvSettings, shown: PictureInput) -> None:
    """The whole library as one layer: K kernels, K feature maps."""
    title = f"{len(KERNELS)} filters on {shown.picture.title}"
    offer_numbers(title, ADDRESS, lambda: _library_numbers(values, layer, shown))
    if values.normalise:
        filters_view(values, layer, shown, _choose_at, _open_kernel)
    else:
        plain_filters(values, layer, shown)


def _library_numbers(values: Values, layer: ConvSettings, shown: PictureInput) -> dict[str, Tensor]:
    """The response to each kernel by its name, as the view has it."""
    if values.normalise:
        return responses_of_sheet(values, layer, shown)
    return dict(zip(KERNELS, _bank(values, layer, shown), strict=True))


def _bank(values: Values, layer: ConvSettings, shown: PictureInput) -> Tensor:
    return filter_bank(
        shown.tensor,
        list(KERNELS),
        layer,
        relu=values.relu,
        angle=float(values.angle),
        seed=values.seed,
        flipped=values.flip,
    )


def _choose_at(kernel: str, pixel: tuple[int, int]) -> None:
    ADDRESS.set(kernel=kernel, pixel=pixel)
    run_again(WHOLE)


def _open_kernel(kernel: str) -> None:
    ADDRESS.set(kernel=kernel, view="grid")  # where its weights are changed
    run_again(WHOLE)


def plain_filters(values: Values, layer: ConvSettings, shown: PictureInput) -> None:
    """The kernels as they are, on one scale or each on its own."""
    names = list(KERNELS)
    maps = _bank(values, layer, shown)
    chosen = names.index(values.kernel) if values.kernel in names else None
    limit = robust_limit(inside(maps, layer)).value
    low, high = ends(maps)
    mosaic_view(
        mosaic(maps, columns=6, limit=limit, per_map=values.per_map),
        [_map_label(name, one) for name, one in zip(names, maps, strict=True)],
        key="convolution_filters",
        alt=f"{len(names)} feature maps of “{shown.picture.title}”, one for each kernel of the "
        f"library, {maps.shape[1]} × {maps.shape[2]} values each, from {low:.3g} to "
        f"{high:.3g}.",
        selected=chosen,
        captions=[KERNELS[name].title for name in names],
        on_select=_choose_kernel,
        says=Says("kernel", list(KERNELS)),
    )
    if note := "" if values.per_map else _what_is_beyond(layer, maps, limit, max(-low, high)):
        st.caption(note)


def _map_label(name: str, response: Tensor) -> str:
    low, high = ends(response)
    return f"{KERNELS[name].title} · {nice_limit(low)} to {nice_limit(high)}"


def _choose_kernel(index: int) -> None:
    ADDRESS.set(kernel=list(KERNELS)[index])
    run_again(WHOLE)
