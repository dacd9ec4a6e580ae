"""The maps of the heatmaps page: computed once for each picture, class and layer, then kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from cnnviz.cluster.order import Order
from cnnviz.heatmaps import METHODS, Method, pass_from, pixel_gradient_maps
from cnnviz.images.samples import SAMPLES
from cnnviz.probes.graph_memory import graph_kept
from cnnviz.progress import Progress
from cnnviz.ui.heatmaps.findings import Finding, There
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.jobs import Task
from cnnviz.ui.kept import Result, account, size_of
from cnnviz.ui.weights.sent import can_be_sent, sent

MOST_OF_A_PASS = 4_000_000  # bytes that are kept to answer for other classes
SMALL = 1_000_000  # parameters; up to here even the slow methods take less than a tenth of a second

Map = NDArray[np.float32]
Found = TypeVar("Found")


def key_of(subject: Subject, method: Method | None, what: str = "map") -> Hashable:
    """What a result of a method depends on, or one of all methods, in names and numbers."""
    layer = subject.layer if method is None or method.needs_layer else None
    return (
        what,
        subject.model_name,
        subject.picture.digest,
        subject.size,
        subject.target,
        layer,
        method.name if method else "all methods",
    )


def shown_methods(subject: Subject) -> list[Method]:
    """The methods that this network has something for."""
    return [m for m in METHODS.values() if not m.needs_layer or subject.layer is not None]


def chosen_method(subject: Subject, name: str) -> Method:
    """The method of this name; the first where this network has nothing for it."""
    shown = shown_methods(subject)
    return next((method for method in shown if method.name == name), shown[0])


def is_small(subject: Subject) -> bool:
    """Whether even the slow methods and tests need no button."""
    return subject.network.card.num_params < SMALL


def there_of(
    subject: Subject,
    work: str,
    arguments: Mapping[str, Any],
    read: Callable[[Any], Any] = lambda answer: answer,
) -> There[Any] | None:
    """How other machines do a work of a picture; None for a network that only this server has."""
    if not can_be_sent(subject.model_name, subject.network):
        return None

    def order() -> Order:
        model = sent(subject.model_name, subject.network)
        whole = {"model": model, "batch": subject.batch, **arguments}
        is_upload = subject.picture.is_upload or subject.picture.name not in SAMPLES
        return Order(work, whole, is_shared=not is_upload and isinstance(model, str))

    return There(order, read)


def asked_of(subject: Subject, method: Method) -> dict[str, Any]:
    """What a method needs beside network and picture, for an order."""
    layer = subject.layer if method.needs_layer else None
    return {"target": subject.target, "method": method.name, "layer": layer}


def map_of(subject: Subject, method: Method) -> Finding[Map]:
    """The map of a method, known or not yet."""

    def compute(progress: Progress) -> Map:
        model, batch = subject.network.model, subject.batch
        heatmap = method(model, batch, subject.target, subject.layer, progress)
        return heatmap.detach().float().numpy()

    there = there_of(subject, "heatmap", asked_of(subject, method), lambda found: found.numpy())
    return Finding(key_of(subject, method), method.title, compute, there)


def finding_of(
    subject: Subject,
    method: Method,
    what: str,
    find: Callable[[Subject, Method, Progress], Found],
    there: There[Found] | None,
) -> Finding[Found]:
    """What is found out about the map of a method, known or not yet."""
    key = key_of(subject, method, what)
    return Finding(key, method.title, lambda progress: find(subject, method, progress), there)


def kept_map(subject: Subject, method: Method) -> Map | None:
    """The map if it was computed before or is quick to compute; None if it has to be asked for."""
    family = _family(subject, method)
    if family is not None:
        return family.found()[method.name]
    return map_of(subject, method).known(is_quick(subject, method))


def known_map(subject: Subject, method: Method) -> Map | None:
    """The map if it was computed before."""
    family = _family(subject, method)
    found = account().get(family.key if family else key_of(subject, method))
    if found is None:
        return None
    return found.value[method.name] if family else found.value


def is_quick(subject: Subject, method: Method) -> bool:
    """Whether the map needs no button."""
    return not method.is_slow or is_small(subject)


def _family(subject: Subject, method: Method) -> Finding[dict[str, Map]] | None:
    """The maps of all methods that share this one's passes through the network, by name."""

    def of_a_layer(_progress: Progress) -> dict[str, Map]:
        return _numbers(_of_a_layer(subject, subject.layer or ""))

    def of_the_gradient(_progress: Progress) -> dict[str, Map]:
        model = subject.network.model
        return _numbers(pixel_gradient_maps(model, subject.batch, subject.target))

    if method.needs_layer and subject.layer is not None:
        return Finding(key_of(subject, None, "class activation"), "", of_a_layer)
    if method.name in ("saliency", "input_x_gradient"):
        return Finding(key_of(subject, METHODS["saliency"], "gradient"), "", of_the_gradient)
    return None


def _of_a_layer(subject: Subject, layer: str) -> dict[str, Tensor]:
    """The maps of all methods that look at a layer.

    The pass up to the layer is the same for every class: what is behind it is kept where it is
    small, as behind the last maps, and another class costs a backward pass through that.
    """
    key = ("pass from", subject.model_name, subject.picture.digest, subject.size, layer)
    kept = account().get(key)
    if kept is not None:
        return kept.value[0].class_activation_maps(subject.target)
    model = subject.network.model
    with graph_kept(model, subject.batch, layer):
        passed = pass_from(model, subject.batch, layer)
        maps = passed.class_activation_maps(subject.target)
        result = Result((passed, passed.held()))
        if size_of(result) <= MOST_OF_A_PASS:
            account().put(key, result)
        del passed, result
    return maps


def _numbers(maps: dict[str, Tensor]) -> dict[str, Map]:
    return {name: heatmap.detach().float().numpy() for name, heatmap in maps.items()}


def following(subject: Subject) -> list[Method]:
    """The methods that need no button and whose maps are not there yet, the quickest first."""
    missing = [
        method
        for method in shown_methods(subject)
        if is_quick(subject, method) and known_map(subject, method) is None
    ]
    return sorted(missing, key=lambda method: method.cost)


def map_tasks(subject: Subject) -> list[Task]:
    """The maps that have to be asked for and are missing, as work for the background."""
    return [
        map_of(subject, method).task()
        for method in shown_methods(subject)
        if not is_quick(subject, method) and known_map(subject, method) is None
    ]
