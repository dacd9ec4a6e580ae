"""A window that has no place: the input, its padding, and what the window would read, as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.figures.thumbnails import STYLE

LARGEST_CELL, SMALLEST_CELL = 46, 9  # px
ROOM = (320, 640)  # px that the drawing may take, height and width


@dataclass(frozen=True)
class Along:
    """One axis, in cells: the input, the padding on either side, and what the window reads."""

    size: int
    padding: tuple[int, int]
    kernel_size: int
    dilation: int

    @property
    def padded(self) -> range:
        """The cells of the input and its padding, counted from the first of the padding."""
        return range(sum(self.padding) + self.size)

    @property
    def inside(self) -> range:
        """The cells of the input itself."""
        return range(self.padding[0], self.padding[0] + self.size)

    @property
    def read(self) -> range:
        """The cells that the window reads at its first place."""
        return range(0, (self.kernel_size - 1) * self.dilation + 1, self.dilation)

    @property
    def span(self) -> int:
        """Cells from the first to the last that the window reads."""
        return self.read[-1] + 1

    @property
    def fits(self) -> bool:
        """Whether the window finds a place within the padded input."""
        return self.span <= len(self.padded)


def drawn(height: Along, width: Along) -> str:
    """The window at its first place, with dashed cells where it reads beyond the padded input.

    Returns:
        a whole SVG file; "" where its cells would be too small to be told apart.
    """
    extent = [max(len(axis.padded), axis.span) for axis in (height, width)]
    cell = min(LARGEST_CELL, *(room // count for room, count in zip(ROOM, extent, strict=True)))
    if cell < SMALLEST_CELL:
        return ""
    places = [(row, column) for row in range(extent[0]) for column in range(extent[1])]
    cells = "".join(_cell(place, cell, height, width) for place in places)
    high, wide = (count * cell + 2 for count in extent)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}"><style>{STYLE.read_text(encoding="utf-8")}</style>{cells}</svg>'
    )


def in_words(height: Along, width: Along) -> str:
    """What the drawing shows."""
    size, padded, span = (
        f"{high} × {wide}"
        for high, wide in (
            (height.size, width.size),
            (len(height.padded), len(width.padded)),
            (height.span, width.span),
        )
    )
    return f"Input {size}, padded to {padded}; the window at its first place spans {span}"


def _cell(place: tuple[int, int], cell: int, height: Along, width: Along) -> str:
    """One cell: of the input, of the padding, or missing; lit where the window reads it."""
    row, column = place
    is_read = row in height.read and column in width.read
    if row in height.inside and column in width.inside:
        kind = "in"
    elif row in height.padded and column in width.padded:
        kind = "pad"
    else:
        kind = "missing" if is_read else ""
    at = f'x="{column * cell + 2}" y="{row * cell + 2}" rx="2"'
    size = f'width="{cell - 2}" height="{cell - 2}"'
    lit = f'<rect {at} {size} class="reach"/>' if is_read and kind != "missing" else ""
    return (f'<rect {at} {size} class="{kind}"/>' if kind else "") + lit
