"""The table of a network as text: CSV, Markdown, LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from cnnviz.figures.layer_table import LayerRow

HEADS = ("No.", "Layer", "Name or arguments", "Output", "Parameters", "Multiply-adds", "Sees",
         "Jump", "Memory")  # fmt: skip
SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "×": r"$\times$", "·": r"$\cdot$", "…": r"\dots{}", "–": "--",
}  # fmt: skip


def table_csv(rows: Sequence[LayerRow]) -> str:
    """A line a layer, groups left out: their counts would count twice. Counts have no commas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for row in _layers(rows):
        number, kind, words, shape, params, macs, *rest = _cells(row)
        writer.writerow([number, kind, _plain(words), shape, _whole(params), _whole(macs), *rest])
    return text.getvalue()


def table_markdown(rows: Sequence[LayerRow]) -> str:
    """A table for a README; groups in bold above what is in them."""
    ends = ["---"] * 3 + ["---:"] * (len(HEADS) - 3)
    lines = [HEADS, ends, *([_escaped(cell, row) for cell in _cells(row)] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def table_latex(rows: Sequence[LayerRow]) -> str:
    """A tabular for a paper, in the rules of booktabs."""
    head = " & ".join(HEADS)
    body = "".join(f"{' & '.join(map(_tex, _cells(row)))} \\\\\n" for row in rows)
    columns = "l" * 3 + "r" * (len(HEADS) - 3)
    return (
        "% \\usepackage{booktabs}\n"
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head} \\\\\n\\midrule\n{body}"
        "\\bottomrule\n\\end{tabular}\n"
    )


def _layers(rows: Sequence[LayerRow]) -> list[LayerRow]:
    return [row for row in rows if not row.fold]


def _cells(row: LayerRow) -> tuple[str, ...]:
    words = row.text if not row.name or row.name in row.text else f"{row.name} · {row.text}"
    return (
        row.number or row.path, row.kind, words, row.shape, row.params, row.macs, row.sees,
        row.jump, row.memory,
    )  # fmt: skip


def _whole(count: str) -> str:
    return count.replace(",", "")


def _plain(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") and words[:1] else words


def _escaped(cell: str, row: LayerRow) -> str:
    plain = cell.replace("\\", "\\\\").replace("|", "\\|").replace("_", "\\_").replace("*", "\\*")
    return f"**{plain}**" if plain and row.fold else plain


def _tex(cell: str) -> str:
    return "".join(SIGNS.get(letter, letter) for letter in cell)
