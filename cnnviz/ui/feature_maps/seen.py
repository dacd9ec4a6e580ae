"""What is looked at on the feature maps page: a picture in front of a network, and one layer."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import streamlit as st
import torch
from PIL import Image
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from cnnviz.activations import Layer, layers, record
from cnnviz.figures.shown import shown
from cnnviz.images.framing import kept_share
from cnnviz.models import Pretrained
from cnnviz.probes.graph_memory import graph_bytes, graph_kept
from cnnviz.probes.tape import Kind, Tape, shapes, tape
from cnnviz.ui.address import no_number, no_place
from cnnviz.ui.choices import seed
from cnnviz.ui.compute import computing
from cnnviz.ui.feature_maps.address import ADDRESS, DEFAULT_MODEL, Values, channels_of
from cnnviz.ui.feature_maps.networks import built, is_large, refusal
from cnnviz.ui.kept import LARGEST, kept, let_go
from cnnviz.ui.models import DIGIT_SAMPLES, load, model_chooser, reads_digits, size_chooser
from cnnviz.ui.overview.entering import entering
from cnnviz.ui.pad import digit_pad, on_pad
from cnnviz.ui.pictures import Picture, picture_chooser

SOME_NAMES = 4  # of layers in a sentence
MOST_MAPS = 4096  # of a layer
BORDER = 8  # an eighth of a map on each side: where nobody chooses, it is left out

SOME_MAPS = 64  # whose variance is worked out together: it needs a copy of them
SMALL_PASS = 128 * 128  # pixels, up to which what a cell sees is measured for every picture

Place = tuple[str, str, int | None]  # network, picture, size: what a pass depends on


@dataclass(frozen=True)
class Seen:
    """A picture in front of a network, and the layer whose maps are looked at.

    It is known by names: network, batch and maps are asked for, because callbacks hold what is
    looked at for as long as a visit lasts.
    """

    model_name: str  # as `pretrained` knows it; "" for one from the page that builds them
    code: str  # of such a network, in an address; "" for a trained one
    seed: int  # of its weights
    picture: Picture
    size: int | None
    layers: tuple[Layer, ...]
    layer: Layer

    @property
    def key(self) -> str:
        """Of the network: two with one key are the same."""
        return _key(self.model_name, self.code, self.seed)

    @property
    def network(self) -> Pretrained:
        """The network; shared, so only read."""
        return _network(self.model_name, self.code, self.seed)

    @property
    def batch(self) -> Tensor:
        """The picture as it enters the network (1, channels, height, width)."""
        return _batch(self.key, self.picture.digest, self.size, self._transformed)

    def _transformed(self) -> Tensor:
        return self.network.transform(self.picture.image, self.size)

    @property
    def place(self) -> Place:
        """What a pass depends on, for caches."""
        return self.key, self.picture.digest, self.size

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the batch."""
        return tuple(self.batch.shape)

    @property
    def played(self) -> Tape:
        """Everything that the network computed for the picture."""
        return whole_pass_of(self)


def choose_seen(
    values: Values, first: DeltaGenerator, pad: DeltaGenerator, more: DeltaGenerator
) -> Seen:
    """The controls for network, picture and size, and what they say; the layer is in `values`.

    Args:
        first: place of the network.
        pad: place of the pad, where the network reads digits.
        more: place of all else.
    """
    with first:
        name, code = _choose_network(values)
    seed = values.seed if code else 0
    network = _network(name, code, seed)
    with more:
        if not name:
            _seed_and_way_back()
        picture = _choose_picture(network, values, pad)
        size = size_chooser(ADDRESS, network.card)
    key = _key(name, code, seed)
    batch = _batch(key, picture.digest, size, lambda: network.transform(picture.image, size))
    known = _layers(key, tuple(batch.shape), network)
    _check(values, known, len(network.classes))
    return Seen(name, code, seed, picture, size, known, _layer(values, known))


def _key(name: str, code: str, seed: int) -> str:
    return f"{code}#{seed}" if code else name


def _network(name: str, code: str, seed: int) -> Pretrained:
    return built(code, seed) if code else load(name)


