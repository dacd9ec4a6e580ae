"""Every colour and size of the figures, in one place.

The roles are those of the tutorial's animations: input is blue, output is green, the kernel is
violet and what it reaches is amber. Signed values use DIVERGING, with zero exactly in its middle;
values that cannot be negative use SEQUENTIAL.

Both maps keep entry 0 free for "nothing here" (the gap between two maps of a mosaic, made
transparent): values live in 1 ... 255, so that entry 128 is the middle and both halves have
127 steps.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Palette = NDArray[np.uint8]  # (256, 3): red, green, blue

INPUT = "#0b5fa5"
OUTPUT = "#1f9d6b"
KERNEL = "#7a5fc7"
REACH = "#f0b429"
WARNING = "#c2483a"
NEUTRAL = "#5c6675"
CATEGORICAL = (INPUT, OUTPUT, "#c98a00", KERNEL, WARNING, NEUTRAL)  # as in .streamlit/config.toml

# One for each of ten classes, bright enough to lie over a dark picture; names always stand beside.
CLASSES = (
    "#4e9af1", "#f5a623", "#2ec4a0", "#f0613a", "#a586f0",
    "#c9d14b", "#f38bb5", "#b98d5f", "#5fd3f3", "#b9c0cb",
)  # fmt: skip

GAP_PX = 2  # between two maps of a mosaic
TEXT = {"size": 12}  # px: what is to be read is not smaller
AXIS = {"tickfont": TEXT, "title_font": TEXT}  # of a plotly figure
STAGE_PX = 960  # width of the picture area on a 1280 pixel wide screen, at most

FIRST_LEVEL, ZERO_LEVEL, LAST_LEVEL = 1, 128, 255  # entries of a palette that carry values

# The 11-class RdBu scheme of C. Brewer and M. Harrower, https://colorbrewer2.org, from blue to
# red: safe for the colour-blind, who see its ends as blue and brown.
_BLUE_WHITE_RED = (
    "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
    "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f",
)  # fmt: skip

# Ten colours of viridis by S. van der Walt and N. Smith (CC0), https://bids.github.io/colormap/
_VIRIDIS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
    "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip

# Linear sRGB to CIE XYZ (IEC 61966-2-1), each row divided by its white point (D65).
_RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_RGB_TO_XYZ /= _RGB_TO_XYZ.sum(axis=1, keepdims=True)
_XYZ_TO_LAB = np.array([[0, 116, 0], [500, -500, 0], [0, 200, -200]])  # and -16 on L


def rgb_to_lab(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """CIELAB (L in [0, 100], a, b) of sRGB colours in 0 ... 255, along the last axis."""
    scaled = np.asarray(rgb, np.float64) / 255
    linear = np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _RGB_TO_XYZ.T
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return root @ _XYZ_TO_LAB.T - np.array([16, 0, 0])


def lab_to_rgb(lab: NDArray[np.float64]) -> Palette:
    """sRGB colours nearest to CIELAB colours, the inverse of `rgb_to_lab`."""
    root = (lab + np.array([16, 0, 0])) @ np.linalg.inv(_XYZ_TO_LAB).T
    xyz = np.where(root > 6 / 29, root**3, (116 * root - 16) * 27 / 24389)
    linear = np.clip(xyz @ np.linalg.inv(_RGB_TO_XYZ).T, 0, 1)
    scaled = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(scaled * 255).astype(np.uint8)


def _through_lab(anchors: tuple[str, ...]) -> NDArray[np.float64]:
    """255 CIELAB colours through the anchors, evenly spaced."""
    rgb = np.array([list(bytes.fromhex(colour[1:])) for colour in anchors])
    position = np.linspace(0, len(anchors) - 1, LAST_LEVEL)
    return np.stack(
        [np.interp(position, range(len(anchors)), part) for part in rgb_to_lab(rgb).T], axis=1
    )


def _palette(lab: NDArray[np.float64]) -> Palette:
    """The 256 entries of a map: entry 0 repeats entry 1."""
    colours = lab_to_rgb(lab)
    palette = np.concatenate([colours[:1], colours])
    palette.setflags(write=False)
    return palette


def _diverging() -> Palette:
    """Blue, near-white, red; -v and +v are equally dark, so neither sign looks the stronger."""
    lab = _through_lab(_BLUE_WHITE_RED)
    lab[:, 0] = (lab[:, 0] + lab[::-1, 0]) / 2
    return _palette(lab)


DIVERGING: Palette = _diverging()
SEQUENTIAL: Palette = _palette(_through_lab(_VIRIDIS))


def css_gradient(palette: Palette, stops: int = 17) -> str:
    """The CSS `linear-gradient` of a palette, lowest value at the left: a colour bar."""
    return _gradient(palette.tobytes(), stops)


@cache
def _gradient(palette: bytes, stops: int) -> str:
    levels = np.rint(np.linspace(FIRST_LEVEL, LAST_LEVEL, stops)).astype(int)
    colours = ",".join("#" + palette[3 * level : 3 * level + 3].hex() for level in levels)
    return f"linear-gradient(to right,{colours})"


def figure_layout(height: int = 260, **changes: Any) -> dict[str, Any]:
    """Keywords for `figure.update_layout` that all charts of the app share.

    The font and text colours are left to Streamlit's theme, so that light and dark both work; its
    sizes are not: they are below 12 px.

    Args:
        height: of the whole figure, in pixels.
        changes: plotly layout keywords that add to or replace the shared ones.
    """
    shared: dict[str, Any] = {
        "height": height,
        "margin": {"l": 48, "r": 12, "t": 28, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(CATEGORICAL),
        "hovermode": "closest",
        "dragmode": False,
        "legend": {"font": TEXT, "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    }
    return shared | changes
