"""A picture of a visitor's own brings the network that knows such pictures, until a hand chooses.

A photo goes to a network that knows a thousand kinds, a digit to LeNet. The page that it is given
on changes to that network; another page does so when it is opened as it is, and not by a link that
asks for something. Whoever chooses a network afterwards keeps it, for later pictures too, until the
page is reset; a network of a visitor's own is never changed for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from cnnviz.ui.address import Address
from cnnviz.ui.weights.asked import DIGIT_SETS, OF_A_DATA_SET, OF_A_NETWORK, forget

FOR_PHOTOS, FOR_DIGITS = "efficientnet-lite0", "lenet-mnist"  # by name: torch may wait
WORDS = {
    FOR_PHOTOS: "Read by EfficientNet-Lite0, which knows a thousand kinds of things.",
    FOR_DIGITS: "It looks like a digit, so LeNet reads it, as MNIST has its digits.",
}
OF_A_LENET = ("source", "canvas", "items", "linear")  # where a page has views of LeNet alone
_STATE = "_suited"


@dataclass
class _Seen:
    """What a page made of the pictures that came: the last one, and the network it was given to."""

    digest: str = ""
    network: str = ""
    is_ours: bool = False  # that network was changed to for the picture


@dataclass
class _Came:
    """The visitor's last picture: where it was given, and what each page made of it."""

    page: str = ""
    digest: str = ""
    is_digit: bool = False
    pages: dict[str, _Seen] = field(default_factory=dict)


def came(page: str, digest: str, is_digit: bool) -> None:
    """A picture of the visitor's own was given on a page."""
    now = _came()
    now.page, now.digest, now.is_digit = page, digest, is_digit


def suit(
    address: Address[Any],
    term: str = "model",
    for_digits: str = FOR_DIGITS,
    with_digit: Mapping[str, Any] | None = None,
) -> None:
    """First of all on a page: choose the network for a picture that came since.

    Args:
        term: the parameter of the address that says which network it is.
        for_digits: the network that digits go to; "" leaves the one that is there.
        with_digit: what else of the address a digit brings.
    """
    now, values = _came(), address.values()
    seen = now.pages.setdefault(address.page, _Seen())
    if not now.digest or now.digest == seen.digest:
        return
    seen.digest, name = now.digest, getattr(values, term)
    is_chosen = bool(seen.network) and name != seen.network
    if is_chosen or (now.page != address.page and _is_asked(address, term)):
        return
    wanted = for_digits if now.is_digit else FOR_PHOTOS
    is_changed = bool(wanted) and _is_strange(name, now.is_digit)
    seen.is_ours = is_changed or (seen.is_ours and name == wanted)
    seen.network = wanted if is_changed else name
    if is_changed:
        forget(address, OF_A_NETWORK + OF_A_DATA_SET)
        address.set(**{term: wanted})
    if now.is_digit and seen.network == for_digits:
        address.set(**(with_digit or {}))


def afresh(page: str) -> None:
    """A page was reset: it chooses again, as if the visitor's picture came now."""
    _came().pages.pop(page, None)


def words(address: Address[Any]) -> str:
    """Which network reads the visitor's picture, where it was chosen for that; else nothing."""
    seen = _came().pages.get(address.page, _Seen())
    names = (getattr(address.values(), one, "") for one in ("model", "network"))
    return WORDS[seen.network] if seen.is_ours and seen.network in names else ""


def _came() -> _Came:
    return st.session_state.setdefault(_STATE, _Came())


def _is_asked(address: Address[Any], term: str) -> bool:
    """Whether an address speaks of a network, or of something that only one network has."""
    values, defaults = address.values(), address.defaults
    speaking = (term, *OF_A_NETWORK, *OF_A_DATA_SET, *OF_A_LENET)
    there = [one for one in speaking if one in address.parameters]
    return any(getattr(values, one) != getattr(defaults, one) for one in there)


def _is_strange(name: str, is_digit: bool) -> bool:
    """Whether a network knows no such pictures; one that a visitor made, or asked for, may."""
    from cnnviz.models.photographs import PHOTOGRAPHS  # here: they bring torch
    from cnnviz.models.shipped import SHIPPED

    if is_digit:
        return name in PHOTOGRAPHS or (name in SHIPPED and SHIPPED[name].dataset not in DIGIT_SETS)
    return name in SHIPPED
