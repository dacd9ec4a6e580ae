"""The numbers of a pooling, or the sentence that says why a setting cannot be."""

from __future__ import annotations

from cnnviz.counting import counted
from cnnviz.figures.misfit import Along
from cnnviz.figures.pooling import pool_formulas
from cnnviz.pooling.layer import in_words, notes, pool_numbers
from cnnviz.pooling.refusal import Refusal, repairs
from cnnviz.pooling.settings import PoolSettings
from cnnviz.ui import page
from cnnviz.ui.finding.terms import meaning
from cnnviz.ui.kept import kept
from cnnviz.ui.page import Number
from cnnviz.ui.pooling.controls import repair_buttons

NUMBERS = "pooling_numbers"  # key of the component


def show_numbers(settings: PoolSettings) -> None:
    """Shape, parameters, what is kept, how far apart cells lie; the formula; in words."""
    page.live_numbers(layer_numbers(settings), key=NUMBERS)


@kept(is_quick=True)
def layer_numbers(settings: PoolSettings) -> str:
    """The strip of numbers of a layer as HTML."""
    found = pool_numbers(settings)
    high, wide = settings.stride
    step = counted(high, "pixel") if high == wide else f"{high} × {wide} pixels"
    strip = [
        Number("Output shape", str(found.output_shape), meaning("output_shape")),
        Number("Parameters", str(found.num_params), "A pooling has nothing to learn"),
        Number("Numbers kept", f"{found.kept:,} of {found.of:,}", "What comes out, what went in"),
        Number(
            "Jump to the next cell",
            f"1 → {step}",
            "How far apart neighbouring cells look, before and after",
        ),
    ]
    said = "; ".join([in_words(settings), *notes(settings)])
    return page.numbers_html(strip, pool_formulas(settings), said)


def show_problem(settings: PoolSettings, found: Refusal, fixed: tuple[str, ...] = ()) -> None:
    """Why the setting cannot be, with the nearest ones that can, one click each."""
    with page.instead_of_the_picture():
        page.problem(f"{found.sentence[0].upper()}{found.sentence[1:]}.")
        repair_buttons(repairs(settings, fixed))
        height, width = (
            Along(axis.size, (axis.padding, axis.padding), axis.kernel_size, axis.dilation)
            for axis in settings.axes
        )
        page.misfit(height, width)
