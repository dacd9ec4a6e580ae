"""Run the network on a picture: a real forward pass, and what each layer makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch
from torch import Tensor

from cnnviz.builder.codec import MAX_CODE, encode, fits_address
from cnnviz.builder.limits import refuse_run
from cnnviz.builder.names import module_name, number_of
from cnnviz.builder.running.cost import pass_cost, refuse_pass
from cnnviz.builder.running.passes import MOST_LAYERS, NetworkRun, maps_of, run_network
from cnnviz.builder.running.trained import published_name
from cnnviz.builder.shapes import forward_shapes
from cnnviz.cluster.order import Order
from cnnviz.figures.layer_table import LayerRow
from cnnviz.figures.mosaic import Mosaic, mosaic
from cnnviz.figures.pictures import encode_photo
from cnnviz.figures.shown import shown
from cnnviz.models import WeightsError, imagenet_status
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.specs import NetworkSpec, Path
from cnnviz.progress import Progress
from cnnviz.ui.build import events as build_events
from cnnviz.ui.build.address import ADDRESS
from cnnviz.ui.build.carried import (
    RANDOM,
    Carried,
    batch_of,
    carried,
    classes_of,
    crop_of,
    inset_of,
    network_of,
)
from cnnviz.ui.build.forward import Seen, Tile, forward, places_of, tile_of
from cnnviz.ui.build.rows import seen_by
from cnnviz.ui.job_panel import duration, long_work
from cnnviz.ui.jobs import Ordered, Task
from cnnviz.ui.kept import Result, account, found_or_made, kept, make_room
from cnnviz.ui.models import choices
from cnnviz.ui.mosaic_view import mosaic_view
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.taking.offers import offer_numbers

MOST_MAPS = 256  # of the selected layer, in one mosaic
MOST_SCORES = 3
AT_ONCE_S = 0.1  # what takes longer waits for the hands to rest
LONG_S = 1.0  # what takes longer is done in the background, when it is asked for
LAST = "_build_last_pass"
PHOTO_PX = 300  # side of the picture where the network reads a larger one


def run(
    spec: NetworkSpec,
    selected: Path | None,
    rows: Sequence[LayerRow],
    *,
    is_resting: bool,
    has_cards: bool,
) -> None:
    """A forward pass on the chosen picture; refused, with the numbers, where it would cost much.

    Args:
        spec: the network.
        selected: the layer that is selected.
        rows: of the network's table, by whose keys layers are lit.
        is_resting: no edit is on its way, so there is time for a pass of a second.
        has_cards: a card for each layer, and all maps of the selected one, are shown below.
    """
    place = st.container(key="build_cards") if has_cards else st.container()
    picture = picture_chooser(ADDRESS)
    with place:
        if not spec.layers:
            st.info("There is no layer yet: add one below the table.")
        elif refusal := refuse_pass(spec):
            st.info(shown(refusal), icon=":material/block:")
        else:
            given = (spec, selected, rows, picture, is_resting, has_cards)
            try:
                _pass(carried(spec), *given)
            except WeightsError as error:  # the file was damaged, and is gone
                _pass(Carried("", f"{RANDOM}: {error}"), *given)


def _pass(
    weights: Carried,
    spec: NetworkSpec,
    selected: Path | None,
    rows: Sequence[LayerRow],
    picture: Picture,
    is_resting: bool,
    has_cards: bool,
) -> None:
    seconds = pass_cost(spec).seconds
    is_long = not weights.name and seconds > LONG_S
    waits = is_long or (seconds > AT_ONCE_S and not is_resting)
    done = _known(spec, weights.name, picture) if waits else _run(spec, weights.name, picture)
    if is_long:
        _offer(spec, picture, seconds, is_done=done is not None)
        if done is None:
            st.caption(weights.words)
    of = spec
    if done is None:
        of, done = _last(picture)
    else:
        st.session_state[LAST] = (spec, weights.name)
    if done is None:
        return
    _show(of, done, weights, picture, selected, rows, has_cards, is_stale=of != spec)
    if has_cards and of == spec and not is_long:
        path = selected or (len(spec.layers) - 1,)
        _all_maps(spec, weights.name, path, picture)


def _show(
    spec: NetworkSpec,
    done: NetworkRun,
    weights: Carried,
    picture: Picture,
    selected: Path | None,
    rows: Sequence[LayerRow],
    has_cards: bool,
    is_stale: bool,
) -> None:
    tiles = _tiles(
        spec, weights.name if not is_stale else _last_name(), picture.digest, done, picture
    )
    numbers = [tile.path for tile in tiles]
    words = "Another network is run when your hands rest." if is_stale else weights.words
    forward(
        tiles,
        _seen(spec, weights.name, picture.digest, picture),
        words=words + _left_out(done),
        is_trained=bool(weights.name),
        scores=[] if is_stale else _scores(done, weights.name),
        places=places_of(rows, numbers),
        selected=number_of(selected or ()),
        has_cards=has_cards,
        is_stale=is_stale,
        on_select=lambda number: build_events.perform({"do": "select", "path": number}),
    )


def _offer(spec: NetworkSpec, picture: Picture, seconds: float, *, is_done: bool) -> None:
    """A pass that takes seconds, behind a button; once asked for, again after each edit."""

    if is_done:
        return
    long_work(
        _key(spec, "", picture),
        lambda: [pass_task(spec, picture)],
        button="Run it",
        place="build_pass",
        help="Its weights are drawn from a seed, layer by layer, and let go again, a large Linear "
        "layer a few rows at a time: so no more memory is needed than for its largest step.",
        wait=f"About {duration(seconds)} on a quiet server",
        like=(spec.layers, spec.input_shape),
        goes_on=True,
        icon="play_arrow",
    )


def pass_task(spec: NetworkSpec, picture: Picture) -> Task:
    """A pass with random weights; workers get the layers as text."""
    key, code = _key(spec, "", picture), encode(spec)

    def work(progress: Progress) -> None:
        found_or_made(key, lambda: _passed(spec, "", picture, progress))

    def order() -> Order | None:
        given = {"network": code, "batch": batch_of(spec, "", picture)}
        return None if account().get(key) else Order("forward_pass", given)

    def take(done: NetworkRun) -> None:
        account().put(key, Result(done))

    ordered = Ordered(order, take) if len(code) <= MAX_CODE else None
    return Task(f"Running {spec.name}", work, ordered)


def _key(spec: NetworkSpec, name: str, picture: Picture) -> tuple[object, ...]:
    return ("a pass of the builder", spec.layers, spec.input_shape, name, picture.digest)


def _known(spec: NetworkSpec, name: str, picture: Picture) -> NetworkRun | None:
    found = account().get(_key(spec, name, picture))
    return found.value if found else None


def _run(spec: NetworkSpec, name: str, picture: Picture) -> NetworkRun:
    if (done := _known(spec, name, picture)) is not None:
        return done
    make_room(pass_cost(spec).num_bytes)
    return found_or_made(_key(spec, name, picture), lambda: _passed(spec, name, picture))


def _passed(
    spec: NetworkSpec, name: str, picture: Picture, progress: Progress = lambda _: True
) -> NetworkRun:
    return run_network(spec, batch_of(spec, name, picture), network_of(spec, name), progress)


def _last(picture: Picture) -> tuple[NetworkSpec, NetworkRun | None]:
    """The network that was run last, with what it made of the picture if that is still known."""
    spec, name = st.session_state.get(LAST, (None, ""))
    return spec, _known(spec, name, picture) if spec else None


def _last_name() -> str:
    return st.session_state[LAST][1]


def published_link(name: str) -> None:
    """The way to a network's maps with its trained weights, for one that the choosers have."""
    if not name or name not in choices():
        return
    is_here = name in PHOTOGRAPHS or imagenet_status(name).is_cached
    whose = "its" if name in PHOTOGRAPHS else "torchvision’s"
    label = f"Its maps with {whose} trained weights"
    st.page_link(
        "pages/feature_maps.py",
        label=label if is_here else f"{label}, which can be downloaded there",
        icon=":material/model_training:",
        query_params={"model": name},
    )


