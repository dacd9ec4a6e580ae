"""All that the view of mistakes draws, for the component `training_mistakes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from cnnviz import counting
from cnnviz.figures import pictures
from cnnviz.figures.training.filters import palettes, text_of
from cnnviz.figures.training.words import LARGEST_MATRIX, percent
from cnnviz.training.data import LabelledPictures
from cnnviz.training.mistakes import (
    Mistake,
    Order,
    Shared,
    WhyNot,
    confused,
    shared,
    wrong,
)
from cnnviz.training.moments import Moment
from cnnviz.training.snapshots import Snapshot

MOST_IN_GALLERY, MOST_TRIED = 60, 24  # of these, how many are wiped and asked again
ORDERS: dict[Order, str] = {
    "surest": "surest first",
    "true": "by true class",
    "answer": "by answer",
}
MOST_PAIRS, MOST_OF_A_PAIR = 5, 5
WAYS = {"scattered": "scattered over the ink", "in one place": "in one place"}


@dataclass(frozen=True, eq=False)
class Opened:
    """One mistake with what was asked about it.

    Attributes:
        mistake: which.
        why: this answer and not the true one.
        said: probabilities (snapshots, C) along the run.
    """

    mistake: Mistake
    why: WhyNot
    said: Tensor


def mistakes(
    now: Moment,
    asked: LabelledPictures,
    names: Sequence[str],
    cell: tuple[int, int] | None,
    opened: Opened | None,
    snapshots: Sequence[Snapshot],
    flipped: Sequence[bool] = (),
    order: Order = "surest",
) -> dict[str, Any]:
    """Matrix, gallery, one picture, and what the mistaken ones share.

    Args:
        now: what the network answers to the pictures asked.
        asked: these.
        names: of their classes.
        cell: true class and answer whose mistakes are shown; None for all.
        opened: the one that is looked at; None where there is none.
        snapshots: of the run, for the answer along it.
        flipped: of the pictures in the gallery, whether wiping what the map points at gives the
            true class; empty where that was not asked.
        order: of the gallery.
    """
    listed = wrong(now, asked, *(cell or (None, None)), order=order)
    shown, pairs = listed[:MOST_IN_GALLERY], _pairs(now, asked)
    seen = [*(one.index for one in shown), *(place for pair in pairs for place in pair[2])]
    return {
        "title": _title(now),
        "classes": list(names),
        "confusion": now.confusion.tolist() if len(names) <= LARGEST_MATRIX else [],
        "cell": list(cell) if cell else None,
        "pairs": [
            {
                "cell": [true, answer],
                "name": f"{names[true]} → {names[answer]}",
                "count": f"{int(now.confusion[true, answer]):,}",
                "pictures": chosen,
            }
            for true, answer, chosen in pairs
        ],
        "gallery": {
            "title": _gallery_title(cell, names),
            "note": _gallery_note(listed, shown, order),
            "pictures": [_thumb(one, names, cell is not None) for one in shown],
            "trial": _trial(flipped, len(shown)),
        },
        "thumbs": thumbs(asked, seen),
        "shared": _shared(now, asked, cell, names),
        "opened": _opened(opened, asked, names, snapshots) if opened else None,
        "palettes": palettes(),
        "alt": _alt(now, names),
    }


def thumbs(asked: LabelledPictures, places: Sequence[int]) -> dict[str, Any]:
    """Pictures as bytes, one behind the other, and where each of them begins in pictures."""
    unique = list(dict.fromkeys(places))
    values = asked.pictures[unique].permute(0, 2, 3, 1).numpy()  # (n, H, W, channels)
    return {
        "size": list(asked.pictures.shape[2:]),
        "channels": asked.pictures.shape[1],
        "levels": text_of(values),
        "at": {str(place): number for number, place in enumerate(unique)},
    }


def _title(now: Moment) -> list[str]:
    total = int(now.confusion.sum())
    count = total - int(now.confusion.trace())
    return [f"{count:,} of {total:,} are wrong", f"step {now.step:,}"]


def _alt(now: Moment, names: Sequence[str]) -> str:
    first = next(iter(confused(now.confusion)), None)
    often = f"; most often {names[first.true]} is called {names[first.answer]}" if first else ""
    return f"Confusion matrix: {_title(now)[0]}{often}."


def _pairs(now: Moment, asked: LabelledPictures) -> list[tuple[int, int, list[int]]]:
    """What is confused most often, with the surest of each."""
    return [
        (
            pair.true,
            pair.answer,
            [one.index for one in wrong(now, asked, pair.true, pair.answer)[:MOST_OF_A_PAIR]],
        )
        for pair in confused(now.confusion)[:MOST_PAIRS]
    ]


def _gallery_title(cell: tuple[int, int] | None, names: Sequence[str]) -> str:
    return f"{names[cell[0]]} taken for {names[cell[1]]}" if cell else "All mistakes"


def _gallery_note(listed: Sequence[Mistake], shown: Sequence[Mistake], order: Order) -> str:
    if not listed:
        return "none"
    of = f"the first {len(shown)} of " if len(shown) < len(listed) else ""
    return f"{of}{len(listed):,}, {ORDERS[order]}"


def _trial(flipped: Sequence[bool], num_shown: int) -> str:
    """How often wiping what the map points at sets the answer right, told where it fails too."""
    if not flipped:
        return ""
    these = "these" if len(flipped) == num_shown else "the first"
    count = f"{sum(flipped)} of {these} {len(flipped)}"
    return f"Wiping what its own map points at sets {count} right."


def _thumb(one: Mistake, names: Sequence[str], is_of_cell: bool) -> dict[str, Any]:
    sure = counting.percent(one.confidence)
    called = sure if is_of_cell else f"{names[one.true]} → {names[one.answer]}"
    alt = f"picture {one.index + 1:,}: {names[one.true]} called {names[one.answer]}, {sure} sure"
    return {"index": one.index, "text": called, "alt": alt}


def _shared(
    now: Moment, asked: LabelledPictures, cell: tuple[int, int] | None, names: Sequence[str]
) -> dict[str, Any] | None:
    found = shared(now, asked, *cell) if cell else None
    if cell is None or found is None:
        return None
    limit = pictures.symmetric_limit(found.difference.numpy()).value
    means = np.stack([found.mistaken.numpy(), found.right.numpy()])
    return {
        "size": list(found.mistaken.shape),
        "means": text_of((255 * means).round().astype(np.uint8)),
        "difference": text_of(pictures.diverging_levels(found.difference.numpy(), limit)),
        "captions": [
            f"mean of the {found.num_mistaken:,}",
            f"of {found.num_right:,} right ones",
            f"difference ±{pictures.nice_limit(limit)}",
        ],
        "tips": _ink_tips(found, names[cell[0]]),
        "hint": "Point at the difference: how many of each have ink there.",
    }


def _ink_tips(found: Shared, name: str) -> list[list[str]]:
    """For each pixel, in rows, in how many pictures of both kinds it is ink."""
    one, other = found.mistaken_ink.tolist(), found.right_ink.tolist()
    behind = f"of the {found.num_right:,} that are called {name}"
    return [
        [
            f"ink in {here:,} of these {found.num_mistaken:,}, in {there:,} {behind}"
            for here, there in zip(*rows, strict=True)
        ]
        for rows in zip(one, other, strict=True)
    ]


def _opened(
    opened: Opened,
    asked: LabelledPictures,
    names: Sequence[str],
    snapshots: Sequence[Snapshot],
) -> dict[str, Any]:
    one, why = opened.mistake, opened.why
    picture = asked.pictures[one.index]
    values = np.nan_to_num(why.on_pixels.numpy())
    high = float(values.max()) or 1.0
    size = list(picture.shape[1:])
    true, answer = names[one.true], names[one.answer]
    return {
        "index": one.index,
        "title": heading(one, names),
        "size": size,
        "channels": picture.shape[0],
        "picture": text_of(picture.permute(1, 2, 0).numpy()),
        "wiped": text_of(why.wiped.picture.permute(1, 2, 0).numpy()),
        "heat": text_of(pictures.sequential_levels(values, 0.0, high)),
        "ends": ["0", pictures.nice_limit(high)],
        "layer": f"Grad-CAM at {why.layer}" if why.layer else "input × gradient",
        "captions": [
            f"picture {one.index + 1:,}",
            f"why {answer} and not {true}?",
            "that wiped out",
        ],
        "before": ["as it is", _two(why.before, one, names)],
        "after": [_wiped(why), _two(why.wiped.probabilities, one, names)],
        "sentences": sentences(why, one, names),
        "along": _along(opened.said, one, names, snapshots),
    }


def heading(one: Mistake, names: Sequence[str]) -> str:
    """What a picture is, and what it is taken for."""
    sure = f"{counting.percent(one.confidence)} sure"
    return f"It is {names[one.true]}. The network says {names[one.answer]}, {sure}."


def _two(probabilities: Tensor, one: Mistake, names: Sequence[str]) -> list[list[Any]]:
    """Name, share and text of the answer and of the true class."""
    return [
        [
            names[place],
            round(float(probabilities[place]), 4),
            counting.percent(float(probabilities[place])),
        ]
        for place in (one.answer, one.true)
    ]


def _wiped(why: WhyNot) -> str:
    return f"{why.num_wiped} of {why.num_ink} wiped out"


def sentences(why: WhyNot, one: Mistake, names: Sequence[str]) -> list[str]:
    """What the trial by wiping says of the map, and where the map lies."""
    if not why.num_wiped:
        return ["The map points at nothing that could be wiped: nothing here speaks for it."]
    true, now = names[one.true], names[why.wiped.answer]
    pixels = f"Without the {why.num_wiped} pixels the map points at, the answer is"
    tried = [
        f"in {chance.flips} of {chance.draws} draws {WAYS[way]}"
        for way, chance in why.by_chance.items()
    ]
    found = f"{pixels} {now}." if why.wiped.answer != one.answer else f"{pixels} still {now}."
    by_chance = f"As many wiped by chance make it {true} {' and '.join(tried)}."
    lies = f"{counting.percent(why.share_on_ink)} of the map lies on ink."
    is_ink = why.num_ink < why.pixels.numel()
    return [found, by_chance, _belief(why), *([lies] if is_ink else [])]


def _belief(why: WhyNot) -> str:
    """Whether the map is to be believed here."""
    often = max(chance.flips / chance.draws for chance in why.by_chance.values())
    if not why.wiped.flips:
        return "Here the map does not tell what the answer hangs on."
    if often > 0.5:
        return "But so it is without most other pixels: the answer was a close one."
    return "Here the map tells what the answer hangs on."


def _along(
    said: Tensor, one: Mistake, names: Sequence[str], snapshots: Sequence[Snapshot]
) -> dict[str, Any]:
    """The probabilities of both classes at each snapshot, places and heights from 0 to 1."""
    last = max(1, snapshots[-1].step)
    return {
        "at": [round(shot.step / last, 4) for shot in snapshots],
        "lines": [
            [names[place], [round(value, 4) for value in said[:, place].tolist()]]
            for place in (one.answer, one.true)
        ],
        "step": f"step {snapshots[-1].step:,}",
        "tips": [
            f"step {shot.step:,}: "
            + ", ".join(f"{names[at]} {percent(row[at])}" for at in (one.answer, one.true))
            for shot, row in zip(snapshots, said.tolist(), strict=True)
        ],
    }
