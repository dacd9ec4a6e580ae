"""The formulas and tables of the pooling page, as HTML: numbers in, markup out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cnnviz.figures.formulas import formula, term
from cnnviz.pooling.cost import DesignCost
from cnnviz.pooling.settings import PoolAxis, PoolSettings


def pool_formulas(settings: PoolSettings) -> list[str]:
    """The tutorial's formula of the output size: one line, or one for each axis that differs."""
    height, width = settings.axes
    if height == width:
        return [formula("H<sub>out</sub> = W<sub>out</sub>", _size(height), height.output_size)]
    return [
        formula("H<sub>out</sub>", _size(height), height.output_size),
        formula("W<sub>out</sub>", _size(width), width.output_size),
    ]


def _size(axis: PoolAxis) -> str:
    down, up = ("⌈", "⌉") if axis.ceil_mode else ("⌊", "⌋")
    dropped = f" − {term(1, 'dropped')}" if axis.is_dropped else ""
    return (
        f"{down}({term(axis.size, 'input')} + 2·{term(axis.padding, 'padding')} − "
        f"{term(axis.dilation, 'dilation')}·({term(axis.kernel_size, 'kernel size')} − 1) − 1) / "
        f"{term(axis.stride, 'stride')}{up} + 1{dropped}"
    )


def cost_table(found: Sequence[DesignCost]) -> str:
    """A row a design: its map, its field, and bars for multiply-adds, memory and weights."""
    most = [max(getattr(one, name) for one in found) for name in ("macs", "bytes", "num_params")]
    rows = "".join(_cost_row(one, most) for one in found)
    head = "".join(
        f"<th>{escape(title)}</th>"
        for title in (
            "what stands between",
            "last map",
            "sees",
            "multiply-adds",
            "memory of the maps",
            "parameters",
        )
    )
    return f'<table class="fc pool-cost"><tr>{head}</tr>{rows}</table>'


def _cost_row(one: DesignCost, most: Sequence[int]) -> str:
    bars = zip((one.macs, one.bytes, one.num_params), most, strict=True)
    macs, memory, params = (value / top if top else 0 for value, top in bars)
    return (
        f"<tr><td><b>{escape(one.design.title)}</b><br><small>{escape(one.design.note)}</small></td>"
        f"<td>{one.size} × {one.size}</td><td>{one.receptive_field} × {one.receptive_field}</td>"
        f"<td>{_bar(f'{one.macs / 1e6:,.1f} M', macs)}</td>"
        f"<td>{_bar(f'{one.bytes / 1e6:,.2f} MB', memory)}</td>"
        f"<td>{_bar(f'{one.num_params:,}', params)}</td></tr>"
    )


def _bar(text: str, share: float) -> str:
    width = max(1, round(100 * share))
    return f'{escape(text)}<span class="bar"><i style="width:{width}%"></i></span>'
