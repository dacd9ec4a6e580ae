"""One large kernel beside a chain of small ones, on the picture that is shown."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st
from torch import Tensor

from cnnviz.convolution.refusal import refusal
from cnnviz.convolution.responses import inside
from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.stacked import SMALL, Responses, stacked_responses
from cnnviz.counting import percent
from cnnviz.figures.pictures import diverging_png, nice_limit, robust_limit
from cnnviz.ui import media
from cnnviz.ui.compute import computing
from cnnviz.ui.convolution.address import CUSTOM, Values
from cnnviz.ui.convolution.controls import settings_from
from cnnviz.ui.convolution.kernel import kernel_title, library_plane
from cnnviz.ui.convolution.picture import layer_in_view, prepared
from cnnviz.ui.pictures import Picture

EXACT = 1e-5  # of the largest response: no more than rounding


def small_kernels(values: Values, picture: Picture | None) -> None:
    """Both responses on one scale; nothing where no chain of small kernels sees as far."""
    if values.view != "picture" or values.kernel == CUSTOM or values.colour != "sum":
        return
    shown = prepared(replace(values, view="filters"), picture)  # small pictures are enough
    if shown is None or refusal(layer := layer_in_view(values, shown)):
        return
    large = library_plane(values.kernel, values.kernel_size, values)
    small = library_plane(values.kernel, (SMALL, SMALL), values)
    with computing():
        found = stacked_responses(shown.tensor, settings_from(values), large, small)
    if found is not None:
        st.html(_both(found, layer, values, shown.picture.title))


def _both(found: Responses, layer: ConvSettings, values: Values, picture: str) -> str:
    size, name = values.kernel_size[0], kernel_title(values.kernel)
    blurs = (size - SMALL) // 2
    chain = f"{name} {SMALL} × {SMALL}, then {blurs} × Gaussian blur {SMALL} × {SMALL}"
    limit = robust_limit(inside(found.one, layer)).value
    figures = _figure(found.one, limit, f"{name} {size} × {size}", picture, "one")
    figures += _figure(found.chain, limit, chain, picture, "chain")
    return (
        '<div class="cnnviz"><div style="display:flex;flex-wrap:wrap;gap:10px 16px">'
        f"{figures}</div><p>{_verdict(found, size)} Blue to red: ±{nice_limit(limit)} and beyond, "
        "white is 0, in both.</p></div>"
    )


def _figure(response: Tensor, limit: float, title: str, picture: str, name: str) -> str:
    png = diverging_png(response.numpy(), limit)
    source = media.url(png, "image/png", f"convolution_small.{name}")
    alt = escape(
        f"Response of {title} to {picture}, from {float(response.min()):.3g} to "
        f"{float(response.max()):.3g}."
    )
    return (
        '<figure style="margin:0;flex:1 1 240px;min-width:0">'
        f"<figcaption><b>{escape(title)}</b></figcaption>"
        f'<img src="{source}" alt="{alt}" style="width:100%;border-radius:6px"></figure>'
    )


def _verdict(found: Responses, size: int) -> str:
    largest = float(found.one.abs().max()) or 1.0
    if found.difference <= EXACT * largest:
        return (
            f"Away from the border they are the same: this {size} × {size} kernel is a "
            f"{SMALL} × {SMALL} one, blurred."
        )
    return (
        f"Away from the border they differ by up to {nice_limit(found.difference)}, "
        f"{percent(found.difference / largest)} of the largest response: both see as far, but not "
        f"every {size} × {size} kernel is made of {SMALL} × {SMALL} ones."
    )
