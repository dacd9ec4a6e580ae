"""All filters of the convolution page: the picture, a tile a kernel, and one place in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnviz.convolution.filter_sheet import (
    Filter,
    filter_sheet,
    least_correlation,
    library_order,
    one_channel,
    share_beyond,
    sizes_of_weights,
)
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.layer import padded
from cnnviz.convolution.responses import flip, inside
from cnnviz.convolution.settings import ConvSettings
from cnnviz.counting import percent
from cnnviz.figures.pictures import diverging_png, encode_photo, photo, robust_limit, signed_limit
from cnnviz.figures.style import DIVERGING, css_gradient
from cnnviz.figures.values import exact_values
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.convolution.address import Values
from cnnviz.ui.convolution.kernel import library_weight
from cnnviz.ui.convolution.picture import PictureInput
from cnnviz.ui.sent import cell, index, word

_mount = register("filters")

KEY = "convolution_filter_sheet"
LARGEST_PATCH = 5  # of the kernel whose window is written out
GROUPS = {  # kind -> the group that its tiles stand in
    "picture": "pictures",
    "neither": "pictures",
    "slope": "differences",
    "spot": "differences",
    "nothing": "differences",
}


def planes_of(values: Values, settings: ConvSettings) -> dict[str, Tensor]:
    """The library at today's kernel size, in the order of the sheet."""
    planes = {name: library_weight(name, values, settings) for name in library_order()}
    return {name: flip(plane) if values.flip else plane for name, plane in planes.items()}


def grey_of(shown: PictureInput) -> Tensor:
    """The picture as the mean of its channels, (height, width)."""
    return shown.tensor.mean(dim=0)


def responses_of_sheet(
    values: Values, layer: ConvSettings, shown: PictureInput
) -> dict[str, Tensor]:
    """The response to each kernel of the sheet, by its name.

    Raises:
        ValueError: the layer is too large on this picture.
    """
    found = filter_sheet(grey_of(shown), layer, planes_of(values, layer), relu=values.relu)
    return {one.name: one.response for one in found}


def filters_view(
    values: Values,
    layer: ConvSettings,
    shown: PictureInput,
    on_choose: Callable[[str, tuple[int, int]], None],
    on_open: Callable[[str], None],
) -> None:
    """Show the picture, a tile for each kernel with the kernel on it, and one place in all.

    Args:
        values: of the page.
        layer: that filters the picture.
        shown: the picture.
        on_choose: told the kernel and the place that a click chose.
        on_open: told the kernel to be opened and edited.

    Raises:
        ValueError: the layer is too large on this picture.
    """
    grey, planes = grey_of(shown), planes_of(values, layer)
    found = filter_sheet(grey, layer, planes, relu=values.relu)
    names = [one.name for one in found]
    size = found[0].response.shape

    def chosen() -> None:
        place, kernel = word(KEY, "place", cell(size)), word(KEY, "kernel", index(len(names)))
        if place is not None:
            on_choose(names[kernel or 0], place)

    def opened() -> None:
        kernel = word(KEY, "opened", index(len(names)))
        if kernel is not None:
            on_open(names[kernel])

    _mount(
        data=_told(values, layer, shown, found, planes),
        key=KEY,
        on_place_change=chosen,
        on_kernel_change=lambda: None,
        on_opened_change=opened,
        height="content",
    )


def _told(
    values: Values,
    layer: ConvSettings,
    shown: PictureInput,
    found: Sequence[Filter],
    planes: dict[str, Tensor],
) -> dict[str, Any]:
    grey = grey_of(shown)
    own = one_channel(grey, layer, len(found))
    read = grey if layer.transposed else padded(own, grey[None])[0]
    height, width = found[0].response.shape
    limits = {kind: _limit(found, own, kind) for kind in ("slope", "spot")}
    names = [one.name for one in found]
    place = values.pixel if min(values.pixel) >= 0 else (int(height * 0.37), int(width * 0.36))
    photo_ = shown.prepared.photo
    return {
        "photo": media.url(photo_.data, photo_.mimetype, "filters.photo"),
        "title": f"{shown.picture.title}, {grey.shape[0]} × {grey.shape[1]}, mean of its channels",
        "alt": shown.picture.alt,
        "size": [height, width],
        "read": list(read.shape),
        "values": _values(read, found),
        "step": [] if layer.transposed else [*layer.stride, *layer.dilation],
        "kernel": list(layer.kernel_size),
        "before": [axis.padding[0] for axis in layer.axes],
        "inside": list(grey.shape),
        "writes": max(layer.kernel_size) <= LARGEST_PATCH and not layer.transposed,
        "tiles": [_tile(one, own, limits) for one in found],
        "scales": [
            {
                "label": label,
                "low": f"≤ {signed_limit(-limits[kind])}",
                "high": f"≥ {signed_limit(limits[kind])}",
            }
            for kind, label in (("slope", "slopes, random"), ("spot", "spots and lines"))
        ],
        "gradient": css_gradient(DIVERGING),
        "clipped": _clipped(found),
        "words": _words(found, own, planes),
        "place": [min(place[0], height - 1), min(place[1], width - 1)],
        "chosen": names.index(values.kernel) if values.kernel in names else names.index("sobel_x"),
    }


