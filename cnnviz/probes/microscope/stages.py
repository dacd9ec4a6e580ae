"""The parts of a written-out calculation, and how numbers are written in its formulas."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from cnnviz.probes.receptive import Box
from cnnviz.probes.tape import Kind

SHOWN_TERMS = 4  # of a sum in a formula, the largest; the others are added up to one


@dataclass(frozen=True)
class Term:
    """One thing that a stage adds up, or chooses from.

    Attributes:
        label: what it is, in words: "channel 3", "bias", "main path".
        value: its number.
        products: how many weight × input products were added up in it; 0 if it is a number read.
        is_chosen: of a maximum, the one that won.
    """

    label: str
    value: float
    products: int = 0
    is_chosen: bool = False


@dataclass(frozen=True, eq=False)
class Window:
    """What a convolution or pooling laid its kernel on.

    Attributes:
        layer: whose maps were read.
        rows: the row of each line of the window in those maps; outside of them is padding.
        columns: the column of each place in a line.
        values: (channel, row, column), what was read there, the padding included.
        weights: of the same shape, or None for pooling.
        channels: the numbers of the channels that were read.
        height: of those maps.
        width: of those maps.
    """

    layer: str
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    values: Tensor
    weights: Tensor | None
    channels: tuple[int, ...]
    height: int
    width: int

    @property
    def is_padding(self) -> list[list[bool]]:
        """Which places of the window, row by row, lie outside of the maps that were read."""
        rows, columns = range(self.height), range(self.width)
        return [
            [row not in rows or column not in columns for column in self.columns]
            for row in self.rows
        ]


@dataclass(frozen=True, eq=False)
class Stage:
    """One operation on the way to the number of a cell.

    Attributes:
        layer: where it happens.
        kind: what it does.
        value: what comes out, computed here in double precision.
        formula: LaTeX with today's numbers.
        expression: a torch expression of `model` and the batch `x`, with `torch` and
            `torch.nn.functional as F`.
        terms: what was added up, in order; empty where one number became another.
        numbers: the named numbers of a normalisation, and what an activation function was given.
        window: what was read, for kernels.
        is_written_out: False where the number is torch's own because nothing more is known.
    """

    layer: str
    kind: Kind
    value: float
    formula: str
    expression: str
    terms: tuple[Term, ...] = ()
    numbers: tuple[tuple[str, float], ...] = ()
    window: Window | None = None
    is_written_out: bool = True


@dataclass(frozen=True, eq=False)
class CellExplanation:
    """How the number in one cell came about.

    Attributes:
        layer: the layer.
        cell: (channel, row, column), or (feature,).
        steps: the calculation, first things first; the last gives the number.
        value: the number, computed here from the parts in double precision.
        activation: the number that torch computed in the pass.
        box: the pixels that the cell can see.
    """

    layer: str
    cell: tuple[int, ...]
    steps: tuple[Stage, ...]
    value: float
    activation: float
    box: Box

    @property
    def formula(self) -> str:
        """The whole calculation in LaTeX, a line for each step."""
        lines = r" \\ ".join(f"&{step.formula}" for step in self.steps)
        return rf"\begin{{aligned}} {lines} \end{{aligned}}"

    @property
    def expression(self) -> str:
        """One line of torch that gives the number, from `model` and the batch `x`.

        It uses the names `torch` and `F` (torch.nn.functional), and `record` from
        `cnnviz.activations` where a network does things that no short line can say.
        """
        return self.steps[-1].expression

    @property
    def window(self) -> Window | None:
        """What the last kernel on the way laid itself on; None without a kernel."""
        return next((step.window for step in reversed(self.steps) if step.window), None)

    @property
    def is_written_out(self) -> bool:
        """Whether every step could be written out."""
        return all(step.is_written_out for step in self.steps)


def number(value: float) -> str:
    """A number in a formula: four significant digits, a real minus, powers of ten where needed."""
    if value == 0:
        return "0"
    text = f"{value:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        times = "" if mantissa == "1" else rf"{mantissa} \cdot "
        return rf"{times}10^{{{int(exponent)}}}"
    return text


def signed(value: float) -> str:
    """A number as a further term of a sum."""
    return f"- {number(-value)}" if value < 0 else f"+ {number(value)}"


def factor(value: float) -> str:
    """A number as a further factor: in brackets if it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def sum_formula(terms: tuple[Term, ...], value: float) -> str:
    """Terms added up, each with its name below; the small ones of a long sum as one."""
    shown = terms
    if len(terms) > SHOWN_TERMS + 1:
        largest = set(sorted(range(len(terms)), key=lambda i: -abs(terms[i].value))[:SHOWN_TERMS])
        rest = sum(term.value for i, term in enumerate(terms) if i not in largest)
        named = [term for i, term in enumerate(terms) if i in largest]
        others = Term(f"{len(terms) - SHOWN_TERMS} others", rest)
        shown = (*named, others)
    pieces = [_underbraced(term, is_first=i == 0) for i, term in enumerate(shown)]
    return f"{' '.join(pieces)} = {number(value)}"


def _underbraced(term: Term, is_first: bool) -> str:
    sign = "-" if term.value < 0 else ("" if is_first else "+")
    return rf"{sign} \underbrace{{{number(abs(term.value))}}}_{{\text{{{term.label}}}}}".strip()
