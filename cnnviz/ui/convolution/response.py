"""A picture beside a filter's response to it, down to the numbers behind every pixel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray

from cnnviz.convolution.responses import inside_bounds
from cnnviz.convolution.settings import Axis, ConvSettings
from cnnviz.counting import size_words
from cnnviz.figures import pictures
from cnnviz.figures.style import DIVERGING, css_gradient
from cnnviz.figures.values import exact_values
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.convolution.input_picture import InputPicture
from cnnviz.ui.sent import cell, sent_cell, word

_mount = register("response")

BINARY = "application/octet-stream"


@dataclass(frozen=True, eq=False)
class FilterResponse:
    """What one filter of a layer gives for a picture, and what is said about it.

    Attributes:
        picture: from `input_picture`, cached by the page.
        response: (H_out, W_out) of the filter, as torch computed it.
        settings: the layer; `height` and `width` are the picture's, its channels are not used.
        weight: (channels read, kernel height, kernel width) of the filter.
        alt: what the response shows, in a sentence made from its data.
        bias: added to the sum; None for a layer without.
        first_channel: first channel of the picture that the filter reads (groups).
        title: of the filter, for example "Sobel x".
        then: what follows the sum, for example "then ReLU".
        limit: end of the colour scale; by default the largest absolute value of the response.
        picture_alt: what the picture shows.
        note: a sentence below the pictures.
        cell: row and column of a pinned response pixel.
    """

    picture: InputPicture
    response: ArrayLike
    settings: ConvSettings
    weight: ArrayLike
    alt: str
    bias: float | None = None
    first_channel: int = 0
    title: str = ""
    then: str = ""
    limit: float | None = None
    picture_alt: str = "The input picture."
    note: str = ""
    cell: tuple[int, int] | None = None


def response_view(
    shown: FilterResponse,
    key: str,
    on_pin: Callable[[tuple[int, int] | None], None] | None = None,
) -> None:
    """Show the picture, the response, and the window behind the pointed response pixel.

    Pointing, tapping or the arrow keys move over the response; nothing is sent to the server.
    The picture of the response is painted first, its exact values follow when the browser idles.

    Args:
        shown: the response.
        key: name of the component.
        on_pin: called with the pinned pixel, or None, before the run that pinning causes. Without
            it pinning stays in the browser.

    Raises:
        ValueError: shapes do not fit each other, or a value is not finite.
    """
    size = np.shape(shown.response)

    def pinned() -> None:
        if on_pin is not None:
            on_pin(word(key, "cell", cell(size)))

    data = response_data(shown, key, reports=on_pin is not None)
    _mount(data=data, key=key, on_cell_change=pinned, height="content")


def response_data(
    shown: FilterResponse, key: str, reports: bool = True, ahead: str = ""
) -> dict[str, Any]:
    """What the component is told; `reports` if the server is to know which pixel is pinned.

    `ahead` names the stop of a slider this is computed for before it gets there: the picture is
    ready then, its exact values follow when Python shows it.

    Returns:
        input: photo and values (addresses), is_coded (`figures.values`), alt, names (of the
            channels read), first, low, high;
        response: picture and values (addresses), alt, low and high (text), gradient;
        axes: for height and width the sizes, what the kernel does along it, and for padding that
            repeats the picture the input index each padded pixel repeats;
        weight, bias, title, then, note; start: the strongest response pixel; cell, reports.

    Raises:
        ValueError: shapes do not fit each other, or a value is not finite.
    """
    values, kernel = np.asarray(shown.response, np.float32), np.asarray(shown.weight, np.float32)
    _check(shown, values, kernel)
    return {
        "input": _input(shown, len(kernel), key),
        "response": _response(shown, values, key, ahead),
        "axes": _axes(shown.settings, values.shape),
        "weight": kernel.tolist(),
        "bias": shown.bias,
        "title": shown.title,
        "then": shown.then,
        "note": shown.note,
        "start": _strongest(values, shown.settings),
        "cell": sent_cell(shown.cell, values.shape),
        "reports": reports,
    }


def _check(shown: FilterResponse, values: NDArray[np.float32], kernel: NDArray[np.float32]) -> None:
    settings, (count, *size) = shown.settings, shown.picture.shape
    if [settings.height, settings.width] != size:
        wanted = size_words((settings.height, settings.width))
        raise ValueError(
            f"the settings are for {wanted} pixels, the picture has {size_words(size)}"
        )
    if values.ndim != 2 or kernel.ndim != 3:
        raise ValueError(
            "a response is (height, width) and a filter (channels, height, width), "
            f"not {values.shape} and {kernel.shape}"
        )
    if kernel.shape[1:] != settings.kernel_size:
        layer = size_words(settings.kernel_size)
        raise ValueError(f"the filter is {size_words(kernel.shape[1:])}, the layer's {layer}")
    first, last = shown.first_channel, shown.first_channel + len(kernel) - 1
    if not 0 <= first <= last < count:
        raise ValueError(f"the filter reads channels {first} to {last}, the picture has {count}")


def _input(shown: FilterResponse, channels: int, key: str) -> dict[str, Any]:
    picture, first = shown.picture, shown.first_channel
    photo = picture.photo
    return {
        "photo": media.url(photo.data, photo.mimetype, f"response.{key}.photo"),
        "values": media.url(picture.values.data, BINARY, f"response.{key}.input"),
        "is_coded": picture.values.is_coded,
        "alt": shown.picture_alt,
        "names": list(picture.names[first : first + channels]),
        "first": first,
        "low": picture.low,
        "high": picture.high,
    }


def _response(
    shown: FilterResponse, values: NDArray[np.float32], key: str, ahead: str
) -> dict[str, Any]:
    end = pictures.symmetric_limit(values).value if shown.limit is None else shown.limit
    place = f"response.{key}.ahead.{ahead}" if ahead else f"response.{key}"
    exact = None if ahead else exact_values(values)
    return {
        "picture": media.url(pictures.diverging_png(values, end), "image/png", f"{place}.picture"),
        "values": exact and media.url(exact.data, BINARY, f"{place}.values"),
        "alt": shown.alt,
        "low": ("≤ " if values.min() < -end else "") + pictures.signed_limit(-end),
        "high": ("≥ " if values.max() > end else "") + pictures.signed_limit(end),
        "gradient": css_gradient(DIVERGING),
    }


def _axes(settings: ConvSettings, outputs: tuple[int, ...]) -> list[dict[str, Any]]:
    return [
        _axis(axis, settings, output) for axis, output in zip(settings.axes, outputs, strict=True)
    ]


def _axis(axis: Axis, settings: ConvSettings, outputs: int) -> dict[str, Any]:
    before, after = padding_sources(axis, settings)
    return {
        "size": axis.size,
        "outputs": outputs,
        "kernel_size": axis.kernel_size,
        "stride": axis.stride,
        "padding": list(axis.padding),
        "dilation": axis.dilation,
        "transposed": settings.transposed,
        "before": before,
        "after": after,
    }


def padding_sources(
    axis: Axis, settings: ConvSettings
) -> tuple[list[int | None], list[int | None]]:
    """Index of the input each padded pixel before and after the picture repeats; None for zero."""
    before, after = axis.padding
    if settings.transposed or settings.padding_mode == "zeros":
        return [None] * before, [None] * after
    indices = torch.arange(axis.size, dtype=torch.float32)[None, None]
    padded = F.pad(indices, (before, after), mode=settings.padding_mode)[0, 0].int().tolist()
    return padded[:before], padded[before + axis.size :]


def _strongest(values: NDArray[np.float32], settings: ConvSettings) -> tuple[int, int]:
    """Row and column of the largest absolute value, where there is most to see.

    Padding makes edges of its own at the border: a window inside of the picture is preferred.
    """
    top, left = 0, 0
    if not settings.transposed:
        (top, bottom), (left, right) = inside_bounds(settings, values.shape)
        if top < bottom and left < right:
            values = values[top:bottom, left:right]
        else:
            top, left = 0, 0
    low, high = int(values.argmin()), int(values.argmax())
    index = low if -values.flat[low] > values.flat[high] else high
    row, column = divmod(index, values.shape[1])
    return row + top, column + left
