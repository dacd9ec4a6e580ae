"""Python's interactive prompt, as a script pasted into it meets it: line by line."""

from __future__ import annotations

import codeop


def misfit(script: str) -> str:
    """What a prompt says of a script pasted into it; nothing where it takes every line."""
    compiler, waiting = codeop.CommandCompiler(), []
    for number, line in enumerate([*script.split("\n"), ""], 1):
        waiting.append(line)
        try:
            is_whole = compiler("\n".join(waiting), symbol="single") is not None
        except SyntaxError as error:
            return f"line {number}: {error.msg}: {line!r}"
        if is_whole:
            waiting.clear()
    return "".join(waiting) and f"never ends: {waiting[0]!r}"
