"""Scripts as they can be pasted anywhere: into a file, a notebook, an interactive prompt of Python.

A prompt ends a block at its first empty line and wants one behind it: so blocks have none within
and one behind. What a script reads from this project is said at its head, and what helps where its
torchvision and torch do not fit.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cnnviz.syntax import syntax_tree

_FILE = re.compile(r"[\"'](assets/[\w./-]+\.\w+)[\"']")
_OURS = re.compile(r"^\s*(?:from|import) cnnviz\b", re.MULTILINE)
_TORCHVISION = re.compile(r"^\s*(?:from|import) torchvision\b", re.MULTILINE)
_FITTING = """\
# If "operator torchvision::nms does not exist" comes, torchvision is of another build than torch:
# pip install --force-reinstall torch torchvision --index-url https://download.pytorch.org/whl/cpu"""


def pasteable(script: str) -> str:
    """The script with a word on what it needs, so that any prompt of Python takes it line by line.

    Raises:
        SyntaxError: it is not Python.
    """
    lines = script.rstrip("\n").split("\n")
    parts, last = [*_notes(script)], 0
    for statement in syntax_tree(script).body:
        first, end = _first_line(statement), statement.end_lineno or statement.lineno
        parts += lines[last : first - 1]
        parts += _without_gaps(lines, statement, first, end)
        is_block = hasattr(statement, "body")
        if is_block and end < len(lines) and lines[end].strip():
            parts.append("")
        last = end
    parts += lines[last:]
    return "\n".join(parts) + "\n"


def files_read(script: str) -> list[str]:
    """The files of this project that a script opens, each once."""
    return list(dict.fromkeys(_FILE.findall(script)))


def _notes(script: str) -> Iterator[str]:
    if files := files_read(script):
        names = ", ".join(path.rpartition("/")[2] for path in files)
        folders = ", ".join(dict.fromkeys(path.rpartition("/")[0] + "/" for path in files))
        yield f"# Run it in this project's folder, or beside the download {names} without {folders}"
    if _OURS.search(script):
        yield "# Needs cnnviz itself: run it in this project's folder."
    if _TORCHVISION.search(script):
        yield _FITTING


def _first_line(statement: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def _without_gaps(lines: list[str], statement: ast.stmt, first: int, end: int) -> list[str]:
    """A statement's lines without the empty ones, but for those of texts over several lines."""
    within = {
        line
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [
        lines[number - 1]
        for number in range(first, end + 1)
        if lines[number - 1].strip() or number in within
    ]
