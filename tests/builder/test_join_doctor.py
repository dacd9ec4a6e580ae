"""The doctor at joins: what clashes, torch's own words, and mends that torch runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cnnviz.builder.doctor import diagnose
from cnnviz.builder.doctor.fits import fitting
from cnnviz.builder.doctor.lost_rows import Loss
from cnnviz.builder.doctor.preview import shapes_with
from cnnviz.builder.edits import change_input_shape, remove_layer
from cnnviz.builder.modules import build, module_of
from cnnviz.builder.shapes import forward_shapes, output_shape
from cnnviz.models.joined_networks import unet
from cnnviz.models.specs import (
    AvgPool2d,
    Conv2d,
    Flatten,
    Join,
    Layer,
    MaxPool2d,
    NetworkSpec,
    Upsample,
)

ODD = change_input_shape(unet(width=2), (1, 65, 65))
MENDS = {  # with how many of the 89 sizes from 8 to 96 then fit
    ("everywhere", "output_size of the map it joins"): 89,
    ("everywhere", "Pad with zeros"): 89,
    ("everywhere", "Resize to the larger map"): 89,
    ("everywhere", "Crop the larger map"): 89,
    ("here", "output_size of the map it joins"): 23,
    ("here", "Pad with zeros"): 23,
    ("here", "Resize to the larger map"): 23,
    ("here", "Crop the larger map"): 23,
    ("", "output_padding = 1 in deconv3 only"): 11,
}


def mended(scope: str, label: str) -> NetworkSpec:
    found = diagnose(ODD)
    assert found is not None
    (spec,) = (mend.spec for mend in found.mends if (mend.scope, mend.label) == (scope, label))
    return spec


def real_words(spec: NetworkSpec) -> str:
    with pytest.raises(RuntimeError) as caught, torch.inference_mode():
        build(spec).eval()(torch.zeros(1, *spec.input_shape))
    return str(caught.value)


def test_an_odd_size_is_told_with_both_sizes_and_torchs_words() -> None:
    found = diagnose(ODD)
    assert found is not None
    assert found.title == "layer 33, cat3"
    assert "2 × 65 × 65 of enc1 against 2 × 64 × 64 that arrive" in found.sentence
    assert found.torch_message == real_words(ODD)


@pytest.mark.parametrize(("scope", "label"), MENDS)
def test_a_mend_of_an_odd_size_runs_in_torch(scope: str, label: str) -> None:
    spec = mended(scope, label)
    with torch.inference_mode():
        after = build(spec).eval()(torch.zeros(1, 1, 65, 65)).shape[1:]
    assert tuple(after) == output_shape(spec)
    assert tuple(after[1:]) == ((64, 64) if label.startswith("Crop") else (65, 65))


@pytest.mark.parametrize(("scope", "label"), MENDS)
def test_so_many_sizes_fit_with_a_mend(scope: str, label: str) -> None:
    spec = mended(scope, label)
    fit = fitting(spec, range(8, 97))
    assert len(fit) == MENDS[scope, label]
    assert 65 in fit
    assert (64 in fit) is not label.startswith("output_padding")


@pytest.mark.parametrize("size", [8, 23, 65, 88, 89])
def test_the_sizes_of_mends_are_those_that_real_tensors_take(size: int) -> None:
    for scope, label in MENDS:
        spec = mended(scope, label)
        try:
            with torch.inference_mode():
                build(spec).eval()(torch.zeros(1, 1, size, size))
        except (RuntimeError, ValueError):
            is_taken = False
        else:
            is_taken = True
        assert (size in fitting(spec, range(8, 97))) is is_taken, (scope, label)


def test_where_two_joins_fail_no_mend_at_one_alone_is_offered() -> None:
    found = diagnose(change_input_shape(unet(width=2), (1, 70, 70)))
    assert found is not None
    assert "here" not in {mend.scope for mend in found.mends}


def test_one_join_knows_no_scopes() -> None:
    found = diagnose(change_input_shape(unet(width=2, levels=1), (1, 9, 9)))
    assert found is not None
    assert {mend.scope for mend in found.mends} == {""}


def test_what_does_not_help_is_told_with_the_place_where_it_stops_then() -> None:
    found = diagnose(ODD)
    assert found is not None
    rounded = "No mend: ceil_mode = True in all poolings. It stops at cat1 then, 17 × 17 against "
    assert found.no_mend == f"{rounded}18 × 18."
    with pytest.raises(RuntimeError, match="Expected size 17 but got size 18"):
        layers = (replace(layer, ceil_mode=True) if isinstance(layer, MaxPool2d) else layer
                  for layer in ODD.layers)  # fmt: skip
        build(replace(ODD, layers=tuple(layers)))(torch.zeros(1, 1, 65, 65))


@pytest.mark.parametrize("pool", [
    MaxPool2d(2), MaxPool2d(3, stride=2), AvgPool2d(3), MaxPool2d(3, stride=3, padding=1),
    Conv2d(1, 1, 3, stride=4, dilation=2), Conv2d(1, 1, 1, stride=3), MaxPool2d(2, ceil_mode=True),
])  # fmt: skip
@pytest.mark.parametrize("size", [10, 11, 13])
def test_the_rows_that_are_never_read_have_no_gradient(pool: Layer, size: int) -> None:
    rows = torch.arange(1.0, size + 1).reshape(1, 1, size, 1)  # a window's last row wins
    x = rows.expand(1, 1, size, size).clone().requires_grad_()
    y = module_of(pool)(x)
    (gradient,) = torch.autograd.grad(y.sum(), x)
    unread = size - 1 - int(gradient[0, 0].abs().sum(1).nonzero().max())
    layers = (Conv2d(1, 1, 1, mark="a"), pool, Upsample(2.0), Join(("a", "")))
    found = diagnose(NetworkSpec("n", (1, size, size), layers))
    losses = found.losses if found else ()
    missing = size - 2 * y.shape[2]
    assert bool(losses) is (unread > 0 and missing > 0)
    if losses:
        assert (losses[0].count, losses[0].unread) == (size, unread)
        assert (losses[-1].count, losses[-1].missing) == (2 * y.shape[2], missing)


def test_a_loss_is_told_with_its_rows() -> None:
    found = diagnose(ODD)
    assert found is not None
    assert found.losses == (
        Loss("enc1 has 65 rows", 65, unread=1), Loss("pool1 reads pairs: 32", 32),
        Loss("deconv3 makes 64", 64, missing=1),
    )  # fmt: skip


def test_a_preview_tells_the_shapes_that_a_mend_gives_and_no_others() -> None:
    spec = mended("everywhere", "Pad with zeros")
    shapes = shapes_with(ODD, spec)
    truth = {row.path: row.output_shape for row in forward_shapes(spec)}
    assert min(shapes) == (32,)
    assert all(truth[path] == shape for path, shape in shapes.items())
    without = shapes_with(ODD, remove_layer(ODD, (32,)))
    assert (32,) not in without


def test_other_channels_turned_axes_and_a_row_are_told_apart() -> None:
    wide = Conv2d(1, 2, 1, mark="a"), Conv2d(2, 3, 1), Join(("a", ""), how="sum")
    sums = NetworkSpec("n", (1, 6, 8), wide)
    found = diagnose(sums)
    assert found is not None
    assert "only equal numbers of channels are added" in found.sentence
    assert found.torch_message == real_words(sums)
    assert [mend.label for mend in found.mends[:2]] == [
        "Add a 1×1 convolution before it: 3 channels → 2", "Lay them one behind the other instead",
    ]  # fmt: skip
    assert all(output_shape(mend.spec) for mend in found.mends)
    turned = Conv2d(1, 2, (1, 3), mark="a"), Join(("input",)), Conv2d(1, 2, (3, 1)), Join(("a", ""))
    found = diagnose(NetworkSpec("n", (1, 8, 8), turned))
    assert found is not None
    assert "turned" in found.sentence
    rows = Conv2d(1, 2, 1, mark="a"), Flatten(), Join(("a", ""))
    found = diagnose(NetworkSpec("n", (1, 8, 8), rows))
    assert found is not None
    assert "a volume and a row" in found.sentence
