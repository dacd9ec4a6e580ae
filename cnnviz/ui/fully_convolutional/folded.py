"""The surgery beside the map: one row of weights folds into a kernel, and both say the same."""

from __future__ import annotations

from html import escape

import streamlit as st
from torch import Tensor

from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import nice_limit, signed_limit
from cnnviz.figures.style import DIVERGING, css_gradient
from cnnviz.fully_conv.sliding import Folded
from cnnviz.ui import media
from cnnviz.ui.fully_convolutional.address import ADDRESS, LAYERS, LINEAR
from cnnviz.ui.visit import wall

IN_ROW, IN_PLANE, GAP = 2, 10, 3  # pixels: a weight in the row and in a plane, between pieces
TALL = 8  # weights: how high the row is drawn


def show_folded(found: Folded, network: str) -> None:
    """The output that answers the cell strongest: its weights in a row, and as a kernel."""
    limit = float(found.planes.abs().max()) or 1.0
    row = found.planes.reshape(len(found.planes), 1, -1).repeat_interleave(TALL, dim=1)
    query = ADDRESS.query(view="surgery", unit=found.unit, model=network)
    to = escape(f"{ADDRESS.page}?{wall.carried(query)}")
    inputs, outputs = LINEAR[0]
    numbers = f"<b>{outputs * (inputs + 1):,}</b>"
    st.html(
        f'<div class="cnnviz fc_folded"><p><b>The surgery</b> <a class="way" href="{to}">See it '
        f"slide</a></p><p>Output {found.unit} of {LAYERS[0]} folds into 16 planes, 5 × 5</p>"
        + _picture(row, limit, IN_ROW, "row", "Its 400 weights in a row.")
        + _picture(
            found.planes, limit, IN_PLANE, "planes", "The same weights as 16 planes of 5 × 5."
        )
        + f'<p><span>{signed_limit(-limit)} <i style="background:{css_gradient(DIVERGING)}"></i> '
        f"{nice_limit(limit)}</span><span>{numbers} weights, as before</span></p>"
        f"<p><span><em>row · x + b</em> = <b>{found.on_crop:.3f}</b> on the crop = "
        f"<b>{found.at_cell:.3f}</b> at the cell</span></p></div>"
    )


def _picture(pieces: Tensor, limit: float, scale: int, name: str, alt: str) -> str:
    """Sixteen pieces of weights beside each other."""
    drawn = mosaic(pieces, limit=limit, columns=len(pieces), gap=GAP, scale=scale)
    url = media.url(drawn.png, "image/png", f"fullyconv.folded.{name}")
    return f'<img src="{escape(url)}" alt="{escape(alt)}">'
