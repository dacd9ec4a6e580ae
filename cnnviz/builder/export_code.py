"""A network as a Python file of its own: an `nn.Module` that needs nothing but torch."""

from __future__ import annotations

from textwrap import wrap

from cnnviz.builder.calls import call_arguments
from cnnviz.builder.counts import count_params
from cnnviz.builder.doctor import diagnose
from cnnviz.builder.export_forward import forward_lines
from cnnviz.builder.joining import ALIGN
from cnnviz.builder.names import class_name, layer_names
from cnnviz.builder.shapes import LayerShape, Shape, forward_shapes, output_shape
from cnnviz.models.joins import OPERATIONS
from cnnviz.models.networks import residual_block
from cnnviz.models.specs import (
    Conv2d,
    Join,
    Layer,
    NetworkSpec,
    Operation,
    Path,
    Residual,
    Upsample,
    walk,
)
from cnnviz.syntax import source_of

MAX_LINE = 100
INDENT = " " * 4

RESNET_BLOCK = '''
class ResNetBlock(nn.Module):
    """Two 3×3 convolutions, and a shortcut that adds the input to what they give."""

    def __init__(self, in_channels: int, out_channels: int, first_stride: int = 1) -> None:
        super().__init__()
        self.main_path = nn.Sequential(
            nn.Conv2d(
                in_channels, out_channels, kernel_size=3, stride=first_stride, padding=1, bias=False
            ),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut_path = nn.Sequential()
        if first_stride != 1 or in_channels != out_channels:  # else the input is added as it is
            self.shortcut_path = nn.Sequential(
                nn.Conv2d(
                    in_channels, out_channels, kernel_size=1, stride=first_stride, bias=False
                ),
                nn.BatchNorm2d(out_channels),
            )
        self.activation = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(self.main_path(x) + self.shortcut_path(x))
'''
ANY_BLOCK = '''
class ResidualBlock(nn.Module):
    """activation(main_path(x) + shortcut_path(x)); an empty shortcut path hands x on."""

    def __init__(
        self, main_path: nn.Module, shortcut_path: nn.Module, activation: nn.Module
    ) -> None:
        super().__init__()
        self.main_path = main_path
        self.shortcut_path = shortcut_path
        self.activation = activation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(self.main_path(x) + self.shortcut_path(x))
'''


def to_python(spec: NetworkSpec) -> str:
    """A Python file with the network as a class, its shapes as comments, and a first run.

    The class builds modules of the same names as `build`, so that weights fit both.
    """
    header = f'"""{spec.name}, a network in PyTorch. Run this file for its output shape."""'
    return "\n".join([header, "", definition(spec), "", run_code(spec)])


def definition(spec: NetworkSpec) -> str:
    """The imports and the classes of the network."""
    parts = ["import torch", "from torch import nn", ""]
    if any(_is_reduced(join) for join in _joins(spec)):
        parts = ["import functools", "", *parts]
    if any(isinstance(layer, Residual) for layer in spec.layers):
        parts += [RESNET_BLOCK if _is_resnet(spec.layers) else ANY_BLOCK]
    parts += _alignments(spec)
    parts += _operations(spec)
    return "\n".join([*parts, *_class_lines(spec), ""])


def _joins(spec: NetworkSpec) -> list[Join]:
    """The layers that join places; a way back joins nothing."""
    return [one for one in spec.layers if isinstance(one, Join) and not one.is_way_back]


def _is_reduced(join: Join) -> bool:
    """Whether maps are made equal before they are multiplied or subtracted."""
    return join.sizes in ALIGN and join.how in ("product", "difference")


def _alignments(spec: NetworkSpec) -> list[str]:
    """The functions that make maps equal before they are joined, as this app calls them."""
    used = {join.sizes for join in _joins(spec)}
    sources = [source_of(function) for name, function in ALIGN.items() if name in used]
    plain = (
        text.replace("F.", "nn.functional.").replace("Tensor", "torch.Tensor") for text in sources
    )
    return [f"\n{text}" for text in plain]


def _operations(spec: NetworkSpec) -> list[str]:
    """The classes of layers that torch has as operations only, as this app builds them."""
    used = {layer.kind for _, layer in walk(spec.layers)}
    sources = [source_of(made) for name, made in OPERATIONS.items() if name in used]
    return [f"\n{text.replace('Tensor', 'torch.Tensor')}" for text in sources]


def run_code(spec: NetworkSpec) -> str:
    """The lines that run the network once, for the end of a file."""
    lines = [f"{INDENT}{line}" if line else "" for line in run_lines(spec)]
    return "\n".join(['if __name__ == "__main__":', *lines, ""])


def run_lines(spec: NetworkSpec) -> list[str]:
    """The statements that run the network once and print its output shape and parameters."""
    shape = ", ".join(map(str, spec.input_shape))
    return [
        f"model = {class_name(spec.name)}().eval()",
        f"picture = torch.rand(1, {shape})",
        "with torch.inference_mode():",
        f"{INDENT}output = model(picture)",
        'print("output shape:", tuple(output.shape))',
        'print("parameters:", sum(parameter.numel() for parameter in model.parameters()))',
    ]


