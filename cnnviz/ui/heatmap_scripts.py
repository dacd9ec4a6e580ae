"""The script of the heatmaps page: Grad-CAM in ten lines of torch, or the chosen method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnviz.heatmaps import METHODS
from cnnviz.images import SAMPLES
from cnnviz.ui.heatmap_controls import Subject


def script(values: Mapping[str, Any], subject: Subject) -> str:
    """A script to run in the project's folder; it prints the map's size and strongest cell."""
    return _setup(subject) + (
        _grad_cam(subject) if values["method"] == "grad_cam" else _method(values, subject)
    )


def _setup(subject: Subject) -> str:
    sample = SAMPLES.get(subject.picture.name)
    file = f"assets/pictures/{sample.file.name}" if sample else "my_picture.png"
    size = f", size={subject.size}" if subject.size else ""
    return (
        "import torch\n"
        "from PIL import Image\n"
        "from cnnviz.models import pretrained\n\n"
        f'network = pretrained("{subject.model_name}")\n'
        f'picture = Image.open("{file}").convert("RGB")\n'
        f"batch = network.transform(picture{size})\n"
        f"class_idx = {subject.class_idx}  # {subject.class_name}\n\n"
    )


def _grad_cam(subject: Subject) -> str:
    return (
        f'layer = network.model.get_submodule("{subject.layer}")\n'
        "kept = []\n"
        "handle = layer.register_forward_hook(lambda module, inputs, output: kept.append(output))\n"
        "score = network.model(batch.requires_grad_())[0, class_idx]\n"
        "handle.remove()\n"
        "maps = kept[-1]  # (1, K, h, w)\n"
        "gradient = torch.autograd.grad(score, maps)[0]\n"
        "weights = gradient.mean(dim=(2, 3), keepdim=True)  # one weight for each map\n"
        "heatmap = (weights * maps).sum(dim=1)[0].relu().detach()  # (h, w)\n\n" + _printed()
    )


def _method(values: Mapping[str, Any], subject: Subject) -> str:
    method = METHODS[values["method"]]
    layer = f', "{subject.layer}"' if method.needs_layer else ""
    return (
        "from cnnviz.heatmaps import METHODS\n\n"
        f'heatmap = METHODS["{method.name}"](network.model, batch, class_idx{layer})\n\n'
        + _printed()
    )


def _printed() -> str:
    return (
        'print("size:", tuple(heatmap.shape))\n'
        'print("strongest:", float(heatmap.abs().max()))\n'
        'print("at:", divmod(int(heatmap.abs().argmax()), heatmap.shape[1]))\n'
    )
