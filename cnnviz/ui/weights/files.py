"""The file that a visitor brought: it stays in their session, and ends with it.

All visitors' files together have a bound. Where a new one would not fit, those that were brought
longest ago are let go, and their visitors are told.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from threading import Lock
from weakref import ref

import streamlit as st

from cnnviz.figures.own.brought import Agreement
from cnnviz.fully_conv.any_network import LargerMap
from cnnviz.models import Pretrained
from cnnviz.models.onnx.opened import (
    Opened,
    as_pretrained,
    numbered,
    open_file,
    transform_of,
)
from cnnviz.models.transforms import Transform
from cnnviz.summary import summarize
from cnnviz.ui.compute import BusyError, computing
from cnnviz.ui.weights import own
from cnnviz.ui.weights.names import OF_A_FILE

MOST_MB = 50  # of one file
MOST_BYTES = 120_000_000  # of all visitors' files and networks together
STATE = "_own_file"
Pixels = tuple[tuple[float, ...], tuple[float, ...]]  # mean and std of each channel
IMAGENET: Pixels = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
LET_GO = "Your file had to make room for those of other visitors: bring it again."


def usual_pixels(channels: int) -> Pixels:
    """Mean and std to begin with: ImageNet's for colours, plain values for grey."""
    return IMAGENET if channels == len(IMAGENET[0]) else ((0.0,), (1.0,))


@dataclass(eq=False)
class OwnFile:
    """A file that was read, and what its visitor has said about it.

    Attributes:
        title: its name.
        size: of the file in bytes.
        opened: the network.
        data: the file itself, until it has been checked.
        mean: of each channel, for pixels in [0, 1].
        std: of each channel.
        classes: a name for each score.
        checks: pictures that have been compared with onnx's reference.
        problem: why they could not be, in a sentence.
        tried: for meanings of pixels, the likeliest class of each photo and its probability.
        larger: maps of classes of larger photos, by photo and meaning of pixels, or why there is
            none.
        offered_as: its name on the other pages, as it was offered last.
        token: nobody can guess it.
    """

    title: str
    size: int
    opened: Opened
    data: bytes
    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: tuple[str, ...]
    checks: list[Agreement] = field(default_factory=list)
    problem: str = ""
    tried: dict[Pixels, list[tuple[int, float]]] = field(default_factory=dict)
    larger: dict[tuple[str, Pixels], LargerMap | str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    offered_as: str = ""
    network: Pretrained | None = None  # as it was offered last; the only one who keeps it

    @property
    def num_bytes(self) -> int:
        """Of memory."""
        return len(self.data) + 4 * self.opened.num_params

    @cached_property
    def num_macs(self) -> int:
        """Multiply-adds for a picture of its own size."""
        return summarize(self.opened.model, (1, *self.opened.shape)).macs

    @property
    def transform(self) -> Transform:
        """From a picture to what enters."""
        return transform_of(self.opened.shape, self.mean, self.std)

    def offered(self) -> str:
        """Offer the network as it is now to this visitor's other pages; its name there."""
        said = repr((self.token, self.mean, self.std, self.classes)).encode()
        digest = hashlib.blake2b(said, digest_size=8).hexdigest()
        name = f"{OF_A_FILE}{digest}"
        if name != self.offered_as:
            named = as_pretrained(self.opened, self.title, self.transform, self.classes)
            self.network = replace(named, source=self.data)
            self.offered_as = own.lend(self.network, digest)
        return name


@dataclass(eq=False)
class Desk:
    """What one visitor has brought, and how the last attempt went."""

    file: OwnFile | None = None
    problem: str = ""
    attempts: int = 0  # part of the widgets' keys, so that each attempt starts with empty ones


class Desks:
    """All visitors' desks, the one whose file came longest ago first; they end with the visits.

    Args:
        most_bytes: of all files together.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._desks: list[ref[Desk]] = []

    def note(self, mine: Desk) -> None:
        """Put a desk last, and let go of the first files until the others have room."""
        with self._lock:
            known = [found for one in self._desks if (found := one()) is not None]
            others = [one for one in known if one is not mine and one.file is not None]
            self._desks = [ref(one) for one in (*others, mine)]
            for other in others:
                if _bytes_of([*others, mine]) <= self._most_bytes:
                    break
                other.file, other.problem = None, LET_GO


def _bytes_of(desks: Iterable[Desk]) -> int:
    return sum(one.file.num_bytes for one in desks if one.file is not None)


@cache
def desks() -> Desks:
    """The desks of this server."""
    return Desks()


def desk() -> Desk:
    """This visitor's."""
    return st.session_state.setdefault(STATE, Desk())


def bring(title: str, data: bytes) -> None:
    """Read a file for this visitor; what is wrong with it is said in a sentence on their desk."""
    mine = desk()
    mine.attempts += 1
    mine.problem = ""
    try:
        with computing():
            opened = open_file(data)
    except (ValueError, BusyError) as error:
        mine.problem = f"This file cannot be opened: {str(error).rstrip('.')}."
        return
    mean, std = usual_pixels(opened.shape[0])
    names = numbered(opened.num_scores)
    mine.file = OwnFile(title[:80], len(data), opened, data, mean, std, names)
    desks().note(mine)


def forget() -> None:
    """Let go of this visitor's file."""
    desk().file, desk().problem = None, ""
