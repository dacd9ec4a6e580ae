"""View 2 of the page `fully_convolutional`: a row of a Linear layer becomes a kernel."""

from __future__ import annotations

import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from cnnviz.counting import size_words
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import nice_limit
from cnnviz.fully_conv.class_map import kernel_planes
from cnnviz.images import fit
from cnnviz.ui import page
from cnnviz.ui.address import no_number
from cnnviz.ui.compute import computing
from cnnviz.ui.fully_convolutional.address import ADDRESS, LAYERS, UNITS, Values
from cnnviz.ui.fully_convolutional.networks import Pair
from cnnviz.ui.fully_convolutional.scores import score_table
from cnnviz.ui.fully_convolutional.size import LENET_SIDE
from cnnviz.ui.fully_convolutional.sliding import sliding_view
from cnnviz.ui.mosaic_view import mosaic_view

STRIP, PLANE, GAP = 2, 50, 16  # pixels: a weight in the row, a plane of 5×5, between planes
EXACT = 1e-6  # how near both outputs have to be


def show(values: Values, pair: Pair, picture: Image.Image) -> None:
    """The row of weights, the kernel it becomes, and both networks' answers at 32×32."""
    layer = values.linear
    ADDRESS.only(unit=no_number(values.unit, UNITS[layer], "output"))
    unit = min(values.unit, UNITS[layer] - 1)
    planes = kernel_planes(pair.lenet, layer, unit)
    if layer == 0:
        with page.stage():
            sliding_view(values, pair, picture, unit)
        st.markdown(_story(layer, unit, planes))
        _weights(planes, layer, unit)
    else:
        with page.stage():
            st.markdown(_story(layer, unit, planes))
            _weights(planes, layer, unit)
    _same_answers(pair, _at_lenets_size(pair, picture))


def _at_lenets_size(pair: Pair, picture: Image.Image) -> Image.Image:
    """The picture as LeNet takes it: of digits the first, of a photo all of it."""
    if pair.reads_digits:
        return picture.crop((0, 0, LENET_SIDE, LENET_SIDE))
    return fit(picture, LENET_SIDE)


def _weights(planes: Tensor, layer: int, unit: int) -> None:
    """All weights to read off: in the row, where it folds, and in the kernel."""
    limit = float(planes.abs().max()) or 1.0
    if layer == 0:
        _row(planes, limit, unit)
    _kernel(planes, limit, layer, unit)


def _story(layer: int, unit: int, planes: Tensor) -> str:
    count, height, width = planes.shape
    numbers = count * height * width
    if layer:
        return (
            f"**Output {unit} of {LAYERS[layer]}**: a row of {numbers} weights, one for each "
            f"number that comes in. As `Conv2d` it is {numbers} kernels of 1 × 1: the same sum, at "
            "every place of the map."
        )
    return (
        f"**Output {unit} of {LAYERS[layer]}**: a row of {numbers} weights. `flatten` had laid "
        f"{count} maps of {height} × {width} behind each other, so the row falls into {count} "
        f"pieces of {height * width}. Fold each piece back: {count} planes of {height} × {width}, "
        "one kernel. No number changes."
    )


def _row(planes: Tensor, limit: float, unit: int) -> None:
    """The weights in a row as Linear has them, cut into the pieces that belong to one map."""
    pieces = planes.reshape(planes.shape[0], 1, -1)
    tall = pieces.repeat_interleave(6, dim=1)
    st.caption("The row of `weight` of Linear, in its pieces of 25")
    mosaic_view(
        mosaic(tall, limit=limit, columns=16, gap=GAP, scale=STRIP),
        [f"weights {25 * i} to {25 * i + 24}" for i in range(planes.shape[0])],
        key="fullyconv_row",
        alt=f"The 400 weights of output {unit} in a row, from {planes.min():.3g} to "
        f"{planes.max():.3g}.",
    )


def _kernel(planes: Tensor, limit: float, layer: int, unit: int) -> None:
    """The same weights as the planes of a kernel, below the pieces they were folded from."""
    shape = size_words(planes.shape)
    st.caption(f"The same numbers as a kernel of Conv2d, {shape}")
    columns, gap, scale = (16, GAP, PLANE // planes.shape[-1]) if layer == 0 else (20, 4, 30)
    mosaic_view(
        mosaic(planes, limit=limit, columns=columns, gap=gap, scale=scale),
        [f"plane {i}: reads map {i}" for i in range(planes.shape[0])],
        key=f"fullyconv_kernel_{layer}",
        alt=f"The kernel of output {unit}: {shape} weights from {planes.min():.3g} to "
        f"{planes.max():.3g}.",
    )


def _same_answers(pair: Pair, picture: Image.Image) -> None:
    """Both networks' scores for the picture of 32×32."""
    batch = pair.batch(picture)
    with computing(), torch.inference_mode():
        first, second = pair.lenet(batch)[0], pair.fully_conv(batch)[0].flatten()
    difference = float((first - second).abs().max())
    sentence = f"At 32 × 32 the two networks' scores differ by at most {nice_limit(difference)}"
    if difference <= EXACT * max(1.0, float(first.abs().max())):
        st.success(sentence + ": they are one network.", icon=":material/check_circle:")
    else:
        st.error(sentence + ".", icon=":material/error:")
    with st.expander("Both networks' scores", expanded=True):
        score_table(pair.classes, first, second, ("LeNet (1, 10)", "twin (1, 10, 1, 1)"))
