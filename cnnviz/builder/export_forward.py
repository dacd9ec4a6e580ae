"""The lines of `forward`: one per step of the network, as people write it."""

from __future__ import annotations

from cnnviz.builder.names import layer_names
from cnnviz.builder.shapes import Shape, forward_shapes
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Layer,
    Linear,
    NetworkSpec,
    Residual,
)

STARTS_A_LINE = (AdaptiveAvgPool2d, Conv2d, ConvTranspose2d, Flatten, Linear, Residual)
MAX_CALLS = 4  # in one line


def forward_lines(spec: NetworkSpec) -> list[str]:
    """The statements of `forward`, with the shape after each as a comment."""
    names = layer_names(spec.layers)
    shapes = {row.path: row.output_shape for row in forward_shapes(spec)}
    groups = _groups(spec.layers)
    lines: list[str] = []
    for position, group in enumerate(groups):
        expression = "x"
        for index in group:
            expression = f"self.{names[index]}({expression})"
        is_last = position == len(groups) - 1
        statement = f"return {expression}" if is_last else f"x = {expression}"
        lines.append(statement + _comment(shapes.get((group[-1],))))
    return lines or ["return x"]


def _groups(layers: tuple[Layer, ...]) -> list[list[int]]:
    """Indices of the layers that share a line: a convolution with what follows it."""
    groups: list[list[int]] = []
    for index, layer in enumerate(layers):
        starts = (
            isinstance(layer, STARTS_A_LINE) or len(groups[-1]) == MAX_CALLS if groups else True
        )
        if starts:
            groups.append([index])
        else:
            groups[-1].append(index)
    return groups


def _comment(shape: Shape | None) -> str:
    return f"  # (N, {', '.join(map(str, shape))})" if shape else ""
