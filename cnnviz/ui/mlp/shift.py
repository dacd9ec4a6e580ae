"""View 4: the same digit, moved, before an MLP and before LeNet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from cnnviz.counting import percent
from cnnviz.figures.mlp import moved as figures
from cnnviz.figures.style import SEQUENTIAL, css_gradient
from cnnviz.models.shipped import SHIPPED
from cnnviz.rates import interval
from cnnviz.shift.answers import NETWORKS, answers_everywhere, probabilities
from cnnviz.shift.digits import as_digit, digit_of
from cnnviz.shift.kept import ROUNDING, differences
from cnnviz.shift.moves import FARTHEST, Move, ink_lost, moved
from cnnviz.shift.recorded import SIDE, recorded
from cnnviz.training.recipes import RECIPES
from cnnviz.ui import media, models, page
from cnnviz.ui.choices import segments
from cnnviz.ui.compute import computing
from cnnviz.ui.kept import kept
from cnnviz.ui.mlp.address import ADDRESS, MAPS, SOURCES, Values
from cnnviz.ui.mlp.controls import set_live, slider, sliders, whole_page
from cnnviz.ui.mlp.moved import moved_digit
from cnnviz.ui.pad import digit_pad, sample_digit
from cnnviz.ui.page import Number
from cnnviz.ui.pictures import picture_chooser
from cnnviz.ui.taking.offers import offer_numbers

KEPT_SPAN = range(-8, 9)  # pixels to the right at which the layers are looked at
TITLES = {"mlp-mnist": "MLP", "lenet-mnist": "LeNet"}
NOTES = {"mlp-mnist": "one hidden layer", "lenet-mnist": "convolutions"}
GOOD = 0.9  # of the digits: framed on the maps
READ = "Of the test digits, moved alike, that it still reads."


@dataclass(frozen=True)
class Digit:
    """The digit on the page, and which it is if that is known."""

    values: Tensor  # (28, 28) in [0, 255]
    label: int | None
    digest: str


def main_controls(values: Values) -> None:
    """How far it is moved, live."""
    far = FARTHEST
    sliders(
        "move",
        [
            slider(values, "dx", "Right", "Pixels to the right; left is negative.", -far, far),
            slider(values, "dy", "Down", "Pixels down; up is negative.", -far, far),
        ],
    )


def more_controls(values: Values) -> Digit:
    """Which digit, and what else is done to it; the digit."""
    segments(
        ADDRESS,
        "source",
        "Digit",
        SOURCES,
        "Written with our pen or drawn by you, or any picture of a digit: it is brought into "
        "MNIST's form, white ink in a box of 20 × 20 with its mass in the middle.",
    )
    digit = _chosen(values)
    sliders(
        "turn",
        [
            slider(values, "rotation", "Rotation", "Degrees, clockwise.", -90, 90),
            slider(values, "scale", "Scale", "How many times as large.", 0.5, 2, 0.05),
            slider(values, "pixel_noise", "Noise", "Standard deviation of what is added to every "
                   "pixel, in grey values of 255.", 0, 128),
        ],
    )  # fmt: skip
    return digit


def _chosen(values: Values) -> Digit:
    if values.source == "picture":
        picture = picture_chooser(ADDRESS, models.DIGIT_SAMPLES)
        try:
            return Digit(digit_of(picture.image), None, picture.digest)
        except ValueError as error:
            page.problem(f"{error}. Shown with a {max(values.digit, 0)} of our pen.")
    on_pad = digit_pad("mlp", values.digit, lambda digit: ADDRESS.set(digit=digit))
    if on_pad is None:
        return _sample(max(values.digit, 0))
    label = None if on_pad.is_upload else values.digit
    return Digit(as_digit(on_pad.image), label, on_pad.digest)


def _sample(digit: int) -> Digit:
    picture = sample_digit(digit)
    return Digit(as_digit(picture.image), digit, picture.digest)


def move_of(values: Values) -> Move:
    """What is done to the digit today."""
    return Move(values.dx, values.dy, values.rotation, values.scale, values.pixel_noise)


def show(values: Values, digit: Digit) -> None:
    """The digit, both answers, both maps and the layers."""
    now, still = move_of(values), Move(0, 0, values.rotation, values.scale, values.pixel_noise)
    picture, lost = moved(digit.values, now), ink_lost(digit.values, now)
    both = torch.stack([picture, digit.values])
    with computing():
        said = {name: probabilities(models.load(name).model, name, both) for name in NETWORKS}
    turned = Move(0, 0, values.rotation, values.scale)  # noise stays where it is
    kept = _kept(digit.digest, turned, values.dy, digit.values)
    right = _right(digit, said)
    shares = _shares(values, digit, still, right)
    offer_numbers(
        "the moved digit, and both maps of answers",
        ADDRESS,
        lambda: {"digit": digit.values, "moved": picture, **shares, **said},
    )
    data = _picture_data(digit, picture, now, lost) | {
        "answers": [_answer(name, said[name], digit.label) for name in NETWORKS],
        "maps": [_map(name, shares[name], values, right[name]) for name in NETWORKS],
        "kept": figures.kept_rows(kept, _kept_at(values), ROUNDING),
        "kept_at": _kept_at(values),
        "kept_span": [KEPT_SPAN[0], KEPT_SPAN[-1]],
        "legend": _legend(values),
        "gradient": css_gradient(SEQUENTIAL),
    }
    with page.stage():
        moved_digit(
            data,
            key="mlp_moved",
            on_move=lambda dx, dy: set_live({"dx": dx, "dy": dy}),
            on_rest=whole_page,
        )
        _choose_map(values, now)
    _numbers(values, now, lost, kept)


def _choose_map(values: Values, now: Move) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="mlp_map_bar"):
        segments(ADDRESS, "map", "Maps of", MAPS, is_bare=True)
        st.caption(_map_words(values, now))


def _map_words(values: Values, now: Move) -> str:
    if values.map == "this":
        return "This digit at every place, computed now: the probability of its class."
    found = recorded()
    words = (
        f"Recorded: {found.digits} MNIST test digits at {SIDE * SIDE} places, made by "
        f"`{found.recipe}`; for rotation 0, scale 1, no noise."
    )
    same = Move(now.dx, now.dy)
    return words if now == same else words + " **Today's digit is changed in other ways too.**"


def _picture_data(digit: Digit, picture: Tensor, now: Move, lost: float) -> dict[str, Any]:
    encoded = figures.grey_picture(picture)
    words = figures.direction(now.dx, now.dy)
    ink = "no ink lost" if lost < 0.005 else f"{percent(lost)} of the ink lost"
    which = "A digit" if digit.label is None else f"A {digit.label}"
    return {
        "picture": media.url(encoded.data, encoded.mimetype, "mlp_moved.picture"),
        "alt": f"{which}, 28 × 28 pixels, {words}, {ink}",
        "ghost": figures.ink_outline(digit.values),
        "dx": now.dx,
        "dy": now.dy,
        "words": words,
        "ink": ink,
        "is_lost": lost >= 0.005,
    }


def _answer(name: str, said: Tensor, label: int | None) -> dict[str, Any]:
    network = SHIPPED[name]
    count = f"{models.load(name).card.num_params:,} numbers"
    now, before = said.tolist()
    return figures.answer(
        TITLES[name], f"{NOTES[name]}, {count}", network.classes, now, before, label
    )


def _right(digit: Digit, said: dict[str, Tensor]) -> dict[str, int]:
    """The class whose probability the live maps show: the digit's, or the unmoved answer."""
    return {
        name: int(both[1].argmax()) if digit.label is None else digit.label
        for name, both in said.items()
    }


