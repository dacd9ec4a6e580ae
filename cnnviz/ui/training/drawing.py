"""A mistake that is drawn over by hand: what the network says after each stroke, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from cnnviz.counting import percent
from cnnviz.figures.pictures import (
    Encoded,
    encode_photo,
    nice_limit,
    photo,
    sequential_png,
    signed_limit,
)
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.figures.training.mistakes import heading
from cnnviz.training.mistakes import Mistake, drawn_over, ground, why_map
from cnnviz.training.moments import scores_of
from cnnviz.ui import media
from cnnviz.ui.brush.mount import mount
from cnnviz.ui.brush.painting import Painting, painting
from cnnviz.ui.compute import computing
from cnnviz.ui.training.controls import WHOLE
from cnnviz.ui.training.found import Found
from cnnviz.ui.visit import own

KEY, STATE = "training_drawing", "_training_drawing"
TOP = 5  # classes that are followed
HINT = "Draw what is missing, or wipe what misleads: the answers follow each stroke."
WORDS = {
    "title": "Draw over it",
    "did": "changed",
    "modes": [["Draw", "Add ink"], ["Wipe", "Take ink away, down to the picture's ground"]],
    "first_radius": 45,
}


@st.fragment
def show_drawing(found: Found, one: Mistake) -> None:
    """The opened picture to draw over, what speaks for the answer now, and what it says."""
    mine = strokes_over(found.picture_of(one))
    own.note("training", "strokes", bool(mine.done))
    mount(_data(found, one, mine), mine, key=KEY, page=WHOLE)


def strokes_over(picture: Tensor) -> Painting:
    """What this visitor has drawn over a picture."""
    return painting(hashlib.blake2b(picture.numpy().tobytes()).hexdigest()[:32], STATE)


def _data(found: Found, one: Mistake, mine: Painting) -> dict[str, Any]:
    picture, names = found.picture_of(one), found.material.classes
    model, layer = found.network()
    with computing():
        drawn = drawn_over(picture, mine.done)
        scores = scores_of(model, found.material, drawn)
        before, now = (
            why_map(model, found.material, drawn[at], one.answer, one.true, layer) for at in (0, -1)
        )
    shares = scores.softmax(1)
    return {
        **WORDS,
        "photo": _url(_shown(picture), "photo"),
        "fill": _url(_shown(torch.full_like(picture, 255)), "fill"),
        "behind": _url(_shown(ground(picture).expand_as(picture)), "behind"),
        "alt": f"Picture {one.index + 1:,}, {names[one.true]}",
        "is_small": True,
        "followed": f"how likely {names[one.true]}",
        "gone": percent(_changed(drawn[-1], picture)),
        "map": _map(found, one, drawn[-1], now, max(float(before.max()), float(now.max())), layer),
        "rows": _rows(shares, one, names),
        "steps": [
            _step(count, scores, shares, one, names, _changed(drawn[count], picture))
            for count in range(len(drawn))
        ],
        "words": words(shares, one, names),
        "control": None,
    }


def _url(picture: Encoded, name: str) -> str:
    return media.url(picture.data, picture.mimetype, f"{KEY}.{name}")


def _shown(picture: Tensor) -> Encoded:
    return encode_photo(photo(picture.float() / 255))


def _changed(drawn: Tensor, picture: Tensor) -> float:
    """Share of the pixels that are another than before."""
    return float((drawn != picture).any(0).double().mean())


def _map(
    found: Found, one: Mistake, drawn: Tensor, heat: Tensor, high: float, layer: str
) -> dict[str, Any]:
    names = found.material.classes
    picture = Encoded(sequential_png(heat.numpy(), 0.0, high or 1.0), "image/png")
    return {
        "url": _url(picture, "map"),
        "under": _url(_shown(drawn), "under"),
        "ends": ["0", nice_limit(high)],
        "bar": css_gradient(SEQUENTIAL),
        "note": f"Grad-CAM at {layer}" if layer else "input × gradient",
        "title": f"Why {names[one.answer]} and not {names[one.true]}, now",
    }


def _rows(shares: Tensor, one: Mistake, names: Sequence[str]) -> list[dict[str, Any]]:
    """Answer, true class and the likeliest others, before and now."""
    before, now = shares[0], shares[-1]
    asked = dict.fromkeys([one.answer, one.true, *now.argsort(descending=True).tolist()])
    return [
        {
            "name": names[index],
            "before": [float(before[index]), percent(float(before[index]))],
            "now": [float(now[index]), percent(float(now[index]))],
        }
        for index in list(asked)[:TOP]
    ]


def _step(
    count: int, scores: Tensor, shares: Tensor, one: Mistake, names: Sequence[str], changed: float
) -> dict[str, Any]:
    """After a stroke: the true class's probability and score, and what became of the score."""
    score, share = scores[:, one.true], float(shares[count, one.true])
    gained = float(score[count] - score[count - 1]) if count else 0.0
    return {
        "share": share,
        "probability": percent(share),
        "score": f"{float(score[count]):.1f}".replace("-", "−"),
        "change": signed_limit(gained) if count else "",
        "fell": gained < 0,
        "gone": percent(changed),
        "covered": "",
        "covered_share": 0.0,
        "answer": names[int(shares[count].argmax())],
    }


def words(shares: Tensor, one: Mistake, names: Sequence[str]) -> list[str]:
    """What the strokes have come to.

    Args:
        shares: (n + 1, C), probabilities before the first stroke and after each.
        one: the mistake that is drawn over.
        names: of the classes.
    """
    answers = shares.argmax(1).tolist()
    said = [heading(one, names)]
    if len(answers) == 1:
        return [*said, HINT]
    now, sure = answers[-1], percent(float(shares[-1].max()))
    if now == one.answer:
        return [*said, f"Still {names[now]}, {sure}."]
    turned = next(n for n in range(len(answers) - 1, 0, -1) if answers[n] != answers[n - 1])
    outcome = "right now" if now == one.true else "neither of the two"
    return [*said, f"Stroke {turned} made it {names[now]}, {sure} now: {outcome}."]
