"""Make README's pictures from the running app.

python -m benchmarks.readme_pictures [name …]     # all of them, if none is named
"""

from __future__ import annotations

import io
import sys
import time

from PIL import Image
from playwright.sync_api import Page

from benchmarks.painting import IDLE
from benchmarks.serving import ROOT, chromium, server

FOLDER = ROOT / "assets" / "readme"
MOVIE_WIDTH = 880  # pixels
FRAME_MS = 420
STILLS = {
    "home": "",
    "convolution-picture": "convolution?view=picture",
    "convolution-filters": "convolution?view=filters",
    "mlp": "mlp?view=shift&dx=4&dy=-4",
    "pooling": "pooling?view=field&unit=10,9",
    "fully-convolutional": "fully_convolutional",
    "zoo": "zoo",
    "residual": "residual?view=gradients",
    "build": "build",
    "feature-maps": "feature_maps?view=microscope",
    "heatmaps": "heatmaps",
    "teach": "teach",
}
MOVIE, TRAINED = "convolution", "training"


def ready(page: Page) -> None:
    page.locator("[data-testid=stMain] h1").first.wait_for()
    page.wait_for_function(IDLE)
    time.sleep(1.5)
    page.wait_for_function(IDLE)


def still(page: Page, address: str, name: str) -> None:
    page.goto(address)
    ready(page)
    time.sleep(4)  # the numbers behind the pixels arrive when the browser has nothing else to do
    page.screenshot(path=FOLDER / f"{name}.png")


def trained(page: Page, address: str) -> None:
    """A run of the page training that is over, with one moment of its curve pointed at."""
    page.goto(address)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Done").wait_for(timeout=300_000)
    ready(page)
    curve = page.get_by_label("Arrow keys walk along the snapshots")
    curve.hover(position={"x": 110, "y": 60})
    page.screenshot(path=FOLDER / f"{TRAINED}.png")


def frame(page: Page) -> Image.Image:
    page.wait_for_function(IDLE)
    time.sleep(0.35)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    height = round(shot.height * MOVIE_WIDTH / shot.width)
    return shot.resize((MOVIE_WIDTH, height), Image.Resampling.LANCZOS)


def movie(page: Page, address: str) -> list[Image.Image]:
    """The grid walked through, then stride, dilation and padding moved, one step a frame."""
    page.goto(address)
    ready(page)
    frames = [frame(page)]
    forward = page.get_by_role("button", name="One step forward")
    for _ in range(6):
        forward.click()
        frames.append(frame(page))
    for slider, keys in (
        ("Stride", "RL"),
        ("Dilation", "RL"),
        ("Padding", "RL"),
        ("Kernel size", "RRLL"),
    ):
        page.get_by_role("slider", name=slider, exact=True).focus()
        for key in keys:
            page.keyboard.press("ArrowRight" if key == "R" else "ArrowLeft")
            frames.append(frame(page))
    return frames


def save(frames: list[Image.Image]) -> None:
    """One GIF with one palette for all frames."""
    palette = frames[0].quantize(96, method=Image.Quantize.MEDIANCUT)
    reduced = [shown.quantize(palette=palette, dither=Image.Dither.NONE) for shown in frames]
    reduced[0].save(
        FOLDER / "convolution.gif", save_all=True, append_images=reduced[1:],
        duration=FRAME_MS, loop=0, optimize=True,
    )  # fmt: skip


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = set(sys.argv[1:]) or {*STILLS, MOVIE, TRAINED}
    with server("run", "app.py") as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for name, query in STILLS.items():
            if name in wanted:
                still(page, f"{address}/{query}", name)
        if TRAINED in wanted:
            trained(page, f"{address}/{TRAINED}")
        if MOVIE in wanted:
            save(movie(page, f"{address}/{MOVIE}"))


if __name__ == "__main__":
    main()