@kept
def _kept(digest: str, turned: Move, dy: int, _digit: Tensor) -> dict[str, list[float]]:
    picture = moved(_digit, turned)
    loaded = {name: models.load(name).model for name in NETWORKS}
    return differences(loaded, picture, [(dx, dy) for dx in KEPT_SPAN])


def _kept_at(values: Values) -> int:
    """Which of the shifts looked at is nearest to today's."""
    return min(max(values.dx, KEPT_SPAN[0]), KEPT_SPAN[-1]) - KEPT_SPAN[0]


def _shares(
    values: Values, digit: Digit, still: Move, right: dict[str, int]
) -> dict[str, np.ndarray]:
    """What the maps show: (21, 21) in [0, 1] for each network."""
    if values.map == "this":
        return {
            name: _everywhere(name, digit.digest, still, digit.values)[:, :, right[name]]
            for name in NETWORKS
        }
    found = recorded()
    return {name: np.array(found.right[name]) / found.digits for name in NETWORKS}


@kept
def _everywhere(name: str, digest: str, still: Move, _digit: Tensor) -> np.ndarray:
    return answers_everywhere(models.load(name).model, name, moved(_digit, still)).numpy()


def _map(name: str, shares: np.ndarray, values: Values, right: int) -> dict[str, Any]:
    encoded = figures.map_picture(shares)
    here = shares[values.dy + FARTHEST, values.dx + FARTHEST]
    is_recorded = values.map == "mnist"
    what = (
        f"of {recorded().digits} MNIST digits still right"
        if is_recorded
        else f"for “{right}”, here"
    )
    good = shares >= GOOD
    return {
        "title": TITLES[name],
        "url": media.url(encoded.data, encoded.mimetype, f"mlp_moved.map.{name}"),
        "alt": (
            f"{TITLES[name]}: {figures.percent(float(here))} {what} at "
            f"{figures.direction(values.dx, values.dy)}; 90 % or more at {int(good.sum())} of "
            f"{good.size} places."
        ),
        "here": figures.percent(float(here)),
        "what": what,
        "texts": [figures.percent(float(share)) for share in shares.ravel()],
        "good": figures.outline(good),
        "good_count": f"{int(good.sum())} of {good.size}",
        "seen": trained_shift(name),
    }


