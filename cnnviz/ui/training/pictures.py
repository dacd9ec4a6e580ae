"""The pictures of a run: the app's own, torchvision's once they are fetched, or a visitor's zip.

A zip is read when it is given, and stays with the visit: no link carries it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial

import streamlit as st

from cnnviz.figures.shown import shown
from cnnviz.training.material import (
    MATERIALS,
    Material,
    MaterialError,
    NotHereError,
    Shelf,
    fetch,
    folder_path,
    material,
    zipped,
)
from cnnviz.ui import page
from cnnviz.ui.compute import computing
from cnnviz.ui.insides.files import received
from cnnviz.ui.kept import kept
from cnnviz.ui.sent import stands_at
from cnnviz.ui.training.address import ZIP
from cnnviz.ui.uploader import uploader
from cnnviz.ui.weights.fetching import Fetched, offer_to_fetch

STATE = "_training_zip"
PLACE = "training_download"
FOLDER = "folder"  # of the operator, who may have put more into it than pictures
NO_ZIP = "No pictures of your own are here yet: give a zip of them above."
LAYOUT = "Folders, one for each class, with pictures in them, compressed to a zip of up to 10 MB."


@dataclass
class Own:
    """A visitor's zip: what was read from it, or why it could not be."""

    material: Material | None = None
    digest: str = ""
    problem: str = ""
    attempts: int = 0


def own() -> Own:
    """This visitor's zip."""
    return st.session_state.setdefault(STATE, Own())


def offered() -> dict[str, str]:
    """The data sets to choose from, by name, with their titles."""
    found = {name: offer.title for name, offer in MATERIALS.items()}
    if folder_path() is None:
        del found[FOLDER]
    return {**found, ZIP: "My own pictures"}


def pictures_of(data: str) -> Material:
    """The pictures of a name in the address.

    Raises:
        MaterialError: they are not here, with a sentence.
    """
    if data != ZIP:
        return _kept(data)
    mine = own()
    if mine.material is None:
        raise MaterialError(mine.problem) if mine.problem else NotHereError(NO_ZIP)
    return mine.material


def name_of(data: str) -> str:
    """What tells these pictures from all others, also those of other visitors."""
    return f"{data}:{own().digest}" if data == ZIP else data


@kept  # what is not on a shelf is drawn anew: seconds
def _kept(name: str) -> Material:
    return material(name)


def say_why(error: ValueError) -> None:
    """Say why nothing is shown: pictures that nobody has brought yet are no mistake."""
    if isinstance(error, NotHereError):
        st.info(shown(str(error)), icon=":material/photo_library:")
    else:
        page.problem(str(error))


def bring(data: str) -> None:
    """What has to be done before the pictures are here: give a zip, or fetch a data set."""
    if data == ZIP:
        _uploader()
        return
    shelf, is_here = MATERIALS[data].shelf, _is_here(data)
    if shelf is not None and not is_here:
        _offer(shelf)
    if data == FOLDER and is_here:
        st.caption(shown(_kept(data).note))


def _is_here(data: str) -> bool:
    try:
        _kept(data)
    except MaterialError:
        return False
    return True


def _uploader() -> None:
    mine = own()
    if mine.material is None:
        _field(mine)
    else:
        with st.expander("Other pictures", key=f"training_zip_others_{mine.attempts}"):
            _field(mine)
    if mine.material is not None:
        if mine.problem:  # without pictures the stage says it
            st.error(shown(mine.problem), icon=":material/folder_zip:")
        counts = (
            f"{len(mine.material.training):,} to learn, {len(mine.material.validation):,} asked"
        )
        classes = shown(", ".join(mine.material.classes))
        st.caption(f"{counts}; classes: {classes}")


def _field(mine: Own) -> None:
    """Where a zip is given."""
    key = f"training_zip_{mine.attempts}"
    uploader(
        "Your pictures: " + LAYOUT,
        most_mb=10,
        key=key,
        refused=_refuse,
        on_change=_take,
        args=(key,),
        help="Each picture is fitted to 32 × 32 pixels; every fifth of a class is kept to be "
        "asked. They stay with your visit and are not part of the link.",
    )


def _refuse(sentence: str) -> None:
    own().problem = sentence


def _take(key: str) -> None:
    data = received(stands_at(key))
    if data is None:
        return
    mine = own()
    mine.attempts += 1
    try:
        with computing():
            mine.material, mine.problem = zipped(data), ""
    except MaterialError as error:
        mine.problem = str(error)
        return
    mine.digest = hashlib.blake2b(data, digest_size=16).hexdigest()


def _offer(shelf: Shelf) -> None:
    what = Fetched("data", shelf.title, shelf.size_bytes, partial(fetch, shelf), MaterialError)
    offer_to_fetch(what, PLACE)
