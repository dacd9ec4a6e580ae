"""What the address of the builder says: the network, the selected layer, torchvision's network."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.builder.codec import encode
from cnnviz.images import SAMPLES
from cnnviz.models.networks import lenet
from cnnviz.ui.address import Address
from cnnviz.ui.network_parameter import network
from cnnviz.ui.parameters import choice, some_of, text
from cnnviz.ui.weights.names import is_own

LENET = encode(lenet())
VIEWS = {"graph": "Graph", "volumes": "Volumes", "run": "Run it"}
OWN_FILE = "file"  # instead of a name of torchvision's: bring a network of one's own
INSPECTED_VIEWS = {"graph": "Graph", "volumes": "Volumes"}
COLUMNS = ("params", "macs", "sees", "jump", "memory")
FIRST_COLUMNS = ("params", "sees")
LONGEST_PATH = 12  # characters


def _read_path(text: str) -> str:
    parts = text.split(".", LONGEST_PATH)
    is_path = len(text) <= LONGEST_PATH and all(p.isascii() and p.isdigit() for p in parts)
    if text and not is_path:
        raise ValueError("the place of a layer, such as 4, or 7.1 in a block")
    return text


def _read_name(text: str) -> str:
    if text and not is_own(text) and (len(text) > 40 or not text.replace("_", "").isalnum()):
        raise ValueError("the name of a network of torchvision, such as resnet18")
    return text


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; `inspect` stands instead of the network to build."""

    net: str = network(LENET, "“Copy link”")
    layer: str = text("4", _read_path)
    view: str = choice("graph", VIEWS)
    columns: tuple[str, ...] = some_of(FIRST_COLUMNS, COLUMNS, "columns", len(COLUMNS))
    inspect: str = text("", _read_name)
    image: str = choice("cat", SAMPLES)


ADDRESS = Address("build", Values)


def choose_columns(names: list[str]) -> None:
    """Show these columns of the table."""
    ADDRESS.set(columns=tuple(name for name in COLUMNS if name in names))
