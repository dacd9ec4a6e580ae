"""The scripts that give the pooling page's numbers."""

from __future__ import annotations

from dataclasses import replace

from cnnviz.pooling.refusal import TITLES, refusal
from cnnviz.pooling.settings import PoolSettings
from cnnviz.pooling.worked_example import LARGEST_GRID, grid_input
from cnnviz.ui.pictures import Picture, sample_file
from cnnviz.ui.pooling.address import Values, settings_from
from cnnviz.ui.pooling.looked import Looked
from cnnviz.ui.pooling.subject import BUILT, SHIPPED, STACK

YOURS = "your_picture.jpg"  # in the script of a picture that is not part of the project


def scripts(values: Values, chosen: Picture | None = None) -> dict[str, str]:
    """Today's scripts by title; none for a setting that cannot be, or for a receptive field."""
    file = _file(chosen)
    if values.view == "field":
        return {}
    if values.view == "picture":
        layer = replace(settings_from(values), height=300, width=300)
        return {} if refusal(layer) else {"The pooled picture": picture_script(values, file)}
    if values.view == "shift":
        return {"What survives": shift_script(values, file)}
    if values.view == "cost":
        return {"The cost": cost_script(values.maps, values.side, values.levels)}
    settings = settings_from(values)
    if refusal(settings) or max(settings.height, settings.width) > LARGEST_GRID:
        return {}
    return {"The grid": grid_script(settings, values.seed, values.cell)}


def field_scripts(values: Values, looked: Looked | None) -> dict[str, str]:
    """The script of a receptive field; none where nothing is looked into."""
    if looked is None:
        return {}
    return {"The receptive field": field_script(values, looked, _file(looked.picture))}


def _file(chosen: Picture | None) -> str:
    return (sample_file(chosen) if chosen else None) or YOURS


def layer_call(settings: PoolSettings) -> str:
    """The layer as one would write it: nn.MaxPool2d(kernel_size=2, stride=2)."""
    said = [f"{settings.p:g}"] if settings.operation == "lp" else []
    said += [f"kernel_size={_pair(settings.kernel_size)}", f"stride={_pair(settings.stride)}"]
    if settings.padding != (0, 0):
        said.append(f"padding={_pair(settings.padding)}")
    if settings.operation == "max" and settings.dilation != (1, 1):
        said.append(f"dilation={_pair(settings.dilation)}")
    if settings.ceil_mode:
        said.append("ceil_mode=True")
    if settings.operation == "avg" and not settings.count_include_pad:
        said.append("count_include_pad=False")
    return f"nn.{TITLES[settings.operation]}({', '.join(said)})"