def _choose_network(values: Values) -> tuple[str, str]:
    """The name of a trained network, or the code of one from the page that builds them."""
    if values.network:
        problem = refusal(values.network)
        if problem is None:
            _say_what_is_built(built(values.network, values.seed))
            return "", values.network
        st.warning(shown(problem), icon=":material/block:")
    name, _ = model_chooser(ADDRESS, default=DEFAULT_MODEL)
    return name, ""


def _say_what_is_built(network: Pretrained) -> None:
    """A network from the page that builds them; that its weights are random is said."""
    st.markdown(
        f"**{shown(network.card.title, 60)}**, built by hand · "
        f"{network.card.num_params:,} parameters  \n"
        ":orange-badge[:material/casino: random weights, no training]"
    )


def _seed_and_way_back() -> None:
    seed(ADDRESS, "The same seed gives the same weights.", label="Seed of the weights")
    st.button(
        "To the trained networks",
        icon=":material/arrow_back:",
        on_click=lambda: ADDRESS.set(network="", layer="", map=-1, cell=(-1, -1), off="", read=-1),
    )


def is_for_digits(network: Pretrained) -> bool:
    """Whether a network was trained on digits."""
    return reads_digits(network.card)


def today(values: Values, seen: Seen) -> Seen:
    """What is looked at now: what lies on the pad, where there is one, and the layer chosen."""
    drawn = on_pad(values.digit) if is_for_digits(seen.network) else None
    return replace(seen, picture=drawn or seen.picture, layer=_layer(values, seen.layers))


def _choose_picture(network: Pretrained, values: Values, place: DeltaGenerator) -> Picture:
    """The picture; of a network for digits the pad comes first, which the whole network has.

    What comes and goes with a drawing stands below the pad, or the pad would leave the hand.
    """
    if not is_for_digits(network):
        return picture_chooser(ADDRESS, kept_share=kept_share(network.transform.crop))
    if values.view == "overview":
        return picture_chooser(ADDRESS, names=DIGIT_SAMPLES, is_for_digits=True)
    with place:
        drawn = pad(values)
    if drawn:
        st.caption("What you draw is not part of the link. Clear the pad to go back to a sample.")
        return drawn
    return picture_chooser(ADDRESS, names=DIGIT_SAMPLES, is_for_digits=True)


def pad(values: Values) -> Picture | None:
    """The pad with its sample digits, and what lies on it."""
    return digit_pad("feature_maps", values.digit, lambda digit: ADDRESS.set(digit=digit))


@kept(is_quick=True)
def _batch(key: str, digest: str, size: int | None, _transformed: Callable[[], Tensor]) -> Tensor:
    return _transformed()


@kept
def _layers(key: str, shape: tuple[int, ...], _network: Pretrained) -> tuple[Layer, ...]:
    return tuple(layers(_network.model, shape))


def _check(values: Values, known: tuple[Layer, ...], classes: int) -> None:
    """Say what the address asks for and the network or the layer does not have."""
    names = [layer.name for layer in known]
    few = ", ".join(names[:SOME_NAMES]) + (" and others" if len(names) > SOME_NAMES else "")
    ADDRESS.only(layer=None if values.layer in names else f"the layers {few}")
    count, *cells = _layer(values, known).shape
    rows, columns = cells or (1, 1)
    ADDRESS.only(
        map=no_number(values.map, count, "map"),
        off=no_number(max(channels_of(values.off, 10_000), default=-1), count, "map"),
        cell=no_place(values.cell, rows, columns),
        top=no_number(values.top, classes, "class", "classes"),
        wish=no_number(values.wish, classes, "class", "classes"),
    )


def _layer(values: Values, known: tuple[Layer, ...]) -> Layer:
    """The chosen layer; if the network has none of that name, the first behind an activation."""
    first = next((layer for layer in known[:4] if layer.kind is Kind.ACTIVATION), known[0])
    return next((layer for layer in known if layer.name == values.layer), first)


