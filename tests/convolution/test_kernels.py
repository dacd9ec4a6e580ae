"""Textbook values at 3×3, and at every size what the construction promises."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from cnnviz.convolution.kernels import KERNELS

SIZES = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (7, 7), (11, 11), (3, 5), (6, 3), (1, 7), (64, 64)]
BLURS = ["identity", "box_blur", "gaussian_blur", "motion_blur", "sharpen", "unsharp", "emboss"]
EDGES = [
    "sobel_x", "sobel_y", "scharr_x", "scharr_y", "prewitt_x", "prewitt_y", "laplacian",
    "laplacian_of_gaussian", "gabor",
]  # fmt: skip
TEXTBOOK = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "box_blur": [[1 / 9] * 3] * 3,
    "gaussian_blur": [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "unsharp": [
        [-1 / 16, -2 / 16, -1 / 16],
        [-2 / 16, 28 / 16, -2 / 16],
        [-1 / 16, -2 / 16, -1 / 16],
    ],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "scharr_x": [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]],
    "scharr_y": [[-3, -10, -3], [0, 0, 0], [3, 10, 3]],
    "prewitt_x": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "prewitt_y": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "motion_blur": [[0, 0, 1 / 3], [0, 1 / 3, 0], [1 / 3, 0, 0]],  # at 45°
}


def offsets(length: int) -> list[float]:
    return [position - (length - 1) / 2 for position in range(length)]


def plane(size: tuple[int, int], value) -> Tensor:
    """value(x, y), with x to the right and y downwards from the middle."""
    return torch.tensor([[float(value(x, y)) for x in offsets(size[1])] for y in offsets(size[0])])


@pytest.mark.parametrize("name", TEXTBOOK)
def test_at_3x3_a_kernel_has_the_values_of_the_textbooks(name):
    expected = torch.tensor(TEXTBOOK[name], dtype=torch.float32)
    assert torch.allclose(KERNELS[name].weights((3, 3)), expected, atol=1e-7)


def test_the_library_has_all_the_kernels_with_a_sentence_and_a_source_each():
    assert [*KERNELS] == [
        "identity", "box_blur", "gaussian_blur", "sharpen", "unsharp", "sobel_x", "sobel_y",
        "scharr_x", "scharr_y", "prewitt_x", "prewitt_y", "laplacian", "laplacian_of_gaussian",
        "emboss", "gabor", "motion_blur", "random",
    ]  # fmt: skip
    for name, kernel in KERNELS.items():
        assert kernel.name == name
        assert kernel.title
        assert kernel.sentence.endswith(".")
        assert any(character.isdigit() for character in kernel.source)  # a year


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_has_every_size(name, size):
    weights = KERNELS[name].weights(size)
    assert weights.shape == size
    assert weights.dtype == torch.float32
    assert weights.isfinite().all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", BLURS)
def test_a_flat_picture_keeps_its_brightness(name, size):
    assert KERNELS[name].weights(size).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", EDGES)
def test_edge_kernels_do_not_answer_to_a_flat_picture(name, size):
    assert KERNELS[name].weights(size).sum() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("size", [(2, 2), (3, 3), (4, 5), (5, 5), (7, 3), (11, 11)])
@pytest.mark.parametrize(("name", "answer"), [("sobel", 8), ("scharr", 32), ("prewitt", 6)])
def test_the_answer_to_a_slope_is_the_same_at_every_size(name, answer, size):
    along, across = KERNELS[f"{name}_x"].weights(size), KERNELS[f"{name}_y"].weights(size)
    to_the_right, downwards = plane(size, lambda x, y: x), plane(size, lambda x, y: y)
    assert (along * to_the_right).sum() == pytest.approx(answer, rel=1e-5)
    assert (across * downwards).sum() == pytest.approx(answer, rel=1e-5)
    assert (along * downwards).sum() == pytest.approx(0, abs=1e-5)
    assert (across * to_the_right).sum() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (7, 4), (11, 11)])
@pytest.mark.parametrize("name", ["laplacian", "laplacian_of_gaussian"])
def test_a_laplacian_adds_up_the_two_second_derivatives(name, size):
    weights = KERNELS[name].weights(size)
    bowl = plane(size, lambda x, y: (x * x + y * y) / 2)
    slope = plane(size, lambda x, y: 3 * x - 2 * y)
    assert (weights * bowl).sum() == pytest.approx(2, rel=1e-4)
    assert (weights * slope).sum() == pytest.approx(0, abs=1e-4)


def test_the_5x5_sobel_is_opencv_s_divided_by_16():
    rows = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0])
    columns = torch.tensor([-1.0, -2.0, 0.0, 2.0, 1.0])
    assert KERNELS["sobel_x"].weights((5, 5)).equal(torch.outer(rows, columns) / 16)


def test_a_gaussian_blur_is_the_3x3_one_repeated():
    small = KERNELS["gaussian_blur"].weights((3, 3)).view(1, 1, 3, 3)
    twice = F.conv2d(F.pad(small, (2, 2, 2, 2)), small)  # symmetric, so flipping changes nothing
    assert torch.allclose(KERNELS["gaussian_blur"].weights((5, 5)), twice[0, 0], atol=1e-7)


def test_a_wide_gaussian_blur_is_a_bell_of_the_promised_width():
    sigma = math.sqrt(20) / 2
    bell = plane((21, 21), lambda x, y: math.exp(-(x * x + y * y) / (2 * sigma**2)))
    weights = KERNELS["gaussian_blur"].weights((21, 21))
    assert (weights - bell / bell.sum()).abs().max() < 0.03 * weights.max()


def test_a_larger_laplacian_is_the_3x3_one_behind_a_gaussian_blur():
    stencil = KERNELS["laplacian"].weights((3, 3)).view(1, 1, 3, 3)
    blur = KERNELS["gaussian_blur"].weights((5, 5)).view(1, 1, 5, 5)
    both = F.conv2d(F.pad(blur, (2, 2, 2, 2)), stencil)
    assert torch.allclose(KERNELS["laplacian"].weights((7, 7)), both[0, 0], atol=1e-6)


def test_sharpen_and_unsharp_add_what_blurring_takes_away():
    for size in ((3, 3), (5, 5), (4, 7)):
        identity = KERNELS["identity"].weights(size)
        blur, laplacian = KERNELS["gaussian_blur"].weights(size), KERNELS["laplacian"].weights(size)
        unsharp, sharpen = KERNELS["unsharp"].weights(size), KERNELS["sharpen"].weights(size)
        assert torch.allclose(unsharp, identity + (identity - blur))
        assert torch.allclose(sharpen, identity - laplacian)


def test_a_laplacian_of_gaussian_looks_alike_from_all_sides_and_changes_sign_once():
    weights = KERNELS["laplacian_of_gaussian"].weights((15, 15))
    assert torch.allclose(weights, weights.rot90())
    ray = weights[7, 7:].tolist()
    assert ray[0] == weights.min()
    signs = [value > 0 for value in ray]
    assert sum(before != after for before, after in pairwise(signs)) == 1
    assert 2.5 * math.sqrt(2) - 1 < signs.index(True) < 2.5 * math.sqrt(2) + 1  # σ√2, σ = 15 / 6


@pytest.mark.parametrize("name", ["sobel", "scharr", "prewitt"])
def test_y_is_x_with_the_axes_swapped(name):
    across = KERNELS[f"{name}_y"].weights((5, 7))
    assert across.equal(KERNELS[f"{name}_x"].weights((7, 5)).T)


def test_sobel_x_is_positive_where_the_picture_gets_brighter_to_the_right():
    picture = torch.zeros(1, 1, 5, 6)
    picture[..., 3:] = 1
    weight = KERNELS["sobel_x"].weights((3, 3)).view(1, 1, 3, 3)
    assert F.conv2d(picture, weight)[0, 0, 0].tolist() == [0, 4, 4, 0]


def line(angle: float, size: int = 31) -> Tensor:
    """A picture of a soft bright line through the middle; positive angles rise to the right."""
    sin, cos = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return plane((size, size), lambda x, y: math.exp(-((x * sin + y * cos) ** 2) / 8))


@pytest.mark.parametrize("angle", [0, 30, 45, 60, 90, 120, 150])
def test_a_gabor_kernel_answers_most_to_lines_at_its_angle(angle):
    weights = KERNELS["gabor"].weights((31, 31), angle=angle)
    answers = {other: (weights * line(other)).sum().item() for other in range(0, 180, 15)}
    assert max(answers, key=answers.__getitem__) == angle


@pytest.mark.parametrize("angle", [0, 30, 135])
def test_a_gabor_kernel_is_a_wave_across_the_line_under_a_bell_twice_as_long_as_wide(angle):
    along = (math.cos(math.radians(angle)), -math.sin(math.radians(angle)))  # (x, y), y downwards
    across = (math.sin(math.radians(angle)), math.cos(math.radians(angle)))
    wavelength = 5  # (9 + 1) / 2
    sigma = 0.56 * wavelength

    def wave(x: float, y: float) -> float:
        u, v = x * across[0] + y * across[1], x * along[0] + y * along[1]
        bell = math.exp(-0.5 * (u / sigma) ** 2) * math.exp(-0.5 * (v / (2 * sigma)) ** 2)
        return math.cos(2 * math.pi * u / wavelength) * bell

    expected = plane((7, 9), wave)
    expected = expected - expected.mean()
    found = KERNELS["gabor"].weights((7, 9), angle=angle)
    assert torch.allclose(found, expected / expected.clamp(min=0).sum(), atol=1e-6)


def test_a_gabor_kernel_has_positive_weights_that_sum_to_one():
    for size in ((3, 3), (7, 7), (4, 9)):
        weights = KERNELS["gabor"].weights(size, angle=20)
        assert weights.clamp(min=0).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("angle", [0, 20, 45, 70, 90, 135])
def test_motion_blur_is_a_thin_line_at_its_angle(angle):
    weights = KERNELS["motion_blur"].weights((21, 21), angle=angle)
    radians = math.radians(angle)
    distance = plane((21, 21), lambda x, y: abs(x * math.sin(radians) + y * math.cos(radians)))
    assert (weights >= 0).all()
    assert weights[distance >= 1].sum() == pytest.approx(0, abs=1e-6)


def test_level_and_upright_motion_blur_are_one_row_and_one_column():
    level = KERNELS["motion_blur"].weights((3, 3), angle=0)
    assert torch.allclose(level, torch.tensor([[0, 0, 0], [1, 1, 1], [0, 0, 0]]) / 3)
    assert torch.allclose(KERNELS["motion_blur"].weights((3, 3), angle=90), level.T)


def test_random_weights_depend_on_the_seed_and_stay_within_torch_s_bound():
    kernel = KERNELS["random"]
    assert kernel.weights((5, 5), seed=1).equal(kernel.weights((5, 5), seed=1))
    assert not kernel.weights((5, 5), seed=1).equal(kernel.weights((5, 5), seed=2))
    many = torch.cat([kernel.weights((5, 5), seed=seed).flatten() for seed in range(200)])
    assert many.abs().max() <= 1 / 5
    assert many.abs().max() > 0.99 / 5
    assert many.mean().abs() < 0.01


def test_the_middle_of_an_even_identity_keeps_the_picture_in_place():
    picture = torch.rand(1, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    weight = KERNELS["identity"].weights((4, 2)).view(1, 1, 4, 2)
    assert F.conv2d(picture, weight, padding="same").equal(picture)


def test_a_kernel_too_small_for_its_slope_is_all_zeros():
    assert KERNELS["sobel_x"].weights((3, 1)).eq(0).all()
    assert KERNELS["laplacian"].weights((2, 2)).eq(0).all()
    assert KERNELS["laplacian"].weights((1, 3)).tolist() == [[1, -2, 1]]


def test_a_kernel_of_no_pixels_is_refused():
    with pytest.raises(ValueError, match="at least 1×1 pixels, but it is 3×0"):
        KERNELS["sobel_x"].weights((3, 0))
