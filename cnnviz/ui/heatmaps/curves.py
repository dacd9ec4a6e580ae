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
    "columns": ["Method", "Deletion area", "Insertion area", "Against chance"],
    "unknown": "What chance gives has not been measured for this picture: no verdict yet.",
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


@dataclass(frozen=True)
class Band:
    """What random maps give, from the lowest to the highest of all: curves and areas.

    Attributes:
        draws: how many random maps.
        deletion: the lowest and the highest value at each point of the curve.
        insertion: the same.
        deletion_areas: the smallest and the largest.
        insertion_areas: the same.
        level: probability that a map that knows nothing lies outside with one number.
    """

    draws: int
    deletion: tuple[Sequence[float], Sequence[float]]
    insertion: tuple[Sequence[float], Sequence[float]]
    deletion_areas: tuple[float, float]
    insertion_areas: tuple[float, float]
    level: float

    def words(self, measured: int) -> str:
        """What chance gives, and how sure the verdicts on so many methods are."""
        numbers = 2 * measured
        return (
            f"Chance: {self.draws} random maps have deletion areas of "
            f"{_ends(self.deletion_areas)} and insertion areas of {_ends(self.insertion_areas)} "
            f"(the grey bands). Only what lies outside is told from chance; one number of a map "
            f"that knows nothing lies outside in {100 * self.level:.0f} of 100 cases, so of the "
            f"{numbers} numbers below about {numbers * self.level:.0f} would by chance alone."
        )


def _ends(areas: tuple[float, float]) -> str:
    return f"{areas[0]:.2f} to {areas[1]:.2f}"


def curves_chart(
    lines: Sequence[Line],
    shares: Sequence[float],
    frames: Encoded | None,
    *,
    key: str,
    chance: Band | None,
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
        chance: what random maps give; None where it was not measured yet.
        selected: name of the chosen method.
        class_name: whose probability the curves show.
        on_choose: called with the name of a method; only names of `lines` are passed on.
    """
    names = {line.name for line in lines}
    measured = [line for line in lines if line.deletion and not line.is_control]

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
            "chance": chance and {"deletion": chance.deletion, "insertion": chance.insertion},
            "chance_words": chance.words(len(measured)) if chance else TEXTS["unknown"],
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
