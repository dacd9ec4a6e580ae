"""View 5: a convolution is a matrix with shared and missing weights."""

from __future__ import annotations

import streamlit as st

from cnnviz.convolution.as_matrix import ConvolutionMatrix, MatrixSettings, matrix_of
from cnnviz.convolution.small_pictures import WHOLE_KERNELS, small_picture, whole_kernel
from cnnviz.counting import counted
from cnnviz.figures.mlp.matrix_sheets import convolution_sheets
from cnnviz.figures.pictures import nice_limit
from cnnviz.ui import page
from cnnviz.ui.mlp.address import (
    ADDRESS,
    LARGEST_PICTURE,
    LIMITS,
    Values,
)
from cnnviz.ui.mlp.controls import choose, slider, sliders
from cnnviz.ui.mlp.sheets import show_sheets
from cnnviz.ui.page import Number
from cnnviz.ui.taking.offers import offer_numbers

HELP = {
    "kernel_size": "How many pixels the kernel reads along an axis. Each has a weight.",
    "stride": "How many pixels the kernel moves from one output to the next.",
    "padding": "How many zeros are added on each side. They need no column: 0 times a weight is 0.",
    "dilation": "The distance between the pixels that the kernel reads. 1 leaves no holes.",
}


def main_controls(values: Values) -> None:
    """Kernel size, stride, padding, dilation, live."""
    sliders(
        "matrix",
        [
            slider(values, name, name.replace("_", " ").capitalize(), HELP[name], *LIMITS[name])
            for name in LIMITS
        ],
    )


def more_controls(values: Values) -> None:
    """The picture's size, which kernel, and what stands in the cells."""
    help = "Height and width of the picture: its pixels are the columns of the matrix."
    sliders("picture", [slider(values, "size", "Picture size", help, 3, LARGEST_PICTURE)])
    choose("kernel", "Kernel", WHOLE_KERNELS, "The weights that all windows share.", _title)
    st.toggle(
        "Letters in the cells",
        key=ADDRESS.key("letters"),
        help="Each weight's letter, so that the same letter is the same number; or its value.",
    )


def _title(name: str) -> str:
    return "Whole numbers" if name == "numbers" else name.replace("_", " ").capitalize()


def settings_of(values: Values) -> MatrixSettings:
    """Today's layer."""
    return MatrixSettings(*(getattr(values, name) for name in ("size", *LIMITS)))


def matrix_today(values: Values) -> ConvolutionMatrix:
    """Today's matrix.

    Raises:
        ValueError: the kernel does not fit.
    """
    settings = settings_of(values)
    return matrix_of(settings, whole_kernel(values.kernel, settings.kernel_size, values.seed))


def show(values: Values, chosen: None = None) -> None:
    """The sheets and their numbers, or a sentence why there are none."""
    try:
        matrix = matrix_today(values)
    except ValueError as error:
        with page.instead_of_the_picture():
            page.problem(f"{error}. A larger picture, more padding or a smaller kernel fits.")
        return
    picture = small_picture(values.size, values.seed)
    offer_numbers(
        "the convolution as a matrix",
        ADDRESS,
        lambda: {
            "matrix": matrix.values,
            "kernel": matrix.kernel,
            "picture": picture,
            "product": matrix.multiplied(picture),
        },
    )
    with page.stage():
        show_sheets(convolution_sheets(matrix, picture, values.letters), key="mlp_matrix_sheets")
    _numbers(matrix, matrix.difference(picture))


def _numbers(matrix: ConvolutionMatrix, difference: float) -> None:
    rows, columns = matrix.places.shape
    kept = matrix.kernel.numel()
    missing = matrix.num_entries - matrix.num_connections
    strip = [
        Number("M", f"({rows}, {columns})", "outputs, pixels"),
        Number("Entries", f"{matrix.num_entries:,}", "Weights of a dense layer of this shape"),
        Number("Connections", f"{matrix.num_connections:,}", "Entries where a weight stands"),
        Number("Not 0", f"{matrix.num_nonzero:,}", "Entries that are not zero with this kernel"),
        Number("To learn", f"{kept:,}", "Different weights: those of the kernel"),
        Number("M·x − layer(x)", nice_limit(difference), "The largest difference, any output"),
    ]
    words = (
        f"missing: {missing:,} of {matrix.num_entries:,} entries are no connection at all; shared: "
        f"the other {matrix.num_connections:,} are {counted(kept, 'number')}"
    )
    page.numbers(strip, (), words)
