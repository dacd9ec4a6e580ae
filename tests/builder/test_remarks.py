"""The gentle list against torch: what a remark says of a network can be measured in it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cnnviz.builder.doctor.remarks import remarks
from cnnviz.builder.modules import build
from cnnviz.models import joined_networks, networks
from cnnviz.models.specs import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Flatten,
    Identity,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    Sigmoid,
)

PLAIN = [networks.lenet(), networks.alexnet(), networks.resnet(), networks.mlp(),
         joined_networks.unet(), joined_networks.inception()]  # fmt: skip


def net(*layers, size: int = 12) -> NetworkSpec:
    return NetworkSpec("net", (2, size, size), layers)


def said(spec: NetworkSpec) -> dict[str, str]:
    return {remark.title: remark.sentence for remark in remarks(spec)}


def through(spec: NetworkSpec, picture: Tensor) -> Tensor:
    with torch.inference_mode():
        return build(spec, seed=0).eval()(picture)


def pictures(count: int, size: int = 12) -> Tensor:
    return torch.randn(count, 2, size, size, generator=torch.Generator().manual_seed(1))


def gradient(spec: NetworkSpec, cell: tuple[int, ...] | None = None) -> Tensor:
    """How much each pixel counts for all that comes out, or for one cell; shape (rows, columns)."""
    picture = pictures(1).abs().add(0.1).requires_grad_()
    out = build(spec, seed=0).eval()(picture)
    score = out.sum() if cell is None else out[0, :, *cell].sum()
    (slopes,) = torch.autograd.grad(score, picture)
    return slopes[0].abs().sum(0)


@pytest.mark.parametrize("spec", PLAIN, ids=lambda spec: spec.name)
def test_of_the_networks_to_start_from_nothing_is_said(spec):
    assert remarks(spec) == ()


def test_nor_of_a_network_that_does_not_fit():
    assert remarks(net(Linear(12, 3), Linear(4, 2))) == ()


def test_a_linear_layer_on_a_volume_mixes_each_row_alone():
    spec = net(Linear(12, 5))
    assert "24 rows, all with the same weights" in said(spec)["layer 1, fc"]
    first, second = pictures(2)
    changed = first.clone()
    changed[1, 7] = second[1, 7]
    is_other = (through(spec, first[None]) != through(spec, changed[None])).any(-1)[0]
    assert is_other.nonzero().tolist() == [[1, 7]]


@pytest.mark.parametrize(
    "between", [(), (Dropout(0.5),), (Identity(),), (BatchNorm1d(6),)], ids=str
)
def test_two_linear_layers_without_activation_are_one(between):
    spec = net(Flatten(), Linear(288, 6), *between, Linear(6, 3))
    assert "than one Linear(288, 3) can" in said(spec)[f"layer {3 + len(between)}, fc2"]
    a, b = pictures(2).split(1)
    zero = through(spec, torch.zeros(1, 2, 12, 12))
    both = through(spec, a + b) - zero
    torch.testing.assert_close(both, through(spec, a) + through(spec, b) - 2 * zero)


@pytest.mark.parametrize("activation", [ReLU(), Sigmoid()], ids=str)
def test_with_one_between_them_they_are_not(activation):
    spec = net(Flatten(), Linear(288, 6), activation, Linear(6, 3))
    assert remarks(spec) == ()
    a, b = pictures(2).split(1)
    zero = through(spec, torch.zeros(1, 2, 12, 12))
    both = through(spec, a + b) - zero
    assert not torch.allclose(both, through(spec, a) + through(spec, b) - 2 * zero, atol=1e-4)


def test_two_in_a_block_are_seen_and_one_before_a_block_is_not_added_to_one_in_it():
    block = Residual((Linear(6, 6), Linear(6, 6)), "none")
    assert list(said(net(Flatten(), Linear(288, 6), block))) == ["layer 3.2, block.main_path.1"]


@pytest.mark.parametrize(
    ("layer", "words"),
    [(Conv2d(2, 3, 1, stride=2), "of 2 rows it never sees 1"),
     (Conv2d(2, 3, (3, 2), stride=3), "of 3 columns it never sees 1"),
     (AvgPool2d(2, 5), "of 5 rows it never sees 3")],
)  # fmt: skip
def test_a_stride_over_the_kernel_leaves_pixels_out(layer, words):
    spec = net(layer)
    (sentence,) = said(spec).values()
    assert words in sentence
    unseen = gradient(spec) == 0
    assert unseen[:10, :10].any()


@pytest.mark.parametrize(
    "layer",
    [Conv2d(2, 3, 3, stride=3), Conv2d(2, 3, 2, stride=3, dilation=2), MaxPool2d(2),
     Conv2d(2, 3, 8, stride=9)],
)  # fmt: skip
def test_a_stride_that_is_reached_over_or_never_made_is_no_remark(layer):
    assert remarks(net(layer)) == ()


def test_a_mean_that_enlarges_spreads_the_same_numbers():
    spec = net(MaxPool2d(2), AdaptiveAvgPool2d(9))
    assert "9 × 9 of 6 × 6" in said(spec)["layer 2, avgpool"]
    basis = torch.eye(36).reshape(36, 1, 6, 6)
    spread = torch.nn.functional.adaptive_avg_pool2d(basis, 9).reshape(36, 81)
    assert torch.linalg.matrix_rank(spread) <= 36
    assert remarks(net(AdaptiveAvgPool2d(9))) == ()


def test_a_mean_of_cells_that_see_a_part_of_the_picture():
    narrow = (Conv2d(2, 3, 3, padding=1), ReLU(), Conv2d(3, 3, 3, stride=2, padding=1))
    spec = net(*narrow, AdaptiveAvgPool2d(1), Flatten(), Linear(3, 2))
    assert "each see 5 × 5 of a picture of 12 × 12" in said(spec)["layer 4, avgpool"]
    seen = gradient(net(*narrow), (3, 3)) > 0
    rows, columns = seen.any(1).nonzero(), seen.any(0).nonzero()
    assert rows.max() - rows.min() + 1 <= 5 and columns.max() - columns.min() + 1 <= 5
    wide = (*narrow, Conv2d(3, 3, 5, padding=2), AdaptiveAvgPool2d(1), Flatten(), Linear(3, 2))
    assert gradient(net(*wide)).all()
    assert remarks(net(*wide)) == ()
