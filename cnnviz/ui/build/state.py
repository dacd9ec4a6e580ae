"""The network that is being built: it lives in the address; earlier ones in the session."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cnnviz.builder.codec import encode
from cnnviz.builder.doctor.last_change import Change
from cnnviz.builder.history import History
from cnnviz.builder.identities import Identities, Moves
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import output_shape
from cnnviz.models.specs import NetworkSpec, Path, layer_at
from cnnviz.ui.build.address import ADDRESS
from cnnviz.ui.network_parameter import decoded

HISTORY = "_build_history"
MESSAGE = "_build_message"
NOTES = "_build_notes"
IDENTITIES = "_build_identities"
OUTCOMES = "_build_outcomes"
EDITED = "_build_edited"
MOST_LOOKED_AT = 20  # networks before this one, for the last that fitted
MOST_OUTCOMES = 100  # words that one quick hand has on their way
INPUT = "0"  # selected in an address, where nothing at all would mean the default


def path_of(text: str) -> Path:
    """The path of a layer from the number that is shown: "7.1" is (6, 0); "0" is the input."""
    return () if text in ("", INPUT) else tuple(int(part) - 1 for part in text.split("."))


def present() -> NetworkSpec:
    """The network as it is."""
    return decoded(ADDRESS.values().net)


def history() -> History:
    """The network with those before it; begun anew when another network came by a link."""
    kept: History | None = st.session_state.get(HISTORY)
    if kept is None or kept.present != present():
        kept = History(present()) if kept is None else kept.push(present())
        st.session_state[HISTORY] = kept
    return kept


def commit(spec: NetworkSpec, selected: Path | None = None) -> None:
    """Make this the network; `selected` is the layer to select in it."""
    st.session_state[HISTORY] = history().push(spec)
    ADDRESS.set(net=encode(spec))
    if selected is not None:
        select(selected)


def identities() -> Identities:
    """The layers of the network by numbers that stay, for words from places as they were."""
    kept: Identities | None = st.session_state.get(IDENTITIES)
    kept = Identities.of(present()) if kept is None else kept.become(present())
    st.session_state[IDENTITIES] = kept
    return kept


def moved(moves: Moves, spec: NetworkSpec) -> None:
    """Remember where the layers stand after an edit that makes the network `spec`."""
    st.session_state[IDENTITIES] = identities().after(moves, spec)


def outcomes() -> dict[int, int | str]:
    """The layer that was selected behind each of the last edits that a later word may speak of."""
    return st.session_state.setdefault(OUTCOMES, {})


def breaking_change(spec: NetworkSpec) -> Change | None:
    """The last network before `spec` that fitted, and what it became; None if nobody knows."""
    steps = history()
    states = (*steps.past[-MOST_LOOKED_AT:], steps.present)
    if steps.present != spec:
        return None
    pairs = zip(states[-2::-1], states[:0:-1], strict=True)
    return next((pair for pair in pairs if output_shape(pair[0]) is not None), None)


def note_outcome(mark: int) -> None:
    """Remember under a word's mark which layer is selected now; "" for the input."""
    path, known = selected_path(present()), outcomes()
    known.pop(mark, None)
    known[mark] = identities().by_path.get(path or (), "")
    for old in list(known)[:-MOST_OUTCOMES]:
        del known[old]


def is_edited_just_now() -> bool:
    """Whether a hand has said something since the page was drawn whole."""
    return st.session_state.get(EDITED, False)


def note_edit() -> None:
    """A hand has said something, and may say more at once."""
    st.session_state[EDITED] = True


def rest() -> None:
    """The hands rest: the page is drawn whole."""
    st.session_state[EDITED] = False


def select(path: Path) -> None:
    """Select the layer at a path, () for the input."""
    ADDRESS.set(layer=number_of(path) or INPUT)


def attempt(edit: Callable[[], tuple[NetworkSpec, Path | None]]) -> None:
    """Do an edit; one that cannot be leaves the network as it is, with a sentence."""
    st.session_state[MESSAGE], st.session_state[NOTES] = "", ()
    try:
        commit(*edit())
    except ValueError as error:
        st.session_state[MESSAGE] = f"{str(error).removesuffix('.')}."


def message() -> str:
    """Why the last edit was not done; empty if it was."""
    return st.session_state.get(MESSAGE, "")


def note(sentences: tuple[str, ...]) -> None:
    """Remember what had to be guessed when the network was read, until the next edit."""
    st.session_state[NOTES] = sentences


def notes() -> tuple[str, ...]:
    """What had to be guessed when the network was read."""
    return st.session_state.get(NOTES, ())


def undo() -> None:
    """One step back."""
    _step(history().undo())


def redo() -> None:
    """One step forward again."""
    _step(history().redo())


def _step(to: History) -> None:
    st.session_state[MESSAGE] = ""
    st.session_state[HISTORY] = to
    ADDRESS.set(net=encode(to.present))


def selected_path(spec: NetworkSpec) -> Path | None:
    """The selected layer; () for the input, None if the address names one that is not there."""
    path = path_of(ADDRESS.values().layer)
    if not path:
        return ()
    try:
        layer_at(spec, path)
    except ValueError:
        return None
    return path
