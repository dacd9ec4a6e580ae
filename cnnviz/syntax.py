"""Python's parser, for one thread at a time.

In Python 3.11 two threads that make trees at once can end in "AST constructor recursion depth
mismatch": the depth is counted in one place for the whole interpreter, and a thread that is
interrupted in the middle (the garbage collector runs Python) finds what the other has counted.
Streamlit's own parsing for its magic commands is switched off in `.streamlit/config.toml`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from inspect import getsource
from threading import Lock
from typing import Any

_turn = Lock()


def syntax_tree(text: str) -> ast.Module:
    """The syntax tree of a module's text.

    Raises:
        SyntaxError: it is not Python.
        ValueError, RecursionError, MemoryError: the parser does not take it.
    """
    with _turn:
        return ast.parse(text)


def source_of(made: Callable[..., Any]) -> str:
    """The text of a function or class as it stands in its file.

    Raises:
        OSError: its file is not there.
    """
    with _turn:
        return getsource(made)
