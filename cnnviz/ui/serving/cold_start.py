"""The first visits to a cold server: through app.py too, and importing one after the other.

Until some session has run `st.navigation`, Streamlit treats the folder pages/ as an app of its
own: a deep link then runs the page's file alone, without app.py, its menu and its style.

Threads that import the same large packages at once, each from another end, meet modules that are
half made, and share the interpreter's lock instead of getting on. So pages are imported in turn.
"""

from __future__ import annotations

import ast
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import streamlit as st

from cnnviz.syntax import syntax_tree
from cnnviz.ui.insides.runs import leave_the_pages_folder
from cnnviz.ui.serving.garbage import none_sought

LONGEST_S = 60.0  # a turn that takes longer is waited for no more: then two import at once

_turn = Lock()
_imported: set[Path] = set()


def through_app() -> None:
    """Start this run again through app.py if Streamlit runs the page's file by itself."""
    if leave_the_pages_folder():
        st.rerun()


@contextmanager
def importing() -> Generator[None]:
    """Within it large packages are imported, by one thread at a time."""
    is_mine = _turn.acquire(timeout=LONGEST_S)
    try:
        with none_sought():
            yield
    finally:
        if is_mine:
            _turn.release()


def import_page(file: Path) -> None:
    """Import what a page's file imports, once per server, before the page is run."""
    if file in _imported:
        return
    tree = syntax_tree(file.read_text(encoding="utf-8"))
    statements: list[ast.stmt] = [
        node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    with importing():
        exec(compile(ast.Module(statements, []), str(file), "exec"), {})
    _imported.add(file)
