"""The numbers of the convolution page, or the sentence that says why a setting cannot be."""

from __future__ import annotations

import streamlit as st

from cnnviz.convolution.layer import ConvNumbers, in_words, numbers
from cnnviz.convolution.repairs import Problem
from cnnviz.convolution.settings import ConvSettings
from cnnviz.convolution.stacked import Stack, against_small
from cnnviz.counting import percent
from cnnviz.figures.formulas import parameter_formula, size_formulas
from cnnviz.figures.misfit import Along
from cnnviz.figures.tables import table
from cnnviz.ui import page
from cnnviz.ui.convolution.controls import repair_buttons
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number

NUMBERS = "convolution_numbers"  # key of the component
MOST_SMALL = 5  # layers of 3 × 3 that are worth a table
_NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}


def show_numbers(settings: ConvSettings) -> None:
    """Output shape, parameters, multiply-adds, span and kernel shape; both formulas; in words."""
    page.live_numbers(layer_numbers(settings), key=NUMBERS)


def show_small_kernels(settings: ConvSettings) -> None:
    """A large kernel beside small ones that see as far; nothing where there are none."""
    stacks = against_small(settings)
    if stacks is None or stacks[1].layers > MOST_SMALL:
        return
    one, small = stacks
    st.html(table(["Stack", "sees", "output shape", "parameters", "multiply-adds", "ReLUs between"],
                  [_stack_row(stack) for stack in stacks]))  # fmt: skip
    st.caption(
        "Small kernels behind each other see as far with "
        f"{percent(small.num_params / one.num_params)} "
        "of the parameters and an activation more each, which is why networks since VGG are made "
        "of 3 × 3 (Simonyan and Zisserman, 2015)."
    )


def _stack_row(stack: Stack) -> list[str]:
    size = f"{stack.kernel_size} × {stack.kernel_size}"
    name = f"One {size}" if stack.layers == 1 else f"{_NUMBERS[stack.layers]} {size} in a row"
    shape = "(" + ", ".join(map(str, stack.output_shape)) + ")"
    return [f"<b>{name}</b>", f"{stack.sees} × {stack.sees}", shape, f"{stack.num_params:,}",
            f"{stack.macs:,}", str(stack.layers - 1)]  # fmt: skip


@kept(is_quick=True)
def layer_numbers(settings: ConvSettings) -> str:
    """The strip of numbers of a layer as HTML."""
    found = numbers(settings)
    return page.numbers_html(
        _strip(found),
        [*size_formulas(settings, found), parameter_formula(settings, found)],
        in_words(settings),
    )


def show_problem(found: Problem, settings: ConvSettings) -> None:
    """Why the setting cannot be, with the nearest ones that can, one click each."""
    with page.instead_of_the_picture():
        page.problem(_sentence(found.sentence))
        repair_buttons([(repair.label, repair.settings) for repair in found.repairs])
        height, width = (
            Along(axis.size, axis.padding, axis.kernel_size, axis.dilation)
            for axis in settings.axes
        )
        if not (settings.transposed or (height.fits and width.fits)):
            page.misfit(height, width)


def _sentence(reason: str) -> str:
    """The reason as a sentence; one that starts with a term of torch keeps the term as it is."""
    start, *_ = reason.split(" ")
    return f"{reason if '_' in start else reason[0].upper() + reason[1:]}."


def _strip(found: ConvNumbers) -> list[Number]:
    return [
        Number("Output shape", str(found.output_shape), meaning("output_shape")),
        Number("Parameters", f"{found.num_params:,}", meaning("parameters")),
        Number("Multiply-adds", f"{found.macs:,}", meaning("multiply_adds")),
        Number("Kernel tensor", str(found.kernel_shape), meaning("kernel_tensor")),
        Number("Kernel span", _pair(found.span), meaning("kernel_span")),
    ]


def _pair(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} × {pair[1]}"