def trained_shift(name: str) -> int:
    """Pixels, both ways, that the network's training had moved its pictures by."""
    return RECIPES[name].augmentation.shift


def _sure(right: int, digits: int) -> str:
    """Where the share of all digits lies, and what guessing gives."""
    low, high = interval(right, digits)
    return f"Of all digits {percent(low, 1)} to {percent(high, 1)} (95 % sure); guessing gives 10 %"


def _legend(values: Values) -> str:
    return "right" if values.map == "mnist" else "probability"


def _numbers(values: Values, now: Move, lost: float, kept: dict[str, list[float]]) -> None:
    found, count = recorded(), partial(recorded().share, dx=values.dx, dy=values.dy)
    mlp, lenet = (figures.percent(count(name)) for name in NETWORKS)
    sure = [_sure(round(count(name) * found.digits), found.digits) for name in NETWORKS]
    good = [f"{found.places_from(name, GOOD)}" for name in NETWORKS]
    at = _kept_at(values)
    exact = [title for title, all_ in kept.items() if all_[at] <= ROUNDING]
    strip = [
        Number("Moved", figures.direction(now.dx, now.dy), "In pixels of 28 × 28"),
        Number("Ink lost", percent(lost, 1), "What left the picture cannot be read"),
        Number("MLP, 500 digits", mlp, f"{READ} {sure[0]}"),
        Number("LeNet, 500 digits", lenet, f"{READ} {sure[1]}"),
        Number(
            "90 % or more", f"{good[0]} and {good[1]} of {SIDE * SIDE}", "Places, MLP and LeNet"
        ),
    ]
    words = (
        f"the same, moved along: {', '.join(exact)}" if exact else "no layer moves along exactly"
    )
    page.numbers(strip, (), words)
