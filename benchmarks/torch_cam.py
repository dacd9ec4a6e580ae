"""Class chosen → Grad-CAM painted, against a page that uses torch-cam.

pip install torchcam && python -m benchmarks.torch_cam [-n 7] [--size 160]

The other page is as torch-cam's own demo for Streamlit: a network, a class, one method, its map
over the picture. Both sides show the same network and picture at the same size, in one browser, in
turn.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.pages import FIRST_MAP, Hand, Open
from benchmarks.painting import row
from benchmarks.serving import ROOT, chromium, server

NETWORK, PICTURE = "resnet18-cifar10", "cat"
PAGE = f"""
import streamlit as st
import cnnviz.torchvision_compat  # before torchvision: see there
from torchcam.methods import GradCAM
from torchcam.utils import overlay_mask
from torchvision.transforms.v2.functional import to_pil_image

from cnnviz.images.samples import sample
from cnnviz.models import pretrained

@st.cache_resource
def network():
    return pretrained("{NETWORK}")

trained, picture = network(), sample("{PICTURE}")
class_idx = st.pills("Class", range(10), default=0)
batch = trained.transform(picture, SIZE).requires_grad_()
with GradCAM(trained.model, target_layer="group3.1") as cam:
    heatmap = cam(class_idx, trained.model(batch))[0]
st.image(overlay_mask(picture, to_pil_image(heatmap, mode="F"), alpha=0.5))
"""
CLASSES = "[data-testid=stButtonGroup] :is(button, [role=radio])"
THEIRS = Hand("a class", "", CLASSES, "[data-testid=stImage] img", turns=tuple(range(10)))


def ours(shown: str, size: int) -> Hand:
    """The class of our page, until a map or all of them are painted."""
    address = f"heatmaps?model={NETWORK}&image={PICTURE}&size={size}"
    return Hand("class", address, ".classes .explain", shown, turns=tuple(range(10)))


def measure(browser: Browser, app: str, other: str, size: int, count: int) -> None:
    """Each side in turn; the classes are new to both."""
    sides = {
        "torch-cam": Open(browser, other, THEIRS),
        "first map": Open(browser, app, ours(FIRST_MAP, size)),
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
    row("  torch-cam's page", middle["torch-cam"], "", "ms")
    row("  ours", middle["first map"], "", "ms")


def main() -> None:
    """Start both sides and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="classes on each side")
    parser.add_argument("--size", type=int, default=160, help="pixels of a side")
    asked = parser.parse_args()
    if find_spec("torchcam") is None:
        raise SystemExit("this needs torch-cam: pip install torchcam")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.py").write_text(PAGE.replace("SIZE", str(asked.size)))
        shutil.copytree(ROOT / ".streamlit", Path(folder) / ".streamlit")
        with (
            server("run", "page.py", folder=Path(folder)) as (other, _),
            server("run", "app.py") as (app, _),
            chromium() as browser,
        ):
            measure(browser, app, other, asked.size, asked.n)


if __name__ == "__main__":
    main()
