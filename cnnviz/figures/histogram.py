"""How often values occur, as SVG that follows the page's colours."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import ArrayLike

from cnnviz.figures.pictures import nice_limit

BINS, WIDTH, HEIGHT, FOOT = 48, 320, 92, 18


def histogram_svg(values: ArrayLike, low: float, high: float, name: str) -> str:
    """Bars over the axis from `low` to `high`, in a scale where a single value still shows.

    Heights go with the square root of the counts; the highest bar has its count written at it.

    Args:
        values: any shape, within the axis.
        low: left end of the axis.
        high: right end of the axis.
        name: of what the values belong to, for those who do not see it.
    """
    flat = np.asarray(values, np.float32).ravel()
    if not high > low:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(flat, bins=BINS, range=(low, high))
    most = int(counts.max())
    step = WIDTH / BINS
    bars = "".join(
        _bar(index * step, float(np.sqrt(count / most)) * (HEIGHT - 16), step)
        for index, count in enumerate(counts.tolist())
        if count
    )
    at = int(counts.argmax())
    alt = (
        f"Histogram of {name}: {flat.size} values from {flat.min():.3g} to {flat.max():.3g}, most "
        f"of them ({most}) between {edges[at]:.3g} and {edges[at + 1]:.3g}."
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" aria-label="{escape(alt)}" '
        'style="width:100%;max-width:420px;display:block;font-size:11px">'
        f"<title>{escape(alt)}</title>{bars}{_zero(low, high)}"
        f'<line x1="0" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}" stroke="currentColor" '
        f'opacity="0.35"/>{_texts(low, high, most, (at + 0.5) * step)}</svg>'
    )


def _bar(left: float, height: float, width: float) -> str:
    return (
        f'<rect x="{left + 0.4:.2f}" y="{HEIGHT - height:.2f}" width="{width - 0.8:.2f}" '
        f'height="{height:.2f}" fill="#1f9d6b"/>'
    )


def _zero(low: float, high: float) -> str:
    if not low < 0 < high:
        return ""
    x = -low / (high - low) * WIDTH
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{HEIGHT + 4}" stroke="currentColor" '
        f'stroke-dasharray="2 3" opacity="0.6"/>'
        f'<text x="{x:.1f}" y="{HEIGHT + 15}" text-anchor="middle" fill="currentColor">0</text>'
    )


def _texts(low: float, high: float, most: int, x: float) -> str:
    side = "start" if x < WIDTH / 2 else "end"
    return (
        f'<text x="0" y="{HEIGHT + 15}" fill="currentColor">{nice_limit(low)}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT + 15}" text-anchor="end" fill="currentColor">'
        f"{nice_limit(high)}</text>"
        f'<text x="{x:.1f}" y="11" text-anchor="{side}" fill="currentColor" opacity="0.75">'
        f"{most:,} cells</text>"
    )
