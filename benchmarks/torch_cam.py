"""Class chosen → Grad-CAM painted, against a page that does with torch-cam what its demo does.

pip install torchcam && python -m benchmarks.torch_cam [-n 7]

A run of torch-cam's own demo for Streamlit (`demo/app.py` of frgfm/torch-cam) opens and shows the
picture, makes the network of torchvision with its weights from torch's cache, looks for the layer
by a pass, hooks the extractor, and then runs the network and draws the heatmap and the overlay with
matplotlib. It keeps nothing from run to run. The page of twenty lines here does these steps, each
once, as soon as a class is chosen; the demo does the first four of them once more, since it waits
for a button. Both sides run a ResNet18 at 224 (1.81 billion multiply-adds) on one picture, in one
browser, in turn; the weights of theirs are random numbers, which take as long.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from importlib.util import find_spec
from pathlib import Path

import torch
from playwright.sync_api import Browser

from benchmarks.pages import FIRST_MAP, Hand, Open
from benchmarks.painting import row
from benchmarks.serving import ROOT, chromium, server
from cnnviz.heatmaps import METHODS
from cnnviz.images.samples import sample
from cnnviz.models.imagenet import checkpoint_url
from cnnviz.torchvision_compat import torchvision

OTHER = "horse"  # in the second tab, which finds nothing known of the first one's
NETWORK, PICTURE, SIZE = "resnet18-cifar10", "cat", 224
PAGE = """
import matplotlib.pyplot as plt
import streamlit as st
import cnnviz.torchvision_compat  # before torchvision: see there
from PIL import Image
from torchcam.methods import GradCAM
from torchcam.methods._utils import locate_candidate_layer
from torchcam.utils import overlay_mask
from torchvision.models import resnet18
from torchvision.transforms.functional import normalize, resize, to_pil_image, to_tensor

st.set_page_config(layout="wide")
columns = st.columns(3)
picture = Image.open("picture.png").convert("RGB")
columns[0].image(picture)
model = resnet18(weights="DEFAULT").eval()
layer = locate_candidate_layer(model, (3, 224, 224))
cam = GradCAM(model, target_layer=[layer])
class_idx = st.pills("Class", range(10), default=0)
pixels = to_tensor(resize(picture, (224, 224)))
batch = normalize(pixels, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])[None]
heatmap = cam(class_idx, model(batch))[0]
overlay = overlay_mask(picture, to_pil_image(heatmap, mode="F"), alpha=0.5)
for column, shown in ((columns[1], heatmap.squeeze(0).numpy()), (columns[2], overlay)):
    figure, axes = plt.subplots()
    axes.imshow(shown)
    axes.axis("off")
    column.pyplot(figure)
"""
CLASSES = "[data-testid=stButtonGroup] :is(button, [role=radio])"
OVERLAY = "[data-testid=stColumn]:nth-child(3) img"
THEIRS = Hand("a class", "", CLASSES, OVERLAY, turns=tuple(range(10)))


def slowest_of_the_fast() -> str:
    """The map that is painted last of those that need no button."""
    fast = [method for method in METHODS.values() if not method.is_slow]
    place = list(METHODS.values()).index(max(fast, key=lambda method: method.cost))
    return f".overlays .card:nth-child({place + 2}) img.heat"  # the picture is the first card


def ours(shown: str, picture: str = PICTURE) -> Hand:
    """The class of our page, until a map is painted."""
    address = f"heatmaps?model={NETWORK}&image={picture}&size={SIZE}"
    return Hand("class", address, ".classes .explain", shown, turns=tuple(range(10)))


def measure(browser: Browser, app: str, other: str, count: int) -> None:
    """Each side in turn; the classes are new to both."""
    sides = {
        "torch-cam": Open(browser, other, THEIRS),
        "first map": Open(browser, app, ours(FIRST_MAP)),
        "last map": Open(browser, app, ours(slowest_of_the_fast(), OTHER)),
    }
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(count):
        for name, side in sides.items():
            took = side.move()
            if took is not None:
                found[name].append(took)
    middle = {name: statistics.median(times) for name, times in found.items()}
    row(
        "class → Grad-CAM painted / torch-cam's page",
        middle["first map"] / middle["torch-cam"],
        "at most 0.25",
    )
    row(
        "class → the last of the fast methods painted / torch-cam's page",
        middle["last map"] / middle["torch-cam"],
        "at most 0.75",
    )
    row("  torch-cam's page", middle["torch-cam"], "", "ms")
    row("  ours, the first map", middle["first map"], "", "ms")
    row("  ours, the last", middle["last map"], "", "ms")


def prepare(folder: Path) -> None:
    """Put the other page there, its picture, and weights where torch keeps what it downloads."""
    (folder / "page.py").write_text(PAGE)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    sample(PICTURE).save(folder / "picture.png")
    weights = folder / "hub" / "checkpoints" / Path(checkpoint_url("resnet18")).name
    weights.parent.mkdir(parents=True)
    torch.save(torchvision.models.resnet18().state_dict(), weights)


def main() -> None:
    """Start both sides and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="classes on each side")
    asked = parser.parse_args()
    if find_spec("torchcam") is None:
        raise SystemExit("this needs torch-cam: pip install torchcam")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        cache = {**os.environ, "TORCH_HOME": str(folder)}
        with (
            server("run", "page.py", folder=folder, environment=cache) as (other, _),
            server("run", "app.py") as (app, _),
            chromium() as browser,
        ):
            measure(browser, app, other, asked.n)


if __name__ == "__main__":
    main()
