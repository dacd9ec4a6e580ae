"""What the address of the builder says: the network, the selected layer, torchvision's network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cnnviz.builder.codec import encode
from cnnviz.images import SAMPLES
from cnnviz.models.networks import lenet
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.ui.address import Address
from cnnviz.ui.network_parameter import network
from cnnviz.ui.parameters import choice, some_of, text
from cnnviz.ui.weights.names import is_own

LENET = encode(lenet())
VIEWS = {"graph": "Graph", "sizes": "By size", "volumes": "Volumes", "run": "Run it"}
OWN_FILE = "file"  # instead of a name of torchvision's: bring a network of one's own
INSPECTED_VIEWS = {"graph": "Graph", "volumes": "Volumes"}
COLUMNS = ("params", "macs", "sees", "jump", "memory")
FIRST_COLUMNS = ("params", "sees")
LONGEST_PATH = 12  # characters
LONGEST_PLACES = 200  # characters
LONGEST_EDITS = 2000  # characters
BASE = 5  # letters of a network's text that tell it from others: its version and its check
NONE = "none"
RANGE = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?", re.ASCII)


def _read_path(text: str) -> str:
    parts = text.split(".", LONGEST_PATH)
    is_path = len(text) <= LONGEST_PATH and all(p.isascii() and p.isdigit() for p in parts)
    if text and not is_path:
        raise ValueError("the place of a layer, such as 4, or 7.1 in a block")
    return text


def places_in(text: str) -> list[int]:
    """The places of groups that an address says: "0-2,5" is 0, 1, 2 and 5, "none" is none.

    Raises:
        ValueError: it is no such text.
    """
    if text in ("", NONE):
        return []
    places: list[int] = []
    for part in text.split(","):
        found = RANGE.fullmatch(part)
        if found is None or (last := int(found[2] or found[1])) < (first := int(found[1])):
            raise ValueError("places of groups in the network, such as 0-2,5")
        places += range(first, last + 1)
    return places


def places_text(places: Iterable[int]) -> str:
    """Places in rising order as an address says them; as many as it has room for."""
    ranges: list[list[int]] = []
    for place in places:
        if ranges and ranges[-1][1] == place - 1:
            ranges[-1][1] = place
        else:
            ranges.append([place, place])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    while len(text := ",".join(texts)) > LONGEST_PLACES:
        texts.pop()
    return text or NONE


def _read_places(text: str) -> str:
    if len(text) > LONGEST_PLACES:
        raise ValueError(f"at most {LONGEST_PLACES} characters")
    places = places_in(text)
    return places_text(sorted(set(places))) if text else ""


def _read_name(text: str) -> str:
    if text in PHOTOGRAPHS:
        return text
    if text and not is_own(text) and (len(text) > 40 or not text.replace("_", "").isalnum()):
        raise ValueError("the name of a network of torchvision, such as resnet18")
    return text


def edits_in(text: str) -> list[dict[str, Any]]:
    """The words of edits that an address says, behind the first letters of their network.

    Raises:
        ValueError: it is no such text.
    """
    try:
        words = json.loads(text[BASE:])
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, list) or not all(isinstance(word, dict) for word in words):
        raise ValueError("edits as the page itself writes them")
    return words


def _read_edits(text: str) -> str:
    if len(text) > LONGEST_EDITS + BASE:
        raise ValueError(f"at most {LONGEST_EDITS} characters")
    if text:
        edits_in(text)
    return text


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; `inspect` stands instead of the network to build.

    `unfolded` are groups by their place among all of the network; empty: as at first. `edits` are
    done when the page is opened (see `unheard`).
    """

    net: str = network(LENET, "“Copy link”")
    layer: str = text("4", _read_path)
    view: str = choice("graph", VIEWS)
    columns: tuple[str, ...] = some_of(FIRST_COLUMNS, COLUMNS, "columns", len(COLUMNS))
    inspect: str = text("", _read_name)
    image: str = choice("cat", SAMPLES)
    unfolded: str = text("", _read_places)
    edits: str = text("", _read_edits)


ADDRESS = Address("build", Values)


def choose_columns(names: list[str]) -> None:
    """Show these columns of the table."""
    ADDRESS.set(columns=tuple(name for name in COLUMNS if name in names))
