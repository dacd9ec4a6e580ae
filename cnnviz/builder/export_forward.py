"""The lines of `forward`: one per step of the network, as people write it."""

from __future__ import annotations

from cnnviz.builder.joining import ALIGN
from cnnviz.builder.names import layer_names
from cnnviz.builder.shapes import LayerShape, Shape, forward_shapes
from cnnviz.models.specs import (
    INPUT,
    AdaptiveAvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    Join,
    Layer,
    Linear,
    NetworkSpec,
    Residual,
    Upsample,
)

STARTS_A_LINE = (
    AdaptiveAvgPool2d, Conv2d, ConvTranspose2d, Flatten, Join, Linear, Residual, Upsample,
)  # fmt: skip
MAX_CALLS = 4  # in one line
FUNCTIONS = {"product": "mul", "difference": "sub"}
SIGNS = {"sum": " + ", "product": " * ", "difference": " - "}


def forward_lines(spec: NetworkSpec) -> list[str]:
    """The statements of `forward`, with the shape after each as a comment."""
    names = layer_names(spec.layers)
    rows = {row.path: row for row in forward_shapes(spec)}
    lines, at = _reading_the_picture(spec), "x"
    for group in _groups(spec.layers):
        expression = at
        for index in group:
            expression = _applied(spec.layers[index], names[index], expression, rows.get((index,)))
        last = spec.layers[group[-1]]
        at = last.mark or ("x" if expression not in _places(spec) else expression)
        if expression != at:
            lines.append(f"{at} = {expression}{_comment(rows.get((group[-1],)))}")
    return _returned(lines, at)


def _places(spec: NetworkSpec) -> set[str]:
    return {INPUT} | {layer.mark for layer in spec.layers if layer.mark}


def _reading_the_picture(spec: NetworkSpec) -> list[str]:
    is_read = any(INPUT in layer.places for layer in spec.layers)
    return [f"{INPUT} = x"] if is_read else []


def _applied(layer: Layer, name: str, arriving: str, row: LayerShape | None) -> str:
    """What a layer makes, as an expression of what arrives and of the places it reads."""
    if isinstance(layer, Join):
        maps = [place or arriving for place in layer.reads]
        return _joined(layer, _weighing(layer, maps, row.read_shapes if row else ()))
    if isinstance(layer, ConvTranspose2d) and layer.like:
        return f"self.{name}({arriving}, output_size={layer.like}.shape[-2:])"
    if isinstance(layer, Upsample) and layer.like:
        corners = "" if layer.mode == "nearest" else f", align_corners={layer.align_corners}"
        size = f"size={layer.like}.shape[-2:]"
        return f'nn.functional.interpolate({arriving}, {size}, mode="{layer.mode}"{corners})'
    return f"self.{name}({arriving})"


def _joined(join: Join, maps: list[str]) -> str:
    if join.is_way_back:
        return maps[0]
    listed = ", ".join(maps)
    alike = f"{ALIGN[join.sizes].__name__}({listed})" if join.sizes in ALIGN else ""
    if join.how == "cat":
        return f"torch.cat({alike or f'[{listed}]'}, dim=1)"
    if join.how == "sum" and alike:
        return f"sum({alike})"
    if alike:
        return f"functools.reduce(torch.{FUNCTIONS[join.how]}, {alike})"
    return SIGNS[join.how].join(maps)


def _weighing(join: Join, maps: list[str], shapes: tuple[Shape, ...]) -> list[str]:
    """The factors of a product: rows of numbers beside maps as one number for each map."""
    if join.how != "product" or len({len(shape) for shape in shapes}) < 2:
        return maps
    return [
        f"{one}[:, :, None, None]" if len(shape) == 1 else one
        for one, shape in zip(maps, shapes, strict=True)
    ]


def _returned(lines: list[str], at: str) -> list[str]:
    """The statements with the last one as what is returned."""
    if not lines or not lines[-1].startswith(f"{at} = "):
        return [*lines, f"return {at}"]
    return [*lines[:-1], lines[-1].replace(f"{at} = ", "return ", 1)]


def _groups(layers: tuple[Layer, ...]) -> list[list[int]]:
    """Indices of the layers that share a line: a convolution with what follows it."""
    groups: list[list[int]] = []
    for index, layer in enumerate(layers):
        if not groups or _starts_a_line(layer, layers[index - 1], len(groups[-1])):
            groups.append([index])
        else:
            groups[-1].append(index)
    return groups


def _starts_a_line(layer: Layer, before: Layer, calls: int) -> bool:
    is_behind_a_place = bool(before.mark) or isinstance(before, Join)
    return isinstance(layer, STARTS_A_LINE) or is_behind_a_place or calls == MAX_CALLS


def _comment(row: LayerShape | None) -> str:
    shape = row.output_shape if row else None
    return f"  # (N, {', '.join(map(str, shape))})" if shape else ""