def shape_comment(shape: Shape) -> str:
    """A shape for the end of a line: "6 × 28 × 28"."""
    return " × ".join(map(str, shape))


def _class_lines(spec: NetworkSpec) -> list[str]:
    return [
        "",
        f"class {class_name(spec.name)}(nn.Module):",
        f'{INDENT}"""{_docstring(spec)}"""',
        "",
        f"{INDENT}def __init__(self) -> None:",
        f"{INDENT * 2}super().__init__()",
        *(INDENT * 2 + line for line in _attribute_lines(spec)),
        "",
        f"{INDENT}def forward(self, x: torch.Tensor) -> torch.Tensor:",
        *(INDENT * 2 + line for line in forward_lines(spec)),
    ]


def _docstring(spec: NetworkSpec) -> str:
    num_params = sum(map(count_params, spec.layers))
    pictures = f"{spec.name} for pictures of {shape_comment(spec.input_shape)}"
    after = output_shape(spec)
    gives = f" gives {shape_comment(after)} and" if after else ""
    return f"{pictures}:{gives} has {num_params:,} parameters."


def _attribute_lines(spec: NetworkSpec) -> list[str]:
    rows = {row.path: row for row in forward_shapes(spec)}
    is_resnet = _is_resnet(spec.layers)
    diagnosis = diagnose(spec)
    lines: list[str] = []
    for index, (name, layer) in enumerate(zip(layer_names(spec.layers), spec.layers, strict=True)):
        if diagnosis is not None and diagnosis.path[0] == index:
            lines += wrap(f"# Does not fit: {diagnosis.sentence}", 88, subsequent_indent="# ")
        if isinstance(layer, Join) or (isinstance(layer, Upsample) and layer.like):
            continue  # a function of forward
        if isinstance(layer, Residual) and is_resnet:
            lines += [f"self.{name} = {_resnet_call(layer)}{_comment(rows.get((index,)))}"]
        else:
            expression = _expression(layer, (index,), rows, len(INDENT * 2))
            expression[0] = f"self.{name} = {expression[0]}"
            lines += _broken(expression, layer, len(INDENT * 2))
    return lines


def _expression(layer: Layer, path: Path, rows: dict[Path, LayerShape], column: int) -> list[str]:
    """The lines that make a layer, its output shape behind the last."""
    comment = _comment(rows.get(path))
    if not isinstance(layer, Residual):
        home = "" if isinstance(layer, Operation) else "nn."
        return [f"{home}{layer.kind}({', '.join(call_arguments(layer))}){comment}"]
    main = _sequential_lines(layer.layers, path, rows, column + 4)
    shortcut = _sequential_lines(layer.shortcut_layers, None, rows, column + 4)
    kind = "Identity" if layer.activation == "none" else layer.activation
    arguments = [*main, *shortcut, f"nn.{kind}(),"]
    return ["ResidualBlock(", *(INDENT + line for line in arguments), f"){comment}"]


def _sequential_lines(
    layers: tuple[Layer, ...], parent: Path | None, rows: dict[Path, LayerShape], column: int
) -> list[str]:
    if not layers:
        return ["nn.Sequential(),"]
    inner: list[str] = []
    for index, layer in enumerate(layers):
        path = (-1,) if parent is None else (*parent, index)  # a shortcut has no rows of its own
        lines = _with_comma(_expression(layer, path, rows, column + 4))
        inner += _broken(lines, layer, column + 4)
    return ["nn.Sequential(", *(INDENT + line for line in inner), "),"]


def _with_comma(lines: list[str]) -> list[str]:
    code, separator, comment = lines[-1].partition("  # ")
    return [*lines[:-1], f"{code},{separator}{comment}"]


def _broken(lines: list[str], layer: Layer, column: int) -> list[str]:
    """The lines with the arguments of an overlong call on a line of their own."""
    if isinstance(layer, Residual) or column + len(lines[0]) <= MAX_LINE:
        return lines
    before, arguments = lines[0].split("(", 1)
    arguments, after = arguments.rsplit(")", 1)
    return [f"{before}(", INDENT + arguments, f"){after}"]


def _comment(row: LayerShape | None) -> str:
    if row is None or row.output_shape is None:
        return ""
    return f"  # {shape_comment(row.output_shape)}"


def _is_resnet(layers: tuple[Layer, ...]) -> bool:
    """Whether all blocks of a network are the tutorial's."""
    return all(_resnet_call(layer) for layer in layers if isinstance(layer, Residual))


def _resnet_call(block: Residual) -> str:
    """The call that makes the tutorial's block; empty for a block of another kind."""
    first = block.layers[0] if block.layers else None
    if not isinstance(first, Conv2d) or not isinstance(first.stride, int):
        return ""
    if block != residual_block(first.in_channels, first.out_channels, first.stride):
        return ""
    stride = "" if first.stride == 1 else f", first_stride={first.stride}"
    return f"ResNetBlock({first.in_channels}, {first.out_channels}{stride})"
