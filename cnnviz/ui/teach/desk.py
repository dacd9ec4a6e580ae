"""What one visitor has given: pictures, a head that was opened. All of it goes with the visit."""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st
from PIL import Image
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cnnviz.images import ImageError, fit, load_image
from cnnviz.teaching import SavedHead
from cnnviz.ui.compute import computing
from cnnviz.ui.kept import found_or_made
from cnnviz.ui.teach.classes import MOST_PICTURES

SIDE = 256  # pixels of the middle square that is kept of a picture
MOST_BYTES = 12_000_000  # of one visitor's pictures
MOST_RESULTS = 300  # features and answers about them
STATE = "_teach"

R = TypeVar("R")


@dataclass(frozen=True)
class Own:
    """A picture of a visitor's: its middle square as PNG."""

    digest: str
    png: bytes
    title: str

    def image(self) -> Image.Image:
        """The pixels."""
        with Image.open(io.BytesIO(self.png)) as image:
            return image.convert("RGB")


@dataclass
class Desk:
    """What one visitor has on the page."""

    pictures: dict[int, list[Own]] = field(default_factory=dict)  # by the place of their class
    asked: Own | None = None
    problem: str = ""
    attempts: int = 0  # part of the widgets' keys, so that each attempt starts with empty ones
    opened: SavedHead | None = None
    answering: SavedHead | None = None  # the opened one, or the one taught here
    results: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)

    @property
    def num_bytes(self) -> int:
        """Of all pictures."""
        return sum(len(own.png) for some in self.pictures.values() for own in some)

    def give(self, place: int, own: Own, num_samples: int) -> None:
        """Put a picture into a class.

        Raises:
            ImageError: the class or the visit has as many as it may; the sentence says so.
        """
        there = self.pictures.setdefault(place, [])
        if own.digest in {other.digest for other in there}:
            return
        if len(there) + num_samples >= MOST_PICTURES:
            raise ImageError(f"A class has at most {MOST_PICTURES} pictures: take one away first.")
        if self.num_bytes + len(own.png) > MOST_BYTES:
            raise ImageError(
                f"Pictures of one visit have at most {MOST_BYTES / 1e6:.0f} MB: take some away."
            )
        there.append(own)

    def take_away(self, place: int, digest: str) -> None:
        """Forget a picture of a class, and what was worked out about any."""
        there = self.pictures.get(place, [])
        self.pictures[place] = [own for own in there if own.digest != digest]
        self.results.clear()

    def take_class(self, place: int) -> None:
        """Forget a class: those behind it move up."""
        below = {at - (at > place): own for at, own in self.pictures.items() if at != place}
        self.pictures = below
        self.results.clear()


def desk() -> Desk:
    """This visitor's; where no visitor's page runs, as in what a file is made of, an empty one."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return Desk()
    return st.session_state.setdefault(STATE, Desk())


def own_picture(data: bytes, title: str) -> Own:
    """The middle square of a picture's file.

    Raises:
        ImageError: it is no picture that is read here; the sentence says why.
    """
    image = load_image(data)
    return kept_square(image, title)


def kept_square(image: Image.Image, title: str) -> Own:
    """The middle square of a picture, at most `SIDE` pixels a side."""
    buffer = io.BytesIO()
    square = fit(image, min(SIDE, *image.size)).convert("RGB")
    square.save(buffer, "PNG", compress_level=1)
    digest = hashlib.blake2b(square.tobytes(), digest_size=12).hexdigest()
    return Own(digest, buffer.getvalue(), title)


def remembered(key: Hashable, make: Callable[[], R], *, is_own: bool) -> R:
    """What was worked out before, or is now; what is about a visitor's pictures stays with them."""
    if not is_own:
        return found_or_made(key, make)
    results = desk().results
    if key not in results:
        with computing():
            results[key] = make()
        while len(results) > MOST_RESULTS:
            results.popitem(last=False)
    results.move_to_end(key)
    return results[key]  # ty: ignore[invalid-explicit-return]
