"""Layers keep their identity while others come, go and move; the truth is an object's own."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from cnnviz.builder import edits
from cnnviz.builder.identities import Identities, alike, inserted, moved, removed
from cnnviz.models import networks
from cnnviz.models.specs import Conv2d, NetworkSpec, Path, Residual, layer_at, walk

START = NetworkSpec(
    "Mine",
    (3, 8, 8),
    (Conv2d(1, 1, 1), Residual((Conv2d(1, 2, 1), Conv2d(1, 3, 1))), Conv2d(1, 4, 1)),
)


def paths(spec: NetworkSpec) -> list[Path]:
    return [path for path, _ in walk(spec.layers)]


def named(found: Identities) -> dict[int, int]:
    """The out_channels, by which the test knows a layer, by identity."""
    known = {n: layer_at(found.spec, path) for path, n in found.by_path.items()}
    return {n: layer.out_channels for n, layer in known.items() if isinstance(layer, Conv2d)}


def random_edit(spec: NetworkSpec, draw: random.Random, new: int):
    """The network after a random edit, and where its layers went; None where it cannot be done."""
    path = draw.choice(paths(spec))
    match draw.choice(("add", "remove", "move")):
        case "add":
            return edits.add_layer(spec, path, Conv2d(1, new, 1)), inserted(path)
        case "remove" if len(spec.layers) > 1:
            return edits.remove_layer(spec, path), removed(path)
    of = draw.choice(paths(spec))
    if of[: len(path)] == path:
        return None
    is_block = isinstance(layer_at(spec, of), Residual)
    where = draw.choice(("before", "behind", "inside") if is_block else ("before", "behind"))
    to = edits.dropped_at(path, of, where)
    try:
        return edits.move_layer(spec, path, to), moved(path, to)
    except ValueError:  # too deep in each other
        return None


@pytest.mark.parametrize("seed", range(30))
def test_each_layer_keeps_its_identity_through_random_edits(seed: int) -> None:
    draw, found = random.Random(seed), Identities.of(START)
    ever = named(found)
    for new in range(10, 60):
        if (edit := random_edit(found.spec, draw, new)) is None:
            continue
        spec, moves = edit
        found = found.after(moves, spec)
        assert sorted(found.by_path) == sorted(paths(spec))
        ever |= {n: channels for n, channels in named(found).items() if n not in ever}
        assert all(ever[n] == channels for n, channels in named(found).items())
    assert len(set(ever.values())) == len(ever)  # no layer had two identities, one after another


def test_where_only_the_outcome_is_known_layers_of_a_kind_in_order_are_the_same() -> None:
    lenet = networks.lenet()
    taller = edits.change_arguments(edits.remove_layer(lenet, (2,)), (2,), kernel_size=3)
    where = alike(lenet, taller)
    assert [where((n,)) for n in range(5)] == [(0,), (1,), None, (2,), (3,)]
    assert where((11,)) == (10,)


def test_layers_in_blocks_are_followed_too() -> None:
    resnet = networks.resnet((1, 1), 8, 10, 32)
    first = resnet.layers[4]
    assert isinstance(first, Residual)
    longer = replace(first, layers=(*first.layers, Conv2d(8, 8, 1)))
    where = alike(resnet, edits.replace_layer(resnet, (4,), longer))
    assert where((4, 2)) == (4, 2)
    assert where((5, 1)) == (5, 1)


def test_what_is_gone_has_no_place() -> None:
    found = Identities.of(START)
    one = found.by_path[(1, 0)]
    assert found.path_of(one) == (1, 0)
    without = found.become(edits.remove_layer(START, (1,)))
    assert without.path_of(one) is None
    assert without.path_of("x") is None
    back = without.become(START)
    assert back.path_of(one) is None  # an identity is given once
    assert back.last > without.last
