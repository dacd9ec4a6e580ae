"""The first look at pasted text: its length and its characters."""

from __future__ import annotations

from cnnviz.builder.reading.errors import CodeError

MAX_CHARACTERS = 80_000  # a printed ResNet101 has 40,000
MAX_LINE = 2_000


def clean_text(text: str) -> str:
    """The text with plain spaces and line ends.

    Raises:
        CodeError: it is too long, or has invisible characters that make code look like other code.
    """
    if len(text) > MAX_CHARACTERS:
        line = text.count("\n", 0, MAX_CHARACTERS) + 1
        raise CodeError(f"the text has more than {MAX_CHARACTERS:,} characters up to here.", line)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u00a0", " ").replace("\f", " ").expandtabs(4)
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            raise CodeError(
                f"the line has {len(line):,} characters, more than {MAX_LINE:,}.", number
            )
        if not line.isprintable():
            hidden = next(character for character in line if not character.isprintable())
            raise CodeError(f"it holds the invisible character U+{ord(hidden):04X}.", number)
    return text
