"""The whole network at a glance, with the pad beside it where it reads digits."""

from __future__ import annotations

import streamlit as st

from cnnviz.figures.pictures import Encoded, encode_photo
from cnnviz.overview.columns import Column, column_of, stem_of
from cnnviz.overview.joins import residuals_of
from cnnviz.ui import page, turns
from cnnviz.ui.choices import segments
from cnnviz.ui.feature_maps import microscope
from cnnviz.ui.feature_maps.address import ADDRESS, FIRST, LIVE, SCALES, SUM, WHOLE, Values
from cnnviz.ui.feature_maps.seen import (
    Place,
    Seen,
    chosen_cell,
    chosen_map,
    is_for_digits,
    is_pass_large,
    maps_of,
    network_view,
    pad,
    today,
)
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.links import follow
from cnnviz.ui.overview.glance import Ask, structure
from cnnviz.ui.overview.view import Chosen, Photo, overview

KEY, PAD = "feature_maps_overview", "feature_maps_pad"
RESTED = "_feature_maps_rested"  # the turn of the pad at which the hand rested last
LEFT_OUT = (
    "For a network of this size all layers together would take more memory than this server can "
    "give one visitor: look at its layers one by one."
)


def switches() -> None:
    """Which maps come first, and whose scale they are on."""
    segments(
        ADDRESS, "first", "First", FIRST,
        "Where not all maps of a layer fit: those whose cells differ most, or those with the "
        "largest mean, which are often nearly flat.",
    )  # fmt: skip
    segments(
        ADDRESS, "scale", "Scale", SCALES,
        "One colour scale for each layer, one for all of the network, or one for each map.",
    )  # fmt: skip


def whole_network(seen: Seen) -> None:
    """Every layer a column, and below it the operation behind the cell that was clicked."""
    if is_pass_large(seen):
        st.info(LEFT_OUT)
        return
    with page.stage():
        _live(seen)
    _operation(seen)


@st.fragment(key=LIVE)
def _live(seen: Seen) -> None:
    """The pad and the network: they alone follow the hand that draws."""
    values = ADDRESS.values()
    if not is_for_digits(seen.network):
        _network(values, seen)
        return
    left, right = st.columns([1, 4.6], gap="small")
    with left:
        pad(values)
    with right:
        _network(values, today(values, seen), pad=PAD)


def _network(values: Values, seen: Seen, pad: str = "") -> None:
    overview(
        seen,
        Photo(_photo(seen.place, seen), seen.picture.title, seen.picture.alt),
        key=KEY,
        ask=Ask(values.first, values.scale, is_for_digits(seen.network)),
        chosen=_in_its_column(values, seen),
        has_details=not _is_drawing(),
        pad=pad,
        on_open=_open,
        on_rest=_rest,
    )


@kept(is_quick=True)
def _photo(place: Place, _seen: Seen) -> Encoded:
    return encode_photo(network_view(_seen))


def _chosen(values: Values, seen: Seen) -> Chosen | None:
    """The cell that is open, where a layer was chosen."""
    if not is_open(values, seen):
        return None
    now = today(values, seen)
    channel = chosen_map(values, now)
    return Chosen(values.layer, channel, chosen_cell(values, maps_of(now)[channel]))


def _in_its_column(values: Values, seen: Seen) -> Chosen | None:
    """The open cell; of one inside a folded column, the cell of that column that it leads to."""
    chosen, columns = _chosen(values, seen), structure(seen).columns
    index = column_of(columns, values.layer)
    if chosen is None or index is None or columns[index].name == chosen.layer:
        return chosen
    channel, *cell = _end_of(values, seen, columns[index])
    return Chosen(columns[index].name, channel, (cell[0], cell[1]))


def is_open(values: Values, seen: Seen) -> bool:
    """Whether the operation behind a cell is shown."""
    return column_of(structure(seen).columns, values.layer) is not None


def _is_drawing() -> bool:
    """Whether the pad has said something new since the hand rested."""
    return turns.turn(PAD, "sheet") != st.session_state.setdefault(RESTED, _turn())


def _turn() -> int:
    return turns.turn(PAD, "sheet")


def _rest() -> None:
    st.session_state[RESTED] = _turn()
    run_again(WHOLE)


def _open(chosen: Chosen) -> None:
    ADDRESS.set(layer=chosen.layer, map=chosen.channel, cell=chosen.cell, read=-1)
    run_again(LIVE, SUM)


@st.fragment(key=SUM)
def _operation(seen: Seen) -> None:
    """The calculation behind the cell, while the window walks; a block unfolded above it."""
    values = ADDRESS.values()
    if not is_open(values, seen):
        return
    now = today(values, seen)
    _unfold(values, now)
    with st.container(border=True, key="operation"):
        explanation = microscope.explanation_of(values, now)
        microscope.microscope(values, now, explanation, microscope.SMALL_CELL)
    follow(ADDRESS, key="operation_link")


def _unfold(values: Values, seen: Seen) -> None:
    """The block of the open cell layer by layer, where it is folded."""
    made, chosen = structure(seen), _chosen(values, seen)
    index = column_of(made.columns, values.layer)
    if chosen is None or index is None or len(made.columns[index].layers) == 1:
        return
    block = made.columns[index]
    own = _end_of(values, seen, block)
    with st.container(border=True, key="unfolded"):
        st.markdown(_unfolded_words(seen, block, own[0]))
        overview(
            seen,
            None,
            key=f"{KEY}_unfolded",
            ask=Ask(values.first, values.scale, inside=block.name, cell=own),
            chosen=chosen,
            on_open=_open,
            on_rest=_rest,
        )


def _end_of(values: Values, seen: Seen, block: Column) -> tuple[int, int, int]:
    """The map and cell at the end of a block whose sources are shown: the chosen one, if it can."""
    channels, height, width = (*block.layer.shape, 1, 1)[:3]
    row, column = (max(0, at) for at in values.cell)
    return min(max(0, values.map), channels - 1), min(row, height - 1), min(column, width - 1)


def _unfolded_words(seen: Seen, block: Column, channel: int) -> str:
    words = f"**{stem_of(block)} unfolded**, towards map {channel}"
    found = residuals_of(block, seen.played)
    if len(found) == 1:
        ratio = f"{found[0].ratio:.2f}"
        words += (
            f" · A block does not redraw its picture, it corrects it: here by {ratio} of its size"
        )
    return words
