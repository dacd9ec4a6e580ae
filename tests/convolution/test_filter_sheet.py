"""The sheet of all filters: kinds by their sums, normalised against sums by hand."""

from __future__ import annotations

import pytest
import torch

from cnnviz.convolution.filter_sheet import (
    divisor_of,
    filter_sheet,
    kind_of,
    least_correlation,
    library_order,
    one_channel,
    share_beyond,
    sizes_of_weights,
)
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.responses import respond
from cnnviz.convolution.settings import ConvSettings

NOISE = torch.rand(1, 32, 38, generator=torch.Generator().manual_seed(0))
GREY = torch.nn.functional.avg_pool2d(NOISE, 9, 1)[0]  # as smooth as photos are


def planes(side: int) -> dict[str, torch.Tensor]:
    return {name: KERNELS[name].weights((side, side)) for name in library_order()}


def settings_of(side: int) -> ConvSettings:
    return ConvSettings(kernel_size=(side, side), padding=(side // 2, side // 2))


def test_every_kernel_of_the_library_has_its_tile():
    assert sorted(library_order()) == sorted(KERNELS)


def test_the_kinds_at_three_by_three_are_those_of_the_textbooks():
    kinds = {name: kind_of(plane) for name, plane in planes(3).items()}
    of = {kind: {n for n, k in kinds.items() if k == kind} for kind in set(kinds.values())}
    assert of == {
        "picture": {"identity", "box_blur", "gaussian_blur", "motion_blur", "sharpen", "unsharp",
                    "emboss"},
        "slope": {"sobel_x", "sobel_y", "scharr_x", "scharr_y", "prewitt_x", "prewitt_y"},
        "spot": {"laplacian", "laplacian_of_gaussian", "gabor"},
        "neither": {"random"},
    }  # fmt: skip


def test_the_divisors_are_half_the_sizes_of_the_weights():
    found = planes(3)
    assert [divisor_of(found[name]) for name in ("sobel_x", "scharr_x", "prewitt_x")] == [4, 16, 3]
    assert sizes_of_weights(found) == "8 : 32 : 6"
    assert divisor_of(found["emboss"]) == 1


@pytest.mark.parametrize("side", [1, 2, 3, 5])
def test_differences_lie_between_minus_one_and_one_and_agree_with_a_plain_layer(side):
    found = filter_sheet(GREY, settings_of(side), planes(side))
    for one in found:
        assert one.response.isfinite().all()
        raw = KERNELS[one.name].weights((side, side))
        plain = respond(GREY[None], raw, settings_of(side))[0] / one.divisor
        torch.testing.assert_close(one.response, plain, atol=1e-5, rtol=1e-4)
        if one.kind in ("slope", "spot"):
            assert float(one.response.abs().max()) <= 1 + 1e-5


def test_at_one_by_one_slopes_are_all_zeros_and_named():
    found = {one.name: one for one in filter_sheet(GREY, settings_of(1), planes(1))}
    assert found["sobel_x"].kind == "nothing"
    assert found["sobel_x"].divisor == 1
    assert not found["sobel_x"].response.any()
    layer = one_channel(GREY, settings_of(1), len(found))
    assert least_correlation(list(found.values()), layer) is None


def test_sobel_scharr_and_prewitt_hardly_differ_once_normalised():
    found = filter_sheet(GREY, settings_of(3), planes(3))
    layer = one_channel(GREY, settings_of(3), len(found))
    by_hand = torch.stack(
        [one.response[1:-1, 1:-1].flatten() for one in found
         if one.name in ("sobel_x", "scharr_x", "prewitt_x")]
    )  # fmt: skip
    expected = float(torch.corrcoef(by_hand).min())
    assert least_correlation(found, layer) == pytest.approx(expected, abs=1e-5)
    assert expected > 0.9


def test_what_is_clipped_is_counted():
    assert share_beyond(torch.tensor([-0.1, 0.0, 0.5, 1.0]), 0, 1) == 0.25


def test_relu_leaves_nothing_below_zero():
    found = filter_sheet(GREY, settings_of(3), planes(3), relu=True)
    assert min(float(one.response.min()) for one in found) == 0
