"""What the address of the zoo says: the view, the filters, the networks that are compared."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.figures.zoo.chart import ROLES
from cnnviz.ui.address import Address
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.parameters import choice, flag, one_of, some_of, span, text
from cnnviz.zoo import networks

WHOLE = "zoo"  # key of the page's fragment
GAINS, LEFT = "zoo_gains", "zoo_left"  # and of those that show what the filters leave
AHEAD, CODE = "zoo_ahead", "zoo_code"  # and what a switch would leave, and its script
VIEWS = {"cost": "Accuracy and cost", "years": "By year", "compare": "Layer by layer"}
WEIGHTS = {"both": "First → best", "default": "Best", "first": "First"}
FIRST_YEAR, LAST_YEAR = 2012, 2022
PARAMS_STOPS = (2, 5, 10, 20, 30, 50, 100, 200, 700)  # millions
MOST_COMPARED = 3
MOST_HIGHLIGHTED = len(ROLES)
CONVOLUTIONAL = tuple(n.name for n in networks() if n.family.is_convolutional)
NAMES = tuple(network.name for network in networks())
FAMILIES = tuple(dict.fromkeys(network.family.name for network in networks()))


def _read_name(text: str) -> str:
    if text and text not in NAMES:
        raise ValueError("the name of a classification network of torchvision, such as resnet18")
    return text


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; `families` are highlighted."""

    view: str = choice("cost", VIEWS)
    weights: str = choice("both", WEIGHTS)
    families: tuple[str, ...] = some_of(
        ("ResNet",), FAMILIES, "families of networks", MOST_HIGHLIGHTED
    )
    years: tuple[int, int] = span((FIRST_YEAR, LAST_YEAR), FIRST_YEAR, LAST_YEAR)
    max_params: int = one_of(PARAMS_STOPS[-1], PARAMS_STOPS)
    only_conv: bool = flag(False)
    same_data: bool = flag(False)
    pick: str = text("", _read_name)
    compare: tuple[str, ...] = some_of(
        ("alexnet", "resnet18"),
        CONVOLUTIONAL,
        "convolutional networks by torchvision's names",
        MOST_COMPARED,
    )


ADDRESS = Address("zoo", Values)


def run_what_follows() -> None:
    """In a callback: run again what the filters and the highlights change, and no more."""
    is_compare = ADDRESS.values().view == "compare"
    run_again(*((WHOLE,) if is_compare else (GAINS, LEFT, AHEAD, CODE)))
