"""A convolution as a matrix against torch's layer and the tutorial's counts."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.convolution.as_matrix import MatrixSettings, matrix_of
from cnnviz.convolution.small_pictures import WHOLE_KERNELS, small_picture, whole_kernel


def settings():
    return st.builds(
        MatrixSettings,
        st.integers(3, 9),
        st.integers(1, 5),
        st.integers(1, 4),
        st.integers(0, 3),
        st.integers(1, 3),
    )


def test_a_kernel_of_3_on_6_by_6_is_576_then_144_then_9():
    matrix = matrix_of(MatrixSettings(), whole_kernel("numbers", 3))
    assert matrix.values.shape == (16, 36)
    assert (matrix.num_entries, matrix.num_connections, matrix.kernel.numel()) == (576, 144, 9)
    assert matrix.num_nonzero == 144


def test_sobel_fills_96_of_the_144_places():
    assert matrix_of(MatrixSettings(), whole_kernel("sobel_x", 3)).num_nonzero == 96


@given(settings(), st.sampled_from(WHOLE_KERNELS), st.integers(0, 50))
def test_the_matrix_does_what_torch_does(layer, name, seed):
    kernel, picture = whole_kernel(name, layer.kernel_size, seed), small_picture(layer.size, seed)
    try:
        side = layer.output_size
    except ValueError:
        with pytest.raises(ValueError, match="pixels"):
            matrix_of(layer, kernel)
        return
    matrix = matrix_of(layer, kernel)
    expected = F.conv2d(
        picture[None, None], kernel[None, None], None, layer.stride, layer.padding, layer.dilation
    )[0, 0]
    assert expected.shape == (side, side)
    torch.testing.assert_close(matrix.multiplied(picture), expected)
    assert matrix.difference(picture) < 1e-9


def test_a_row_written_out_by_hand():
    matrix = matrix_of(MatrixSettings(3, 2), torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert matrix.values.tolist() == [
        [1, 2, 0, 3, 4, 0, 0, 0, 0],
        [0, 1, 2, 0, 3, 4, 0, 0, 0],
        [0, 0, 0, 1, 2, 0, 3, 4, 0],
        [0, 0, 0, 0, 1, 2, 0, 3, 4],
    ]
