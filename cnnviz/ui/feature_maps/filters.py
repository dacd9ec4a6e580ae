"""The filters of the layer that reads the picture: before training and after, on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from torch import Tensor, nn

from cnnviz.activations import Layer
from cnnviz.counting import percent
from cnnviz.figures.filters import FilterSheet, filter_sheet
from cnnviz.figures.mosaic import Mosaic, mosaic
from cnnviz.models import initial, shipped_names
from cnnviz.probes.tape import INPUT, Kind
from cnnviz.ui.feature_maps.address import ADDRESS, Values
from cnnviz.ui.feature_maps.seen import Seen, shapes_of
from cnnviz.ui.kept import kept
from cnnviz.ui.mosaic_view import Says, mosaic_view

MANY = 256  # filters, which stand in long rows
HALF_PX = 360  # width of one of two sheets


@dataclass(frozen=True, eq=False)
class FirstFilters:
    """The filters of the first layer with weights, if it reads the picture.

    Attributes:
        layer: its name.
        after: (K, channels, rows, columns), as they are.
        before: the same before training; None where that is not known.
    """

    layer: str
    after: Tensor
    before: Tensor | None


@kept
def _untrained(name: str, layer: str) -> Tensor:
    """The weights of one layer before training: all of ResNet18's are 45 MB, its first's 7 kB."""
    return _weights(initial(name), layer).clone()


def first_filters(seen: Seen) -> FirstFilters | None:
    """The filters that lie on the picture itself; None if the first layer has none."""
    first = next((x for x in seen.layers if x.kind in (Kind.CONV, Kind.LINEAR)), None)
    if first is None or not _reads_picture(seen, first):
        return None
    after = _as_pictures(_weights(seen.network.model, first.name), seen)
    before = None
    if seen.model_name in shipped_names():
        before = _as_pictures(_untrained(seen.model_name, first.name), seen)
    return FirstFilters(first.name, after, before)


def _reads_picture(seen: Seen, layer: Layer) -> bool:
    node = shapes_of(seen)[layer.name].sources[0]
    while node.kind is Kind.MOVE and node.sources:
        node = node.sources[0]
    return node.name == INPUT


def _weights(model: nn.Module, layer: str) -> Tensor:
    weight: Tensor = model.get_submodule(layer).weight  # ty: ignore
    return weight.detach()


def _as_pictures(weight: Tensor, seen: Seen) -> Tensor:
    """The weights, each filter in the shape of the picture's part that it lies on."""
    return weight if weight.ndim == 4 else weight.view(len(weight), *seen.shape[1:])


def filters(values: Values, seen: Seen) -> None:
    """Both sheets side by side; a click goes to the filter's map."""
    found = first_filters(seen)
    if found is None:
        st.info("The first layer of this network has no filters that lie on the picture itself.")
        return
    sheets = [found.after] if found.before is None else [found.before, found.after]
    limit = max(float(sheet.abs().max()) for sheet in sheets)
    names = _names(seen, found)
    places = st.columns(len(sheets), gap="medium") if len(sheets) > 1 else [st.container()]
    for place, weights, name in zip(places, sheets, names, strict=True):
        with place:
            st.markdown(f"**{name}**")
            _sheet(values, seen, found, weights, limit, name)
    st.caption(_words(seen, found))


def _names(seen: Seen, found: FirstFilters) -> list[str]:
    if found.before is not None:
        return ["Before training", "After training"]
    return ["Random weights" if not seen.model_name else f"After training on {_data(seen)}"]


def _data(seen: Seen) -> str:
    return seen.network.card.dataset


def _sheet(
    values: Values,
    seen: Seen,
    found: FirstFilters,
    weights: Tensor,
    limit: float,
    name: str,
) -> None:
    is_first = seen.layer.name == found.layer
    beside: dict[str, Any] = {"layer": found.layer, "cell": (-1, -1), "off": ""}
    mosaic_view(
        _drawn(weights, limit, HALF_PX if found.before is not None else 2 * HALF_PX),
        [_label(found, weights, i) for i in range(len(weights))],
        key=f"feature_maps_filters_{name.split()[0].lower()}",
        alt=f"{name}: {len(weights)} filters of {found.layer}, weights from "
        f"{float(weights.min()):.3g} to {float(weights.max()):.3g}.",
        selected=values.map if is_first else None,
        noun="filters, before and after" if found.before is not None else "filters",
        on_select=lambda index: ADDRESS.set(map=index, **beside),
        says=Says("map", [str(index) for index in range(len(weights))], ADDRESS.said(**beside)),
    )


def _drawn(weights: Tensor, limit: float, width: int) -> Mosaic | FilterSheet:
    """Colour filters as colours, others on the blue, white, red scale."""
    count, channels, _, columns = weights.shape
    per_row = min(count, 32 if count > MANY else 8 if count > 12 else 3 if count > 4 else count)
    scale = max(1, -(-width // (per_row * (columns + 1))))
    if channels == 3:
        return filter_sheet(weights, limit, per_row, scale)
    return mosaic(weights[:, 0], limit=limit, columns=per_row, scale=scale)


def _label(found: FirstFilters, weights: Tensor, index: int) -> str:
    label = (
        f"filter {index} · {float(weights[index].min()):.2f} to {float(weights[index].max()):.2f}"
    )
    if found.before is None:
        return label
    return f"{label} · {percent(_kept(found)[index])} of its direction kept"


def _kept(found: FirstFilters) -> list[float]:
    """Cosine between each filter before and after training."""
    assert found.before is not None
    return torch.cosine_similarity(found.before.flatten(1), found.after.flatten(1)).tolist()


def _words(seen: Seen, found: FirstFilters) -> str:
    grey = " Grey is a weight of 0." if found.after.shape[1] == 3 else ""
    if found.before is None and not seen.model_name:
        return f"These weights are random, from seed {seen.network.card.seed}.{grey}"
    if found.before is None:
        return f"What they were before training is not known here: they are torchvision's.{grey}"
    lengths = [
        float(weights.flatten(1).norm(dim=1).mean()) for weights in (found.before, found.after)
    ]
    return (
        f"Training began with these random weights (seed {seen.network.card.seed}). The mean "
        f"length of a filter went from {lengths[0]:.2f} to {lengths[1]:.2f}, and its direction is "
        f"{percent(sum(_kept(found)) / len(found.after))} the same on average.{grey}"
    )
