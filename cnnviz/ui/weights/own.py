"""Networks that a visitor has trained here or brought, for the pages that look into networks.

Each has a name that follows from its weights, so what is kept of it is never another's. They stay
while there is room: the ones that were not asked for longest leave first. A visitor is offered the
ones that they took.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import cache
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st

from cnnviz.models.trained import Choice, Pretrained
from cnnviz.ui.weights.names import OF_A_FILE, is_own

MOST_BYTES = 60_000_000  # of all visitors' together
MOST_OF_ONE = 4
STATE = "_own_networks"
FILE = "network.zip"  # as the page "Training" saves it
GONE = (
    "The network of one's own that was looked into here is gone: it lasts as long as a visit, and "
    "a file stays with its visitor."
)


class Shelf:
    """The networks that were taken, by name."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._networks: OrderedDict[str, Pretrained] = OrderedDict()
        self._lent: WeakValueDictionary[str, Pretrained] = WeakValueDictionary()

    def put(self, network: Pretrained) -> str:
        """Keep a network; its name."""
        name = _name_of(network)
        with self._lock:
            self._networks[name] = network
            self._networks.move_to_end(name)
            while len(self._networks) > 1 and self._bytes() > self._most_bytes:
                self._networks.popitem(last=False)
        return name

    def get(self, name: str) -> Pretrained | None:
        """The network, if it is still here."""
        with self._lock:
            if name in self._networks:
                self._networks.move_to_end(name)
            return self._networks.get(name) or self._lent.get(name)

    def lend(self, name: str, network: Pretrained) -> None:
        """Find a network under a name as long as somebody else keeps it: the visitor's session."""
        with self._lock:
            self._lent[name] = network

    def _bytes(self) -> int:
        return sum(network.card.size_bytes for network in self._networks.values())


@cache
def shelf() -> Shelf:
    """The networks that visitors of this server took."""
    return Shelf()


def take(network: Pretrained) -> str:
    """Offer a network to this visitor on the other pages; its name there."""
    return _offer(shelf().put(network))


def lend(network: Pretrained, digest: str) -> str:
    """Offer a network to this visitor alone, while their session keeps it; its name there.

    Args:
        network: from a file of theirs.
        digest: 16 hexadecimal digits that nobody can guess, other ones for other settings.
    """
    name = f"{OF_A_FILE}{digest}"
    shelf().lend(name, network)
    return _offer(name)


def is_mine(name: str) -> bool:
    """Whether this visitor took or brought the network of a name."""
    return name in st.session_state.get(STATE, [])


def _offer(name: str) -> str:
    taken = [other for other in st.session_state.get(STATE, []) if other != name]
    st.session_state[STATE] = [*taken, name][-MOST_OF_ONE:]
    return name


def offered(today: str) -> dict[str, Choice]:
    """What this visitor took and is still here, the latest first, and today's."""
    names = dict.fromkeys([today, *reversed(st.session_state.get(STATE, []))])
    named = (name for name in names if is_own(name))
    open_to_me = (name for name in named if not name.startswith(OF_A_FILE) or is_mine(name))
    found = {name: shelf().get(name) for name in open_to_me}
    return {name: _choice(name, network) for name, network in found.items() if network}


def in_script(script: str, name: str) -> str:
    """A script that asks for a network by name, made to open the visitor's own from its file."""
    if not is_own(name):
        return script
    if name.startswith(OF_A_FILE):
        return _from_a_file(script, name)
    opened = script.replace(f'pretrained("{name}")', f'opened("{FILE}")  # saved on Training')
    return opened.replace(
        "from cnnviz.models import pretrained", "from cnnviz.training.export import opened"
    )


def _from_a_file(script: str, name: str) -> str:
    """The script with the network from the visitor's file, and what its pixels are."""
    found = shelf().get(name)
    if found is None:
        return script
    transform: Any = getattr(found.transform, "spec", found.transform)
    numbers = f"mean={transform.mean}, std={transform.std}"
    opened = script.replace(f'pretrained("{name}")', f'own_network("mine.onnx", {numbers})')
    return opened.replace(
        "from cnnviz.models import pretrained", "from cnnviz.models.onnx.opened import own_network"
    )


def _name_of(network: Pretrained) -> str:
    digest = hashlib.blake2b(network.card.title.encode(), digest_size=8)
    for key, weight in network.model.state_dict().items():
        digest.update(key.encode())
        digest.update(weight.numpy().tobytes())
    return f"own-{digest.hexdigest()}"


def _choice(name: str, network: Pretrained) -> Choice:
    card = network.card
    return Choice(
        name,
        card.title if name.startswith(OF_A_FILE) else f"My {card.title}",
        card.dataset,
        card.num_params,
        card.size_bytes,
        card.test_accuracy,
        is_ready=True,
    )
