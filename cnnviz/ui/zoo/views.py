"""Views of the model zoo worth a link, its words, and its scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cnnviz.figures.zoo.entries import ZooEntry
from cnnviz.ui.links import View, view_of
from cnnviz.ui.zoo.address import ADDRESS, NAMES, Values
from cnnviz.zoo import ZooNetwork, network, networks
from cnnviz.zoo.depth import SIDE

FIRST_TWO_WINNERS = ("alexnet", "googlenet")


_view = partial(view_of, ADDRESS)

PRESETS = [
    _view("The tutorial's four", "AlexNet, VGG, GoogLeNet, ResNet",
          families=("AlexNet", "VGG", "GoogLeNet", "ResNet"), view="years", weights="first"),
    _view("The chart of 2016", "what there was then", years=(2012, 2016), weights="first"),
    _view("For a phone", "at most five million parameters", max_params=5,
          families=("MobileNetV2", "MobileNetV3")),
    _view("Only convolutions", "without attention", only_conv=True),
    _view("Deeper and deeper", "ResNet's five depths, as first trained", weights="first"),
]  # fmt: skip

TRY = [
    _view("The same network, trained again", "ResNet-50: 4.7 points at the same cost",
          pick="resnet50"),
    _view("VGG-16 against ResNet-18", "138 M parameters against 12 M",
          view="compare", compare=("vgg16", "resnet18")),
    _view("The first two winners", "AlexNet and GoogLeNet",
          view="compare", compare=FIRST_TWO_WINNERS),
    _view("Separable convolutions", "ResNet-18 and MobileNetV2",
          view="compare", compare=("resnet18", "mobilenet_v2")),
    _view("Attention arrives", "ViT and Swin, from 2020 on", years=(2020, 2022),
          families=("ViT", "Swin")),
    _view("On the same data", "without billions of other pictures", same_data=True),
]  # fmt: skip

WHY = (
    "**AlexNet** (2012) won ImageNet's contest with five convolutions (and three fully connected "
    "layers that hold most of its weights). **GoogLeNet** (2014) has 22 layers from picture to "
    "score, with kernels of several sizes side by side, and needs a ninth of the parameters. "
    "**VGG** (2014) stacked 3 × 3 convolutions and paid for it. **ResNet** (2015) made 152 layers "
    "trainable with skip connections. Since then accuracy has been bought in three coins that do "
    "not exchange freely: parameters (memory), multiply-adds (time), and training (data and "
    "recipe). Switch to the first weights to see what the last one alone is worth. A multiply-add "
    "is one multiplication and one addition; “FLOPs” in papers are sometimes these, sometimes "
    "twice as many. Accuracies are those that torchvision measured on ImageNet's 50,000 "
    "validation pictures, each at the input size of its weights."
)


def found() -> dict[str, list[View]]:
    """What the search finds here beside presets: every network, ringed in the chart."""
    return {"network": [_found(network) for network in networks()]}


def _found(network: ZooNetwork) -> View:
    note = f"{network.family.year}, {network.default.num_params / 1e6:.1f} M parameters"
    return View(network.title, ADDRESS.query(pick=network.name), note)


def scripts(values: Values, entries: Sequence[ZooEntry]) -> dict[str, str]:
    """The script of today's view."""
    if values.view == "compare":
        return {"The layers": _compare_script(values.compare)} if values.compare else {}
    return {"The numbers": _table_script(entries, values.weights)}


def _table_script(entries: Sequence[ZooEntry], weights: str) -> str:
    names = list(dict.fromkeys(entry.network.name for entry in entries))
    if len(names) == len(NAMES):
        listed = "torchvision.models.list_models(module=torchvision.models)"
    else:
        listed = "[\n" + "".join(f'    "{name}",\n' for name in names) + "]"
    of_each = (
        "    for weights in [next(iter(entries))]:  # the oldest\n"
        if weights == "first"
        else "    for weights in entries:\n"
    )
    return (
        "import torchvision\n\n"
        f"names = {listed}\n"
        "for name in names:\n"
        "    entries = torchvision.models.get_model_weights(name)\n"
        f"{of_each}"
        "        meta = weights.meta  # nothing is downloaded\n"
        '        top1 = meta["_metrics"]["ImageNet-1K"]["acc@1"]\n'
        '        # torchvision heads _ops "GFLOPS"; it counts multiply-adds\n'
        '        print(f"{name:20} {weights.name:21} {top1:6.2f} % "\n'
        "              f\"{meta['num_params']:>11,} parameters \"\n"
        "              f\"{meta['_ops']:8.2f} G multiply-adds\")\n"
    )


def _compare_script(names: Sequence[str]) -> str:
    built = "".join(f'    "{name}": {_builder(name)},\n' for name in names)
    return (
        "import torch\n"
        "import torchvision\n"
        "from torch import nn\n\n"
        f"networks = {{\n{built}}}\n"
        "for name, network in networks.items():\n"
        "    layers = []\n\n"
        "    def count(layer, inputs, output):\n"
        "        # each output value is a sum of as many products as it has weights\n"
        "        macs = output.numel() * layer.weight[0].numel()\n"
        "        layers.append((layer, tuple(output.shape), macs))\n\n"
        "    for layer in network.eval().modules():\n"
        "        if isinstance(layer, nn.Conv2d | nn.Linear):\n"
        "            layer.register_forward_hook(count)\n"
        "    with torch.no_grad():\n"
        f"        network(torch.zeros(1, 3, {SIDE}, {SIDE}))\n"
        "    for layer, shape, macs in layers:\n"
        '        print(f"{name}  {type(layer).__name__:7} {shape!s:22} {macs:>15,}")\n'
        "    num_params = sum(p.numel() for p in network.parameters())\n"
        "    macs = sum(macs for _, _, macs in layers)\n"
        '    print(f"{name}: {num_params:,} parameters, {macs:,} multiply-adds")\n'
    )


def _builder(name: str) -> str:
    settings = {
        "GoogLeNet": "aux_logits=False, init_weights=False",
        "Inception v3": "init_weights=False",
    }.get(network(name).family.name, "")
    return f"torchvision.models.{name}({settings})"
