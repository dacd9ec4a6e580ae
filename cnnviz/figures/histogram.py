"""How often values occur, as HTML that follows the page's colours."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import ArrayLike

from cnnviz.counting import counted
from cnnviz.figures.pictures import nice_limit
from cnnviz.figures.style import OUTPUT

BINS, HEIGHT = 48, 84


def histogram_html(values: ArrayLike, low: float, high: float, name: str) -> str:
    """Bars over the axis from `low` to `high`, on a scale where a single value still shows.

    Heights go with the square root of the counts; the count of the highest bar stands above it.

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
    most, at = int(counts.max()), int(counts.argmax())
    alt = (
        f"Histogram of {name}: {flat.size} values from {flat.min():.3g} to {flat.max():.3g}, most "
        f"of them ({most}) between {edges[at]:.3g} and {edges[at + 1]:.3g}."
    )
    bars = "".join(_bar(count / most if most else 0.0) for count in counts.tolist())
    side = "left" if at < BINS / 2 else "right"
    return (
        '<div class="cnnviz" style="font-size:12px;color:var(--soft);max-width:560px">'
        f'<div style="text-align:{side}">{counted(most, "cell")}</div>'
        f'<div role="img" aria-label="{escape(alt)}" style="display:flex;align-items:flex-end;'
        f'gap:1px;height:{HEIGHT}px;border-bottom:1px solid var(--line)">{bars}</div>'
        f'<div style="position:relative;display:flex;justify-content:space-between">'
        f"<span>{nice_limit(low)}</span>{_zero(low, high)}<span>{nice_limit(high)}</span>"
        "</div></div>"
    )


def _bar(share: float) -> str:
    height = 0.0 if share <= 0 else max(1.5, HEIGHT * share**0.5)
    return f'<span style="flex:1;height:{height:.1f}px;background:{OUTPUT}"></span>'


def _zero(low: float, high: float) -> str:
    """Where zero is, if it is inside the axis and not at an end of it."""
    share = -low / (high - low)
    if not 0.08 < share < 0.92:
        return ""
    return f'<span style="position:absolute;left:{share:.1%};transform:translateX(-50%)">0</span>'