def _limit(found: Sequence[Filter], layer: ConvSettings, kind: str) -> float:
    """The end of the scale of one kind, without what padding makes at the border."""
    maps = [inside(one.response, layer).flatten() for one in found if one.kind == kind]
    return robust_limit(torch.cat(maps), share=0.98).value if maps else 1.0


def _values(read: Tensor, found: Sequence[Filter]) -> str:
    """Where the browser finds what is read, and every response behind it, as float32."""
    numbers = torch.cat([read.flatten(), *(one.response.flatten() for one in found)])
    return media.url(exact_values(numbers).data, "application/octet-stream", "filters.values")


def _tile(one: Filter, layer: ConvSettings, limits: dict[str, float]) -> dict[str, Any]:
    kernel = KERNELS[one.name]
    end = limits["spot" if one.kind == "spot" else "slope"]
    if one.kind == "picture":
        picture = encode_photo(photo(one.response))
        url = media.url(picture.data, picture.mimetype, f"filters.{one.name}")
    else:
        url = media.url(diverging_png(one.response, end), "image/png", f"filters.{one.name}")
    largest = float(one.weight.abs().max()) or 1.0
    badge = diverging_png(one.weight, largest)
    return {
        "name": one.name,
        "title": kernel.title + _named(one),
        "sentence": _sentence(one),
        "group": GROUPS[one.kind],
        "url": url,
        "badge": media.url(badge, "image/png", f"filters.{one.name}.kernel"),
        "weight": [[float(f"{value:.4g}") for value in row] for row in one.weight.tolist()],
        "signed": one.kind != "picture",
    }


def _named(one: Filter) -> str:
    """A kernel that has nothing to compare with is called so."""
    return ": zeros" if one.kind == "nothing" else ""


def _sentence(one: Filter) -> str:
    sentence = KERNELS[one.name].sentence
    if one.kind == "nothing":
        return "At this size it has nothing to compare with: all its weights are 0."
    if one.kind == "neither":
        total = float(one.weight.sum())
        return f"{sentence} Its weights sum to {total:.2g}: neither a picture nor a difference."
    return (
        sentence
        if one.divisor == 1
        else f"{sentence} Its weights are divided by {one.divisor:.4g}."
    )


def _clipped(found: Sequence[Filter]) -> str:
    """Which pictures are cut at 0 and 1, with the share of their values that are."""
    shares = [
        (KERNELS[one.name].title, share_beyond(one.response, 0, 1))
        for one in found
        if one.kind == "picture"
    ]
    cut = [f"{title} {percent(share, 1)}" for title, share in shares if share >= 0.001]
    words = f"cut at 0 and 1 ({', '.join(cut)})" if cut else "cut at 0 and 1"
    others = [KERNELS[one.name].title for one in found if one.kind == "neither"]
    return f"{words}; {', '.join(others)}: neither" if others else words


def _words(found: Sequence[Filter], layer: ConvSettings, planes: dict[str, Tensor]) -> str:
    """Why Sobel, Scharr and Prewitt hardly differ, or what is no difference at this size."""
    if any(one.kind == "nothing" for one in found):
        high, wide = layer.kernel_size
        return (
            f"At {high} × {wide} a slope has no neighbours to compare along at least one axis: "
            "those kernels are all zeros. From 3 × 3 on they have."
        )
    correlation = least_correlation(found, layer)
    if correlation is None:
        return ""
    how = "hardly differ" if correlation > 0.9 else "differ"
    lowest = np.floor(correlation * 1000) / 1000
    return (
        f"Normalised, Sobel, Scharr and Prewitt {how} (correlation {lowest:.3f} or more): what "
        f"looked so different was the size of their weights, {sizes_of_weights(planes)}."
        + (" Lines along the rim: padding." if any(a.padding[0] for a in layer.axes) else "")
    )