@kept
def _activation(place: Place, layer: str, _seen: Seen) -> Tensor:
    return record(_seen.network.model, _seen.batch, [layer])[layer][0]


@kept
def _pass(place: Place, last: str | None, _network: Pretrained, _batch: Tensor) -> Tape:
    with graph_kept(_network.model, _batch):  # it keeps as much as a gradient does
        return tape(_network.model, _batch, last)


@kept
def _shapes(key: str, shape: tuple[int, ...], _network: Pretrained, _batch: Tensor) -> Tape:
    return shapes(_network.model, _batch)


def shapes_of(seen: Seen) -> Tape:
    """Where everything that the network computes came from, without the numbers."""
    return _shapes(seen.key, seen.shape, seen.network, seen.batch)


@contextmanager
def pass_of(seen: Seen) -> Generator[Tape]:
    """What the network computed for the picture, up to the layer that is looked at at least.

    Where all of it is too large to be kept, as of a large network or of EfficientNet-Lite0 at
    224×224, it ends with that layer. Lite0's is there within this only, and counts meanwhile with
    what others keep for gradients: kept until the run ended, it lay beside theirs.
    """
    if is_large(seen.code):
        yield _pass(seen.place, seen.layer.name, seen.network, seen.batch)
    elif graph_bytes(seen.network.model, seen.shape) <= LARGEST:
        yield whole_pass_of(seen)
    else:
        with computing(), graph_kept(seen.network.model, seen.batch):
            yield tape(seen.network.model, seen.batch, seen.layer.name)


def whole_pass_of(seen: Seen) -> Tape:
    """Everything that the network computed for the picture."""
    return _pass(seen.place, None, seen.network, seen.batch)


def maps_of(seen: Seen) -> Tensor:
    """What the layer computes, as maps (K, height, width); a feature is a map of one cell.

    The network is run unless what it computed is kept.
    """
    if is_large(seen.code):  # the pass is there once, and ends with this layer
        with pass_of(seen) as played:
            values = played[seen.layer.name].output[0]
    else:
        values = _activation(seen.place, seen.layer.name, seen)
    return values if values.ndim == 3 else values[:, None, None]


def is_pass_large(seen: Seen) -> bool:
    """Whether a second pass beside what is looked at takes more memory than there is."""
    return is_large(seen.code)


def let_go_of_pass(seen: Seen) -> None:
    """Make room for another pass: that of a large network is made again for the next question."""
    if is_pass_large(seen):
        let_go(_pass)


def chosen_map(values: Values, seen: Seen) -> int:
    """The number of the chosen map, which the layer has; of the most varied, if none is chosen."""
    if values.map < 0:
        return _most_varied(seen.place, seen.layer.name, seen)
    return min(values.map, seen.layer.shape[0] - 1)


@kept
def _most_varied(place: Place, layer: str, _seen: Seen) -> int:
    maps = maps_of(_seen)
    if maps[0].numel() == 1:
        return int(maps.argmax())
    spread = [_inside(part).var(dim=(1, 2), correction=0) for part in maps.split(SOME_MAPS)]
    return int(torch.cat(spread).argmax())


def chosen_cell(values: Values, one: Tensor) -> tuple[int, int]:
    """Row and column of the chosen cell of a map; of the strongest, if none is chosen."""
    row, column = values.cell
    if 0 <= row < one.shape[0] and 0 <= column < one.shape[1]:
        return row, column
    inside = _inside(one)
    row, column = divmod(int(inside.abs().argmax()), inside.shape[1])
    return row + one.shape[0] // BORDER, column + one.shape[1] // BORDER


def _inside(maps: Tensor) -> Tensor:
    """The maps without their border, where the zeros of the padding make edges."""
    height, width = maps.shape[-2:]
    top, left = height // BORDER, width // BORDER
    return maps[..., top : height - top, left : width - left]


def network_view(seen: Seen, picture: Image.Image | None = None) -> Image.Image:
    """A picture as it enters the network, pixel for pixel, in colours for the eye."""
    picture = seen.picture.image if picture is None else picture
    return entering(seen.network, seen.shape, seen.size, picture)
