"""What a moment of a run says in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnviz import counting
from cnnviz.figures.training.seen import Seen
from cnnviz.rates import interval
from cnnviz.training.moments import Moment

MOST_NAMED = 3  # answers whose probability is written out
ONE_ANSWER = 0.5  # of all pictures: so often given, an answer is worth a sentence
LARGEST_MATRIX = 20  # classes


def moments(seen: Sequence[Seen], classes: Sequence[str]) -> list[dict[str, Any]]:
    """Each snapshot in words, for the component."""
    return [
        {
            "name": f"step {one.moment.step:,}",
            "step": one.moment.step,
            "tip": tip(one.moment, classes),
            "answer": classes[one.look.answer],
            "confusion": one.moment.confusion.tolist() if len(classes) <= LARGEST_MATRIX else [],
            "wrong": wrong(one.moment),
        }
        for one in seen
    ]


def tip(moment: Moment, classes: Sequence[str]) -> list[str]:
    """What pointing at a snapshot says: when, how good, and its favourite answer."""
    when = f"Step {moment.step:,}"
    when += f", after {moment.seconds:.1f} s" if moment.step else ", before training"
    answer, count = moment.most_given
    total = int(moment.confusion.sum())
    favourite = f"{count:,} of {total:,} are called {classes[answer]}"
    named = [favourite] if count > ONE_ANSWER * total else [wrong(moment)]
    good = f"loss {moment.loss:.2f}, right {percent(moment.accuracy)}, {how_sure(moment)}"
    return [when, good, *named]


def wrong(moment: Moment) -> str:
    """How many are answered wrongly."""
    total = int(moment.confusion.sum())
    return f"{total - int(moment.confusion.trace()):,} of {total:,} are wrong"


def how_sure(moment: Moment) -> str:
    """Between which rates the true one lies, and what who always names the largest class has."""
    confusion = moment.confusion
    total = int(confusion.sum())
    low, high = interval(int(confusion.trace()), total)
    guess = int(confusion.sum(dim=1).max()) / total
    return f"95 % sure: {percent(low)} to {percent(high)}; guessing gives {percent(guess)}"


def scores(seen: Sequence[Seen], classes: Sequence[str]) -> list[dict[str, Any]]:
    """The likeliest classes of the picture now, with what each snapshot says of them."""
    now = seen[-1].look.probabilities
    places = now.argsort(descending=True)[:MOST_NAMED].tolist()
    return [
        {
            "name": classes[place],
            "shares": [round(float(one.look.probabilities[place]), 4) for one in seen],
            "texts": [f"{100 * float(one.look.probabilities[place]):.0f}" for one in seen],
        }
        for place in places
    ]


def percent(share: float) -> str:
    """A share with one digit behind the point."""
    return counting.percent(share, 1)
