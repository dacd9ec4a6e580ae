"""A small moving picture of each page, as SVG; colours and motion are in assets/thumbnails.css.

They are drawings of what the page does and carry no results, so that the home page needs no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import exp, hypot, sin

from cnnviz.places import ASSETS, text_of

STYLE = ASSETS / "thumbnails.css"

WIDTH, HEIGHT = 240, 104
CELL = 15


@cache
def thumbnail(page: str) -> str:
    """The picture of a page as a whole SVG file.

    Raises:
        KeyError: no picture is drawn for such a page.
        AssetError: the file of their looks is missing.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}"><style>{text_of(STYLE)}</style>'
        f"{_DRAWINGS[page]()}</svg>"
    )


def _rect(x: float, y: float, width: float, height: float, role: str, more: str = "") -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="2" '
        f'class="{role}" {more}/>'
    )


def _cells(x: float, y: float, rows: int, columns: int, role: str, more: str = "") -> str:
    size = CELL - 2
    return "".join(
        _rect(x + column * CELL, y + row * CELL, size, size, role, more)
        for row in range(rows)
        for column in range(columns)
    )


def _delay(seconds: float) -> str:
    return f'style="animation-delay:{seconds:g}s"'


def _mlp() -> str:
    """Every pixel is joined to every neuron; the neurons light up one after the other."""
    pixels = [(40, 10 + 17 * i) for i in range(5)]
    neurons = [(120, 20 + 22 * i) for i in range(3)]
    answers = [(200, 31 + 22 * i) for i in range(2)]
    half = (CELL - 2) / 2
    lines = "".join(
        f'<line x1="{x + 2 * half:g}" y1="{y + half:g}" x2="{u:g}" y2="{v + half:g}" class="axis"/>'
        for before, after in ((pixels, neurons), (neurons, answers))
        for x, y in before
        for u, v in after
    )
    size = CELL - 2
    cells = "".join(_rect(x, y, size, size, "in") for x, y in pixels)
    cells += "".join(
        _rect(x, y, size, size, "out pop", _delay(i)) for i, (x, y) in enumerate(neurons + answers)
    )
    return lines + cells


def _pooling() -> str:
    """Four windows of 2×2 light up one after the other, and a cell of the small map with each."""
    cells = _cells(46, 22, 4, 4, "in")
    windows = "".join(
        _rect(46 + i % 2 * 2 * CELL, 22 + i // 2 * 2 * CELL, 2 * CELL - 2, 2 * CELL - 2,
              "reach pop", _delay(2 * i))
        for i in range(4)
    )  # fmt: skip
    outputs = "".join(
        _rect(160 + i % 2 * CELL, 37 + i // 2 * CELL, CELL - 2, CELL - 2, "out pop", _delay(2 * i))
        for i in range(4)
    )
    return cells + windows + outputs


def _convolution() -> str:
    """A 3×3 window walks over 5×5 cells; the nine outputs light up one after the other."""
    window = _rect(46, 13, 3 * CELL - 1, 3 * CELL - 1, "reach walk")
    outputs = "".join(
        _rect(155 + i % 3 * CELL, 29 + i // 3 * CELL, CELL - 2, CELL - 2, "out pop", _delay(i))
        for i in range(9)
    )
    return _cells(47, 14, 5, 5, "in") + window + _cells(155, 29, 3, 3, "pad") + outputs


def _box(x: float, width: float, height: float, depth: float, role: str, order: int) -> str:
    """A volume seen from the left: front, top and side."""
    y = 60 - height / 2
    front = _rect(x, y, width, height, role)
    top = f"{x:g},{y:g} {x + depth:g},{y - depth:g} {x + width + depth:g},{y - depth:g}"
    side = f"{x + width:g},{y:g} {x + width + depth:g},{y - depth:g}"
    faces = (
        f'<polygon points="{top} {x + width:g},{y:g}" class="{role} top"/>'
        f'<polygon points="{side} {x + width + depth:g},{y + height - depth:g} '
        f'{x + width:g},{y + height:g}" class="{role} side"/>'
    )
    return f'<g class="grow" {_delay(order * 0.25)}>{front}{faces}</g>'


def _build() -> str:
    volumes = [(24, 6, 70, 18), (58, 12, 60, 15), (96, 12, 34, 9), (128, 26, 26, 7)]
    boxes = "".join(
        _box(x, width, height, depth, "out" if order else "in", order)
        for order, (x, width, height, depth) in enumerate(volumes)
    )
    heads = "".join(
        f'<g class="grow" {_delay(1 + i * 0.25)}>{_rect(176 + i * 17, 60 - h / 2, 6, h, "k")}</g>'
        for i, h in enumerate((62, 40, 16))
    )
    return boxes + heads


def _fully_convolutional() -> str:
    """A window on a large picture, and the map of classes it leaves behind."""
    classes = "".join(
        _rect(148 + c * 9, 17 + r * 8, 8, 7, f"class{_winner(r, c)} pop", _delay((r + c) * 0.35))
        for r in range(9)
        for c in range(9)
    )
    picture = _rect(16, 12, 110, 80, "in")
    shapes = (
        '<circle cx="48" cy="36" r="13" class="class1"/>'
        '<rect x="82" y="52" width="28" height="26" class="class2"/>'
    )
    return picture + shapes + _rect(16, 12, 34, 30, "reach slide") + classes


def _winner(row: int, column: int) -> int:
    if hypot(row - 2.4, column - 2.2) < 2:
        return 1
    return 2 if hypot(row - 6, column - 6.6) < 2 else 0


def _residual() -> str:
    """Three blocks in a row, each with an arc around it to the sum behind it."""
    parts = []
    for number in range(3):
        x = 26 + number * 66
        arc = f'<path d="M{x} 62C{x} 14 {x + 56} 14 {x + 56} 55" class="axis" stroke-width="2.5"/>'
        layers = _rect(x + 10, 46, 10, 32, "k") + _rect(x + 28, 46, 10, 32, "k")
        total = f'<circle cx="{x + 56}" cy="62" r="7" class="out pop" {_delay(number)}/>'
        parts.append(f'<path d="M{x} 62H{x + 50}" class="axis"/>{arc}{layers}{total}')
    return _rect(12, 46, 12, 32, "in") + "".join(parts)


def _zoo() -> str:
    """Accuracy against cost: bubbles in a plane."""
    bubbles = [(44, 78, 6), (70, 58, 9), (96, 62, 5), (120, 40, 12), (152, 46, 8), (190, 28, 18)]
    drawn = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}" class="class{i % 3} bubble" {_delay(i * 0.3)}/>'
        for i, (x, y, r) in enumerate(bubbles)
    )
    return '<path d="M24 10V92H224" class="axis"/>' + drawn


