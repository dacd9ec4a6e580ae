"""Two layers, two pictures or two networks side by side: the same method, the same scale."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import numpy as np
import streamlit as st
import torch
from PIL import Image

from cnnviz.belief.chance import DRAWS
from cnnviz.belief.similarity import rank_correlation
from cnnviz.changing.elsewhere import spread
from cnnviz.figures.pictures import (
    Encoded,
    diverging_png,
    encode_photo,
    nice_limit,
    sequential_png,
)
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.heatmaps import METHODS, Method
from cnnviz.images import SAMPLES
from cnnviz.ui import media
from cnnviz.ui.choices import own_or_chosen, segments
from cnnviz.ui.heatmaps.address import ADDRESS, BESIDES, READY, Values
from cnnviz.ui.heatmaps.controls import layers_of, scores_of
from cnnviz.ui.heatmaps.maps import Map, chosen_method, is_quick, kept_map, key_of, shown_methods
from cnnviz.ui.heatmaps.random import by_chance
from cnnviz.ui.heatmaps.subject import Subject, percent, pixels
from cnnviz.ui.kept import kept
from cnnviz.ui.models import batch_of, choices, load, title_of
from cnnviz.ui.pictures import sampled

KEY = "heatmaps_compare"
SIDE = 320  # pixels of a picture, at most


def show_compared(subject: Subject) -> None:
    """What stands beside the picture and the method, and both maps on one scale."""
    values = ADDRESS.values()
    with st.container(horizontal=True, vertical_alignment="bottom", key="heatmaps_compare_bar"):
        segments(ADDRESS, "beside", "Beside it", BESIDES, is_bare=True)
        other = beside(values, subject)
        method = method_of(values, subject, other)
        _choose(values, subject, other)
        _choose_method(subject, other, method)
    st.html(_html(values, subject, other, method))


def beside(values: Values, subject: Subject) -> Subject:
    """What stands beside: the same with another layer, another picture or another network."""
    if values.beside == "picture":
        picture, network = sampled(values.other_image), subject.network
        batch = batch_of(subject.model_name, picture, subject.size)
        scores = scores_of(subject.model_name, picture.digest, subject.size, network, batch)
        return replace(subject, picture=picture, scores=scores, digit=-1)
    if values.beside == "network":
        return _in_another(values, subject)
    return replace(subject, layer=_other_layer(values, subject))


def _in_another(values: Values, subject: Subject) -> Subject:
    """The same picture in another network: the class of the same name, or what that one says."""
    name = _other_model(values, subject)
    network = load(name)
    batch = batch_of(name, subject.picture, None)
    scores = scores_of(name, subject.picture.digest, None, network, batch)
    classes = list(network.classes)
    is_there = subject.class_name in classes
    explained = classes.index(subject.class_name) if is_there else int(scores.argmax())
    layer = layers_of(name, tuple(batch.shape), network)[1]
    return Subject(name, subject.picture, None, scores, explained, None, layer)


def _other_model(values: Values, subject: Subject) -> str:
    """The network of the address; without one the page's own choice."""
    is_another = values.other_model not in ("", subject.model_name)
    return values.other_model if is_another else _own_other_model(subject)


def _own_other_model(subject: Subject) -> str:
    """The next network that knows the same things."""
    others = [name for name in READY if name != subject.model_name]
    sets = {name: choices()[name].dataset for name in others if name in choices()}
    return next((n for n in sets if sets[n] == subject.network.card.dataset), others[0])


def _layers(subject: Subject) -> list[str]:
    return layers_of(subject.model_name, tuple(subject.batch.shape), subject.network)[0]


def _other_layer(values: Values, subject: Subject) -> str | None:
    """The layer of the address; without one the page's own choice."""
    is_there = values.other_layer in _layers(subject)
    return values.other_layer if is_there else _own_other_layer(subject)


