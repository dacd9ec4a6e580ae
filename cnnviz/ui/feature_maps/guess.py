"""A guess about a channel, tested: blur what it is believed to look for, and what chance gives."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import streamlit as st
import torch
from PIL import Image

from cnnviz.changing import Stroke, filled, mask, painted
from cnnviz.counting import percent
from cnnviz.figures.pictures import (
    Encoded,
    diverging_png,
    encode_photo,
    nice_limit,
    sequential_png,
    signed_limit,
    symmetric_limit,
)
from cnnviz.figures.style import DIVERGING, SEQUENTIAL, css_gradient
from cnnviz.progress import Progress
from cnnviz.ui import media
from cnnviz.ui.brush.mount import mount
from cnnviz.ui.brush.painting import Painting, painting
from cnnviz.ui.compute import computing
from cnnviz.ui.feature_maps.address import WHOLE
from cnnviz.ui.feature_maps.seen import Seen, maps_of, network_view
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Task
from cnnviz.ui.kept import account, found_or_made, kept
from cnnviz.wants.guess import Chance, by_chance, strongest
from cnnviz.wants.unit import Unit

KEY, STATE = "feature_maps_guess", "_feature_maps_guess"
SMALL = 64 * 64  # pixels, up to which what chance gives is found at once
PHOTO = 448  # pixels of a side, at most
HINT = (
    "Blur what you believe this channel looks for. If you are right its strongest cell falls; "
    "whether further than by chance is tried at 99 other places."
)
SILENT = "On this picture the channel has no cell above 0: choose one that excites it."


def drawn(seen: Seen) -> Painting:
    """What this visitor has blurred in the picture."""
    return painting(seen.picture.digest, STATE)


def covered_by(seen: Seen, strokes: Sequence[Stroke]) -> torch.Tensor:
    """What is blurred, (height, width)."""
    return mask(strokes, *seen.shape[2:])


@st.fragment
def show_guess(seen: Seen, unit: Unit) -> None:
    """The picture to blur, the channel's map beside it, what is left of it, and by chance."""
    own = drawn(seen)
    mount(_data(seen, unit, own), own, key=KEY, page=WHOLE)
    if own.done and _chance(seen, unit, own) is None:
        long_work(
            _key(seen, unit, own),
            lambda: [_task(seen, unit, own.done)],
            button="Is that more than chance?",
            place=KEY,
            help="The control: the same shape at 99 other places, each blurred by itself.",
            wait="A few seconds",
            like=(seen.model_name, seen.size),
        )


def _data(seen: Seen, unit: Unit, own: Painting) -> dict[str, Any]:
    left = [_left(seen, unit, own, own.done[:count]) for count in range(own.at + 1)]
    gone = float(covered_by(seen, own.done).double().mean())
    return {
        "photo": _url(_picture(seen.place, seen, False), "photo"),
        "fill": _url(_picture(seen.place, seen, True), "fill"),
        "alt": seen.picture.alt,
        "is_small": seen.shape[3] < 100,
        "gone": percent(gone, 1),
        "map": _map(seen, unit),
        "rows": _rows(unit, left, _chance(seen, unit, own) if own.done else None),
        "steps": [_step(seen, own, left, count) for count in range(own.at + 1)],
        "words": words(unit.index, left, _chance(seen, unit, own) if own.done else None),
        "control": None,
    }


def _url(picture: Encoded, name: str) -> str:
    return media.url(picture.data, picture.mimetype, f"{KEY}.{name}")


@kept(is_quick=True)
def _picture(place: object, _seen: Seen, is_blurred: bool) -> Encoded:
    """The picture as it enters the network, whole or all of it blurred."""
    view = network_view(_seen)
    if is_blurred:
        values = torch.from_numpy(np.array(view)).permute(2, 0, 1)[None].float()
        blurred = filled(values, "blur")[0].permute(1, 2, 0).round().clamp(0, 255)
        view = Image.fromarray(blurred.to(torch.uint8).numpy())
    if view.width > PHOTO:
        view = view.resize((PHOTO, PHOTO), Image.Resampling.BILINEAR)
    return encode_photo(view)


def _left(seen: Seen, unit: Unit, own: Painting, strokes: tuple[Stroke, ...]) -> float:
    """The map's strongest cell after these strokes."""
    key = (seen.place, unit, strokes)
    if key not in own.known:
        with computing(), torch.inference_mode():
            batch = painted(seen.batch, filled(seen.batch, "blur"), covered_by(seen, strokes))
            found = strongest(seen.network.model, batch, unit.layer, unit.index)
        own.remember(key, found[0].clone())
    return float(own.known[key])


