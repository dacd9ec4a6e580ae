"""Run the network on a picture: a real forward pass, and what each layer makes of it."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from cnnviz.activations import record
from cnnviz.builder.codec import encode, fits_address
from cnnviz.builder.limits import refuse_run, run_cost
from cnnviz.builder.modules import build
from cnnviz.builder.names import module_name, number_of
from cnnviz.builder.run import MOST_LAYERS, LayerRun, NetworkRun, run_network
from cnnviz.builder.transform import BuiltTransform
from cnnviz.figures.mosaic import Mosaic, mosaic
from cnnviz.figures.pictures import nice_limit, signed_limit
from cnnviz.figures.shown import shown
from cnnviz.models.specs import NetworkSpec, Path
from cnnviz.ui.build import events as build_events
from cnnviz.ui.build.address import ADDRESS
from cnnviz.ui.build.gallery import Tile, gallery
from cnnviz.ui.kept import kept, make_room
from cnnviz.ui.mosaic_view import mosaic_view
from cnnviz.ui.pictures import Picture, picture_chooser

MOST_MAPS = 256  # of the selected layer, in one mosaic
SMALL_PX = 150  # width of a mosaic in the gallery


def run(spec: NetworkSpec, selected: Path | None) -> None:
    """A forward pass on the chosen picture; refused, with the numbers, where it would cost much."""
    st.header("Run it", anchor=False)
    controls, result = st.columns([1, 3.45], gap="medium")
    with controls:
        picture = picture_chooser(ADDRESS)
    with result:
        if refusal := refuse_run(spec):
            st.info(shown(refusal), icon=":material/block:")
        elif not spec.layers:
            st.info("There is no layer yet: add one below the table.")
        else:
            _results(spec, selected, picture)


def _results(spec: NetworkSpec, selected: Path | None, picture: Picture) -> None:
    make_room(run_cost(spec).num_bytes)
    done = _run(spec, picture.digest, picture)
    path = selected or (len(spec.layers) - 1,)
    st.markdown(_words(done))
    gallery(
        _tiles(spec, picture.digest, picture),
        key="build_gallery",
        selected=number_of(path),
        on_select=lambda number: build_events.perform({"do": "select", "path": number}),
    )
    name = module_name(spec, path)
    _all_maps(_activation(spec, picture.digest, name, picture), name, picture)


def ways_on(spec: NetworkSpec, selected: Path | None) -> None:
    """The ways to the pages that look into networks and train them, for a layer of this one."""
    code = encode(spec)
    if not spec.layers or refuse_run(spec) or not fits_address(code):
        return
    layer = module_name(spec, selected or (len(spec.layers) - 1,))
    with st.container(horizontal=True):
        st.page_link(
            "pages/feature_maps.py",
            label=f"Look into {layer}: its maps, its cells, its filters",
            icon=":material/layers:",
            query_params={"network": code, "layer": layer},
        )
        st.page_link(
            "pages/pooling.py",
            label=f"See the receptive field of {layer} on a picture",
            icon=":material/center_focus_strong:",
            query_params={"view": "field", "network": "net", "net": code, "layer": layer},
        )
        st.page_link(
            "pages/training.py",
            label="Train it and watch its filters",
            icon=":material/trending_down:",
            query_params={"network": "own", "net": code},
        )


def _words(done: NetworkRun) -> str:
    words = (
        f"Output shape **{done.output_shape}** for this picture, with random weights (seed 0). "
        "Each layer has one scale for all its maps; the first 16 maps are shown, large ones "
        "averaged to 28 pixels."
    )
    if len(done.layers) < done.num_layers:
        words += f" {len(done.layers)} of {done.num_layers} layers are shown"
        words += ", those outside blocks." if done.num_layers > MOST_LAYERS else "."
    return words


def _batch(spec: NetworkSpec, picture: Picture) -> Tensor:
    return BuiltTransform(spec.input_shape)(picture.image)


@kept
def _run(spec: NetworkSpec, digest: str, _picture: Picture) -> NetworkRun:
    return run_network(spec, _batch(spec, _picture))


@kept
def _tiles(spec: NetworkSpec, digest: str, _picture: Picture) -> list[Tile]:
    return [_tile(layer, _picture.title) for layer in _run(spec, digest, _picture).layers]


def _tile(layer: LayerRun, title: str) -> Tile:
    is_signed = layer.low < 0
    limit = max(abs(layer.low), abs(layer.high)) or 1.0
    drawn = mosaic(
        layer.maps.numpy(),
        limit=limit,
        colours="diverging" if is_signed else "sequential",
        width=SMALL_PX,
        aspect=1.6,
        gap=1,
    )
    shape = " × ".join(map(str, layer.shape))
    shown = len(layer.maps)
    return Tile(
        path=number_of(layer.path),
        title=f"{number_of(layer.path)} · {layer.name}",
        shape=shape,
        mosaic=drawn,
        low=signed_limit(-limit) if is_signed else "0",
        high=signed_limit(limit) if is_signed else nice_limit(limit),
        alt=f"{shown} of {layer.count} maps of {layer.name} for “{title}”, from "
        f"{layer.low:.3g} to {layer.high:.3g}",
        note=f"{shown} of {layer.count}" if shown < layer.count else "",
    )


@kept
def _activation(spec: NetworkSpec, digest: str, name: str, _picture: Picture) -> Tensor:
    """The maps of one layer that are shown; shared, so only read."""
    return record(build(spec).eval(), _batch(spec, _picture), [name])[name][0]


def _all_maps(values: Tensor, name: str, picture: Picture) -> None:
    maps = values if values.ndim == 3 else values.reshape(-1, 1, 1)
    shown = maps[:MOST_MAPS]
    st.markdown(f"**{name}**: {tuple(values.shape)}, all its maps")
    mosaic_view(
        _mosaic(shown),
        [f"map {i} · {m.min():.3g} to {m.max():.3g}" for i, m in enumerate(shown)],
        key="build_maps",
        alt=f"{len(shown)} maps of {name} for “{picture.title}”, from {float(shown.min()):.3g} to "
        f"{float(shown.max()):.3g}.",
    )
    if len(maps) > MOST_MAPS:
        st.caption(f"The first {MOST_MAPS} of {len(maps)} maps.")


def _mosaic(maps: Tensor) -> Mosaic:
    return mosaic(maps, colours="diverging" if float(maps.min()) < 0 else "sequential")
