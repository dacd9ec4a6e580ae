"""A painting in words: what it took, and when the answer changed."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from cnnviz.ui.heatmaps.subject import percent

HINT = (
    "Paint over the picture: what you cover is gone for the network. Take away what the map does "
    "not point at, and see whether the answer stays."
)
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def said_of(classes: Sequence[str], gone: Sequence[float], shares: Tensor) -> list[str]:
    """Sentences about strokes.

    Args:
        classes: names.
        gone: share of the picture that is gone before the first stroke and after each, in [0, 1].
        shares: (n + 1, C) probabilities, likewise.
    """
    if len(gone) == 1:
        return [HINT]
    answers = shares.argmax(1).tolist()
    last = next((n for n in range(len(gone) - 1, 0, -1) if answers[n] != answers[n - 1]), None)
    if last is None:
        return [f"{_strokes(len(gone) - 1)} took {percent(gone[-1])} of the picture: still "
                f"{_answer(classes, shares[-1])}."]  # fmt: skip
    said = []
    if last > 1:
        still = "still" if answers[last - 1] == answers[0] else "now"
        said.append(f"{_strokes(last - 1)} took {percent(gone[last - 1])} of the picture: {still} "
                    f"{_answer(classes, shares[last - 1])}.")  # fmt: skip
    step = gone[last] - gone[last - 1]
    did = f"took {percent(step)}" if step >= 0 else f"brought {percent(-step)} back"
    said.append(f"Stroke {last} {did}: {_answer(classes, shares[last])}.")
    if last < len(gone) - 1:
        said.append(f"Now {percent(gone[-1])} is gone: {_answer(classes, shares[-1])}.")
    return said


def _strokes(count: int) -> str:
    named = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{named} stroke{'s' if count != 1 else ''}"


def _answer(classes: Sequence[str], shares: Tensor) -> str:
    winner = int(shares.argmax())
    return f"{classes[winner]}, {percent(float(shares[winner]))}"
