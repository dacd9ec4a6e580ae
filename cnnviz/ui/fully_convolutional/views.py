"""Views of the page `fully_convolutional` worth a link, its numbers, words and script."""

from __future__ import annotations

from functools import partial

from cnnviz.arithmetic import positions
from cnnviz.counting import counted, plural
from cnnviz.figures.formulas import formula, term
from cnnviz.fully_conv.cost import Cost
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.shipped import SHIPPED
from cnnviz.ui.fully_convolutional.address import ADDRESS, Values
from cnnviz.ui.fully_convolutional.networks import RANDOM, TRAINED, Pair
from cnnviz.ui.links import view_of
from cnnviz.ui.page import Number
from cnnviz.ui.weights.own import FILE, is_own

EFFICIENTNET, SQUEEZENET = PHOTOGRAPHS
_view = partial(view_of, ADDRESS)

PRESETS = [
    _view("Six digits", "a map of answers"),
    _view("LeNet's own size", "32 × 32", view="size", size=32),
    _view("The tutorial's error", "64 × 64: 2,704 against 400", view="size", size=64, model=RANDOM),
    _view("Large", "128 × 128 gives 25 × 25", view="size", size=128),
    _view("Too small", "31 × 31", view="size", size=31),
    _view("The surgery", "a row of 400 numbers becomes a kernel", view="surgery"),
    _view("One picture", "scaled to 160 pixels", source="picture", size=160),
    _view("A whole photo", "a thousand classes, which where", model=SQUEEZENET, image="coffee"),
    _view("Its surgery", "a mean and a Linear layer change places", model=EFFICIENTNET,
          view="surgery"),
]  # fmt: skip

TRY = [
    _view("35 still works, 36 does not", "why?", view="size", size=36),
    _view("A digit at twice its size", "LeNet has never seen one", canvas="96x96",
          items="7:6:6:28;7:34:30:60", cell=(1, 1)),
    _view("Two digits in one window", "who wins between them?", canvas="64x64",
          items="3:2:18:28;8:30:18:28", cell=(4, 4)),
    _view("Where is a 9?", "one layer of heat", class_idx=9, cell=(11, 24)),
    *(
        _view(SHIPPED[name].title, "a cat, a boat and a horse", model=name, least=40)
        for name in TRAINED
        if SHIPPED[name].input.channels == 3
    ),
    _view("Nothing left out", "LeNet names a digit everywhere", least=0, skip_empty=False),
    _view("1 × 1 convolutions", "the second Linear", view="surgery", linear=2),
    _view("Espresso, and only there?", "one class over a whole photo", model=SQUEEZENET,
          image="coffee", class_idx=967),
    _view("Few cells that see far", "Lite0: each can see all of the photo", model=EFFICIENTNET,
          image="rocket", side=320),
    _view("The same photo larger", "the network changes its mind", model=EFFICIENTNET,
          image="coffee", view="size"),
    _view("Random weights", "equalities hold, answers mean nothing", model=RANDOM,
          least=0),
]  # fmt: skip

WHY = (
    "Convolution and pooling never ask how large a picture is; only the Linear layers do, because "
    "each of their weights belongs to one place of a 5 × 5 map. But a Linear layer that reads all "
    "of a 16 × 5 × 5 volume **is** a 5 × 5 convolution that has been put down once. Reshape its "
    "weights and let it slide: a larger picture gives a **map of classes**, and every cell says "
    "what LeNet would have said of its own 32 × 32 crop, exactly. Neighbouring crops overlap in "
    "28 of 32 columns, and one pass computes what they share only once: hence the saving. The map "
    "inherits LeNet's manners too. It has no class for “nothing here”, so cells between digits "
    "name a digit all the same, and it reads things well only at the size it was trained on. "
    "(Long, Shelhamer and Darrell, 2015, built segmentation on this step.)"
)


def numbers_of(
    cost: Cost, height: int, width: int, window: int, stride: int
) -> tuple[list[Number], list[str], str]:
    """The map's shape, what one pass costs against LeNet on every crop; formulas; in words."""
    rows, columns = (positions(size, window, stride) for size in (height, width))
    strip = [
        Number("Input", f"{height} × {width}", "Height and width in pixels"),
        Number("Map", f"(1, 10, {rows}, {columns})", "(pictures, classes, rows, columns)"),
        Number("One pass", f"{cost.one_pass:,}", "Multiply-adds of the network over the picture"),
        Number(
            f"LeNet on {counted(cost.crops, 'crop')}",
            f"{cost.all_crops:,}",
            "Multiply-adds, one by one",
        ),
        Number("Saving", f"{cost.saving:.1f} ×", "How many times fewer multiply-adds"),
    ]
    each = term(f"{cost.one_crop:,}", "multiply-adds of LeNet")
    crops = f"{term(f'{cost.crops:,}', plural(cost.crops, 'crop'))} · {each}"
    size = (
        f"⌊({term(height, 'height')} − {term(window, 'receptive field')}) / "
        f"{term(stride, 'stride')}⌋ + 1"
    )
    words = f"one cell per {stride} pixels, each reading {window} × {window}"
    return strip, [formula("rows", size, rows), formula("by crops", crops, cost.all_crops)], words


def script(values: Values, pair: Pair, height: int, width: int) -> str:
    """The surgery in torch alone: LeNet, its twin, and every cell against its crop."""
    channels = pair.input.channels
    return SCRIPT.replace("CHANNELS", str(channels)).replace("HEIGHT", str(height)).replace(
        "WIDTH", str(width)
    ).replace("LOAD", "" if pair.accuracy is None else _load(pair.name))  # fmt: skip


def _load(name: str) -> str:
    if is_own(name):
        return OWN
    return (
        "# With its trained weights:\n"
        "# from safetensors.torch import load_file\n"
        f'# lenet.load_state_dict({{k: v.float() for k, v in load_file("assets/weights/{name}'
        '.safetensors").items()})\n'
    )


OWN = f"""# In this project's folder, with the weights that were saved on the page Training:
# from cnnviz.training.export import opened
# saved = opened("{FILE}").model.state_dict().values()
# lenet.load_state_dict({{name: one.view_as(own) for (name, own), one in
#                        zip(lenet.state_dict().items(), saved)}})
"""
SCRIPT = """import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.feature_extractor = nn.Sequential(
            nn.Conv2d(CHANNELS, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
        )

    def forward(self, x):
        return self.classifier(self.feature_extractor(x).flatten(1))


lenet = LeNet().eval()
LOADfully_conv = nn.Sequential(
    lenet.feature_extractor,
    nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Conv2d(120, 84, 1), nn.ReLU(), nn.Conv2d(84, 10, 1),
)
with torch.no_grad():
    for linear, conv in zip(lenet.classifier[::2], fully_conv[1::2]):
        conv.weight[:] = linear.weight.view_as(conv.weight)  # only the shape changes
        conv.bias[:] = linear.bias

    x = torch.randn(1, CHANNELS, HEIGHT, WIDTH)
    try:
        print("LeNet:", tuple(lenet(x).shape))
    except RuntimeError as error:
        print("LeNet:", error)
    scores = fully_conv(x)
    print("map:", tuple(scores.shape))

    crops = x.unfold(2, 32, 4).unfold(3, 32, 4)  # every 32x32 window, 4 pixels apart
    rows, columns = crops.shape[2:4]
    crops = crops.permute(0, 2, 3, 1, 4, 5).reshape(-1, CHANNELS, 32, 32)
    on_crops = lenet(crops).T.reshape(1, 10, rows, columns)
    print("crops:", rows * columns)
    print("largest difference:", float((scores - on_crops).abs().max()))
"""
