"""Settings of the convolution page -> the PyTorch script that gives the numbers on it.

The scripts need torch only (and Pillow and numpy to open a picture): nothing of cnnviz, except
where a visitor's own picture is opened as the page opens it.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from cnnviz.convolution.channels import ChannelSums
from cnnviz.convolution.grid_inputs import noise
from cnnviz.convolution.layer import ConvSettings, numbers, padding_sides
from cnnviz.convolution.worked_example import WorkedExample

LARGEST_RUN = 100_000_000  # numbers of input, weight and output; more are only measured
MOST_WRITTEN = 256  # numbers of an input that stand in a script, if it can do without
LONGEST_CALL = 80  # characters, then the arguments go on a line of their own
TORCH_DEFAULTS = {  # of nn.Conv2d and nn.ConvTranspose2d
    "stride": (1, 1),
    "padding": (0, 0),
    "output_padding": (0, 0),
    "groups": 1,
    "bias": True,
    "dilation": (1, 1),
    "padding_mode": "zeros",
}


def layer_script(settings: ConvSettings) -> str:
    """A script that builds the layer and prints output shape, parameters and multiply-adds.

    Where the tensors would fill the memory it works on the meta device, which has shapes only.

    Raises:
        ValueError: torch refuses the settings; the sentence says why.
    """
    found = numbers(settings)
    shape = (1, settings.in_channels, settings.height, settings.width)
    size = math.prod(shape) + math.prod(found.kernel_shape) + math.prod(found.output_shape)
    is_measured = size > LARGEST_RUN
    device = ', device="meta"' if is_measured else ""
    places = "x" if settings.transposed else "y"
    lines = [
        "import torch",
        "from torch import nn",
        "",
        *(["# Shapes only, without memory or computing: the layer is large."] * is_measured),
        f"layer = {_constructor(settings, device)}",
        "# One picture: (pictures, channels, height, width)",
        f"x = torch.zeros({', '.join(map(str, shape))}{device})",
        "y = layer(x)",
        "",
        'print("output shape:", tuple(y.shape))',
        'print("parameters:", sum(p.numel() for p in layer.parameters()))',
        f'print("multiply-adds:", layer.weight.numel() * {places}.shape[2] * {places}.shape[3])',
    ]
    return "\n".join(lines) + "\n"


OWN_PICTURE = """\
from cnnviz.images import load_image

with open("my_picture.jpg", "rb") as file:
    picture = load_image(file.read())  # upright, in RGB, at most 1024 pixels a side
"""


def response_script(
    layer: ConvSettings,
    kernels: Mapping[str, Tensor],
    picture: str | None,
    relu: bool = False,
    side: int | None = None,
) -> str:
    """A script that applies kernels to a picture and prints shape, smallest, largest and mean.

    Args:
        layer: what `convolution.responses.picture_settings` makes of the settings and the picture.
        kernels: title -> (height, width), or with one plane per channel (channels, height, width)
            where there is only one kernel.
        picture: the file to open; None for one of the visitor's own.
        relu: whether negative responses become 0.
        side: pixels of the longer side the picture is scaled down to; None leaves it as it is.
    """
    mode = "RGB" if layer.in_channels == 3 else "L"
    to_channels = ".permute(2, 0, 1)" if mode == "RGB" else ".unsqueeze(0)"
    opened = f'picture = Image.open({json.dumps(picture)}).convert("{mode}")'
    scaled = [f"picture.thumbnail(({side}, {side}), Image.Resampling.LANCZOS)"] if side else []
    lines = [
        "import numpy as np",
        "import torch",
        "from PIL import Image",
        "from torch import nn",
        *(["", opened] if picture else OWN_PICTURE.splitlines()),
        *scaled,
        f"x = torch.from_numpy(np.array(picture)){to_channels} / 255  # (channels, height, width)",
        "",
        *_kernel_lines(kernels),
        "",
        f"layer = {_constructor(layer)}",
        "with torch.no_grad():",
        f"    layer.weight[:] = {_weight_expression(layer, kernels)}",
        f"    y = layer(x.unsqueeze(0)){'.relu()' if relu else ''}",
        "",
        'print("output shape:", tuple(y.shape))',
        'print(f"min {y.min():.4f}, max {y.max():.4f}, mean {y.mean():.4f}")',
    ]
    return "\n".join(lines) + "\n"


def example_script(example: WorkedExample) -> str:
    """A script that prints the output of the grid: one output channel, on the same numbers."""
    own = replace(example.settings, in_channels=len(example.weight), out_channels=1, groups=1)
    lines = [
        "import torch",
        "from torch import nn",
        "",
        *_input_lines(example),
        *_tensor_lines("kernel", example.weight),
        "",
        f"layer = {_constructor(own)}",
        "with torch.no_grad():",
        f"    layer.weight[:] = kernel{'.unsqueeze(1)' if own.transposed else ''}",
        *([f"    layer.bias[:] = {_number(example.bias)}"] if example.bias is not None else []),
        "    y = layer(x)",
        "",
        "print(y[0])",
    ]
    return "\n".join(lines) + "\n"


def _input_lines(example: WorkedExample) -> list[str]:
    """The channels that are read: their numbers, or, of many drawn by chance, how to draw them."""
    first, last = example.read_channels
    shape = tuple(example.input.shape)
    if example.input.numel() <= MOST_WRITTEN or not torch.equal(example.input, noise(*shape)):
        return _tensor_lines("x", example.input[first:last], ", dtype=torch.float32")
    read = "" if last - first == shape[0] else f"[{first}:{last}]"
    return [
        "generator = torch.Generator().manual_seed(0)",
        f"x = torch.randint(0, 10, {shape}, generator=generator){read}.float()",
    ]


def channels_script(sums: ChannelSums) -> str:
    """A script that prints each channel's own result, and the maps that their sums are."""
    per_group = sums.weight.shape[1]
    kernels_of_a_group = sums.settings.out_channels // sums.settings.groups
    bias = ", ".join(_number(value) for value in sums.bias.tolist())
    lines = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        *_tensor_lines("x", sums.input, ", dtype=torch.float32"),
        *_tensor_lines("weight", sums.weight, ", dtype=torch.float32"),
        f"bias = torch.tensor([{bias}], dtype=torch.float32)",
        _padding_line(sums.settings),
        f"how = dict(stride={sums.settings.stride}, dilation={sums.settings.dilation})",
        "",
        f"maps = F.conv2d(x, weight, bias, groups={sums.settings.groups}, **how)",
        "for k, kernel in enumerate(weight):",
        f"    first = k // {kernels_of_a_group} * {per_group}",
        "    own = [",
        "        F.conv2d(x[first + c, None], one[None, None], **how)[0]",
        "        for c, one in enumerate(kernel)",
        "    ]",
        '    print("kernel", k, "differs by", float((sum(own) + bias[k] - maps[k]).abs().max()))',
        "",
        "print(maps)",
    ]
    return "\n".join(lines) + "\n"


