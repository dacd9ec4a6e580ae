"""The layers of a network as a table: shapes, and where parameters and multiply-adds are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW_PX, HEAD_PX, MARGIN_PX, BAR_PX = 26, 32, 14, 3
LETTER_PX = 6.6  # of a text of 12 pixels
GAP_PX = 26
INDENT_PX = 16  # of a layer in a block
HEADS = ("", "Layer", "Output", "Parameters", "Multiply-adds", "Sees")
NUMBER, LAYER, PARAMS, MACS = 0, 1, 3, 4  # columns
# Middle tones, right on light and dark ground.
INK, SOFT, LINE, PROBLEM = "#5d6b80", "#7b889b", "#a8b2c1", "#d0503c"
BARS = {PARAMS: "#8069d0", MACS: "#4a86d0"}


@dataclass(frozen=True)
class LayerRow:
    """One row of the table: everything is text, or a share of the largest that Python computed.

    Attributes:
        path: by what the row is lit: the number of a layer ("" for the input, "8.2" for the second
            in block 8, "8.s" for its shortcut, "8.+" for its sum), or the key of a group.
        kind: of the layer, or the name of a group.
        text: its arguments, or its name in an inspected network.
        number: what stands in the first column where it is not the path.
        name: in full, of a module.
        sees, jump, memory: its receptive field, input pixels from one cell to the next, and what
            its result takes.
        problem: it does not fit.
        waiting: nothing arrives: a layer before it does not fit.
        block: it is a block with a shortcut.
        of: number of the layer that the row is part of, where it is none of its own.
        fold: key of the group whose rows stand below it.
        groups: keys of the groups that it is in, outermost first.
    """

    path: str
    kind: str
    text: str = ""
    shape: str = ""
    params: str = ""
    macs: str = ""
    sees: str = ""
    params_share: float = 0.0
    macs_share: float = 0.0
    problem: bool = False
    waiting: bool = False
    block: bool = False
    of: str = ""
    fold: str = ""
    groups: tuple[str, ...] = ()
    number: str = ""
    name: str = ""
    jump: str = ""
    memory: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in each column."""
        number = self.number or self.path
        return (number, self._layer, self.shape, self.params, self.macs, self.sees)

    @property
    def _layer(self) -> str:
        fits = " does not fit" if self.problem else ""
        return f"{self.kind} {self.text}".strip() + fits


def table_svg(rows: Sequence[LayerRow], total_params: str, total_macs: str) -> str:
    """The table as an SVG picture for a file, with two bars per layer: its share of the largest."""
    total = LayerRow("", "Total", params=total_params, macs=total_macs)
    widths = _widths([*rows, total])
    edges = _right_edges(widths)
    width, height = edges[-1] + MARGIN_PX, HEAD_PX + ROW_PX * (len(rows) + 1) + MARGIN_PX
    parts = [_text(edges, widths, column, head, HEAD_PX - 12, SOFT, 600)
             for column, head in enumerate(HEADS)]  # fmt: skip
    for place, row in enumerate([*rows, total]):
        parts += _row(row, HEAD_PX + ROW_PX * place, edges, widths, is_total=row is total)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="The layers of a network" '
        'font-family="Inter,Helvetica,Arial,sans-serif" font-size="12" '
        f'style="font-variant-numeric:tabular-nums">{"".join(parts)}</svg>'
    )


def _row(
    row: LayerRow, top: float, edges: list[float], widths: list[float], *, is_total: bool
) -> list[str]:
    ink = PROBLEM if row.problem else SOFT if row.waiting else INK
    right = edges[-1]
    parts = [f'<path d="M{MARGIN_PX} {top}H{right:.1f}" stroke="{LINE}" stroke-width="0.7"/>']
    for column, words in enumerate(row.cells):
        indent = INDENT_PX * len(row.groups) if column == LAYER else 0
        weight = 650 if is_total else 500 if column == LAYER else 400
        parts.append(_text(edges, widths, column, words, top + 17, ink, weight, indent))
    for column, share in ((PARAMS, row.params_share), (MACS, row.macs_share)):
        if share > 0:
            long = max(1.0, share * widths[column])
            parts.append(
                f'<rect x="{edges[column] - long:.1f}" y="{top + ROW_PX - BAR_PX - 1}" '
                f'width="{long:.1f}" height="{BAR_PX}" rx="1.5" fill="{BARS[column]}"/>'
            )
    return parts


def _text(
    edges: list[float], widths: list[float], column: int, words: str, y: float, ink: str,
    weight: int, indent: float = 0,
) -> str:  # fmt: skip
    """A cell: the first two columns stand at the left, numbers at the right."""
    if not words:
        return ""
    is_left = column in (NUMBER, LAYER)
    x = edges[column] - widths[column] + indent if is_left else edges[column]
    anchor = "start" if is_left else "end"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{ink}">{escape(words)}</text>'
    )


def _widths(rows: Sequence[LayerRow]) -> list[float]:
    """How wide each column is for its longest text."""
    deepest = INDENT_PX * max(len(row.groups) for row in rows)
    cells = [HEADS, *(row.cells for row in rows)]
    longest = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    return [
        letters * LETTER_PX + (deepest if column == LAYER else 0)
        for column, letters in enumerate(longest)
    ]


def _right_edges(widths: Sequence[float]) -> list[float]:
    edges, x = [], float(MARGIN_PX)
    for width in widths:
        x += width
        edges.append(x)
        x += GAP_PX
    return edges