def _own_other_layer(subject: Subject) -> str | None:
    """The layer half way to today's."""
    names = _layers(subject)
    return names[names.index(subject.layer) // 2] if subject.layer in names else None


def method_of(values: Values, subject: Subject, other: Subject) -> Method:
    """The method of the address where both sides have it without waiting; else the first."""
    known = _methods(subject, other)
    chosen = chosen_method(subject, values.method)
    return chosen if chosen in known else known[0]


def _methods(subject: Subject, other: Subject) -> list[Method]:
    there = [shown_methods(one) for one in (subject, other)]
    return [
        method
        for method in there[0]
        if method in there[1] and is_quick(subject, method) and is_quick(other, method)
    ]


def _choose(values: Values, subject: Subject, other: Subject) -> None:
    """The control for what stands beside."""
    if values.beside == "picture":
        st.selectbox("The other picture", SAMPLES, key=ADDRESS.key("other_image"), width=190,
                     format_func=lambda name: SAMPLES[name].title,
                     help="In the same network, for the same class.")  # fmt: skip
    elif values.beside == "network":
        names = [name for name in READY if name != subject.model_name]
        own_or_chosen(ADDRESS, "other_model", "The other network", names, _own_other_model(subject),
                      "Of the same picture: its class of the same name where it knows one, else "
                      "what it says itself.", title=title_of, width=190)  # fmt: skip
    elif (own := _own_other_layer(subject)) is not None:
        own_or_chosen(ADDRESS, "other_layer", "The other layer", _layers(subject), own,
                      "Where the methods of class activation look: early layers see edges, late "
                      "ones more of the class.", width=190)  # fmt: skip


def _choose_method(subject: Subject, other: Subject, method: Method) -> None:
    ADDRESS.fall_back(method=method.name)
    st.selectbox(
        "Method",
        [one.name for one in _methods(subject, other)],
        key=ADDRESS.key("method"),
        format_func=lambda name: METHODS[name].title,
        width=190,
        help="The same on both sides. Methods that take their time are in “All methods”.",
    )


def _html(values: Values, subject: Subject, other: Subject, method: Method) -> str:
    maps = [kept_map(one, method) for one in (subject, other)]
    first, second = (np.zeros((1, 1), np.float32) if one is None else one for one in maps)
    top = float(max(np.abs(first).max(), np.abs(second).max())) or 1.0
    low, palette = (f"−{nice_limit(top)}", DIVERGING) if method.is_signed else ("0", SEQUENTIAL)
    sides = "".join(
        _side(one, method, heat, top, name)
        for one, heat, name in ((subject, first, "a"), (other, second, "b"))
    )
    bar = f'<i style="background:{css_gradient(palette)}"></i>'
    return (
        f'<div class="cnnviz compare">{sides}<p class="scale">both on one scale: {low} {bar} '
        f"{nice_limit(top)}</p><p>{_words(values, subject, other, method, first, second)}</p></div>"
    )


def _side(subject: Subject, method: Method, heat: Map, top: float, place: str) -> str:
    photo = _photo(key_of(subject, None, "compared"), subject)
    png = (
        diverging_png(heat / top, 1.0) if method.is_signed
        else sequential_png(np.maximum(heat, 0), 0.0, top)
    )  # fmt: skip
    source = _url(Encoded(png, "image/png"), place)
    where = f" at {subject.layer}" if method.needs_layer else ""
    winner = int(subject.scores.argmax())
    names, shares = subject.network.classes, subject.scores
    said = f"{names[winner]}, {percent(float(shares[winner]))}"
    title = f"{subject.network.card.title.partition(',')[0]}{where}"
    strongest = f"strongest {nice_limit(float(np.abs(heat).max()))}"
    alt = (f"{method.title} for {subject.class_name}, {title}: {heat.shape[0]} × {heat.shape[1]} "
           f"cells, {strongest}")  # fmt: skip
    return (
        f"<figure><figcaption><b>{escape(title)}</b></figcaption>"
        f'<div class="frame"><img class="under" src="{_url(photo, place + "photo")}" alt="">'
        f'<img class="heat" src="{source}" alt="{escape(alt)}"></div>'
        f"<figcaption>{escape(method.title)} for <b>{escape(subject.class_name)}</b> "
        f"({percent(float(shares[subject.class_idx]))}), {heat.shape[0]} × {heat.shape[1]}, "
        f"{strongest}. It says {escape(said)}.</figcaption></figure>"
    )


def _url(picture: Encoded, place: str) -> str:
    return media.url(picture.data, picture.mimetype, f"{KEY}.{place}")


@kept(is_quick=True)
def _photo(key: object, _subject: Subject) -> Encoded:
    image = Image.fromarray(pixels(_subject.network, _subject.batch)[0])
    return encode_photo(image.resize((SIDE, SIDE)) if image.width > SIDE else image)


def _words(
    values: Values, subject: Subject, other: Subject, method: Method, first: Map, second: Map
) -> str:
    """How alike both maps are where that can be said, and what the scale means."""
    if values.beside == "picture":
        return "Two pictures: the same class is asked of both, likely or not."
    height, width = subject.batch.shape[2:]
    alike = rank_correlation(
        *(spread(torch.from_numpy(one), height, width) for one in (first, second))
    )
    fewer = min((first.shape, second.shape), key=lambda shape: shape[0] * shape[1])
    chance = by_chance(subject, (fewer[0], fewer[1]))
    said = (
        f"Place by place both go together with ρ {alike:.2f} (ranks; 1: the same order; the most "
        f"alike of {DRAWS} pairs of random maps have ±{chance:.2f})."
    )
    if values.beside == "network":
        said += " Scores of two networks have no common unit: compare where, not how much."
    elif not method.needs_layer:
        said = f"{escape(method.title)} looks at the pixels and at no layer: both are the same."
    return said.replace("-", "−")
