"""The one chooser of trained networks for all pages, and their cached loading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnviz.builder.limits import BYTES_PER_NUMBER
from cnnviz.counting import percent
from cnnviz.figures.shown import shown
from cnnviz.models import (
    Choice,
    Pretrained,
    WeightsError,
    imagenet_names,
    imagenet_status,
    list_pretrained,
    pretrained,
)
from cnnviz.models.cards import Card
from cnnviz.models.photographs import PHOTOGRAPHS
from cnnviz.models.shipped import SHIPPED
from cnnviz.models.trained import WEIGHTS, coming_with_the_app
from cnnviz.places import AssetError
from cnnviz.ui.address import Address
from cnnviz.ui.kept import account, kept, make_room
from cnnviz.ui.parameters import text
from cnnviz.ui.pictures import Picture
from cnnviz.ui.weights import own as own_networks
from cnnviz.ui.weights.asked import DIGIT_SETS, ask_anew
from cnnviz.ui.weights.download import offer_download

if TYPE_CHECKING:
    from torch import Tensor

SIZES = ("auto", "32", "64", "96", "128", "160", "224")  # pixels a side; "auto": as on the card
DIGIT_SAMPLES = ("digit_7", "digit_3")  # the sample pictures for networks that read digits
LINE = 32  # letters of a network in the chooser beside a stage; what is longer is cut off there
USEFUL = 0.6  # a size at which a network names fewer pictures rightly is not offered
_others: dict[str, tuple[Any, ...]] = {}  # what is small of each network, by its name
IMAGENET = ("resnet18", "resnet50", "vgg11", "alexnet", "squeezenet1_1", "mobilenet_v3_small",
            "efficientnet_b0", "densenet121", "googlenet", "convnext_tiny")  # fmt: skip


@st.cache_data(show_spinner=False, ttl=30)
def choices() -> dict[str, Choice]:
    """The networks to choose from, by name: those that are shipped, then torchvision's."""
    found = {choice.name: choice for choice in list_pretrained(IMAGENET)}
    names = (*SHIPPED, *PHOTOGRAPHS, *IMAGENET)
    return {name: found[name] for name in names if name in found}


def title_of(name: str) -> str:
    """How a network is called, without loading it; what follows a comma its data set says."""
    return choices()[name].title.partition(",")[0] if name in choices() else name


def model_choice(default: str) -> str:
    """A network by name, as a term of a page's values; also one that a visitor trained here."""
    names = (*SHIPPED, *PHOTOGRAPHS, *IMAGENET)

    def read(name: str) -> str:
        if name not in names and not own_networks.is_own(name):
            raise ValueError(f"one of {', '.join(names[:12])}, …")
        return name

    return text(default, read)


def first_choice(default: str) -> str:
    """The network that a page begins with: `default`, where its files are there."""
    return default if default in choices() else next(iter(choices()))


def read_layer(text: str) -> str:
    """A layer's name as it may stand in an address; empty for none.

    Raises:
        ValueError: it is longer than any name, or holds other characters than names do.
    """
    is_name = all(part.isidentifier() or part.isdigit() for part in text.split("."))
    if text and (len(text) > 80 or not is_name):
        raise ValueError("the name of a layer, such as group3.1")
    return text


def size_chooser(address: Address, card: Card) -> int | None:
    """The control that chooses the input size (parameter `size`) where the network takes several.

    Only sizes at which the network is of use are offered, each with its accuracy there. None: the
    one that the card tells its accuracy at.
    """
    offered = useful_sizes(card)
    chosen = address.values().size
    address.only(size=None if chosen in offered else f"the sizes {', '.join(offered)}")
    if chosen not in offered:
        chosen = "auto"
        address.fall_back(size=chosen)
    if len(offered) == 1:
        return None
    st.selectbox(
        "Input size",
        list(offered),
        key=address.key("size"),
        format_func=lambda size: _size_line(card, size, offered[size]),
        help="The network takes any size, and a larger picture gives every layer more cells. It "
        f"has seen most of its training pictures at {card.input_size} × {card.input_size}; beside "
        "each size stands how many pictures of the test set it names rightly there.",
    )
    return None if chosen == "auto" else int(chosen)


def useful_sizes(card: Card) -> dict[str, float]:
    """The sizes worth offering, with the network's test accuracy there; "auto" is first."""
    at = {str(size): accuracy for size, accuracy in card.accuracy_at if size != card.input_size}
    more = {size: at[size] for size in SIZES if at.get(size, 0) >= USEFUL}
    return {"auto": card.test_accuracy, **more}


def _size_line(card: Card, size: str, accuracy: float) -> str:
    pixels = card.input_size if size == "auto" else int(size)
    return f"{pixels} × {pixels} · {percent(accuracy)} right"