def _tile(x: float, y: float, side: float, value: Callable[[float, float], float]) -> str:
    """A small map of 6×6 cells; opacity says how strong, red or blue says the sign."""
    step = side / 6
    parts = []
    for row in range(6):
        for column in range(6):
            strength = value((column - 2.5) / 2.5, (row - 2.5) / 2.5)
            role = "positive" if strength > 0 else "negative"
            parts.append(
                f'<rect x="{x + column * step:.1f}" y="{y + row * step:.1f}" width="{step:.1f}" '
                f'height="{step:.1f}" class="{role}" opacity="{min(1.0, abs(strength)):.2f}"/>'
            )
    return "".join(parts)


def _feature_maps() -> str:
    patterns: Sequence[Callable[[float, float], float]] = [
        lambda x, y: sin(3 * x),
        lambda x, y: sin(3 * y),
        lambda x, y: sin(3 * (x + y)),
        lambda x, y: exp(-3 * (x * x + y * y)),
        lambda x, y: sin(5 * x) * 0.7,
        lambda x, y: -exp(-4 * (x - 0.4) ** 2),
        lambda x, y: sin(4 * (x - y)),
        lambda x, y: 0.12,
        lambda x, y: -sin(2 * y) * 0.8,
        lambda x, y: exp(-5 * (y + 0.3) ** 2),
    ]
    tiles = "".join(
        _tile(20 + i % 5 * 41, 10 + i // 5 * 44, 37, pattern) for i, pattern in enumerate(patterns)
    )
    return tiles + '<rect x="20" y="10" width="37" height="37" rx="3" class="frame hop"/>'


def _heatmaps() -> str:
    """A picture with one bright region, opening like an iris."""
    rings = "".join(
        f'<circle cx="106" cy="46" r="{radius}" class="heat{level} breathe" '
        f"{_delay(level * 0.15)}/>"
        for level, radius in enumerate((40, 29, 18, 9))
    )
    return (
        '<clipPath id="thumb-heat"><rect x="56" y="8" width="128" height="88" rx="6"/></clipPath>'
        f'<g clip-path="url(#thumb-heat)"><rect x="56" y="8" width="128" height="88" class="cold"/>'
        f"{rings}</g>"
    )


def _training() -> str:
    """The loss falls, and beside it a filter takes shape."""
    curve = " ".join(
        f"{24 + 1.1 * x:g},{22 + 60 * (1 - exp(-x / 22)):.1f}" for x in range(0, 100, 4)
    )
    axes = '<path d="M24 14V86H134" class="axis"/>'
    line = f'<polyline points="{curve}" class="axis" stroke-width="2.5"/>'
    places = ((0, 2), (1, 1), (1, 2), (2, 0), (2, 1))
    cells = "".join(
        _rect(
            160 + CELL * column, 26 + CELL * row, CELL - 2, CELL - 2,
            "positive grow" if (row, column) in places else "negative side grow",
            _delay(0.1 * (row + column)),
        )
        for row in range(4)
        for column in range(4)
    )  # fmt: skip
    return axes + line + cells


def _teach() -> str:
    """A few pictures of two kinds light up one after the other, and an answer behind them."""
    kinds = "".join(
        _rect(48 + column * 19, 26 + row * 30, 15, 15, role, _delay(column + 0.5 * row))
        for row, role in enumerate(("in pop", "k pop"))
        for column in range(4)
    )
    bars = _rect(150, 29, 56, 9, "out grow", _delay(1)) + _rect(150, 59, 20, 9, "pad")
    return kinds + bars


_DRAWINGS: dict[str, Callable[[], str]] = {
    "mlp": _mlp,
    "convolution": _convolution,
    "pooling": _pooling,
    "build": _build,
    "fully_convolutional": _fully_convolutional,
    "residual": _residual,
    "zoo": _zoo,
    "feature_maps": _feature_maps,
    "heatmaps": _heatmaps,
    "training": _training,
    "teach": _teach,
}
