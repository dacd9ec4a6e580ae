"""The microscope: the calculation behind one cell, with its numbers, as one can point into it."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from cnnviz.counting import counted, place_words
from cnnviz.probes.microscope import CellExplanation, Stage, Term, Window, explain_cell
from cnnviz.probes.tape import Kind
from cnnviz.ui.address import no_number
from cnnviz.ui.components import register
from cnnviz.ui.feature_maps.address import ADDRESS, Values
from cnnviz.ui.feature_maps.seen import Place, Seen, chosen_cell, chosen_map, maps_of, pass_of
from cnnviz.ui.kept import kept
from cnnviz.ui.sent import index, word

MOST_CHANNELS = 8  # whose window, kernel and products are sent; the sums of all are
ALL_CHANNELS = 12  # up to here all are
LISTED_CELLS = 9  # of a pooling
SHOWN_TERMS = 5  # of a long sum in its line
MOST_READ = 4096  # channels that a layer may read, as in the address
LARGEST_CELL, SMALL_CELL = 46, 33  # pixels
LARGEST_WINDOW = 15 * 15  # cells that are drawn one by one

_mount = register("microscope")


def explanation_of(values: Values, seen: Seen) -> CellExplanation:
    """How the number in the chosen cell came about."""
    return explanation_at(seen.place, seen.layer.name, cell_of(values, seen), seen)


def cell_of(values: Values, seen: Seen) -> tuple[int, int, int]:
    """Channel, row and column of the chosen cell."""
    channel = chosen_map(values, seen)
    return channel, *chosen_cell(values, maps_of(seen)[channel])


@kept
def explanation_at(
    place: Place, layer: str, cell: tuple[int, int, int], _seen: Seen
) -> CellExplanation:
    """How the number in a cell of the layer came about."""
    with pass_of(_seen) as played:
        return explain_cell(_seen.network.model, _seen.batch, layer, *cell, played=played)


def check(values: Values, seen: Seen) -> None:
    """Say where the address asks for a channel that no step of the calculation reads.

    In every view: in one without a microscope it stays in the address for the one that has it.
    """
    if values.read < 0 or not ADDRESS.is_just_read:
        return
    steps = explanation_of(values, seen).steps
    count = max((len(step.window.channels) for step in steps if step.window), default=0)
    ADDRESS.only(read=no_number(values.read, count, "channel"))


def microscope(
    values: Values, seen: Seen, explanation: CellExplanation, largest: int = LARGEST_CELL
) -> None:
    """The calculation, step by step; the channels of its sums can be looked through.

    Cells are at most `largest` pixels wide; where they are smaller, the sum stands beside them.
    """
    key = "feature_maps_microscope"

    def chosen() -> None:
        channel = word(key, "read", index(MOST_READ))
        if channel is not None:
            ADDRESS.set(read=channel)

    _mount(
        data={
            "largest": largest,
            "title": title_of(explanation),
            "value": rounded(explanation.activation),
            "steps": [_step(step, values.read) for step in explanation.steps],
            "alt": f"{title_of(explanation)} = {explanation.activation:.4g}, in "
            f"{counted(len(explanation.steps), 'step')}.",
        },
        key=key,
        on_read_change=chosen,
        height="content",
    )


def title_of(explanation: CellExplanation) -> str:
    """Which number it is: "Map 3, row 6, column 6 of input_group.2"."""
    channel, *place = explanation.cell
    if not place:
        return f"Feature {channel} of {explanation.layer}"
    return f"Map {channel}, {place_words(*place)} of {explanation.layer}"


def rounded(value: float) -> float:
    """The number with six significant digits: what is sent and shown."""
    return float(f"{value:.6g}")


def name_of(step: Stage) -> str:
    """What a step does, in a word or two: "convolution", "batch norm", "ReLU", "max pool"."""
    if step.kind is Kind.NORM and step.numbers:
        return "batch norm"
    if step.kind is Kind.ACTIVATION:
        return _function(step)
    if step.kind is Kind.POOL:
        return "max pool" if any(term.is_chosen for term in step.terms) else "mean"
    return str(step.kind)


def _function(step: Stage) -> str:
    if step.formula.startswith(r"\max(0"):
        return "ReLU"
    return step.formula.removeprefix(r"\mathrm{").partition("}")[0]


Token = dict[str, Any]  # {"text": …} or {"number": …, "label": …}


def _text(text: str) -> Token:
    return {"text": text}


def _number(value: float, label: str, **more: Any) -> Token:
    return {"number": rounded(value), "label": label, **more}


def _step(step: Stage, read: int) -> dict[str, Any]:
    return {
        "layer": step.layer,
        "name": name_of(step),
        "value": rounded(step.value),
        "line": _line(step),
        "window": _window(step, read) if step.window else None,
    }


def _line(step: Stage) -> list[Token]:
    """The step as a line of numbers with their names, without its result."""
    if step.kind is Kind.NORM and step.numbers:
        return _norm(dict(step.numbers))
    if step.kind is Kind.ACTIVATION:
        return _activation(step)
    if step.kind is Kind.POOL and step.window:
        return _pool(step)
    if step.terms:
        return _sum(step)
    return [_text("as torch gives it")] if not step.is_written_out else [_text("taken over")]


def _factor(value: float, label: str) -> Token:
    """A further number of a formula: in brackets if it is negative."""
    return _number(value, label, bracket=value < 0)


def _norm(n: dict[str, float]) -> list[Token]:
    return [
        _text("("), _number(n["x"], "x"), _text("−"), _factor(n["mean"], "mean μ"),
        _text(") ∕ √("), _number(n["variance"], "variance σ²"), _text("+"),
        _number(n["eps"], "ε"), _text(") ·"), _factor(n["weight"], "weight γ"), _text("+"),
        _factor(n["bias"], "bias β"),
    ]  # fmt: skip


def _activation(step: Stage) -> list[Token]:
    """max(0, x), or another function by its name."""
    name = _function(step)
    opening = "max(0," if name == "ReLU" else f"{name}("
    return [_text(opening), *(_number(value, label) for label, value in step.numbers), _text(")")]


def _pool(step: Stage) -> list[Token]:
    """The largest or the mean of the cells that were read, one by one where they are few."""
    is_maximum = any(term.is_chosen for term in step.terms)
    if len(step.terms) > LISTED_CELLS:
        if is_maximum:
            winner = next(term for term in step.terms if term.is_chosen)
            return [_text(f"the largest of {len(step.terms)} cells:"), _cell(winner)]
        return [_text(f"the mean of {len(step.terms)} cells")]
    between = _text("," if is_maximum else "+")
    cells = [token for term in step.terms for token in (between, _cell(term))][1:]
    return [_text("max(" if is_maximum else "mean of ("), *cells, _text(")")]


def _cell(term: Term) -> Token:
    return _number(term.value, term.label, isChosen=term.is_chosen)


def _sum(step: Stage) -> list[Token]:
    """The largest terms by name, in their order, and the others as one."""
    terms = list(enumerate(step.terms))
    kept = terms
    if len(terms) > SHOWN_TERMS + 2:
        largest = sorted(terms, key=lambda entry: -abs(entry[1].value))[:SHOWN_TERMS]
        bias = [entry for entry in terms if entry[1].label == "bias"]
        kept = sorted({*largest, *bias}, key=lambda entry: entry[0])
    shown = [(term.value, term.label, i if term.products else None) for i, term in kept]
    if len(terms) > len(kept):
        rest = sum(term.value for entry, term in terms if (entry, term) not in kept)
        shown.append((rest, f"{len(terms) - len(kept)} others", None))
    if step.kind is Kind.PRODUCT:
        factors = [[_text("·"), _factor(value, label)] for value, label, _ in shown]
        return [token for pair in factors for token in pair][1:]
    return [token for i, term in enumerate(shown) for token in _signed(*term, is_first=i == 0)]


def _signed(value: float, label: str, channel: int | None, is_first: bool) -> list[Token]:
    """A term with its sign before it."""
    sign = [_text("−")] if value < 0 else [] if is_first else [_text("+")]
    return [*sign, _number(abs(value), label, channel=channel)]


def _window(step: Stage, read: int) -> dict[str, Any] | None:
    """What was read, with what it was multiplied, the products and the running sum."""
    window = step.window
    assert window is not None
    if window.values[0].numel() > LARGEST_WINDOW:
        return None
    terms = step.terms if window.weights is not None else ()
    sums = [term.value for term in terms if term.products]
    count = len(window.channels)
    chosen = read if 0 <= read < count else _largest(sums) if sums else 0
    return {
        "source": window.layer,
        "rows": list(window.rows),
        "columns": list(window.columns),
        "padding": window.is_padding,
        "labels": [term.label for term in terms if term.products] or [f"map {window.channels[0]}"],
        "sums": [rounded(value) for value in sums],
        "running": [rounded(value) for value in accumulate(sums)],
        "bias": next((rounded(term.value) for term in terms if term.label == "bias"), None),
        "chosen": chosen,
        "channels": {i: _channel(window, i) for i in _sent(sums, chosen)},
        "winner": next((i for i, term in enumerate(step.terms) if term.is_chosen), None),
        "low": rounded(float(window.values.min())),
        "high": rounded(float(window.values.max())),
    }


def _largest(sums: list[float]) -> int:
    return max(range(len(sums)), key=lambda i: abs(sums[i]))


def _sent(sums: list[float], chosen: int) -> list[int]:
    """The channels whose numbers are sent one by one: all, or the largest and the chosen one."""
    if len(sums) <= ALL_CHANNELS:
        return list(range(max(1, len(sums))))
    largest = sorted(range(len(sums)), key=lambda i: -abs(sums[i]))[:MOST_CHANNELS]
    return sorted({*largest, chosen})


def _channel(window: Window, index: int) -> dict[str, Any]:
    values = window.values[index]
    if window.weights is None:
        return {"values": _matrix(values)}
    weights = window.weights[index]
    return {
        "values": _matrix(values),
        "weights": _matrix(weights),
        "products": _matrix(values * weights),
    }


def _matrix(values: Any) -> list[list[float]]:
    return [[rounded(value) for value in row] for row in values.tolist()]
