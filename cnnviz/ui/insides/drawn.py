"""What a page draws: components, places within places, sentences and the theme."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from streamlit.components.v2.bidi_component import main as bidi_component
from streamlit.components.v2.bidi_component import serialization
from streamlit.cursor import Cursor, SparseList
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, fragment

from cnnviz.figures.shown import tied

SENTENCES = {"alert", "heading", "html", "markdown"}  # elements whose body is read
_enqueued = DeltaGenerator._enqueue
_from_configuration = app_session._populate_theme_msg
_themes: dict[str, CustomThemeConfig] = {}  # by the section of the configuration


def tell_plain_data() -> None:
    """Do not look for data frames in what components are told: it is plain, whatever it is.

    To look, Streamlit imports pandas and pyarrow, which are 60 MB and half a second, and compares
    with every kind of table there is, at each run. Called once by app.py.
    """
    serialization.is_dataframe_like = _is_table  # ty: ignore[invalid-assignment]


def _is_table(_value: object) -> bool:
    return False


def know_components_by_key() -> None:
    """Know a component by its key alone, which each of ours has.

    Streamlit writes all that a component is told a second time, sorted, and takes its digest, to
    tell components without a key apart; where there is a key it throws both away. Called once by
    app.py.
    """
    bidi_component.BidiComponentMixin._build_bidi_identity_kwargs = _nothing_more  # ty: ignore[invalid-assignment]


def _nothing_more(_component: object, **_told: object) -> dict[str, Any]:
    return {}


def remember_theme() -> None:
    """Read the theme from the configuration once: Streamlit does so before every run.

    That was a tenth of the processor's time of a change. A theme that is edited is seen when the
    server starts again. Called once by app.py.
    """
    app_session._populate_theme_msg = _from_memory  # ty: ignore[invalid-assignment]


def _from_memory(msg: CustomThemeConfig, section: str = "theme") -> None:
    told = _themes.get(section)
    if told is None:
        told = CustomThemeConfig()
        _from_configuration(told, section)
        _themes[section] = told
    if told.ByteSize():  # a section that says nothing is not there
        msg.MergeFrom(told)


def copy_places_once() -> None:
    """Of the places that a fragment stands in, copy the one that it writes into.

    Streamlit copies all containers around a fragment twice at each of its runs, and for every one
    of them all that are around it again: a seventh of the processor's time of a change. Called once
    by app.py.
    """
    fragment.deepcopy = _snapshot  # ty: ignore[invalid-assignment]


def _snapshot(places: Any) -> Any:
    """The containers that a fragment is in, the innermost last, or where each root is written next.

    What a fragment writes, it writes into the innermost: only there does the next place move on.
    """
    if isinstance(places, tuple):
        return (*places[:-1], *map(_copied, places[-1:]))
    return {root: _copied_cursor(cursor) for root, cursor in places.items()}


def _copied(place: DeltaGenerator) -> DeltaGenerator:
    cursor = place._cursor and _copied_cursor(place._cursor)
    copy = DeltaGenerator(place._root_container, cursor, place._parent, place._block_type)
    copy._form_data = place._form_data
    copy._creating_fragment_id = place._creating_fragment_id
    return copy


def _copied_cursor(cursor: Cursor) -> Cursor:
    copy = object.__new__(type(cursor))
    vars(copy).update(vars(cursor))
    if cursor._transient_elements:  # shown for a while only, as what turns
        copy._transient_elements = deepcopy(cursor._transient_elements)
    else:
        copy._transient_elements = SparseList()
    return copy


def keep_units_with_numbers() -> None:
    """Let no line of a sentence end between a number and its unit, on any page.

    Browsers break a line at any space, and CSS cannot say where not. Called once by app.py.
    """
    DeltaGenerator._enqueue = _with_units_tied


def _with_units_tied(
    place: DeltaGenerator, kind: str, proto: Any, *said: Any, **more: Any
) -> DeltaGenerator:
    if kind in SENTENCES:
        proto.body = tied(proto.body)
    return _enqueued(place, kind, proto, *said, **more)
