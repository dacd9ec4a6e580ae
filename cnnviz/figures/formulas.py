"""Formulas written out with today's numbers, as HTML: each number has its term's name below it."""

from __future__ import annotations

from html import escape

from cnnviz.convolution.layer import ConvNumbers
from cnnviz.convolution.settings import Axis, ConvSettings
from cnnviz.counting import plural


def term(value: object, name: str) -> str:
    """One number of a formula, with the name of its term below it."""
    return f'<span class="term"><em>{escape(str(value))}</em><small>{escape(name)}</small></span>'


def formula(left: str, right: str, result: int) -> str:
    """`left = right = result`; left and right are HTML, the result is set off as output."""
    return f'<span class="formula">{left} = {right} = <b>{escape(f"{result:,}")}</b></span>'


def size_formulas(settings: ConvSettings, numbers: ConvNumbers) -> list[str]:
    """The tutorial's formula of the output size: one line, or one for each axis that differs."""
    height, width = settings.axes
    sizes = numbers.output_shape[2:]
    write = _transposed_size if settings.transposed else _conv_size
    if height == width:
        return [formula("H<sub>out</sub> = W<sub>out</sub>", write(height, "input"), sizes[0])]
    return [
        formula("H<sub>out</sub>", write(height, "height"), sizes[0]),
        formula("W<sub>out</sub>", write(width, "width"), sizes[1]),
    ]


def parameter_formula(settings: ConvSettings, numbers: ConvNumbers) -> str:
    """The tutorial's formula of the number of parameters, K · (C_in · F² + 1)."""
    channels = term(
        settings.in_channels // settings.groups,
        plural(settings.in_channels // settings.groups, "input channel"),
    )
    if settings.groups > 1:
        channels = (
            f"{term(settings.in_channels, 'input channels')}/{term(settings.groups, 'groups')}"
        )
    high, wide = settings.kernel_size
    kernel = term(f"{high}·{wide}", "kernel size")
    bias = f" + {term(1, 'bias')}" if settings.bias else ""
    kernels = term(settings.out_channels, plural(settings.out_channels, "kernel"))
    right = f"{kernels}·({channels}·{kernel}{bias})"
    return formula("parameters", right, numbers.num_params)


def _conv_size(axis: Axis, name: str) -> str:
    return (
        f"⌊({term(axis.size, name)} + {_padding(axis)} − {term(axis.dilation, 'dilation')}·"
        f"({term(axis.kernel_size, 'kernel size')} − 1) − 1) / {term(axis.stride, 'stride')}⌋ + 1"
    )


def _transposed_size(axis: Axis, name: str) -> str:
    return (
        f"({term(axis.size, name)} − 1)·{term(axis.stride, 'stride')} − {_padding(axis)} + "
        f"{term(axis.dilation, 'dilation')}·({term(axis.kernel_size, 'kernel size')} − 1) + "
        f"{term(axis.output_padding, 'output padding')} + 1"
    )


def _padding(axis: Axis) -> str:
    before, after = axis.padding
    if before == after:
        return f"2·{term(before, 'padding')}"
    return f"{term(before, 'padding before')} + {term(after, 'padding after')}"
