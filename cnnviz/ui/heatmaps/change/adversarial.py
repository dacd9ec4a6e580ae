"""One step along the sign of the gradient: a change that no eye sees, and the network does."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from cnnviz.changing import Levels, gradient_sign, stepped
from cnnviz.figures.pictures import Encoded, encode_photo, photo
from cnnviz.heatmaps.scores import class_scores, shares_of
from cnnviz.ui import media
from cnnviz.ui.charts.line_chart import Chart, Line, line_chart
from cnnviz.ui.choices import segments
from cnnviz.ui.heatmaps.address import ADDRESS, DIRECTIONS, MOST_EPSILON, Values
from cnnviz.ui.heatmaps.maps import key_of
from cnnviz.ui.heatmaps.stage import WHOLE
from cnnviz.ui.heatmaps.subject import Subject, percent, pixels
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.sliders import Slider, live_sliders

KEY = "heatmaps_adversarial"
STOPS = (0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # grey levels that the curve is made of
PHOTO = 256  # pixels of a side, at most
TOP = 5
DIRECTION_HELP = (
    "Away: every pixel goes one way or the other so that the class becomes less likely. Towards: "
    "the opposite. The class is the one that is explained; click another one on the left, and “why "
    "not?” beside a second one to go from the one to the other."
)
EPSILON_HELP = (
    "How far each colour of each pixel is moved, in grey levels of 255. One is less than any "
    "screen shows; more is not always stronger, because the step is straight and the network is "
    "not."
)


@st.fragment
def show_adversarial(subject: Subject) -> None:
    """Both pictures with both answers, the difference between them, and the answer along ε."""
    values = ADDRESS.values()
    with st.container(horizontal=True, vertical_alignment="center", key="heatmaps_adversarial_bar"):
        segments(ADDRESS, "direction", "Direction", DIRECTIONS, is_bare=True)
        st.markdown(_aim(values, subject), width="content", help=DIRECTION_HELP)  # fmt: skip
        with st.container(width=260):
            live_sliders(
                [Slider("epsilon", "ε, grey levels of 255", EPSILON_HELP, values.epsilon,
                        min=0, max=MOST_EPSILON, step=0.5)],
                key="heatmaps_epsilon",
                on_change=lambda changed: ADDRESS.set(**changed),
                on_rest=lambda: run_again(WHOLE),
            )  # fmt: skip
    key = key_of(subject, None, f"adversarial {values.direction}")
    sign = _sign(key, subject, values.direction)
    now = _seen((key, values.epsilon), subject, sign, values.epsilon)
    curve = _curve(key, subject, sign)
    st.html(_html(values, subject, now, curve[0]))
    line_chart(_chart(values, subject, curve), key="heatmaps_adversarial_curve")


def _aim(values: Values, subject: Subject) -> str:
    """Which class the step leaves or goes to, and the one it is compared with."""
    said = f"the class **{escape(subject.class_name)}**"
    if not subject.against_name:
        return said
    other = "towards" if values.direction == "away" else "away from"
    return f"{said} and {other} **{escape(subject.against_name)}**"


@dataclass(frozen=True)
class Seen:
    """A changed picture: what the network says of it, and how both look."""

    shares: Tensor  # (classes,)
    changed: Encoded
    difference: Encoded
    largest: float  # grey levels that a pixel was moved by at most


@kept
def _sign(key: object, _subject: Subject, _direction: str) -> Tensor:
    sign = gradient_sign(_subject.network.model, _subject.batch, _subject.target)
    return sign if _direction == "away" else -sign


@kept
def _seen(key: object, _subject: Subject, _sign: Tensor, _epsilon: float) -> Seen:
    levels = levels_of(_subject)
    moved = stepped(_subject.batch, _sign, _epsilon, levels)
    with torch.inference_mode():
        shares = class_scores(_subject.network.model(moved)).softmax(1)[0].clone()
    steps = (moved - _subject.batch) / levels.one.clamp_min(1e-12)  # in grey levels
    shown = 0.5 + steps[0] / (2 * _epsilon or 1.0)
    return Seen(
        shares,
        _encoded(Image.fromarray(pixels(_subject.network, moved)[0])),
        _encoded(photo(shown.clamp(0, 1))),
        float(steps.abs().max()),
    )


@kept
def _curve(key: object, _subject: Subject, _sign: Tensor) -> Tensor:
    """Probabilities at each of `STOPS`, (stops, classes)."""
    levels = levels_of(_subject)
    moved = torch.cat([stepped(_subject.batch, _sign, stop, levels) for stop in STOPS])
    return shares_of(_subject.network.model, moved)


def levels_of(subject: Subject) -> Levels:
    """What black and white are for the network, at the size of the picture."""
    side = subject.size or subject.network.transform.size
    black, white = (
        subject.network.transform(Image.new("RGB", (side, side), colour), subject.size)
        for colour in ("black", "white")
    )
    return Levels(black, white)


def _encoded(image: Image.Image) -> Encoded:
    return encode_photo(image.resize((PHOTO, PHOTO)) if image.width > PHOTO else image)


def _html(values: Values, subject: Subject, now: Seen, before: Tensor) -> str:
    whole = _whole(key_of(subject, None, "shown whole"), subject)
    names = subject.network.classes
    small = " cells" if subject.batch.shape[3] < 100 else ""
    first, last = (_answer(names, shares) for shares in (before, now.shares))
    difference = (
        f"times {255 / (2 * values.epsilon):,.0f}: grey stays, black −{values.epsilon:g}, white "
        f"+{values.epsilon:g} of 255"
        if values.epsilon
        else "nothing was changed"
    )
    figures = [
        _figure(whole, "Picture", f"<b>{escape(first)}</b>", f"The picture: {first}"),
        _figure(now.difference, "Difference, amplified", escape(difference),
                f"The difference, {difference}"),
        _figure(now.changed, "Changed picture", f"<b>{escape(last)}</b>",
                f"The changed picture: {last}"),
    ]  # fmt: skip
    rows = "".join(
        _row(subject, index, before, now.shares) for index in _classes(before, now, subject)
    )
    head = "<tr><th>class</th><th>before</th><th>now</th></tr>"
    return (
        f'<div class="cnnviz changed{small}">{"<b>+</b>".join(figures[:2])}<b>=</b>{figures[2]}'
        f"<table>{head}{rows}</table></div>"
    )


@kept(is_quick=True)
def _whole(key: object, _subject: Subject) -> Encoded:
    return _encoded(Image.fromarray(pixels(_subject.network, _subject.batch)[0]))


def _figure(picture: Encoded, title: str, caption: str, alt: str) -> str:
    source = media.url(picture.data, picture.mimetype, f"{KEY}.{title}")
    return (
        f'<figure><figcaption>{title}</figcaption><img src="{source}" alt="{escape(alt)}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _answer(names: Any, shares: Tensor) -> str:
    winner = int(shares.argmax())
    return f"{names[winner]}, {percent(float(shares[winner]))}"


def _classes(before: Tensor, now: Seen, subject: Subject) -> list[int]:
    many = min(3, len(before))
    likeliest = [*now.shares.topk(many)[1].tolist(), *before.topk(many)[1].tolist()]
    return list(dict.fromkeys([*_asked(subject), *likeliest]))[:TOP]


def _asked(subject: Subject) -> list[int]:
    """The class that is explained, and the one that it is compared with."""
    return [index for index in (subject.class_idx, subject.against) if index is not None]


def _row(subject: Subject, index: int, before: Tensor, now: Tensor) -> str:
    name = escape(subject.network.classes[index])
    return (
        f"<tr><td>{name}</td><td>{percent(float(before[index]))}</td>"
        f"<td><b>{percent(float(now[index]))}</b></td></tr>"
    )


def _chart(values: Values, subject: Subject, curve: Tensor) -> Chart:
    """The class that is asked, and its rival or the one that wins most beside it, along ε."""
    names, asked = subject.network.classes, subject.class_idx
    rivals = curve.clone()
    rivals[:, asked] = -1
    rival = int(rivals.max(0)[0].argmax()) if subject.against is None else subject.against

    def line(index: int, role: str) -> Line:
        points = [(stop, float(share)) for stop, share in zip(STOPS, curve[:, index], strict=True)]
        return Line(names[index][:14], role, points, has_dots=True)

    at = STOPS.index(1)
    return Chart(
        "Along ε",
        "probability of both classes; measured at the dots",
        [line(asked, "blue"), line(rival, "red")],
        [(stop, f"{stop:g}") for stop in (0, 4, 8, 16, 24, 32)],
        [(0, "0 %"), (0.5, "50 %"), (1, "100 %")],
        f"{names[asked]} from {percent(float(curve[0, asked]))} to "
        f"{percent(float(curve[at, asked]))} at one grey level and "
        f"{percent(float(curve[-1, asked]))} at {MOST_EPSILON}; {names[rival]} reaches "
        f"{percent(float(curve[:, rival].max()))}.",
        mark=values.epsilon,
        names_width=110,
        height=150,
    )
