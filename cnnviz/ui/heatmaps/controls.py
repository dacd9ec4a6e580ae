"""The controls of the heatmaps page: network, picture, class, layer; their terms in the address."""

from __future__ import annotations

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from cnnviz.activations import layers
from cnnviz.heatmaps.scores import class_scores
from cnnviz.images.framing import kept_share
from cnnviz.models import Pretrained
from cnnviz.ui.address import no_number
from cnnviz.ui.choices import own_or_chosen
from cnnviz.ui.heatmaps.address import ADDRESS, DEFAULT_MODEL, Values
from cnnviz.ui.heatmaps.classes import MOST, class_chooser
from cnnviz.ui.heatmaps.foreseen import foreseen_classes, note_hand
from cnnviz.ui.heatmaps.maps import shown_methods
from cnnviz.ui.heatmaps.stage import CLASSES, SEARCH, run_what_follows
from cnnviz.ui.heatmaps.subject import Subject, asked, asked_anew
from cnnviz.ui.kept import kept
from cnnviz.ui.models import (
    DIGIT_SAMPLES,
    batch_of,
    model_chooser,
    reads_digits,
    size_chooser,
)
from cnnviz.ui.pad import digit_pad
from cnnviz.ui.pictures import Picture, picture_chooser

FEWEST_CELLS = 4  # a side, of the maps that class activation looks at unless asked otherwise


def choose_subject(
    values: Values, first: DeltaGenerator, main: DeltaGenerator, more: DeltaGenerator
) -> Subject:
    """The controls, from the network down to the layer, and what they say.

    On a phone the pad and the classes stay at the top of the screen, so that one sees what one
    draws or asks and the maps together; a photo is chosen above them, the rest stands below. What
    comes and goes with a drawing stands below the pad, or the pad would leave the hand.
    """
    with first:
        name, network = model_chooser(ADDRESS, default=DEFAULT_MODEL)
    with main if reads_digits(network.card) else first:
        picture, digit = _choose_picture(network, values, more)
    with more:
        search, below = st.container(), st.container()  # the size stands below what it changes
    with below:
        size = size_chooser(ADDRESS, network.card)
    batch = batch_of(name, picture, size)
    scores = scores_of(name, picture.digest, size, network, batch)
    with below:
        layer = _choose_layer(values, name, network, batch)
    _check(values, scores)
    explained, against = asked(values, scores)
    subject = Subject(name, picture, size, scores, explained, against, layer, digit)
    with main:
        _show_classes(subject)
    if len(network.classes) > MOST:
        with search:
            _search_class(subject)
    methods = [method.name for method in shown_methods(subject)]
    is_there = values.method in methods
    ADDRESS.only(method=None if is_there else f"the methods {', '.join(methods)}")
    return subject


def _choose_picture(
    network: Pretrained, values: Values, more: DeltaGenerator
) -> tuple[Picture, int]:
    """The picture, and which sample digit it is (−1: none)."""
    if not reads_digits(network.card):
        picture = picture_chooser(ADDRESS, kept_share=kept_share(network.transform.crop))
        st.button(
            "Draw a digit instead",
            icon=":material/draw:",
            key="heatmaps_draw",
            width="stretch",
            on_click=lambda: ADDRESS.set(model="lenet-mnist", digit=-1, class_idx=-1, against=-1),
            help="With the network that reads digits.",
        )
        return picture, -1
    digit = values.digit
    on_pad = digit_pad("heatmaps", digit, lambda digit: ADDRESS.set(digit=digit))
    if on_pad and on_pad.is_upload:
        with more:
            st.caption("What you draw is not part of the link.")
        return on_pad, -1
    if on_pad:
        return on_pad, digit
    with more:
        return picture_chooser(ADDRESS, names=DIGIT_SAMPLES, is_for_digits=True), -1


@kept
def scores_of(
    name: str, digest: str, size: int | None, _network: Pretrained, _batch: Tensor
) -> Tensor:
    """Probabilities (classes,) of a picture that a network gets at a size."""
    with torch.inference_mode():
        return class_scores(_network.model(_batch)).softmax(dim=1)[0].clone()


def _check(values: Values, scores: Tensor) -> None:
    """Say what the address asks for and the network does not know."""
    count, (explained, _) = len(scores), asked(values, scores)
    ADDRESS.only(
        class_idx=no_number(values.class_idx, count, "class", "classes"),
        against=no_number(values.against, count, "class", "classes"),
    )
    is_same = values.against == explained
    ADDRESS.only(against=f"all classes but {explained}, which is explained" if is_same else None)


@st.fragment(key=CLASSES)
def _show_classes(subject: Subject) -> None:
    """The classes; a hand that comes near them runs nothing else."""
    subject = asked_anew(subject, ADDRESS.values())
    winner = int(subject.scores.argmax())

    def explain(index: int) -> None:
        ADDRESS.set(class_idx=-1 if index == winner else index)
        run_what_follows(subject)

    def compare(index: int) -> None:
        ADDRESS.set(against=index)
        run_what_follows(subject)

    class_chooser(
        subject,
        key=CLASSES,
        on_explain=explain,
        on_compare=compare,
        on_near=note_hand,
        foreseen=foreseen_classes(subject),
    )


@st.fragment(key=SEARCH)
def _search_class(subject: Subject) -> None:
    """Any of a thousand classes to explain, and any to explain it against, by typing its name."""
    subject = asked_anew(subject, ADDRESS.values())
    names = subject.network.classes
    order = [-1, *sorted(range(len(names)), key=names.__getitem__)]
    if ADDRESS.values().class_idx not in order:
        ADDRESS.set(class_idx=-1)
    if subject.against is None:  # none of this network, or the explained one
        ADDRESS.set(against=-1)
    st.selectbox(
        "Another class",
        order,
        key=ADDRESS.key("class_idx"),
        format_func=lambda index: "the winner" if index < 0 else names[index],
        on_change=run_what_follows,
        args=(subject,),
        help="Any class can be explained, also one that did not win. Type to find it.",
    )
    st.selectbox(
        "Why not …?",
        [index for index in order if index != subject.class_idx],
        key=ADDRESS.key("against"),
        format_func=lambda index: "no other" if index < 0 else names[index],
        on_change=run_what_follows,
        args=(subject,),
        help="What speaks for the explained class and not for this one: the difference of both "
        "scores is explained. Type to find it.",
    )


def _choose_layer(values: Values, name: str, network: Pretrained, batch: Tensor) -> str | None:
    names, best = layers_of(name, tuple(batch.shape), network)
    few = f"the layers {names[0]} to {names[-1]}" if names else "no layers with maps"
    ADDRESS.only(
        layer=None if values.layer in names else few,
        other_layer=None if values.other_layer in names else few,
    )
    if best is None:
        st.caption("This network has no maps: only methods that look at the pixels are shown.")
        return None
    return own_or_chosen(
        ADDRESS,
        "layer",
        "Layer",
        names,
        best,
        help="Where Grad-CAM, Grad-CAM++ and LayerCAM look. The last layer with maps says most "
        "about the class and least about where.",
    )


@kept
def layers_of(
    name: str, shape: tuple[int, ...], _network: Pretrained
) -> tuple[list[str], str | None]:
    """Layers that have maps, and the last whose maps still have some cells; a pass through it."""
    known = layers(_network.model, shape)
    names = [layer.name for layer in known if layer.is_spatial]
    inner = [layer for layer in known[:-1] if layer.is_spatial]  # scores are no maps
    fine = [layer.name for layer in inner if min(layer.shape[1:]) >= FEWEST_CELLS]
    return names, fine[-1] if fine else next(reversed(names), None)
