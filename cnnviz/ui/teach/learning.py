"""What is worked out: features, the head, what it says, left-one-out, nearest, where it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from cnnviz.figures.pictures import Encoded, sequential_png
from cnnviz.heatmaps import grad_cam
from cnnviz.teaching import (
    Backbone,
    Head,
    LeftOut,
    Nearest,
    SavedHead,
    backbone,
    features,
    left_out,
    nearest,
    num_alike,
    on_maps,
    taught,
)
from cnnviz.ui.compute import computing
from cnnviz.ui.kept import account
from cnnviz.ui.models import load
from cnnviz.ui.teach.address import SIZES, Values
from cnnviz.ui.teach.desk import desk, remembered
from cnnviz.ui.teach.given import Given, Lesson

AT_ONCE = 24  # pictures up to which all heads of leaving out are taught before the page is shown
NEAREST = 7

R = TypeVar("R")


@dataclass(frozen=True)
class Answer:
    """What a head says of one picture, and which numbers and names it stands on."""

    names: tuple[str, ...]
    shares: tuple[float, ...]
    class_idx: int  # that is explained
    heatmap: Tensor  # (h, w), at least 0
    heat: Encoded  # the same as a picture, from 0 to its highest
    num_learned: int
    num_frozen: int

    @property
    def winner(self) -> int:
        """The likeliest class."""
        return self.shares.index(max(self.shares))


@dataclass(frozen=True)
class Row:
    """A layer: the pictures that it sees as most alike, and of how many the nearest is its kind."""

    layer: str
    found: Nearest
    alike: int


def standing(name: str) -> Backbone:
    """The frozen network, shared by all and with the other pages: read it, do not change it.

    Raises:
        AssetError: the file of its weights is missing or damaged.
    """
    return backbone(name, load(name))


def batch_of(values: Values, picture: Given) -> Tensor:
    """The picture as the network gets it, (1, 3, size, size)."""
    return standing(values.model).network.transform(picture.load(), int(values.size))


def seen(values: Values, picture: Given) -> dict[str, Tensor]:
    """What each layer sees of a picture, (F) by layer."""

    def make() -> dict[str, Tensor]:
        found = features(standing(values.model), batch_of(values, picture))
        return {layer: row[0].clone() for layer, row in found.items()}

    key = ("teach.seen", values.model, values.size, picture.digest)
    return remembered(key, make, is_own=picture.is_own)


def all_seen(values: Values, pictures: Sequence[Given]) -> dict[str, Tensor]:
    """What each layer sees of several, (N, F) by layer."""
    with computing():
        found = [seen(values, picture) for picture in pictures]
    return {layer: torch.stack([one[layer] for one in found]) for layer in found[0]}


def last_seen(values: Values, pictures: Sequence[Given]) -> Tensor:
    """What the head reads of several pictures, (N, F)."""
    return all_seen(values, pictures)[standing(values.model).layers[-1]]


def maps(values: Values, picture: Given) -> Tensor:
    """The last maps of a picture, (1, F, h, w): each head explains itself on the same."""

    def make() -> Tensor:
        with torch.no_grad():
            return standing(values.model).trunk(batch_of(values, picture))

    if picture.is_own:  # each stroke on the pad is another picture: its maps are asked for once
        return make()
    return remembered(("teach.maps", values.model, values.size, picture.digest), make, is_own=False)


def _key(what: str, values: Values, given: Lesson) -> tuple[object, ...]:
    digests = tuple(picture.digest for picture in given.pictures)
    names = len(given.classes)
    return (what, values.model, values.size, values.decay, names, digests, given.labels)


def of_a_lesson(what: str, values: Values, given: Lesson, make: Callable[[], R]) -> R:
    """What follows from the pictures and how they are learnt, remembered under that."""
    return remembered(_key(what, values, given), make, is_own=given.has_own)


def head_of(values: Values, given: Lesson) -> Head:
    """The head that these pictures teach."""

    def make() -> Head:
        labels = torch.tensor(given.labels)
        found = last_seen(values, given.pictures)
        return taught(found, labels, len(given.classes), float(values.decay))

    return of_a_lesson("teach.head", values, given, make)


def left_out_of(values: Values, given: Lesson) -> LeftOut:
    """Each picture left out once."""

    def make() -> LeftOut:
        labels = torch.tensor(given.labels)
        found = last_seen(values, given.pictures)
        return left_out(found, labels, len(given.classes), float(values.decay))

    return of_a_lesson("teach.left_out", values, given, make)


def known_left_out(values: Values, given: Lesson) -> LeftOut | None:
    """The same, where it is known or quickly had; None where the page is shown first."""
    key = _key("teach.left_out", values, given)
    is_known = key in desk().results if given.has_own else account().get(key) is not None
    if is_known or len(given.pictures) <= AT_ONCE:
        return left_out_of(values, given)
    return None


def saved(values: Values, given: Lesson) -> SavedHead:
    """The head with what is needed to use it: the one that was opened, or the one taught here."""
    opened = opened_head(values)
    if opened:
        return opened
    return SavedHead(head_of(values, given), given.names, values.model, int(values.size))


def opened_head(values: Values) -> SavedHead | None:
    """The head that was opened, where it stands on this network at this size."""
    opened = desk().opened
    is_here = opened and (opened.backbone, str(opened.size)) == (values.model, values.size)
    return opened if is_here else None


def refuse_opened(opened: SavedHead) -> str:
    """Why a head cannot be used, in a sentence; "" where it can."""
    if str(opened.size) not in SIZES:
        return f"This head reads pictures at {opened.size} px; here are {', '.join(SIZES)}."
    network = standing(opened.backbone)
    with computing():
        blank = torch.zeros(1, 3, opened.size, opened.size)
        count = features(network, blank)[network.layers[-1]].shape[1]
    if opened.head.weight.shape[1] != count:
        return (
            f"This head reads {opened.head.weight.shape[1]} numbers of a picture, and "
            f"{opened.backbone} gives {count}."
        )
    return ""


def answer(values: Values, given: Lesson, asked: Given) -> Answer:
    """What the head says of the asked picture, and where it looks for it (Grad-CAM)."""
    one = saved(values, given)
    shares = _shares(values, given, asked, one)
    count = len(one.classes)
    winner = shares.index(max(shares))
    class_idx = values.class_idx if 0 <= values.class_idx < count else winner
    heatmap, heat = _looks(values, given, asked, one, class_idx)
    num_frozen = standing(values.model).num_params
    return Answer(one.classes, shares, class_idx, heatmap, heat, one.head.num_params, num_frozen)


def _shares(values: Values, given: Lesson, asked: Given, one: SavedHead) -> tuple[float, ...]:
    """The probability of each class."""

    def make() -> tuple[float, ...]:
        with torch.no_grad():
            return tuple(one.head(last_seen(values, [asked])).softmax(1)[0].tolist())

    return _of_a_head("teach.shares", values, given, asked, make)


def _looks(
    values: Values, given: Lesson, asked: Given, one: SavedHead, class_idx: int
) -> tuple[Tensor, Encoded]:
    """Where the head looks for a class, (h, w), at least 0, and a picture of it."""

    def make() -> tuple[Tensor, Encoded]:
        heatmap = grad_cam(on_maps(one.head), maps(values, asked), class_idx, "trunk")
        png = sequential_png(heatmap.numpy(), 0.0, float(heatmap.max()) or 1.0)
        return heatmap, Encoded(png, "image/png")

    return _of_a_head(f"teach.looks {class_idx}", values, given, asked, make)


def _of_a_head(what: str, values: Values, given: Lesson, asked: Given, make: Callable[[], R]) -> R:
    """What a head says, remembered where it is the one taught here: its pictures are its name."""
    if opened_head(values):
        with computing():
            return make()
    return remembered(_key_asked(what, values, given, asked), make, is_own=_is_own(given, asked))


def _key_asked(what: str, values: Values, given: Lesson, asked: Given) -> tuple[object, ...]:
    return (*_key(what, values, given), asked.digest)


def _is_own(given: Lesson, asked: Given) -> bool:
    return given.has_own or asked.is_own


def nearest_rows(values: Values, given: Lesson, asked: Given) -> list[Row]:
    """Layer by layer, which of the given pictures are most alike to the asked one."""
    without_head = replace(values, decay="")  # the head's weight decay changes no picture
    return remembered(
        _key_asked("teach.nearest", without_head, given, asked),
        lambda: _nearest_rows(values, given, asked),
        is_own=_is_own(given, asked),
    )


def _nearest_rows(values: Values, given: Lesson, asked: Given) -> list[Row]:
    others = [picture for picture in given.pictures if picture.digest != asked.digest]
    if not others:
        return []
    them, all_of_them = all_seen(values, others), all_seen(values, given.pictures)
    it, labels = seen(values, asked), torch.tensor(given.labels)
    rows = []
    for layer, others_seen in them.items():
        found = nearest(it[layer], others_seen, NEAREST)
        places = [given.pictures.index(others[place]) for place in found.places]
        alike = num_alike(all_of_them[layer], labels) if len(labels) > 1 else 0
        rows.append(Row(layer, Nearest(places, found.alike), alike))
    return rows
