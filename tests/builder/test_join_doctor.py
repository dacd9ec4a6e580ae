"""The doctor at joins: what clashes, torch's own words, and mends that torch runs."""

from __future__ import annotations

import pytest
import torch

from cnnviz.builder.doctor import diagnose
from cnnviz.builder.edits import change_input_shape
from cnnviz.builder.modules import build
from cnnviz.builder.shapes import output_shape
from cnnviz.models.joined_networks import unet
from cnnviz.models.specs import Conv2d, Flatten, Join, NetworkSpec

ODD = change_input_shape(unet(width=2), (1, 65, 65))
MENDS = {
    "output_size of the map it joins": 13,
    "Pad with zeros": 13,
    "Resize to the larger map": 13,
    "Crop the larger map": 13,
    "output_padding = 1 in deconv3 only": 1,
}


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


@pytest.mark.parametrize("label", MENDS)
def test_a_mend_of_an_odd_size_runs_in_torch(label: str) -> None:
    found = diagnose(ODD)
    assert found is not None
    (spec,) = (mend.spec for mend in found.mends if mend.label == label)
    with torch.inference_mode():
        after = build(spec).eval()(torch.zeros(1, 1, 65, 65)).shape[1:]
    assert tuple(after) == output_shape(spec)
    assert tuple(after[1:]) == ((64, 64) if label.startswith("Crop") else (65, 65))


@pytest.mark.parametrize("label", MENDS)
def test_output_padding_breaks_other_sizes_and_the_other_mends_none(label: str) -> None:
    found = diagnose(ODD)
    assert found is not None
    (spec,) = (mend.spec for mend in found.mends if mend.label == label)
    sizes = range(60, 73)
    fit = [size for size in sizes if output_shape(change_input_shape(spec, (1, size, size)))]
    assert len(fit) == MENDS[label]


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
