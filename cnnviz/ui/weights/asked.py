"""What was asked of one network is not asked of another: its number means something else there.

Class 5 is a dog to one network and the digit five to another, and map 17 of every network is
another map. A hand that changes the network begins anew with these; a link says what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from cnnviz.ui.address import Address

OF_A_NETWORK = ("layer", "other_layer", "map", "cell", "read", "off", "way", "step")
OF_A_DATA_SET = ("class_idx", "against", "top", "wish")
DIGIT_SETS = ("MNIST", "Drawn digits")
_PHOTOS = "_photos"  # the picture of each page before a network for digits was chosen


def ask_anew(address: Address[Any], before: str, data_sets: Mapping[str, str]) -> None:
    """Called when a hand has changed the network of a page (parameter `model`).

    Args:
        address: the page's.
        before: the network until now.
        data_sets: what each network was trained on, by its name.
    """
    old, new = data_sets.get(before), data_sets.get(address.values().model)
    forget(address, OF_A_NETWORK + (OF_A_DATA_SET if old != new else ()))
    if (old in DIGIT_SETS) != (new in DIGIT_SETS) and "image" in address.parameters:
        _change_picture(address, to_photos=old in DIGIT_SETS)


def forget(address: Address[Any], names: Iterable[str]) -> None:
    """Set those of these parameters that a page has to their defaults."""
    address.set(**{n: getattr(address.defaults, n) for n in names if n in address.parameters})


def _change_picture(address: Address[Any], to_photos: bool) -> None:
    """Between networks for photos and for digits: the photo from before comes back."""
    photos: dict[str, str] = st.session_state.setdefault(_PHOTOS, {})
    if to_photos:
        address.set(image=photos.get(address.page, address.defaults.image))
    else:
        photos[address.page] = address.values().image
