"""The errors of reading code."""

from __future__ import annotations


class CodeError(ValueError):
    """Code that is not read as a network.

    Attributes:
        reason: what is refused and why, in a sentence.
        line: the line of the pasted text where it stands, counted from 1.
    """

    def __init__(self, reason: str, line: int) -> None:
        self.reason, self.line = reason, line
        super().__init__(f"Line {line}: {reason}")


class ElsewhereError(CodeError):
    """Something that is used comes from elsewhere and is not in the text."""


class UnreadError(ValueError):
    """A text that was not read to its end, with a sentence that says why."""
