"""How columns are joined, what maps give, and what their cells see, against the network itself."""

from __future__ import annotations

from functools import cache

import pytest
import torch
from torch import Tensor

from cnnviz.activations import layers, record
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.overview.columns import column_of, columns_of
from cnnviz.overview.gives import gives
from cnnviz.overview.joins import Join, joins_of
from cnnviz.overview.structure import Structure, structure_of
from cnnviz.overview.unfold import followed, unfolded
from cnnviz.overview.without import without_each
from cnnviz.probes.excitation import ablate
from cnnviz.probes.receptive import extents
from cnnviz.probes.tape import Tape, tape


@cache
def looked(name: str, picture: str) -> tuple[Tape, Structure, tuple[Join, ...], Tensor]:
    network = pretrained(name)
    batch = network.transform(sample(picture))
    played = tape(network.model, batch)
    made = structure_of(layers(network.model, tuple(batch.shape)), played)
    return played, made, joins_of(made.columns, played), batch


LENET, RESNET = ("lenet-mnist", "digit_7"), ("resnet18-cifar10", "cat")


def numbers(made: Structure, join: Join) -> tuple[range, range]:
    target = made.columns[join.target].layer.shape[0]
    return range(target), range(join.nodes[-1].output.shape[1])


@pytest.mark.parametrize("index", [0, 3, 6, 8, 10])
def test_what_maps_give_and_the_bias_add_up_to_each_cell(index: int):
    played, made, joins, _ = looked(*LENET)
    join = next(join for join in joins if join.target == index)
    terms = gives(join, *numbers(made, join))
    assert terms is not None
    name = made.columns[index].name
    bias = pretrained("lenet-mnist").model.get_submodule(name).bias
    truth = played[name].output[0]
    total = terms.sum(dim=1) + bias[:, None, None]
    torch.testing.assert_close(total.reshape(truth.shape), truth, rtol=1e-4, atol=1e-4)


def test_behind_a_norm_the_terms_are_scaled_as_it_scales_them():
    played, made, joins, _ = looked(*RESNET)
    index = [column.name for column in made.columns].index("group0.1")
    main, shortcut = sorted(
        (j for j in joins if j.target == index), key=lambda j: j.residual is not None
    )
    chosen = range(5)
    terms = gives(main, chosen, range(64))
    own = gives(shortcut, chosen, chosen)
    assert terms is not None
    assert own is not None
    norm = pretrained("resnet18-cifar10").model.get_submodule("group0.1.main_path.4")
    shift = norm.bias - norm.running_mean * norm.weight / (norm.running_var + norm.eps).sqrt()
    total = terms.sum(dim=1) + own[:, 0] + shift[:5, None, None]
    torch.testing.assert_close(total, played["group0.1.add"].output[0, :5], rtol=1e-3, atol=1e-4)


def test_a_correction_is_measured_against_its_shortcut():
    _, made, joins, batch = looked(*RESNET)
    model = pretrained("resnet18-cifar10").model
    residuals = [join for join in joins if join.residual]
    assert len(residuals) == 8
    for join in residuals:
        name = made.columns[join.target].name
        block, x = model.get_submodule(name), made.columns[join.source].name
        with torch.no_grad():
            read = record(model, batch, [x])[x]
            ratio = float(block.main_path(read).norm() / block.shortcut_path(read).norm())
        assert join.residual is not None
        assert join.residual.ratio == pytest.approx(ratio, rel=1e-4)
        assert join.residual.is_identity == (len(block.shortcut_path) == 0)
        assert join.is_same == join.residual.is_identity


@pytest.mark.parametrize("which", [LENET, RESNET])
def test_cells_see_what_their_receptive_field_says(which):
    played, made, _, _ = looked(*which)
    for index in range(0, len(made.columns), 3):
        column = made.columns[index]
        if not column.is_vector:
            assert made.sees[index] == extents(played, column.name)


def test_concatenated_maps_are_joined_by_both_of_their_ways():
    _, made, joins, _ = looked("squeezenet1.1", "cat")
    fire = [column.name for column in made.columns].index("features.3")
    ways = [join for join in joins if join.target == fire]
    assert [join.is_concatenated for join in ways] == [True, True]


def test_of_a_concatenation_each_way_gives_to_its_own_maps():
    network = pretrained("squeezenet1.1")
    batch = network.transform(sample("cat"), 64)
    played = tape(network.model, batch)
    known = layers(network.model, tuple(batch.shape))
    columns = columns_of(known, played)
    inside = unfolded(columns, column_of(columns, "features.11"), played)
    cat = len(inside) - 1
    joins = [join for join in joins_of(inside, played) if join.target == cat]
    assert {(join.is_same, join.offset) for join in joins} == {(True, 0), (True, 256)}
    total = sum(gives(join, [3, 300], [0])[:, 0] for join in joins)
    torch.testing.assert_close(total, played["features.11"].output[0, [3, 300]])
    rows = followed(inside, played, 300, (1, 1))
    names = [column.name for column in inside]
    assert rows[names.index("features.11.expand3x3_activation")][0] == 300 - 256
    maps = played["features.11.squeeze_activation"].output[0]
    kernel = network.model.get_submodule("features.11.expand3x3").weight[44]
    window = torch.nn.functional.pad(maps, (1, 1, 1, 1))[:, 1:4, 1:4]
    most = int((kernel * window).sum(dim=(1, 2)).abs().argmax())
    assert rows[names.index("features.11.squeeze_activation")][0] == most


def test_without_a_map_the_scores_are_those_of_the_network_with_it_at_zero():
    _, made, _, batch = looked(*LENET)
    model = pretrained("lenet-mnist").model
    found = without_each(model, batch, {"feature_extractor.2": 6, "feature_extractor.5": 16})
    for index, column in enumerate(made.columns[:6]):
        last = made.columns[made.last[index]].name
        for channel in (0, 5):
            after = ablate(model, batch, column.name, [channel]).after[0]
            torch.testing.assert_close(found[last][channel], after, rtol=1e-4, atol=1e-4)


def test_no_way_is_walked_twice_where_many_sums_are_folded_into_one():
    """Each of thirty sums has two ways: all together a thousand million."""
    blocks = torch.nn.Sequential(*[_Adding() for _ in range(30)])
    batch = torch.rand(1, 2, 4, 4)
    known = layers(blocks, (1, 2, 4, 4))
    made = structure_of(known, tape(blocks, batch))
    assert len(made.links) < 200


class _Adding(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x)
