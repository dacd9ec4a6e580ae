"""How nodes and edges of a graph look, in DOT attributes and Graphviz's HTML-like labels."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap

LINE = "#64748b"  # readable on white and on near-black
BLOCK_LINE = "#94a3b8"
SELECTED = "#d99a1c"
PROBLEM = "#d0503c"
LINE_LETTERS = 22  # a longer description goes on in the next line: graphs stay narrow
FONT = "Helvetica"  # Graphviz knows how wide its letters are

# Fill, border and letters of each role, as in the app's other pictures.
FILLS = {
    "input": ("#dbe9fb", "#7ba9e3", "#123a6b"),
    "output": ("#d9f2e4", "#6cbd94", "#0d4a2d"),
    "flat": ("#e9e3fb", "#a391dc", "#3b2d78"),
    "sum": ("#ffe9b8", "#d9a83a", "#5a4310"),
}
GRAPH_STYLE = [
    'bgcolor="transparent"; nodesep=0.35; ranksep=0.32; pad=0.1; splines=true;',
    f'fontname="{FONT}"; fontsize=11; fontcolor="{LINE}";',
    f'style="rounded,dashed"; labeljust="l"; color="{BLOCK_LINE}";',
    f'node [shape=plain, fontname="{FONT}", fontsize=11];',
    f'edge [fontname="{FONT}", fontsize=9.5, color="{LINE}", fontcolor="{LINE}", arrowsize=0.6];',
]


def dot_text(text: str) -> str:
    """A text as a DOT string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def node_dot(node: str, label: str, title: str, classes: Sequence[str]) -> str:
    """The statement of a node.

    Args:
        node: its name.
        label: from `node_html`.
        title: what a browser says when it is pointed at.
        classes: by which a page finds it, beside "layer".
    """
    names = " ".join(["layer", *classes])
    return f'{node} [label={label}, tooltip={dot_text(escape(title))}, class="{names}"];'


def edge_dot(start: str, end: str, words: str, is_dashed: bool = False, colour: str = LINE) -> str:
    """The statement of an edge: the main path stays straight, a dashed one goes round it."""
    text = dot_text(f" {words} ") if words else '""'
    style, weight = ("dashed", 1) if is_dashed else ("solid", 8)
    return (
        f'{start} -> {end} [label={text}, style={style}, weight={weight}, color="{colour}", '
        f'fontcolor="{colour}"];'
    )


def node_html(texts: Sequence[tuple[str, str]], role: str, frame: str | None) -> str:
    """The label of a node in the colour of its role: a row per layer.

    Args:
        texts: name and description of each layer.
        role: one of `FILLS`.
        frame: colour of the frame of a selected node.
    """
    fill, border, ink = FILLS[role]
    rows = (f'<TR><TD ALIGN="LEFT">{_cell(name, text, ink)}</TD></TR>' for name, text in texts)
    width, colour = (3, frame) if frame else (1, border)
    return (
        f'<<TABLE BORDER="{width}" COLOR="{colour}" BGCOLOR="{fill}" CELLBORDER="0" '
        f'CELLSPACING="0" CELLPADDING="4" STYLE="ROUNDED">{"".join(rows)}</TABLE>>'
    )


def _cell(name: str, text: str, ink: str) -> str:
    bold = f'<FONT COLOR="{ink}"><B>{escape(name)}</B></FONT>'
    if not text:
        return bold
    lines = [escape(line) for line in wrap(text, LINE_LETTERS)]
    ends = '<BR ALIGN="LEFT"/>' if len(lines) > 1 else ""  # a break aligns the line before it
    words = "".join(line + ends for line in lines)
    return f'{bold} <FONT COLOR="#475569" POINT-SIZE="10">{words}</FONT>'
