"""All snapshots of one run, or of two on one scale, for the component `training_rewind`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from cnnviz import counting
from cnnviz.figures import pictures
from cnnviz.figures.training.filters import (
    Ends,
    filters,
    heatmaps,
    map_ends,
    maps,
    palettes,
    shown_filters,
    shown_heatmaps,
    shown_maps,
)
from cnnviz.figures.training.live import picture_url
from cnnviz.figures.training.seen import Seen
from cnnviz.figures.training.words import (
    LARGEST_MATRIX,
    ONE_ANSWER,
    how_sure,
    percent,
    wrong,
)
from cnnviz.training.material import Material
from cnnviz.training.moments import first_of_each, share_of_way

MOST_CLASSES = 12  # of which a picture is shown
MOST_MAP_CELLS = 260_000  # of all snapshots' maps together: more of them are fewer


@dataclass(frozen=True, eq=False)
class Reel:
    """One run to look back on.

    Attributes:
        title: what it is called.
        seen: its snapshots.
        material: that it learnt.
        picture: the number of the validation picture that is looked at.
        num_steps: of the whole run.
    """

    title: str
    seen: Sequence[Seen]
    material: Material
    picture: int
    num_steps: int


@dataclass(frozen=True)
class Scales:
    """The ends of the scales that all runs share; None where they have nothing of the kind."""

    filters: float | None
    maps: Ends | None
    heat: float | None


def rewind(reels: Sequence[Reel]) -> dict[str, Any]:
    """One run, or two on one scale."""
    scales = scales_of(reels)
    return {"tracks": [_track(reel, scales) for reel in reels], "palettes": palettes()}


def scales_of(reels: Sequence[Reel]) -> Scales:
    """The scales that hold all snapshots of all runs."""
    weights = [found for reel in reels if (found := shown_filters(reel.seen)) is not None]
    seen = [found for reel in reels if (found := shown_maps(reel.seen, _count(reel))) is not None]
    heat = [found for reel in reels if (found := shown_heatmaps(reel.seen)) is not None]
    return Scales(
        max((pictures.symmetric_limit(values).value for values in weights), default=None),
        map_ends(seen) if seen else None,
        max(float(values.max()) for values in heat) or 1.0 if heat else None,
    )


def _count(reel: Reel) -> int:
    """How many filters have their maps shown."""
    found, first = shown_filters(reel.seen), reel.seen[0].look.maps
    if found is None or first is None:
        return 0
    return max(1, min(found.shape[1], MOST_MAP_CELLS // (first[0].numel() * len(reel.seen))))


def _track(reel: Reel, scales: Scales) -> dict[str, Any]:
    seen, material = reel.seen, reel.material
    label = int(material.validation.labels[reel.picture])
    count = _count(reel)
    return {
        "title": reel.title,
        "steps": [one.moment.step for one in seen],
        "right": [one.moment.accuracy for one in seen],
        "moments": [_moment(one, reel) for one in seen],
        "ways": _ways(reel),
        "filters": filters(seen, scales.filters),
        "maps": {**(maps(seen, count, scales.maps) or {}), "count": count} if count else None,
        "heat": heatmaps(seen, scales.heat),
        "picture": picture_url(material.validation.pictures[reel.picture], material.input),
        "true": material.classes[label],
        "firsts": _firsts(material),
        "classes": list(material.classes),
    }


def _moment(one: Seen, reel: Reel) -> dict[str, Any]:
    """A snapshot in words, its confusion matrix, and what it says of one picture of each class."""
    now, classes = one.moment, reel.material.classes
    return {
        "name": f"step {now.step:,}",
        "after": f"after {now.seconds:.1f} s" if now.step else "before training",
        "loss": f"{now.loss:.2f}",
        "right": percent(now.accuracy),
        "answer": classes[one.look.answer],
        "said": sentence(one, classes),
        "firsts": _answers(one, reel.material),
        "confusion": now.confusion.tolist() if len(classes) <= LARGEST_MATRIX else [],
        "wrong": wrong(now),
    }


def sentence(one: Seen, classes: Sequence[str]) -> str:
    """What there is to say of all pictures."""
    answer, count = one.moment.most_given
    total = int(one.moment.confusion.sum())
    if count > ONE_ANSWER * total:
        return f"Of all {total:,} pictures, {count:,} are called {classes[answer]}."
    right = int(one.moment.confusion.trace())
    wrongly = f"Of all {total:,} pictures, {total - right:,} get a wrong answer"
    return f"{wrongly}: {percent(right / total)} are right ({how_sure(one.moment)})."


def _answers(one: Seen, material: Material) -> list[list[Any]]:
    """For the first picture of each class: the answer, how sure it is, and whether it is right."""
    places = first_of_each(material.validation, len(material.classes))[:MOST_CLASSES]
    labels = material.validation.labels
    return [
        [
            material.classes[int(one.moment.answers[place])],
            counting.percent(float(one.moment.confidences[place])),
            bool(one.moment.answers[place] == labels[place]),
        ]
        for place in places
    ]


def _firsts(material: Material) -> list[list[str]]:
    places = first_of_each(material.validation, len(material.classes))[:MOST_CLASSES]
    data = material.validation
    return [
        [
            picture_url(data.pictures[place], material.input),
            material.classes[int(data.labels[place])],
        ]
        for place in places
    ]


def _ways(reel: Reel) -> list[list[str]]:
    """How far each filter is at each snapshot on its way to the last one, in words."""
    seen, first, last = reel.seen, reel.seen[0].filters, reel.seen[-1].filters
    if first is None or last is None:
        return [[] for _ in seen]
    part = [f"{counting.percent(one.moment.step / reel.num_steps)} of the run" for one in seen]
    shares = [
        share_of_way(first, torch.nan_to_num(one.filters), last).tolist()
        for one in seen
        if one.filters is not None
    ]
    return [
        [f"{counting.percent(share)} of its way, in {part[place]}" for share in row]
        for place, row in enumerate(shares)
    ]
