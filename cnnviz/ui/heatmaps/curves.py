"""Deletion and insertion curves as one component, with the pictures that they were measured on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.figures.pictures import Encoded
from cnnviz.ui import media
from cnnviz.ui.components import register
from cnnviz.ui.sent import one_of, word

_mount = register("curves")

TEXTS = {
    "slider": "Pixels gone, or back, the most important first",
    "titles": {"deletion": "Deletion.", "insertion": "Insertion."},
    "words": {
        "deletion": "Pixels go: a good map makes the class fall at once, a small area.",
        "insertion": "Pixels come back into a blur: the class should rise at once, a large area.",
    },
    "did": {"deletion": "gone", "insertion": "back"},
    "columns": ["Method", "Deletion area", "Insertion area", "Against the random map"],
}


@dataclass(frozen=True)
class Line:
    """The curves of one method; without them it has not been computed yet."""

    name: str
    title: str
    is_control: bool
    deletion: Sequence[float] = ()
    insertion: Sequence[float] = ()
    deletion_area: float = 0.0
    insertion_area: float = 0.0
    verdict: str = ""


def curves_chart(
    lines: Sequence[Line],
    shares: Sequence[float],
    frames: Encoded | None,
    *,
    key: str,
    selected: str,
    class_name: str,
    on_choose: Callable[[str], None],
) -> None:
    """Show the curves of all methods, the chosen one with its areas and its pictures.

    Args:
        lines: one a method.
        shares: of the pixels that are gone or back, at each point of the curves.
        frames: the pictures, deletion in the first row and insertion in the second, one column a
            point; None where the chosen method has no curves yet.
        key: name of the component.
        selected: name of the chosen method.
        class_name: whose probability the curves show.
        on_choose: called with the name of a method; only names of `lines` are passed on.
    """
    names = {line.name for line in lines}

    def chosen() -> None:
        name = word(key, "choose", one_of(names))
        if name is not None:
            on_choose(name)

    _mount(
        data={
            **TEXTS,
            "lines": [_described(line) for line in lines],
            "shares": list(shares),
            "frames": frames and media.url(frames.data, frames.mimetype, f"{key}.frames"),
            "selected": selected,
            "class_name": class_name,
        },
        key=key,
        on_choose_change=chosen,
        height="content",
    )


def _described(line: Line) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": line.name,
        "title": line.title,
        "is_control": line.is_control,
        "verdict": line.verdict,
    }
    if not line.deletion:
        return described
    return described | {
        "deletion": list(line.deletion),
        "insertion": list(line.insertion),
        "deletion_area": f"{line.deletion_area:.2f}",
        "insertion_area": f"{line.insertion_area:.2f}",
        "deletion_share": round(line.deletion_area, 3),
        "insertion_share": round(line.insertion_area, 3),
    }
