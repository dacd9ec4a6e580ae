"""Views of the pooling page worth a link: the tutorial's own, and things to try."""

from __future__ import annotations

from typing import Any

from cnnviz.ui.links import View
from cnnviz.ui.pooling.address import ADDRESS


def _view(label: str, note: str, **values: Any) -> View:
    pairs = ("kernel_size", "stride", "padding", "dilation")
    values = {k: (v, v) if k in pairs and isinstance(v, int) else v for k, v in values.items()}
    return View(label, ADDRESS.query(**values), note)


TUTORIAL = [
    _view("2 × 2, stride 2", "the tutorial's"),
    _view("conv1 → conv2 → pool", "20×14×14 → 20×7×7", height=14, width=14, channels=20),
]
PRESETS = [
    *TUTORIAL,
    _view(
        "ResNet's max pooling", "3 × 3, stride 2, padding 1",
        height=8, width=8, kernel_size=3, padding=1,
    ),
    _view("Average", "2 × 2", operation="avg"),
    _view("2-norm", "LPPool2d", operation="lp"),
    _view("Rounded up", "ceil_mode on 5 × 5", height=5, width=5, ceil_mode=True),
    _view("ResNet18's group3", "sees 435 pixels", view="field", layer="group3"),
    _view("On a photo", "4 × 4", view="picture", kernel_size=4, stride=4),
    _view("One pixel to the right", "what survives", view="shift"),
    _view("What it saves", "Cost", view="cost"),
]  # fmt: skip

TRY = [
    _view("Windows that overlap", "3 × 3, stride 1", height=6, width=6, kernel_size=3, stride=1),
    _view(
        "A window that starts in the padding", "ceil_mode drops it",
        height=5, width=5, stride=3, padding=1, ceil_mode=True,
    ),
    _view(
        "Zeros that count", "average with padding",
        operation="avg", height=6, width=6, kernel_size=3, padding=1,
    ),
    _view("p turns a sum into a maximum", "p = 16", operation="lp", p=16.0),
    _view("A setting that cannot be", "padding 2 on 2 × 2", padding=2),
    _view("Two pixels: a whole cell", "what survives of an even move", view="shift", dx=2),
    _view("LeNet on a large picture", "16 pixels", view="field", network="lenet-cifar10"),
    _view(
        "A transposed convolution that alternates", "no single size",
        view="field", network="stack", stack="conv3 pool2 conv3 up3s2", layer="3", size=64,
    ),
    _view("Pooling against dilation", "the same field, the cost", view="cost", levels=3),
]  # fmt: skip

_LAYER = (
    "A pooling has nothing to learn: each window of each channel becomes one number. The "
    "**maximum** asks whether something was there at all, the **average** how much of it there "
    "was, and the **p-norm** is anything between. With a stride of two the map halves, so the "
    "same kernel behind it sees twice as far for a quarter of the work. The way back tells them "
    "apart too: of a maximum only the winner hears how it should change, of an average everyone "
    "the same."
)

WHY = {
    "grid": _LAYER,
    "picture": _LAYER,
    "shift": "Move a picture by one pixel and every response moves with it, so cell by cell little "
    "is as it was. A pooled map forgives part of that: the maximum of a window stays while it "
    "moves within the window. A bare stride forgives nothing, and by odd moves even a map that may "
    "follow shows other cells, because it looks at every second pixel only. Blurring before the "
    "stride mends most of it (Zhang, 2019). Layer by layer the network forgives more and more, "
    "and its answer hardly moves.",
    "field": "A unit of the first layer sees as far as its kernel. One of the next sees as far as "
    "its kernel reaches over units that already see further: the **size** grows by the kernel "
    "times the **jump** from one unit to the next, and every stride makes all later jumps longer. "
    "That is how a few 3 × 3 kernels come to see the whole picture. What a unit *could* see is "
    "not what moves it: the gradient is strong in the middle and fades to the border, where fewer "
    "ways lead to the unit (Luo et al., 2016).",
    "cost": "A convolution costs its weights times the places it is laid on. Halving height and "
    "width leaves a quarter of the places, for every layer behind. Dilation sees just as far "
    "and keeps every place: that is worth it where each pixel needs an answer, and costs as much "
    "as if nothing had been pooled.",
}