def _pair(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else str(pair)


def grid_script(settings: PoolSettings, seed: int, cell: tuple[int, int]) -> str:
    """The grid's numbers, and the gradient of the output that is pinned."""
    rows = grid_input(settings.height, settings.width, seed).tolist()
    written = ",\n".join("    " + str([float(value) for value in row]) for row in rows)
    row, column = cell if min(cell) >= 0 else (0, -1)
    shape = f"(1, {settings.channels}, {settings.height}, {settings.width})"
    return (
        "import torch\n"
        "from torch import nn\n\n"
        f"pool = {layer_call(settings)}\n"
        f"print(pool(torch.zeros{shape}).shape)\n\n"
        f"x = torch.tensor([\n{written}\n], requires_grad=True)\n"
        "output = pool(x[None, None])[0, 0]\n"
        "print(output.detach())\n\n"
        f"output[{row}, {column}].backward()\n"
        "print(x.grad)  # where the gradient of that output goes\n"
    )


def picture_script(values: Values, file: str) -> str:
    """The pooled picture, and the pixel that is pinned where one is."""
    row, column = values.pixel
    pinned = f"print(result[:, {row}, {column}])\n" if min(values.pixel) >= 0 else ""
    return (
        "from torch import nn\n\n"
        "from cnnviz.images import load_image, to_tensor\n\n"
        f'picture = load_image(open("{file}", "rb").read())\n'
        "picture.thumbnail((512, 512))\n"
        f"pool = {layer_call(settings_from(values))}\n"
        "result = pool(to_tensor(picture)[None])[0]\n"
        "print(result.shape, result.max())\n" + pinned
    )


def shift_script(values: Values, file: str) -> str:
    """What each way keeps of the response on the picture."""
    return (
        "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n"
        "from cnnviz.convolution.kernels import KERNELS\n"
        "from cnnviz.images import load_image, to_tensor\n"
        "from cnnviz.pooling.shift import BlurredStride, EverySecond\n\n"
        f'picture = load_image(open("{file}", "rb").read())\n'
        "picture.thumbnail((512, 512))\n"
        "picture = to_tensor(picture)\n"
        f'weight = KERNELS["{values.kernel}"].weights((3, 3)).expand(1, 3, 3, 3)\n'
        f"moved = torch.roll(picture, ({values.dy}, {values.dx}), (-2, -1))\n"
        "before, after = (F.conv2d(one[None], weight).relu() for one in (picture, moved))\n\n"
        "ways = {\n"
        '    "none": nn.Identity(), "stride": EverySecond(), "avg": nn.AvgPool2d(2),\n'
        '    "max": nn.MaxPool2d(2), "blur": BlurredStride(),\n'
        "}\n"
        "for name, way in ways.items():\n"
        "    share = torch.minimum(way(before), way(after)).sum() / way(before).sum()\n"
        '    print(f"{name} {share:.4f}")\n'
    )


def field_script(values: Values, looked: Looked, file: str) -> str:
    """The field of the layer, and what moves the unit where that was computed."""
    shape = f"(1, {looked.chosen.channels}, {values.size}, {values.size})"
    theory = (
        "from cnnviz.probes import receptive_field\n"
        f"{_network_lines(values)}\n"
        f'field = receptive_field(model, "{looked.stage.name}", {shape})\n'
        "print(field.size, field.jump, field.offset)\n"
        f"print(field.window{looked.unit})\n"
    )
    found = looked.found
    if found is None or values.network not in SHIPPED:
        return theory
    return theory + (
        "\nfrom PIL import Image\n"
        "from cnnviz.probes.receptive import core_box, effective_receptive_field\n\n"
        f'picture = Image.open("{file}")\n'
        f"batch = trained.transform(picture, {values.size})\n"
        f'effect = effective_receptive_field(model, batch, "{looked.stage.name}", {found.map}, '
        f"{looked.unit[0]}, {looked.unit[1]})\n"
        "print(effect.max(), core_box(effect))  # the box that holds 90 % of the effect\n"
    )


def _network_lines(values: Values) -> str:
    if values.network in SHIPPED:
        return (
            "from cnnviz.models import pretrained\n\n"
            f'trained = pretrained("{values.network}")\nmodel = trained.model'
        )
    if values.network == STACK:
        return (
            "from cnnviz.pooling.stack import stack_module\n\n"
            f'model = stack_module("{values.stack}")'
        )
    if values.network == BUILT:
        return (
            "from cnnviz.builder.codec import decode\nfrom cnnviz.builder.modules import build\n\n"
            f'model = build(decode("{values.net}"), device="meta")'
        )
    return (
        "from cnnviz.zoo.on_meta import build_on_meta\n\n"
        f'model = build_on_meta("{values.network}")  # layers and shapes, no weights'
    )


def cost_script(channels: int, side: int, levels: int) -> str:
    """The four designs' costs, from their own layers."""
    return (
        "from torch import nn\n"
        "from cnnviz.summary import summarize\n\n\n"
        "def conv(dilation=1):\n"
        f"    return nn.Conv2d({channels}, {channels}, 3,\n"
        "                     padding=dilation, dilation=dilation)\n\n\n"
        "def stack(down, spread=False):\n"
        "    layers = [conv()]\n"
        f"    for level in range({levels}):\n"
        "        layers += [*down(level), conv(2 ** (level + 1) if spread else 1)]\n"
        "    return nn.Sequential(*layers)\n\n\n"
        "designs = {\n"
        '    "nothing": stack(lambda level: []),\n'
        '    "pooling": stack(lambda level: [nn.MaxPool2d(2)]),\n'
        f'    "stride": stack(lambda level: [nn.Conv2d({channels}, {channels}, 2, stride=2)]),\n'
        '    "dilation": stack(\n'
        "        lambda level: [nn.MaxPool2d(2, stride=1, dilation=2**level)], spread=True\n"
        "    ),\n"
        "}\n"
        "for name, network in designs.items():\n"
        f"    summary = summarize(network, (1, {channels}, {side}, {side}))\n"
        "    last = summary.rows[-1]\n"
        "    print(name, last.output_shape, last.receptive_field, summary.macs,\n"
        "          summary.activation_bytes, summary.num_params)\n"
    )
