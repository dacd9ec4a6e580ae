"""The constructions behind the named kernels, in float64.

Everything is built from one row of numbers per axis. The middle of a kernel of even size lies
between two pixels; where one pixel has to be named, it is the one before the middle, so that
`padding="same"` keeps the picture in place.
"""

import math

import torch
from torch import Tensor

Size = tuple[int, int]  # (height, width)


def identity(size: Size) -> Tensor:
    """1 in the middle, 0 elsewhere."""
    kernel = torch.zeros(size, dtype=torch.float64)
    kernel[(size[0] - 1) // 2, (size[1] - 1) // 2] = 1
    return kernel


def offsets(length: int) -> Tensor:
    """Distance of each pixel from the middle: -1, 0, 1."""
    return torch.arange(length, dtype=torch.float64) - (length - 1) / 2


def binomial(length: int) -> Tensor:
    """A row of Pascal's triangle: 1, 2, 1. It tends to a Gaussian of σ = √(length - 1) / 2."""
    row = [math.comb(length - 1, k) for k in range(length)]
    return torch.tensor(row, dtype=torch.float64)


def derivative(length: int) -> Tensor:
    """The difference of neighbours, smoothed by a binomial: -1, 0, 1 and -1, -2, 0, 2, 1."""
    if length == 1:
        return torch.zeros(1, dtype=torch.float64)
    return _convolved(binomial(length - 1), [-1, 1])


def scharr_smoothing(length: int) -> Tensor:
    """Scharr's 3, 10, 3, smoothed by a binomial; a plain binomial where it does not fit."""
    return _convolved(binomial(length - 2), [3, 10, 3]) if length > 2 else binomial(length)


def slope(smoothing: Tensor, derivative: Tensor, answer: float) -> Tensor:
    """Smooths along the height, differs along the width; `answer` where each pixel is 1 brighter.

    All zeros where the width is too small for a difference.
    """
    kernel = torch.outer(smoothing, derivative)
    found = (kernel * offsets(len(derivative))).sum()
    return kernel * (answer / found) if found > 0 else kernel


def diagonal_slope(size: Size, answer: float) -> Tensor:
    """Grows from the top left to the bottom right; `answer` on a slope of 1 along either axis."""
    along_height = slope(torch.ones(size[1], dtype=torch.float64), offsets(size[0]), answer).T
    along_width = slope(torch.ones(size[0], dtype=torch.float64), offsets(size[1]), answer)
    return along_height + along_width


def gaussian(size: Size) -> Tensor:
    """Binomial along both axes, with a sum of 1."""
    kernel = torch.outer(binomial(size[0]), binomial(size[1]))
    return kernel / kernel.sum()


def laplacian(size: Size) -> Tensor:
    """The second differences along both axes, smoothed by a binomial two pixels smaller.

    0  1  0
    1 -4  1
    0  1  0
    """
    rows, columns = size
    return torch.outer(_second_derivative(rows), _inner_smoothing(columns)) + torch.outer(
        _inner_smoothing(rows), _second_derivative(columns)
    )


def laplacian_of_gaussian(size: Size) -> Tensor:
    """The second derivatives of a Gaussian, sampled; σ = length / 6 along each axis.

    The mean is taken off so that the kernel sums to 0, and on the bowl (x² + y²) / 2 it answers
    as `laplacian` does: 2, or 1 where one axis has fewer than three pixels.
    """
    rows, columns = size
    kernel = torch.outer(_bell_bend(rows), _bell(columns))
    kernel = kernel + torch.outer(_bell(rows), _bell_bend(columns))
    kernel = kernel - kernel.mean()
    bowl = (offsets(rows).unsqueeze(1) ** 2 + offsets(columns) ** 2) / 2
    found = (kernel * bowl).sum()
    axes = sum(length > 2 for length in size)
    return kernel * (axes / found) if axes else torch.zeros_like(kernel)


def gabor(size: Size, angle: float) -> Tensor:
    """A wave under a bell: cos(2π·across / λ) · exp(-(across² + along² / 4) / 2σ²).

    `along` runs with the lines at the angle, `across` at a right angle to them. The wavelength λ
    is (side + 1) / 2 for the longer side, and σ = 0.56 λ, a bandwidth of one octave. The mean is
    taken off, and the kernel scaled so that its positive weights sum to 1.
    """
    along, across = _turned(size, angle)
    wavelength = (max(size) + 1) / 2
    bell = torch.exp(-(across**2 + along**2 / 4) / (2 * (0.56 * wavelength) ** 2))
    kernel = torch.cos(2 * math.pi * across / wavelength) * bell
    kernel = kernel - kernel.mean()
    positive = kernel.clamp(min=0).sum()
    return kernel / positive if positive > 1e-9 else torch.zeros_like(kernel)


def line(size: Size, angle: float) -> Tensor:
    """A line through the middle, shared by the two nearest pixels at each step; sums to 1.

    X. Wu, "An efficient antialiasing technique", SIGGRAPH (1991).
    """
    _, across = _turned(size, angle)
    radians = math.radians(angle)
    step = max(abs(math.cos(radians)), abs(math.sin(radians)))
    kernel = (1 - across.abs() / step).clamp(min=0)
    return kernel / kernel.sum()


def _turned(size: Size, angle: float) -> tuple[Tensor, Tensor]:
    """Distance of each pixel from the middle (along, across) a line at an angle in degrees."""
    radians = math.radians(angle)
    down, right = torch.meshgrid(offsets(size[0]), offsets(size[1]), indexing="ij")
    along = right * math.cos(radians) - down * math.sin(radians)
    across = right * math.sin(radians) + down * math.cos(radians)
    return along, across


def _second_derivative(length: int) -> Tensor:
    if length < 3:
        return torch.zeros(length, dtype=torch.float64)
    return _convolved(_normalised(binomial(length - 2)), [1, -2, 1])


def _inner_smoothing(length: int) -> Tensor:
    if length < 3:
        return _normalised(binomial(length))
    return _convolved(_normalised(binomial(length - 2)), [0, 1, 0])


def _bell(length: int) -> Tensor:
    """A Gaussian of σ = length / 6, so that the kernel ends where little is left of it."""
    return torch.exp(-(offsets(length) ** 2) / (2 * (length / 6) ** 2))


def _bell_bend(length: int) -> Tensor:
    """The second derivative of the bell; zeros on fewer than three pixels, which show no bend."""
    if length < 3:
        return torch.zeros(length, dtype=torch.float64)
    variance = (length / 6) ** 2
    return _bell(length) * (offsets(length) ** 2 - variance) / variance**2


def _normalised(row: Tensor) -> Tensor:
    return row / row.sum()


def _convolved(row: Tensor, stencil: list[int]) -> Tensor:
    """The full convolution of two rows of numbers."""
    result = torch.zeros(len(row) + len(stencil) - 1, dtype=torch.float64)
    for shift, weight in enumerate(stencil):
        result[shift : shift + len(row)] += weight * row
    return result
