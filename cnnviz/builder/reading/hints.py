"""What code says of the pictures it is meant for: torch.zeros(1, 3, 32, 32) and its like."""

from __future__ import annotations

import ast

MAKERS = ("zeros", "ones", "rand", "randn", "empty", "Size", "full")
MAX_SIDE = 4096
MAX_HINTS = 8  # each is tried on the whole network


def shape_hints(tree: ast.Module) -> tuple[tuple[int, int, int], ...]:
    """The first shapes (channels, height, width) of batches that the code makes, in their order."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    shapes = [shape for node in calls if (shape := _batch_shape(node)) is not None]
    return tuple(dict.fromkeys(shapes))[:MAX_HINTS]


def _batch_shape(node: ast.Call) -> tuple[int, int, int] | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in MAKERS or not node.args:
        return None
    numbers = node.args
    if len(numbers) == 1 and isinstance(numbers[0], ast.Tuple | ast.List):
        numbers = numbers[0].elts
    sizes = [_number(number) for number in numbers[1:4]]
    if len(numbers) != 4 or not all(size is not None and 1 <= size <= MAX_SIDE for size in sizes):
        return None
    return sizes[0], sizes[1], sizes[2]  # ty: ignore[invalid-explicit-return] - none of them is None


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            first, second = _number(left), _number(right)
            return first * second if first and second and first * second <= MAX_SIDE else None
    return None
