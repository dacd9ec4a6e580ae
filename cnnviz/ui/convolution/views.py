"""Views of the convolution page worth a link: the tutorial's own, and things to try."""

from __future__ import annotations

from typing import Any

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.settings import ConvSettings
from cnnviz.ui.convolution.controls import query_for
from cnnviz.ui.links import View


def _view(label: str, note: str, *, more: dict[str, Any] | None = None, **settings: Any) -> View:
    return View(label, query_for(ConvSettings(**settings), **(more or {})), note)


def _square(size: int, **settings: Any) -> dict[str, Any]:
    pairs = ("kernel_size", "stride", "padding", "dilation", "output_padding")
    settings = {k: (v, v) if k in pairs and isinstance(v, int) else v for k, v in settings.items()}
    return {"height": size, "width": size} | settings


PRESETS = [
    _view("No padding, no stride", "P 0 · S 1 · D 1", **_square(4, padding=0)),
    _view("Same size", "P 1 · S 1 · D 1", **_square(5)),
    _view("Padding and stride", "P 1 · S 2 · D 1", **_square(5, stride=2)),
    _view("Dilation", "P 0 · S 1 · D 2", **_square(7, padding=0, dilation=2)),
    _view(
        "2 in, 3 out",
        "channels and their sums",
        more={"view": "channels", "channel": 1, "cell": (1, 1)},
        **_square(5, in_channels=2, out_channels=3, padding=0),
    ),
    _view(
        "3 in, 2 out, stride 2",
        "5 × 5 × 3 → 3 × 3 × 2",
        more={"view": "channels", "channel": 1, "cell": (1, 1)},
        **_square(5, in_channels=3, out_channels=2, stride=2),
    ),
    _view(
        "conv1 on CIFAR-10",
        "280 parameters, 10 × 32 × 32",
        **_square(32, in_channels=3, out_channels=10),
    ),
    _view(
        "conv2 behind it",
        "7,220 parameters, 32 → 14",
        **_square(32, in_channels=10, out_channels=20, kernel_size=6, stride=2, padding=0),
    ),
    _view(
        "A 1000 × 1000 photo",
        "760 parameters",
        **_square(1000, in_channels=3, out_channels=10, kernel_size=5, padding=0),
    ),
    _view(
        "1 × 1 convolution",
        "mixes channels only",
        more={"kernel": "custom", "weights": "1~2~-1"},
        **_square(6, in_channels=3, out_channels=2, kernel_size=1, padding=0),
    ),
    _view("Depthwise", "a kernel a channel", **_square(6, in_channels=3, out_channels=3, groups=3)),
    _view(
        "AlexNet's first layer",
        "11 × 11, stride 4",
        **_square(224, in_channels=3, out_channels=64, kernel_size=11, stride=4, padding=2),
    ),
    _view(
        "Two 3 × 3 (one of them)",
        "2 · 36,928 = 73,856 parameters",
        **_square(32, in_channels=64, out_channels=64),
    ),
    _view(
        "… against one 5 × 5",
        "102,464 parameters",
        **_square(32, in_channels=64, out_channels=64, kernel_size=5, padding=2),
    ),
    _view("Transposed", "3 → 6", **_square(3, transposed=True, stride=2, output_padding=1)),
]

TRY = [
    _view(
        "2 in, 3 out",
        "how channels become maps",
        more={"view": "channels", "channel": 1, "cell": (1, 1)},
        **_square(5, in_channels=2, out_channels=3, padding=0),
    ),
    _view(
        "3 in, 16 out",
        "a colour picture: 16 maps, not 48",
        more={"view": "channels"},
        **_square(32, in_channels=3, out_channels=16, padding=0),
    ),
    _view(
        "1 × 1 only sums the channels",
        "no neighbours",
        more={"view": "channels", "channel": 2, "cell": (1, 1)},
        **_square(5, in_channels=2, out_channels=3, kernel_size=1, padding=0),
    ),
    _view(
        "Depthwise",
        "no sum: a map a channel",
        more={"view": "channels"},
        **_square(5, in_channels=3, out_channels=3, groups=3, padding=0),
    ),
    _view("Leave pixels unread", "stride 2 on 6 × 6", **_square(6, stride=2, padding=0)),
    _view("See edges on a photo", "Sobel", more={"view": "picture"}),
    _view(
        "All filters at once",
        "one layer, 17 kernels",
        more={"view": "filters"},
    ),
    _view(
        "Checkerboard",
        "transposed, 3 × 3 at stride 2",
        **_square(4, transposed=True, stride=2, padding=0),
    ),
    _view(
        "Two 3 × 3 against one 5 × 5",
        "as far, for less",
        **_square(32, in_channels=64, out_channels=64, kernel_size=5, padding=2),
    ),
    _view(
        "One 5 × 5 is two 3 × 3",
        "Sobel on a photo",
        more={"view": "picture"},
        kernel_size=(5, 5),
        padding=(2, 2),
    ),
    _view(
        "A wide view without more weights",
        "dilation 3",
        **_square(12, dilation=3, padding=3),
    ),
    _view("A setting that cannot be", "7 × 7 on 4 × 4", **_square(4, kernel_size=7)),
]

WHY = (
    "A convolution is a small set of weights that slides over the input and, at each place, "
    "multiplies what lies beneath and adds it up. **Kernel size** says how much one output sees, "
    "**stride** how far apart two outputs look, so it decides how much smaller the map gets. "
    "**Padding** gives the border cells their turn in the middle and keeps the map from shrinking; "
    "**dilation** spreads the same weights over a wider view, leaving holes. None of them asks how "
    "large the picture is: the same few weights serve every place, which is why ten kernels of "
    "5\u00a0×\u00a05 need 760 numbers on a photo of any size, where one fully connected neuron "
    "would need three million."
)


def found() -> dict[str, list[View]]:
    """What the search finds here beside presets: every named kernel, on a picture."""
    return {
        "kernel": [
            _view(kernel.title, kernel.sentence, more={"view": "picture", "kernel": kernel.name})
            for kernel in KERNELS.values()
        ]
    }
