"""What the address of the page says: the frozen network, the sample classes, what is asked."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.teaching import BACKBONES
from cnnviz.ui.address import Address
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.parameters import choice, text, whole
from cnnviz.ui.teach.classes import MOST_CLASSES, read_classes, read_sample

SIZES = ("64", "96", "128", "160", "224")  # pixels a side
DECAYS = ("0.01", "0.03", "0.1", "0.3", "1", "3", "10")
SOURCES = {"samples": "Samples", "upload": "Upload", "camera": "Camera", "pad": "Pad"}
WHOLE = "teach"  # key of the page's fragment
TABLE, ANSWER, CODE = "teach_table", "teach_answer", "teach_code"  # of what follows a head
OF_THE_PAGE = ("model", "size", "seed", "classes")  # parameters that more than these show
FIRST = (
    "animal:cat,dog,frog,pony,penguin;vehicle:airplane,automobile,truck,rocket,schooner;"
    "three:3.0,3.1,3.2,3.3,3.4;seven:7.0,7.1,7.2,7.3,7.4"
)


@dataclass(frozen=True)
class Values:
    """The terms of the page's address; −1 explains the winner."""

    model: str = choice("squeezenet1.1", BACKBONES)
    size: str = choice("128", SIZES)
    decay: str = choice("1", DECAYS)
    seed: int = whole(0, 0, 9_999)
    classes: str = text(FIRST, read_classes)
    to: int = whole(0, 0, MOST_CLASSES - 1)
    give: str = choice("samples", SOURCES)
    source: str = choice("samples", SOURCES)
    ask: str = text("raccoon", read_sample)
    class_idx: int = whole(-1, -1, MOST_CLASSES - 1)


ADDRESS = Address("teach", Values)


def run_what_follows() -> None:
    """In a callback: run again what another head changes, and no more."""
    run_again(TABLE, ANSWER, CODE)
