"""Whose weights the network on the page has: a shipped network's, a visitor's own, or random."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

from cnnviz.builder.running.trained import published_name, trained_name, why_random, with_trained
from cnnviz.builder.transform import BuiltTransform
from cnnviz.counting import percent
from cnnviz.models import imagenet_status
from cnnviz.models.imagenet import ImageNetTransform, imagenet_card, imagenet_classes
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.specs import NetworkSpec
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import PictureTransform
from cnnviz.places import AssetError
from cnnviz.ui.build import state
from cnnviz.ui.build.weights import given_weights
from cnnviz.ui.models import choices, load
from cnnviz.ui.pictures import Picture
from cnnviz.ui.weights import own

RANDOM = "Random weights (seed 0)"


@dataclass(frozen=True)
class Carried:
    """The weights of a network.

    Attributes:
        name: under which they are known; empty for random ones.
        words: whose they are, or what made them random.
    """

    name: str
    words: str


def carried(spec: NetworkSpec) -> Carried:
    """The weights that a network has today."""
    if name := given_weights(spec):
        return Carried(name, "Your own weights, from the file below.")
    if (name := published_name(spec)) and imagenet_status(name).is_cached:
        return Carried(name, _published_words(name))
    name = trained_name(spec)
    try:
        return Carried(name, _trained_words(spec, load(name))) if name else _random(spec)
    except AssetError as error:
        return Carried("", f"{RANDOM}: {error}")


def published_words(name: str) -> str:
    """Whether torchvision's ImageNet weights of a network are here, and what can be done then.

    Raises:
        ValueError: torchvision publishes none of that name.
    """
    status = imagenet_status(name)
    where = "are on this machine" if status.is_cached else "are not on this machine"
    look = ": its maps with them are a link away, below" if name in choices() else ""
    return f"Torchvision’s trained weights, {status.size_mb:,.0f} MB, {where}{look}."


def network_of(spec: NetworkSpec, name: str) -> nn.Module | None:
    """The network with its trained weights, to be read only; None where they are random."""
    if not name:
        return None
    if own.is_own(name):
        found = own.shelf().get(name)
        return found.model if found else None
    return with_trained(spec, load(name))


def batch_of(spec: NetworkSpec, name: str, picture: Picture) -> Tensor:
    """The picture as the network reads it: as in its training, or values in [0, 1]."""
    plain = BuiltTransform(spec.input_shape)
    transform = _transform_of(name)
    if transform is None:
        return plain(picture.image)
    _, height, width = spec.input_shape
    if height == width:
        return transform(picture.image, height - 2 * transform.spec.padding)
    mean, std = (
        torch.tensor(values).view(-1, 1, 1) for values in (transform.spec.mean, transform.spec.std)
    )
    return (plain(picture.image) - mean) / std


def inset_of(spec: NetworkSpec, name: str) -> int:
    """Pixels of black around the picture in what the network reads."""
    transform = _transform_of(name)
    return transform.spec.padding if transform and _is_square(spec) else 0


def crop_of(spec: NetworkSpec, name: str, picture: Picture) -> Image.Image:
    """The part of the picture that enters the network, in the picture's own pixels."""
    transform = _transform_of(name) if _is_square(spec) else None
    return (transform or BuiltTransform(spec.input_shape)).crop(picture.image)


def classes_of(name: str) -> tuple[str, ...]:
    """What the scores of a trained network are called; none for random weights."""
    if _is_torchvisions(name):
        return imagenet_classes(name)
    return load(name).classes if name else ()


def _transform_of(name: str) -> PictureTransform | ImageNetTransform | None:
    if _is_torchvisions(name):  # without the weights, which are large
        return ImageNetTransform(name)
    transform = load(name).transform if name else None
    return transform if isinstance(transform, PictureTransform) else None


def _is_torchvisions(name: str) -> bool:
    return bool(name) and not (own.is_own(name) or name in SHIPPED or name in PHOTOGRAPHS)


def _is_square(spec: NetworkSpec) -> bool:
    return spec.input_shape[1] == spec.input_shape[2]


def _trained_words(spec: NetworkSpec, shipped: Pretrained) -> str:
    card, size = shipped.card, spec.input_shape[1]
    there = dict(card.accuracy_at) or {card.input_size: card.test_accuracy}
    accuracy = there.get(size)
    right = f", {percent(accuracy)} of new pictures right at this size" if accuracy else ""
    return f"Trained on {card.dataset}{right}. They stay as long as no layer is changed."


def _published_words(name: str) -> str:
    file, card = imagenet_status(name).path.name, imagenet_card(name)
    return (
        f"Trained weights, torchvision’s for ImageNet, from {file} on this machine: "
        f"{percent(card.test_accuracy)} of new pictures right at "
        f"{card.input_size} × {card.input_size}. "
        "They stay as long as no layer is changed."
    )


def _random(spec: NetworkSpec) -> Carried:
    if name := published_name(spec):
        return Carried("", f"{RANDOM}. {published_words(name)}")
    reason = why_random(spec, reversed(state.history().past))
    if not reason:
        return Carried("", f"{RANDOM}: it has learned nothing yet.")
    return Carried("", f"{RANDOM}: {reason}. Undo it, and the trained ones are back.")
