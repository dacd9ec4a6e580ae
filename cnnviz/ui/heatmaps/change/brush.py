"""Erase by hand: what the network says after each stroke, and the same stroke elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
import torch
from PIL import Image
from torch import Tensor

from cnnviz.changing import SIDE, Elsewhere, Stroke, elsewhere, filled, mask, painted
from cnnviz.changing.elsewhere import spread
from cnnviz.cluster.order import Order
from cnnviz.figures.pictures import (
    Encoded,
    diverging_png,
    encode_photo,
    nice_limit,
    sequential_png,
    signed_limit,
)
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.heatmaps import METHODS, grad_cam
from cnnviz.heatmaps.scores import class_score, class_scores
from cnnviz.progress import Progress
from cnnviz.ui import media
from cnnviz.ui.brush.mount import mount
from cnnviz.ui.brush.painting import Painting, painting
from cnnviz.ui.choices import segments
from cnnviz.ui.compute import computing
from cnnviz.ui.heatmaps.address import ADDRESS, FILL_NAMES, MAP_OF, Values
from cnnviz.ui.heatmaps.change.words import said_of
from cnnviz.ui.heatmaps.findings import Finding, There
from cnnviz.ui.heatmaps.maps import Map, is_small, kept_map, key_of
from cnnviz.ui.heatmaps.stage import WHOLE
from cnnviz.ui.heatmaps.subject import Subject, percent, pixels
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.kept import kept
from cnnviz.ui.weights.sent import can_be_sent, sent

KEY = "heatmaps_brush"
FILL_HELP = "What stands where something was erased: the network has never seen a hole."
MAP_HELP = "Grad-CAM of the picture before anything was erased, or of what is left of it now."
TOP = 5  # classes that are followed
PHOTO = 448  # pixels of a side, at most


@st.fragment
def show_brush(subject: Subject) -> None:
    """The picture to paint on, the map beside it, what it says, and the control."""
    values = ADDRESS.values()
    with st.container(horizontal=True, vertical_alignment="center", key="heatmaps_brush_bar"):
        st.markdown("Fill the hole with", width="content", help=FILL_HELP)
        segments(ADDRESS, "fill", "Fill the hole with", FILL_NAMES, is_bare=True)
        if subject.layer is not None:
            st.markdown("Grad-CAM of the picture", width="content", help=MAP_HELP)
            segments(ADDRESS, "map_of", "Grad-CAM of the picture", MAP_OF, is_bare=True)
    own = painting(subject.picture.digest)
    mount(_data(values, subject, own), own, key=KEY, page=WHOLE)
    _control(values, subject, own)


def _data(values: Values, subject: Subject, own: Painting) -> dict[str, Any]:
    said = _said_after_each(values, subject, own)
    gone = _gone(subject, own.done)
    return {
        "photo": _url(_picture(key_of(subject, None, "whole"), subject, None), "photo"),
        "fill": _url(_picture(key_of(subject, None, values.fill), subject, values.fill), "fill"),
        "alt": subject.picture.alt,
        "is_small": subject.batch.shape[3] < 100,
        "gone": percent(float(gone.double().mean())),
        "map": _map(values, subject, gone),
        "rows": _rows(subject, said),
        "steps": _steps(subject, own, said),
        "words": said_of(subject.network.classes, [_share(subject, own.done[:n]) for n in
                         range(own.at + 1)], said.softmax(1)),
        "control": _elsewhere_data(values, subject, own),
    }  # fmt: skip


def _url(picture: Encoded, name: str) -> str:
    return media.url(picture.data, picture.mimetype, f"{KEY}.{name}")


@kept(is_quick=True)
def _picture(key: object, _subject: Subject, _fill: str | None) -> Encoded:
    """What the network gets as a photo, whole or with all of it erased."""
    batch = _subject.batch if _fill is None else fill_of(_subject, _fill)
    image = Image.fromarray(pixels(_subject.network, batch)[0])
    if image.width > PHOTO:
        image = image.resize((PHOTO, PHOTO), Image.Resampling.BILINEAR)
    return encode_photo(image)


def fill_of(subject: Subject, fill: str) -> Tensor:
    """The picture with all of it erased, (1, channels, height, width)."""
    grey = subject.network.transform(Image.new("RGB", (64, 64), (128, 128, 128)))
    middle = grey.shape[2] // 2
    return filled(subject.batch, fill, grey[0, :, middle : middle + 1, middle : middle + 1])


def _gone(subject: Subject, strokes: Sequence[Stroke]) -> Tensor:
    return mask(strokes, *subject.batch.shape[2:])


def _share(subject: Subject, strokes: Sequence[Stroke]) -> float:
    return float(_gone(subject, strokes).double().mean())


def changed(subject: Subject, fill: str, strokes: Sequence[Stroke]) -> Tensor:
    """The picture after these strokes, (1, channels, height, width)."""
    return painted(subject.batch, fill_of(subject, fill), _gone(subject, strokes))


def _said_after_each(values: Values, subject: Subject, own: Painting) -> Tensor:
    """Scores of all classes before the first stroke and after each that counts, (n + 1, C)."""
    return torch.stack(
        [_said(subject, values.fill, own, own.done[:count]) for count in range(own.at + 1)]
    )


def _said(subject: Subject, fill: str, own: Painting, strokes: tuple[Stroke, ...]) -> Tensor:
    key = (subject.model_name, subject.size, fill, strokes)
    if key in own.known:
        return own.known[key]
    with computing(), torch.inference_mode():
        scores = class_scores(subject.network.model(changed(subject, fill, strokes)))
    return own.remember(key, scores[0].clone())


def _rows(subject: Subject, said: Tensor) -> list[dict[str, Any]]:
    """The likeliest classes before and now, each with both probabilities."""
    before, now = said[0].softmax(0), said[-1].softmax(0)
    likeliest = torch.cat([now.topk(min(3, len(now)))[1], before.topk(min(3, len(now)))[1]])
    asked = [subject.class_idx, *likeliest.tolist()]
    names = subject.network.classes
    return [
        {
            "name": names[index],
            "before": [float(before[index]), percent(float(before[index]))],
            "now": [float(now[index]), percent(float(now[index]))],
        }
        for index in list(dict.fromkeys(asked))[:TOP]
    ]


def _steps(subject: Subject, own: Painting, said: Tensor) -> list[dict[str, Any]]:
    """Untouched, and after each stroke: share gone, probability, score and what it lost."""
    heat = _before(subject)
    scores = class_score(said, subject.target)
    shares = said.softmax(1)[:, subject.class_idx]
    found: list[dict[str, Any]] = []
    for count in range(own.at + 1):
        gone = _gone(subject, own.done[:count])
        covered = _covered(heat, gone) if heat is not None else None
        lost = float(scores[count] - scores[count - 1]) if count else 0.0
        found.append(
            {
                "share": float(shares[count]),
                "probability": percent(float(shares[count])),
                "score": f"{float(scores[count]):.1f}".replace("-", "−"),
                "change": signed_limit(lost) if count else "",
                "fell": lost < 0,
                "gone": percent(float(gone.double().mean())),
                "covered": "" if covered is None else percent(covered),
                "covered_share": covered or 0.0,
                "answer": subject.network.classes[int(said[count].argmax())],
            }
        )
    return found


def _covered(heat: Map, gone: Tensor) -> float:
    """Share of the map that is gone."""
    whole = spread(torch.from_numpy(heat), *gone.shape)
    return float((whole * gone).sum() / whole.sum().clamp_min(1e-12))


def _before(subject: Subject) -> Map | None:
    return None if subject.layer is None else kept_map(subject, METHODS["grad_cam"])


def _map(values: Values, subject: Subject, gone: Tensor) -> dict[str, Any] | None:
    """Grad-CAM of the whole picture, or of what is left, both on the scale of the first."""
    before = _before(subject)
    if before is None:
        return None
    heat, top = before, float(before.max())
    if values.map_of == "now" and bool(gone.any()):
        with computing():
            picture = painted(subject.batch, fill_of(subject, values.fill), gone)
            found = grad_cam(subject.network.model, picture, subject.target, subject.layer or "")
        heat, top = found.detach().float().numpy(), max(top, float(found.max()))
    picture = Encoded(sequential_png(heat, 0.0, top or 1.0), "image/png")
    return {
        "url": _url(picture, "map"),
        "ends": ["0", nice_limit(top)],
        "bar": css_gradient(SEQUENTIAL),
        "note": f"{subject.layer}, {heat.shape[0]} × {heat.shape[1]}",
        "title": "What Grad-CAM promised" if values.map_of == "before" else "Grad-CAM now",
    }


def _control(values: Values, subject: Subject, own: Painting) -> None:
    """The button for the same stroke at other places, or how far that is."""
    if not _has_control(subject, own):
        return
    finding = _elsewhere(values, subject, own)
    if finding.known(is_quick=is_small(subject)) is None:
        long_work(
            finding.key,
            lambda: [finding.task()],
            button="The last stroke at 100 other places",
            place="heatmaps_elsewhere",
            help="The control: the same stroke, moved over the whole picture in even steps. Does "
            "it cost more where the map is bright? 100 pictures go through the network.",
            wait="A few seconds",
            like=(subject.model_name, subject.size),
        )


def _has_control(subject: Subject, own: Painting) -> bool:
    return bool(own.done) and not own.done[-1].brings_back and subject.layer is not None


def _elsewhere(values: Values, subject: Subject, own: Painting) -> Finding[Elsewhere]:
    *before, last = own.done

    def given() -> dict[str, Any]:
        heat = torch.from_numpy(kept_map(subject, METHODS["grad_cam"]))
        fill, gone = fill_of(subject, values.fill), _gone(subject, before)
        return {
            "batch": subject.batch, "fill": fill, "gone": gone, "stroke": last,
            "target": subject.target, "heatmap": heat,
        }  # fmt: skip

    def find(progress: Progress) -> Elsewhere:
        return elsewhere(subject.network.model, **given(), progress=progress)

    def order() -> Order:
        model = sent(subject.model_name, subject.network)
        return Order("stroke_elsewhere", {"model": model, **given()})

    there = There(order) if can_be_sent(subject.model_name, subject.network) else None
    key = (key_of(subject, METHODS["grad_cam"], "elsewhere"), values.fill, own.done)
    return Finding(key, "The same stroke elsewhere", find, there)


def area(stroke: Stroke, size: tuple[int, int]) -> list[float]:
    """Where the cells of places lie on the picture: left, top, width, height in per cent of it.

    Each cell has the middle of the moved stroke in its middle.
    """
    left, top, right, bottom = stroke.box
    found: list[tuple[float, float]] = []
    for low, high, count in ((left, right, size[1]), (top, bottom, size[0])):
        room = max(0, SIDE - (high - low))
        step = room / (count - 1) if count > 1 else SIDE
        start = (high - low) / 2 if count > 1 else SIDE / 2
        found.append((100 * (start - step / 2) / SIDE, 100 * step * count / SIDE))
    (x, wide), (y, tall) = found
    return [round(one, 2) for one in (x, y, wide, tall)]


def _elsewhere_data(values: Values, subject: Subject, own: Painting) -> dict[str, Any] | None:
    if not _has_control(subject, own):
        return None
    found = _elsewhere(values, subject, own).known(is_quick=is_small(subject))
    if found is None:
        return None
    costs = found.costs.reshape(found.size).numpy()
    top = max(float(np.abs(costs).max()), 1e-9)
    most = float(costs.max())
    count = costs.size
    map_words = (
        f"Where the map is brighter it costs more (ρ {found.correlation:.2f})."
        if found.correlation > 0.3
        else f"Map and cost hardly go together (ρ {found.correlation:.2f})."
    ).replace("-", "−")
    return {
        "url": _url(Encoded(diverging_png(costs / top, 1.0), "image/png"), "costs"),
        "area": area(own.done[-1], found.size),
        "ends": [f"−{nice_limit(top)}", f"+{nice_limit(top)}"],
        "bar": css_gradient(DIVERGING),
        "words": f"The same stroke in {count} places, one at a time: {found.costlier} cost more "
        f"than where you drew it ({signed_limit(found.own)}; the most {signed_limit(most)}). "
        f"{map_words}",
    }
