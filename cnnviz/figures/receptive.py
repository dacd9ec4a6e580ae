"""The recurrence of the receptive field as a table, with today's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cnnviz.pooling.field import Step
from cnnviz.probes import ReceptiveField

MOST_COLUMNS = 4  # of the recurrence: the last layers before the unit


def recurrence_table(steps: Sequence[Step], field: ReceptiveField, unit: tuple[int, int]) -> str:
    """Size, jump and offset along the height, a column a layer, and the unit's rows and columns."""
    if not steps or not all(step.is_regular for step in steps):
        said = field.reason or "A layer on the way reads no regular windows."
        return f'<p class="say">{escape(said)}</p>{_unit_rows(field, unit)}'
    shown = steps[-MOST_COLUMNS:]
    start, end = shown[0].before[0], shown[-1].after[0]
    rows = {
        "size": [_n(start.size), *map(_size, shown), _set(end.size)],
        "jump": [_n(start.jump), *map(_jump, shown), _set(end.jump)],
        "offset": [_n(start.at(0)[0]), *map(_offset, shown), _set(end.at(0)[0])],
    }
    first = "picture" if len(shown) == len(steps) else f"{len(steps) - len(shown)} before"
    heads = [first, *(_title(step) for step in shown), "here"]
    head = "<td></td>" + "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for name, cells in rows.items()
    )
    return f'<table class="fc recurrence"><tr>{head}</tr>{body}</table>{_unit_rows(field, unit)}'


def _title(step: Step) -> str:
    assert step.windows is not None
    window = step.windows[0]
    parts = [f"{step.windows[0].kernel_size}×{step.windows[1].kernel_size}"]
    parts += [f"stride {window.stride}"] if window.stride > 1 else []
    parts += [f"dilation {window.dilation}"] if window.dilation > 1 else []
    return ", ".join(parts)


def _size(step: Step) -> str:
    assert step.windows is not None
    return f"+ ({step.windows[0].span}−1)·<em>{step.before[0].jump}</em>"


def _jump(step: Step) -> str:
    assert step.windows is not None
    return f"· {step.windows[0].stride}"


def _offset(step: Step) -> str:
    assert step.windows is not None
    return f"− {step.windows[0].padding}·<em>{step.before[0].jump}</em>"


def _set(value: object) -> str:
    return f"= <b>{_n(value)}</b>"


def _n(value: object) -> str:
    return str(value).replace("-", "−")


def _unit_rows(field: ReceptiveField, unit: tuple[int, int]) -> str:
    """Which pixels the unit could see, with the formula where there is one."""
    window = field.window(*unit)
    if window is None or not all(window):
        return ""
    said = []
    for axis, (name, pixels) in enumerate(zip(("row", "column"), window, strict=True)):
        start = ""
        if field.offset and field.jump:
            offset = field.offset[axis]
            sign = "−" if offset < 0 else "+"
            start = f"1 {sign} {abs(offset)} + {unit[axis]}·{field.jump[axis]} = "
        seen = f"<b>{_n(pixels.start + 1)}</b> to <b>{_n(pixels.stop)}</b>"
        said.append(f"{name} {unit[axis] + 1} sees {name}s {start}{seen}")
    return f'<p class="formula">{"<br>".join(said)}</p>'
