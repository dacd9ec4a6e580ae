"""A convolution drawn as a picture, a kernel and a matrix that light one another."""

from __future__ import annotations

from string import ascii_letters, digits

import torch
from torch import Tensor

from cnnviz.convolution.as_matrix import ConvolutionMatrix
from cnnviz.counting import counted, place_words
from cnnviz.figures.mlp.sheets import (
    Cell,
    Count,
    Sheet,
    Sheets,
    Sign,
    Tally,
    decimal,
    factor,
    signed_fill,
)
from cnnviz.figures.mosaic import mosaic
from cnnviz.figures.pictures import Encoded

NAMES = ascii_letters + digits  # a name for each weight, up to 7 × 7
DENSE_SEED = 0
PIXEL, WEIGHT, OUTPUT = 25, 36, 31  # pixels of a cell: all sheets and the matrix share a screen


def convolution_sheets(
    matrix: ConvolutionMatrix, picture: Tensor, shows_letters: bool = True
) -> Sheets:
    """The picture (size, size), the kernel, the output, the counts, and the matrix below.

    Args:
        matrix: of the convolution.
        picture: what it reads.
        shows_letters: whether an entry shows its weight's letter, or its value.
    """
    output = matrix.convolved(picture)
    top = [_picture(matrix, picture), Sign("∗"), _kernel(matrix), Sign("="), _output(output)]
    return Sheets(
        [[*top, _counts(matrix)], [_matrix(matrix, picture, output, shows_letters)]],
        _kernel_words(matrix) | _row_words(matrix, picture, output),
    )


def _reads(matrix: ConvolutionMatrix) -> list[tuple[str, ...]]:
    """For each pixel the rows and the kernel weights that read it."""
    found: list[set[str]] = [set() for _ in range(matrix.places.shape[1])]
    for row, pixel in (matrix.places >= 0).nonzero().tolist():
        found[pixel] |= {f"r{row}", f"k{int(matrix.places[row, pixel])}"}
    return [tuple(sorted(tags)) for tags in found]


def _pixels(matrix: ConvolutionMatrix, picture: Tensor) -> list[Cell]:
    return [
        Cell(decimal(value), "in", key=f"p{index}", tags=(*tags, f"p{index}"))
        for index, (value, tags) in enumerate(
            zip(picture.flatten().tolist(), _reads(matrix), strict=True)
        )
    ]


def _picture(matrix: ConvolutionMatrix, picture: Tensor) -> Sheet:
    size = matrix.settings.size
    alt = f"The picture, {size} × {size} numbers."
    return Sheet("Input x", f"{size} × {size}", _pixels(matrix, picture), size, alt, PIXEL)


def _kernel(matrix: ConvolutionMatrix) -> Sheet:
    values = matrix.kernel.flatten().tolist()
    limit, side = _limit(matrix), matrix.settings.kernel_size
    cells = [
        Cell(decimal(value), "k", signed_fill(value, limit), f"k{i}", (f"k{i}",), NAMES[i])
        for i, value in enumerate(values)
    ]
    shown = ", ".join(map(decimal, values))
    alt = f"The kernel, {side} × {side} weights: {shown}."
    return Sheet("Kernel", f"{side} × {side}", cells, side, alt, WEIGHT)


def _limit(matrix: ConvolutionMatrix) -> float:
    return float(matrix.kernel.abs().max()) or 1.0


def _outputs(output: Tensor) -> list[Cell]:
    return [
        Cell(decimal(value), "out", key=f"r{row}", tags=(f"r{row}",))
        for row, value in enumerate(output.flatten().tolist())
    ]


def _output(output: Tensor) -> Sheet:
    side = len(output)
    alt = f"The output, {side} × {side} numbers."
    return Sheet("Output y", f"{side} × {side}", _outputs(output), side, alt, OUTPUT)