def ways_on(spec: NetworkSpec, selected: Path | None) -> None:
    """The ways to the pages that look into networks and train them, for a layer of this one."""
    code = encode(spec)
    published = published_name(spec)
    published_link(published)
    if not spec.layers or refuse_run(spec) or not fits_address(code):
        return
    layer = module_name(spec, selected or (len(spec.layers) - 1,))
    with st.container(horizontal=True):
        if (name := carried(spec).name) and name != published:  # its own link is above
            st.page_link(
                "pages/feature_maps.py",
                label="Look into it with its trained weights",
                icon=":material/model_training:",
                query_params={"model": name},
            )
        st.page_link(
            "pages/feature_maps.py",
            label=f"Look into {layer} with random weights: maps, cells, filters",
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


def _left_out(done: NetworkRun) -> str:
    if len(done.layers) == done.num_layers:
        return ""
    which = ", those outside blocks" if done.num_layers > MOST_LAYERS else ""
    return f" {len(done.layers)} of {done.num_layers} layers are shown{which}."


def _scores(done: NetworkRun, name: str) -> list[tuple[str, float]]:
    """The likeliest classes with their probabilities; none where weights are random."""
    classes, output = classes_of(name), done.output.flatten(1)
    if output.shape != (1, len(classes)):
        return []
    shares = torch.softmax(output[0], dim=0)
    best = shares.argsort(descending=True)[:MOST_SCORES].tolist()
    return [(classes[index], float(shares[index])) for index in best]


@kept(is_quick=True)
def _tiles(
    spec: NetworkSpec, name: str, digest: str, _done: NetworkRun, _picture: Picture
) -> list[Tile]:
    seen, size = seen_by(spec, forward_shapes(spec)), spec.input_shape[1:]
    return [tile_of(layer, seen.get(layer.path), size, _picture.title) for layer in _done.layers]


@kept(is_quick=True)
def _seen(spec: NetworkSpec, name: str, digest: str, _picture: Picture) -> Seen:
    """The part of the picture that enters the network, in its own pixels where they are few."""
    _, height, width = spec.input_shape
    inset = inset_of(spec, name)
    crop = crop_of(spec, name, _picture)
    scale = min(1.0, PHOTO_PX / max(height, width))
    wide, high = (max(1, round(side * scale) - 2 * inset) for side in (width, height))
    photo = crop.resize((wide, high))
    if spec.input_shape[0] == 1:
        photo = photo.convert("L").convert("RGB")
    return Seen(encode_photo(photo), _picture.alt, height, width, inset)


@kept
def _activation(spec: NetworkSpec, name: str, digest: str, path: Path, _picture: Picture) -> Tensor:
    """The maps of one layer that are shown; shared, so only read."""
    return maps_of(spec, batch_of(spec, name, _picture), path, network_of(spec, name))


def _all_maps(spec: NetworkSpec, weights: str, path: Path, picture: Picture) -> None:
    values, name = (
        _activation(spec, weights, picture.digest, path, picture),
        module_name(spec, path),
    )
    weights_and_place = (spec, weights, picture.digest, path, picture)
    offer_numbers(f"maps of {name}", ADDRESS, lambda: {"maps": _activation(*weights_and_place)})
    maps = values if values.ndim == 3 else values.reshape(-1, 1, 1)
    few = maps[:MOST_MAPS]
    st.markdown(f"**{name}**: {tuple(values.shape)}, all its maps")
    mosaic_view(
        _mosaic(few),
        [f"map {i} · {m.min():.3g} to {m.max():.3g}" for i, m in enumerate(few)],
        key="build_maps",
        alt=f"{len(few)} maps of {name} for “{picture.title}”, from {float(few.min()):.3g} to "
        f"{float(few.max()):.3g}.",
    )
    if len(maps) > MOST_MAPS:
        st.caption(f"The first {MOST_MAPS} of {len(maps)} maps.")


def _mosaic(maps: Tensor) -> Mosaic:
    return mosaic(maps, colours="diverging" if float(maps.min()) < 0 else "sequential")
