"""A pooling on a real picture: channel by channel, live, with the window behind every pixel."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from cnnviz.figures import pictures
from cnnviz.pooling.layer import pooled
from cnnviz.pooling.settings import PoolSettings
from cnnviz.pooling.worked_example import said
from cnnviz.ui import media, page
from cnnviz.ui.address import no_place
from cnnviz.ui.components import register
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.pooling.address import ADDRESS, WHOLE, Values, settings_from
from cnnviz.ui.pooling.controls import OPERATION_TITLES
from cnnviz.ui.pooling.photo import tensor_of
from cnnviz.ui.sent import cell, word
from cnnviz.ui.taking.offers import offer_numbers

PICTURE = "pooling_picture"  # key of the component
MOST_WRITTEN = 9  # numbers of a window that are written out
CHANNELS = {"red": "#ff5a4d", "green": "#3ddc84", "blue": "#5aa7ff"}

_mount = register("pooling_picture")


def controls() -> Picture:
    """The picture that is pooled."""
    return picture_chooser(ADDRESS)


def layer_of(values: Values, picture: Picture) -> PoolSettings:
    """Today's layer on this picture."""
    channels, height, width = tensor_of(picture).shape
    return replace(settings_from(values), channels=channels, height=height, width=width)


def show(values: Values, layer: PoolSettings, picture: Picture) -> None:
    """The picture, what the layer makes of it, and one window enlarged."""
    try:
        data = picture_data(values, layer, picture)
    except ValueError as error:
        page.problem(f"This is not drawn: {error}.")
        return
    title = f"{picture.title}, {data['title']}"
    offer_numbers(title, ADDRESS, lambda: _numbers(layer, picture))
    size = data["rows"], data["columns"]
    ADDRESS.only(pixel=no_place(values.pixel, *size))

    def pinned() -> None:
        if pixel := word(PICTURE, "pixel", cell(size)):
            ADDRESS.set(pixel=pixel)
            run_again(WHOLE)

    _mount(
        data=data, key=PICTURE, default={"pixel": None}, on_pixel_change=pinned, height="content"
    )


def _numbers(layer: PoolSettings, picture: Picture) -> dict[str, Any]:
    """The picture, and what the layer makes of it."""
    tensor = tensor_of(picture)
    return {"input": tensor, "output": pooled(tensor, layer)}


def picture_data(
    values: Values, layer: PoolSettings, picture: Picture, ahead: str = ""
) -> dict[str, Any]:
    """What the component is told; `ahead` names the stop of a slider it is computed for.

    Raises:
        ValueError: torch refuses the layer, or it gives no numbers that can be shown.
    """
    tensor = tensor_of(picture)
    result = pooled(tensor, layer)
    high = float(result.max())
    if not np.isfinite(result.numpy()).all():
        raise ValueError(
            f"torch's LPPool2d gives infinity or NaN in float32 at p = {layer.p:g}; a smaller p "
            "gives numbers"
        )
    top = max(1.0, high)
    rows, columns = result.shape[1:]
    place = f"{PICTURE}.{ahead}" if ahead else PICTURE
    photo = _png(pictures.photo(tensor))
    pixel = _pixel(values, tensor, layer, (rows, columns))
    return {
        "photo": media.url(photo, "image/png", f"{PICTURE}.photo"),
        "pooled": media.url(_png(pictures.photo(result / top)), "image/png", f"{place}.pooled"),
        "height": layer.height,
        "width": layer.width,
        "rows": rows,
        "columns": columns,
        "title": f"{OPERATION_TITLES[layer.operation]} pooled",
        "alt": picture.alt,
        "pooled_alt": f"The same picture pooled to {rows} × {columns} pixels.",
        "axes": [
            {"kernel_size": axis.kernel_size, "stride": axis.stride, "padding": axis.padding,
             "dilation": axis.dilation}
            for axis in layer.axes
        ],
        "pixel": list(pixel),
        **_window(tensor, result, layer, pixel),
        "note": _note(top),
    }  # fmt: skip


def _note(top: float) -> str:
    scale = f"white is {top:.3g}: a p-norm adds up" if top > 1 else "white is 1"
    return (
        f"Each channel by itself; black is 0, {scale}. The result is enlarged to the input's size."
    )


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _pixel(
    values: Values, tensor: Tensor, layer: PoolSettings, size: tuple[int, int]
) -> tuple[int, int]:
    """The pixel that is pinned, or the one whose window has the most contrast."""
    if all(0 <= at < end for at, end in zip(values.pixel, size, strict=True)):
        return values.pixel
    most = replace(layer, operation="max")
    contrast = (pooled(tensor, most) + pooled(-tensor, most)).sum(dim=0)
    row, column = divmod(int(contrast.argmax()), size[1])
    return row, column


def _window(
    tensor: Tensor, result: Tensor, layer: PoolSettings, pixel: tuple[int, int]
) -> dict[str, Any]:
    """The numbers of the window behind one pixel, channel by channel, and who won."""
    rows, columns = (axis.window(at) for axis, at in zip(layer.axes, pixel, strict=True))
    taps = [
        (i, j)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
        if 0 <= row < layer.height and 0 <= column < layer.width
    ]
    sums, winners = [], []
    for number, (name, colour) in enumerate(CHANNELS.items()):
        values = [float(tensor[number, rows[i], columns[j]]) for i, j in taps]
        sums.append(
            {"name": name, "text": _text(layer, values),
             "value": f"{float(result[(number, *pixel)]):.3g}"}
        )  # fmt: skip
        best = taps[values.index(max(values))] if layer.operation == "max" else None
        winners.append({"ring": list(best) if best else None, "colour": colour})
    return {
        "sums": sums,
        "winners": winners,
        "window_alt": f"{len(rows)} × {len(columns)} pixels under one window, enlarged"
        + (", each channel's winner ringed in its colour." if layer.operation == "max" else "."),
    }


def _text(layer: PoolSettings, values: list[float]) -> str:
    shown = [said(round(value, 2)) for value in values[:MOST_WRITTEN]]
    numbers = ", ".join(shown + ["…"] * (len(values) > MOST_WRITTEN))
    name = {"max": "max", "avg": "mean", "lp": f"{layer.p:g}-norm"}[layer.operation]
    return f"{name} of {numbers}"