def _map(seen: Seen, unit: Unit) -> dict[str, Any]:
    """The channel's map of the whole picture."""
    values = maps_of(seen)[unit.index].float().numpy()
    limit = symmetric_limit([float(values.min()), float(values.max())]).value
    is_signed = float(values.min()) < 0
    png = diverging_png(values, limit) if is_signed else sequential_png(values, 0.0, limit)
    return {
        "url": _url(Encoded(png, "image/png"), "map"),
        "ends": [f"−{nice_limit(limit)}" if is_signed else "0", nice_limit(limit)],
        "bar": css_gradient(DIVERGING if is_signed else SEQUENTIAL),
        "note": f"{unit.layer}, {values.shape[0]} × {values.shape[1]}",
        "title": f"Where channel {unit.index} answers",
    }


def _rows(unit: Unit, left: list[float], chance: Chance | None) -> list[dict[str, Any]]:
    """The strongest cell before and now; and what is left by chance."""
    rows = [(f"channel {unit.index}", left[-1])]
    if chance is not None:
        rows.append(("elsewhere", float(chance.left.median())))
    return [
        {"name": name, "before": _bar(left[0], left[0]), "now": _bar(now, left[0])}
        for name, now in rows
    ]


def _bar(value: float, whole: float) -> tuple[float, str]:
    """How long a bar is, of the whole picture's, and its number."""
    return min(1.0, max(0.0, value / whole)) if whole > 0 else 0.0, nice_limit(value)


def _step(seen: Seen, own: Painting, left: list[float], count: int) -> dict[str, Any]:
    share, number = _bar(left[count], left[0])
    lost = left[count] - left[count - 1] if count else 0.0
    gone = float(covered_by(seen, own.done[:count]).double().mean())
    return {
        "share": share,
        "probability": percent(share),
        "score": number,
        "change": signed_limit(lost) if count else "",
        "fell": lost < 0,
        "gone": percent(gone, 1),
        "covered": "",
        "covered_share": 0.0,
        "answer": f"strongest cell {number}",
    }


def words(channel: int, left: list[float], chance: Chance | None) -> list[str]:
    """What the test of a guess says.

    Args:
        channel: the map.
        left: its strongest cell before the first stroke and after each.
        chance: what is left with as much blurred elsewhere; None where it was not tried.
    """
    if left[0] <= 0:
        return [SILENT]
    if len(left) == 1:
        return [HINT]
    said = [
        f"The strongest cell of channel {channel} falls from {nice_limit(left[0])} to "
        f"{nice_limit(left[-1])}."
    ]
    if left[-1] >= left[0]:
        said = [f"Channel {channel} does not fall: {nice_limit(left[-1])}. It looks elsewhere."]
    if chance is None:
        return said
    low, places = chance.num_as_low(left[-1]), len(chance.left)
    said.append(
        f"The same shape at {places} other places leaves {nice_limit(float(chance.left.median()))} "
        f"in the middle, at least {nice_limit(float(chance.left.min()))}, and no more than your "
        f"guess at {low} of them."
    )
    said.append(
        "That is more than chance: the channel needs what you blurred."
        if chance.is_beaten(left[-1])
        else "That is no more than chance gives: look again."
    )
    return said


def _key(seen: Seen, unit: Unit, own: Painting) -> Hashable:
    return ("guess", seen.place, unit, own.done)


def _chance(seen: Seen, unit: Unit, own: Painting) -> Chance | None:
    """What chance gives, if it was tried; of small pictures it is tried at once."""
    if seen.shape[2] * seen.shape[3] <= SMALL:
        return _tried(seen, unit, own.done)
    found = account().get(_key(seen, unit, own))
    return found.value if found else None


def _task(seen: Seen, unit: Unit, strokes: tuple[Stroke, ...]) -> Task:
    def work(progress: Progress) -> None:
        _tried(seen, unit, strokes, progress)

    return Task("The same shape elsewhere", work)


def _tried(seen: Seen, unit: Unit, strokes: tuple[Stroke, ...], *progress: Progress) -> Chance:
    def work() -> Chance:
        gone, fill = covered_by(seen, strokes), filled(seen.batch, "blur")
        with torch.inference_mode():
            return by_chance(
                seen.network.model, seen.batch, unit.layer, unit.index, fill, gone, *progress
            )

    return found_or_made(("guess", seen.place, unit, strokes), work)