def load(name: str) -> Pretrained:
    """A network with its weights, shared by all visitors: read it, do not change it.

    One that is too large to be kept, as AlexNet and VGG are, waits until no other large one runs.

    Raises:
        BusyError: other large runs did not end in time.
        WeightsError: its weights have to be downloaded first, were damaged, or are a visitor's who
            has left.
    """
    if own_networks.is_own(name):  # it ends with the visit, and nothing else keeps it
        return _own(name)
    make_room(_num_bytes(name))
    return _loaded(name)


def batch_of(model_name: str, picture: Picture, size: int | None) -> Tensor:
    """A picture as a network takes it, (1, channels, height, width); only to be read."""
    return _batch(model_name, picture.digest, size, picture)


@kept(is_quick=True)
def _batch(model_name: str, digest: str, size: int | None, _picture: Picture) -> Tensor:
    return load(model_name).transform(_picture.image, size)


@kept(is_quick=True)
def _num_bytes(name: str) -> int:
    """Of the weights of a network to choose from, or of another of torchvision's."""
    if name in choices():
        return BYTES_PER_NUMBER * choices()[name].num_params
    return imagenet_status(name).size_bytes if name in imagenet_names() else 0


@kept(spinner="Loading the network …")
def _loaded(name: str) -> Pretrained:
    """The network; one that has left the account and that some visitor's page holds is the same.

    Else it would lie in memory once for each time that it has been loaded anew.
    """
    model = account().in_use.get(name)
    if model is not None:
        return Pretrained(model, *_others[name])
    network = pretrained(name)
    account().in_use[name] = network.model
    _others[name] = network.transform, network.classes, network.card, network.source
    return network


def _own(name: str) -> Pretrained:
    if (network := own_networks.shelf().get(name)) is None:
        raise WeightsError(own_networks.GONE)
    return network


def reads_digits(card: Card) -> bool:
    """Whether a network was trained on digits, drawn or written."""
    return card.dataset in DIGIT_SETS


def model_chooser(
    address: Address, names: Sequence[str] | None = None, default: str = "resnet18-cifar10"
) -> tuple[str, Pretrained]:
    """The control that chooses a network (parameter `model`), and the network.

    Weights of torchvision's that are not on this machine are offered behind a button that says
    how large they are; until they are there the page goes on with the default.
    """
    name = address.values().model
    all_of_them = choices()  # Streamlit gives a copy each time
    known = {name: all_of_them[name] for name in names or all_of_them if name in all_of_them}
    known |= {} if names else own_networks.offered(name)
    if name not in known and name in coming_with_the_app():
        known[name] = _without_card(name)  # that it cannot be loaded is said below
    if name not in known:
        if own_networks.is_own(name):
            st.info(own_networks.GONE, icon=":material/no_photography:")
        name = default if default in known else next(iter(known))
        address.fall_back(model=name)
    st.selectbox(
        "Network",
        list(known),
        key=address.key("model"),
        format_func=lambda name: _line(known[name]),
        on_change=ask_anew,
        args=(address, name, {name: choice.dataset for name, choice in known.items()}),
        help="A network knows what it was trained on: MNIST is handwritten digits, CIFAR-10 ten "
        "kinds of small pictures, ImageNet a thousand kinds of photographs. EfficientNet-Lite0 and "
        "SqueezeNet 1.1 come with the app; the weights of torchvision's networks are downloaded "
        "when you ask for them.",
    )
    if not names:
        st.page_link(
            "pages/build.py",
            label="Bring your own, as a file",
            icon=":material/upload_file:",
            query_params={"inspect": "file"},
        )
    if not known[name].is_ready and not imagenet_status(name).is_cached:
        instead = default if default in known else next(iter(known))
        offer_download(address.page, imagenet_status(name), known[instead].title)
        name = instead
    return _first_that_loads([name, default, *known], known)


def _without_card(name: str) -> Choice:
    """A network that comes with the app and whose card cannot be read, as its code knows it."""
    network = coming_with_the_app()[name]
    return Choice(name, network.title, network.dataset, 0, 0, 0.0, is_ready=True)


def _first_that_loads(names: Sequence[str], known: Mapping[str, Choice]) -> tuple[str, Pretrained]:
    """The first network whose files are there and whole; what is not is said.

    Where there is none, that is said and the run ends.
    """
    for name in dict.fromkeys(name for name in names if name in known):
        try:
            return name, load(name)
        except (WeightsError, AssetError) as error:
            if name == names[0]:
                st.warning(shown(str(error)), icon=":material/cloud_off:")
    st.warning(shown(str(AssetError(WEIGHTS))), icon=":material/cloud_off:")
    return st.stop()


def _line(choice: Choice) -> str:
    name = choice.title.partition(",")[0]  # the rest says what the data set's name says
    known = f"{name} · {choice.dataset}"
    if not choice.test_accuracy:
        return known
    lines = (f"{known} · {percent(choice.test_accuracy, digits)}" for digits in (1, 0))
    return next((line for line in lines if len(line) <= LINE), known)
