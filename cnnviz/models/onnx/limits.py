"""How much a file may hold; checked before anything is built from it."""

from __future__ import annotations

from math import prod

MAX_BYTES = 512 * 2**20  # of a file, weights included
MAX_FIELDS = 400_000  # pieces that a file is made of; Inception has 20 thousand
MAX_NUMBERS = 8 * 2**20  # bytes of whole numbers, which take eight times as much when they are read
MAX_DEPTH = 8  # of graphs in graphs
MAX_NODES = 4000
MAX_NAME = 400  # characters
MAX_AXES = 8
MAX_RESULT = 2**26  # numbers in what one operation gives for one picture
MAX_FOLDED = 2**16  # numbers in what is worked out while the file is read
MAX_FOLDED_WEIGHTS = 2**27  # the same, where weights are only turned round
FREE_SIDE = 224  # pixels of a side that the file leaves open


def checked_size(shape: tuple[int, ...], most: int, what: str) -> int:
    """How many numbers a shape has.

    Raises:
        ValueError: there are more than `most`, more than `MAX_AXES` axes, or less than none.
    """
    if len(shape) > MAX_AXES or any(size < 0 for size in shape):
        raise ValueError(f"{what} has the shape {shape[:MAX_AXES]}: no tensor has that here")
    count = prod(shape)
    if count > most:
        raise ValueError(f"{what} has {count:.2g} numbers; up to {most:,} are taken")
    return count
