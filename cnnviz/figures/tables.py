"""Small tables and rows of pictures as HTML, dressed by assets/app.css and inline lengths only."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cnnviz.figures.pictures import Encoded
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient

Cell = str  # HTML that is already escaped


def figure(picture: Encoded, alt: str, title: str, note: str = "", side: int = 92) -> str:
    """A picture with a title and a note below it.

    Args:
        picture: is shown square, its pixels as cells.
        alt: what it shows.
        title: in bold.
        note: in small letters.
        side: width on the page, in pixels.
    """
    image = (
        f'<img src="{picture.data_url}" alt="{escape(alt)}" style="width:100%;aspect-ratio:1;'
        'image-rendering:pixelated;border-radius:7px;display:block">'
    )
    words = (
        f'<b style="display:block;font-size:12.5px;line-height:1.25;margin-top:3px;'
        f'overflow-wrap:break-word">{escape(title)}</b>'
        f'<span style="font-size:12px;line-height:1.3;opacity:.75;display:block">'
        f"{escape(note)}</span>"
    )
    return f'<div style="flex:0 1 {side}px;min-width:64px">{image}{words}</div>'


def row_of_figures(figures: Sequence[str]) -> str:
    """Figures side by side, in several lines where they do not fit."""
    return f'<div style="display:flex;flex-wrap:wrap;gap:9px">{"".join(figures)}</div>'


def shares_scale(is_signed: bool, words: str) -> str:
    """A colour bar for maps of which each is shown as shares of its own strongest cell.

    Args:
        is_signed: whether the colours go both ways from zero, in the middle.
        words: what stands beside it, plain text.
    """
    low, palette = ("−1", DIVERGING) if is_signed else ("0", SEQUENTIAL)
    bar = (
        '<i style="width:130px;height:11px;border-radius:4px;border:1px solid var(--line);'
        f'background:{css_gradient(palette)}"></i>'
    )
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;margin-top:7px;'
        f'font-size:13px"><span>{low}</span>{bar}<span>{"+1" if is_signed else "1"}</span>'
        f'<span style="color:var(--soft)">{escape(words)}</span></div>'
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], chosen: int | None = None) -> str:
    """A table; what does not fit scrolls within its own box.

    Args:
        columns: heads, plain text.
        rows: cells, HTML.
        chosen: the row that is set off, if any.
    """
    body = ""
    for index, row in enumerate(rows):
        style = ' style="background:color-mix(in srgb, var(--accent) 11%, transparent)"'
        cells = "".join(f"<td>{cell}</td>" for cell in row)
        body += f"<tr{style if index == chosen else ''}>{cells}</tr>"
    return framed_table(columns, body)


def framed_table(columns: Sequence[str], body: str) -> str:
    """A table of rows that are HTML already, below heads of plain text."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    return (
        f'<div class="cnnviz scroll" tabindex="0"><table class="fc"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def badge(kind: str, words: str) -> str:
    """Words with a sign before them: "good" a tick, "bad" a cross, "half" a half-filled circle."""
    sign = {"good": "✓", "bad": "✗", "half": "◐", "none": "·"}[kind]
    tint = {"good": "#1fa868", "bad": "#d0503c", "half": "#f0b429", "none": "#7f8a99"}[kind]
    return (
        f'<span style="display:inline-block;padding:0 9px;border-radius:10px;white-space:nowrap;'
        f'background:color-mix(in srgb, {tint} 20%, transparent)">{sign} {escape(words)}</span>'
    )
