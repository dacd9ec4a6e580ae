"""What passes keep for a gradient: what they say beforehand against what torch keeps."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Lock, Thread
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from cnnviz.changing import gradient_sign
from cnnviz.heatmaps import METHODS, Difference, class_activation_maps
from cnnviz.heatmaps.ties import max_pool_ties
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.models.resnet import ResNet18
from cnnviz.probes import graph_memory
from cnnviz.probes.graph_memory import MOST, GraphMemory, graph_bytes, graph_kept
from cnnviz.probes.receptive import effective_receptive_field
from cnnviz.wants.dream import Recipe, dream
from cnnviz.wants.unit import Unit
from tests.support.seeded import frozen, picture

SIDE = 112  # pixels, enough to be counted
NETWORK = "squeezenet1.1"
EARLY = "features.3.expand1x1"  # a layer with most of the network behind it


def explained(name: str, layer: str | None = None) -> Callable[[nn.Module, Tensor], object]:
    return lambda model, batch: METHODS[name](model, batch, 3, layer)


ASK: dict[str, Callable[[nn.Module, Tensor], object]] = {
    **{name: explained(name) for name in METHODS},
    "grad_cam, early": explained("grad_cam", EARLY),
    "all of a layer": lambda model, batch: class_activation_maps(model, batch, 3, EARLY),
    "gradient_sign": lambda model, batch: gradient_sign(model, batch, 3),
    "ties": lambda model, batch: max_pool_ties(model, batch, Difference(3, 4)),
    "field": lambda model, batch: effective_receptive_field(model, batch, "features.12", 0),
    "dream": lambda model, batch: next(
        dream(pretrained(NETWORK), [Unit("", 3, "class")], Recipe(side=SIDE))
    ),
}


class Kept:
    """What torch keeps for gradients, and what was said of it, pass by pass."""

    def __init__(self, weights: Iterator[Tensor]) -> None:
        self._weights = {one.untyped_storage().data_ptr() for one in weights}
        self.passes: list[tuple[int, int]] = []  # said, kept
        self.unsaid = dict[int, int]()

    @contextmanager
    def counted(self, storages: dict[int, int]) -> Generator[None]:
        def pack(tensor: Tensor) -> Tensor:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in self._weights:
                storages[storage.data_ptr()] = storage.nbytes()
            return tensor

        with saved_tensors_hooks(pack, lambda tensor: tensor):
            yield

    @contextmanager
    def taken(self, num_bytes: int) -> Generator[None]:
        """In place of the account's."""
        kept = dict[int, int]()
        with self.counted(kept):
            yield
        self.passes.append((num_bytes, sum(kept.values())))


@pytest.mark.parametrize("name", ASK)
def test_a_pass_says_what_it_keeps_for_a_gradient(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = pretrained(NETWORK)
    batch = network.transform(sample("coffee"), SIDE)
    kept = Kept(iter([*network.model.parameters(), *network.model.buffers()]))
    monkeypatch.setattr(graph_memory, "_account", kept)
    with kept.counted(kept.unsaid):
        ASK[name](network.model, batch)
    assert sum(kept.unsaid.values()) < 2_000_000  # a picture, not a network's layers
    for said, is_kept in kept.passes:
        assert said >= 0.6 * is_kept  # guided ReLUs, tied windows and waves keep some more
        assert name == "field" or said <= 1.6 * is_kept + 1_000_000  # that ends on its way


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (partial(ResNet18, num_classes=10), (2, 3, 64, 64)),
        (lambda: pretrained("efficientnet-lite0").model, (1, 3, SIDE, SIDE)),
    ],
    ids=["ResNet18", "EfficientNet-Lite0"],
)
def test_what_is_said_of_blocks_and_batch_norm_is_what_torch_keeps(
    model: Callable[[], nn.Module], shape: tuple[int, ...]
) -> None:
    net = frozen(model) if shape[0] == 2 else model()
    kept, storages = Kept(iter([*net.parameters(), *net.buffers()])), dict[int, int]()
    leaf = picture(*shape).requires_grad_()
    with torch.enable_grad(), kept.counted(storages):
        net(leaf).sum().backward()
    is_kept = sum(storages.values())
    assert 0.9 * is_kept <= graph_bytes(net, shape) <= 1.6 * is_kept


def test_threads_together_never_keep_more_than_the_most() -> None:
    account, lock = GraphMemory(most=100), Lock()
    now, seen = list[int](), list[list[int]]()

    def take(num_bytes: int) -> None:
        with account.taken(num_bytes):
            with lock:
                now.append(num_bytes)
                seen.append([*now])
            with lock:
                now.remove(num_bytes)

    sizes = [10, 60, 30, 150, 50, 90, 20, 40] * 20
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, sizes))
    assert sorted(one[-1] for one in seen) == sorted(sizes)
    assert all(sum(one) <= 100 or len(one) == 1 for one in seen)


def test_who_came_first_goes_first_and_what_fits_goes_beside() -> None:
    account, order = GraphMemory(most=100), list[str]()
    threads: list[Thread] = []

    def come(name: str, num_bytes: int) -> None:
        def take() -> None:
            with account.taken(num_bytes):
                order.append(name)

        threads.append(Thread(target=take))
        threads[-1].start()
        while threads[-1].is_alive() and len(account._line) + len(order) < len(threads):
            Event().wait(0.001)

    with account.taken(60):
        come("beside", 30)
        threads[0].join()
        come("large", 90)
        come("small", 10)
        assert order == ["beside"]
    for thread in threads:
        thread.join()
    assert order == ["beside", "large", "small"]


def test_a_thread_that_keeps_already_waits_for_nobody_and_nobody_waits_for_ever() -> None:
    account = GraphMemory(most=100, longest_s=0.01)
    with account.taken(90):
        with account.taken(90):
            pass
        other = Thread(target=lambda: account.taken(90).__enter__())
        other.start()
        other.join()


def test_small_pictures_and_networks_that_cannot_be_asked() -> None:
    said: list[int] = []

    class Told:
        @contextmanager
        def taken(self, num_bytes: int) -> Generator[None]:
            said.append(num_bytes)
            yield

    class Asks(nn.Module):
        """One whose way depends on its numbers."""

        def forward(self, x: Tensor) -> Any:
            return x if bool(x.sum() > 0) else -x

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_memory, "_account", Told())
        with graph_kept(Asks(), torch.zeros(8, 3, 32, 32)):
            pass
        with graph_kept(Asks(), torch.zeros(1, 3, 224, 224)):
            pass
    assert said == [0, MOST]