def _counts(matrix: ConvolutionMatrix) -> Tally:
    """From a weight for every pair to a few that all share."""
    kept, side = matrix.kernel.numel(), matrix.settings.kernel_size
    generator = torch.Generator().manual_seed(DENSE_SEED)
    dense = torch.rand(matrix.places.shape, generator=generator) * 2 - 1
    own = torch.where(matrix.places >= 0, dense, torch.zeros_like(dense))
    window = f"{side} × {side} window"
    return Tally(
        "How many numbers to learn?",
        [
            _count(dense, matrix.num_entries, "every pixel\nto every neuron"),
            _count(own, matrix.num_connections, f"each neuron reads\nits {window}"),
            _count(matrix.values, kept, "… and all windows\nshare one kernel", True),
        ],
    )


def _count(values: Tensor, number: int, words: str, is_chosen: bool = False) -> Count:
    found = mosaic(values.unsqueeze(0), limit=float(values.abs().max()) or 1.0, scale=1)
    picture = Encoded(found.png, "image/png")
    rows, columns = values.shape
    alt = f"A matrix of {rows} × {columns} with {int((values != 0).sum())} entries that are not 0."
    return Count(f"{number:,}", words, picture.data_url, alt, is_chosen)


def _matrix(
    matrix: ConvolutionMatrix, picture: Tensor, output: Tensor, shows_letters: bool
) -> Sheet:
    """x above, M, and y to the right of its rows."""
    rows, pixels = matrix.places.shape
    cells = [*_pixels(matrix, picture), Cell()]
    weights = [_weight(matrix, index, shows_letters) for index in range(matrix.kernel.numel())]
    for row, (places, y) in enumerate(zip(matrix.places.tolist(), _outputs(output), strict=True)):
        for pixel, place in enumerate(places):
            cells.append(_entry(weights[place], row, pixel) if place >= 0 else Cell())
        cells.append(y)
    note = f"M is {rows} × {pixels}: a row for each output, a column for each pixel, blank: missing"
    alt = (
        f"The matrix of {rows} rows and {pixels} columns: {matrix.num_connections} entries hold "
        f"the {counted(matrix.kernel.numel(), 'weight')} of the kernel, the others nothing."
    )
    return Sheet(
        "The same as a matrix",
        note,
        cells,
        pixels + 1,
        alt,
        size=0,
        gap=matrix.settings.size,
        row_gap=matrix.settings.output_size,
    )


def _weight(matrix: ConvolutionMatrix, index: int, shows_letters: bool) -> Cell:
    value = float(matrix.kernel.flatten()[index])
    text = NAMES[index] if shows_letters else decimal(value)
    return Cell(text, "k", signed_fill(value, _limit(matrix)), tags=(f"k{index}",))


def _entry(weight: Cell, row: int, pixel: int) -> Cell:
    tags = (*weight.tags, f"r{row}", f"p{pixel}")
    return Cell(weight.text, weight.role, weight.fill, f"r{row}", tags)


def _kernel_words(matrix: ConvolutionMatrix) -> dict[str, str]:
    """How often each weight stands in the matrix."""
    rows = len(matrix.places)
    words = {}
    for index, value in enumerate(matrix.kernel.flatten().tolist()):
        count = int((matrix.places == index).sum())
        where = "once in every row" if count == rows else f"in {count} of {rows} rows"
        entries = "1 entry" if count == 1 else f"{count} entries"
        words[f"k{index}"] = f"{NAMES[index]} = {decimal(value)}, {where}: {entries}, one number"
    return words


def _row_words(matrix: ConvolutionMatrix, picture: Tensor, output: Tensor) -> dict[str, str]:
    """The sum behind each output, and how many outputs read each pixel."""
    x, kernel = picture.flatten().tolist(), matrix.kernel.flatten().tolist()
    side = len(output)
    words = {}
    for row, (places, y) in enumerate(
        zip(matrix.places.tolist(), output.flatten().tolist(), strict=True)
    ):
        products = [
            f"{decimal(kernel[place])}·{factor(x[pixel])}"
            for pixel, place in enumerate(places)
            if place >= 0
        ]
        total = " + ".join(products) or "nothing but padding"
        words[f"r{row}"] = f"y in {place_words(*divmod(row, side))}: {total} = {decimal(y)}"
    readers = (matrix.places >= 0).sum(dim=0).tolist()
    for pixel, count in enumerate(readers):
        outputs = "1 output" if count == 1 else f"{count} outputs"
        words[f"p{pixel}"] = f"x = {decimal(x[pixel])}, read by {outputs}"
    return words