def _padding_line(settings: ConvSettings) -> str:
    top, bottom, left, right = padding_sides(settings)
    mode = "constant" if settings.padding_mode == "zeros" else settings.padding_mode
    return f'x = F.pad(x[None], ({left}, {right}, {top}, {bottom}), mode="{mode}")[0]'


def _constructor(settings: ConvSettings, more: str = "") -> str:
    """The layer as one writes it: only what differs from torch's defaults."""
    kind = "ConvTranspose2d" if settings.transposed else "Conv2d"
    arguments = [str(settings.in_channels), str(settings.out_channels)]
    arguments.append(f"kernel_size={_argument(settings.kernel_size)}")
    for field in fields(settings):
        value = getattr(settings, field.name)
        is_used = field.name != "output_padding" or settings.transposed
        if is_used and value != TORCH_DEFAULTS.get(field.name, value):
            arguments.append(f"{field.name}={_argument(value)}")
    line = f"nn.{kind}({', '.join(arguments)}{more})"
    if len(line) <= LONGEST_CALL:
        return line
    return f"nn.{kind}(\n    {', '.join(arguments)}{more}\n)"


def _argument(value: tuple[int, int] | int | str) -> str:
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else str(value)
    return f'"{value}"' if isinstance(value, str) else str(value)


def _kernel_lines(kernels: Mapping[str, Tensor]) -> list[str]:
    if len(kernels) == 1:
        ((title, weight),) = kernels.items()
        return [f"# {title}", *_tensor_lines("kernel", _one_plane(weight))]
    lines = ["kernels = torch.tensor(["]
    for title, weight in kernels.items():
        lines += [f"    # {title}", *_rows(weight.tolist(), indent=1)]
    return [*lines, "])"]


def _weight_expression(layer: ConvSettings, kernels: Mapping[str, Tensor]) -> str:
    """The kernels in the shape of torch's weight, as far as broadcasting does not do it."""
    if len(kernels) > 1:
        return "kernels" if layer.transposed else "kernels.unsqueeze(1)"
    has_planes = _one_plane(next(iter(kernels.values()))).dim() == 3
    channels_first = layer.transposed or layer.groups > 1
    return "kernel.unsqueeze(1)" if has_planes and channels_first else "kernel"


def _one_plane(weight: Tensor) -> Tensor:
    """(height, width) where all channels have the same plane."""
    if weight.dim() == 3 and all(plane.equal(weight[0]) for plane in weight):
        return weight[0]
    return weight


def _tensor_lines(name: str, values: Tensor, dtype: str = "") -> list[str]:
    """`name = torch.tensor([…])`, a row of numbers to a line."""
    rows = [line for row in values.tolist() for line in _rows(row, indent=1)]
    return [f"{name} = torch.tensor([", *rows, f"]{dtype})"]


def _rows(values: list[Any], indent: int) -> list[str]:
    """A list of numbers on one line, a list of lists on several."""
    space = 4 * indent * " "
    if not isinstance(values[0], list):
        return [f"{space}[{', '.join(_number(value) for value in values)}],"]
    return [f"{space}[", *(line for row in values for line in _rows(row, indent + 1)), f"{space}],"]


def _number(value: float) -> str:
    return f"{value:.6g}"
