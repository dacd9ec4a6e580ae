"""Code as it is copied: prompts, fences, magics and indentation come off, lines keep their places.

What stands between is blank then, so that a refusal names the line that was pasted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

FENCE = re.compile(r"\s*(```|~~~)")
PROMPT = re.compile(r"\s*(>>>|\.\.\.)( |$)")
CELL_PROMPT = re.compile(r"\s*(In \[\d*\]:|\.{3,}:)( |$)")
CELL_OUTPUT = re.compile(r"\s*Out\[\d*\]:( |$)")
MAGIC = re.compile(r"\s*(%%?[A-Za-z]|![A-Za-z.]|\?\w)")
QUOTES = str.maketrans("“”„‘’", '"""\'\'')


@dataclass(frozen=True)
class Copied:
    """What a text holds.

    Attributes:
        code: its lines of code, the others blank.
        output: its lines between prompts, the others blank; a printout may stand there.
    """

    code: str
    output: str = ""


def copied(text: str) -> Copied:
    """The code of a text as it is copied from a notebook, a chat, a README or a prompt."""
    lines = _under_heads(_inside_fences(_cells(text).translate(QUOTES).split("\n")))
    output: list[str] = []
    for prompt in (PROMPT, CELL_PROMPT):
        if any(prompt.match(line) and ("." not in line[:6]) for line in lines):
            output = ["" if prompt.match(line) else line for line in lines]
            lines = [_behind(prompt, line) for line in lines]
    output = [CELL_OUTPUT.sub("", line) for line in output]
    lines = ["" if MAGIC.match(line) else line for line in lines]
    return Copied("\n".join(_to_the_left(lines)), "\n".join(output))


def _cells(text: str) -> str:
    """The code of a notebook file; any other text as it is."""
    if not text.lstrip().startswith("{") or '"cells"' not in text:
        return text
    try:
        cells = json.loads(text)["cells"]
        sources = [cell["source"] for cell in cells if cell.get("cell_type") == "code"]
        return "\n".join("".join(source) for source in sources)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return text


def _under_heads(lines: list[str]) -> list[str]:
    """The code of a notebook as a browser copies it: "In [1]:" alone above each cell."""
    heads = [line for line in lines if CELL_PROMPT.match(line)]
    if not heads or any(_behind(CELL_PROMPT, line).strip() for line in heads):
        return lines
    code, is_code = [], True
    for line in lines:
        is_head = CELL_PROMPT.match(line) is not None
        is_code = is_head or (is_code and not CELL_OUTPUT.match(line))
        code.append(line if is_code and not is_head else "")
    return code


def _behind(prompt: re.Pattern[str], line: str) -> str:
    found = prompt.match(line)
    return line[found.end() :] if found else ""


def _inside_fences(lines: list[str]) -> list[str]:
    """The lines between fences, where there are any; a fence that is not closed ends the text."""
    fences = [place for place, line in enumerate(lines) if FENCE.match(line)]
    if not fences:
        return lines
    inside: set[int] = set()
    for start, end in zip(fences[::2], [*fences[1::2], len(lines)], strict=False):
        inside |= set(range(start + 1, end))
    return [line if place in inside else "" for place, line in enumerate(lines)]


def _to_the_left(lines: list[str]) -> list[str]:
    """The lines without the indentation that all have, or all but the first."""
    written = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not written:
        return lines
    common = min(_indent(line) for line in written)
    rest = min((_indent(line) for line in written[1:]), default=0)
    first = written[0].rstrip()
    if common == 0 and rest and not first.endswith((":", "(", "[", "{", ",", "\\")):
        return [line[min(_indent(line), rest) :] for line in lines]
    return [line[min(_indent(line), common) :] for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
