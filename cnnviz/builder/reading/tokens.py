"""The first looks: length and characters, and what would make Python's own parser work hard."""

from __future__ import annotations

import io
import token
import tokenize

from cnnviz.builder.reading.errors import CodeError

MAX_CHARACTERS = 80_000  # a printed ResNet101 has 40,000
MAX_LINE = 2_000
MAX_DEPTH = 30  # brackets in brackets, and blocks in blocks
MAX_RUN = 100  # tokens without a comma, bracket, colon or line end between them
MAX_NUMBER = 20  # characters
MAX_STRING = 4_000
SEPARATORS = {",", ":", "=", "(", ")", "[", "]", "{", "}"}
PLAIN = (token.COMMENT, token.STRING)  # may hold any letters
LINE_ENDS = (token.NEWLINE, token.NL, token.INDENT, token.DEDENT)


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


def check_tokens(text: str) -> None:
    """Look at each word of the code.

    Raises:
        CodeError: letters of other alphabets stand in names, brackets or blocks are too deep in
            each other, or an expression, a number or a text is too long.
    """
    brackets: list[int] = []  # the lines of those that are open
    indents = run = 0
    try:
        for word in tokenize.generate_tokens(io.StringIO(text).readline):
            line = word.start[0]
            _check_word(word, line)
            run = 0 if word.type in LINE_ENDS or word.string in SEPARATORS else run + 1
            indents += (word.type == token.INDENT) - (word.type == token.DEDENT)
            if word.type == token.OP and word.string in "([{":
                brackets.append(line)
            elif word.type == token.OP and word.string in ")]}":
                del brackets[-1:]
            if max(len(brackets), indents) > MAX_DEPTH:
                raise CodeError(f"brackets or blocks stand more than {MAX_DEPTH} deep.", line)
            if run > MAX_RUN:
                raise CodeError(f"the expression has more than {MAX_RUN} parts.", line)
    except tokenize.TokenError as error:
        line = brackets[-1] if brackets else error.args[1][0]
        raise CodeError("a bracket or a text is not closed.", line) from error
    except SyntaxError as error:
        raise CodeError(f"this is not Python: {error.msg}.", error.lineno or 1) from error


def _check_word(word: tokenize.TokenInfo, line: int) -> None:
    if word.type not in PLAIN and not word.string.isascii():
        raise CodeError(f"{word.string[:20]!r} is not written in plain letters.", line)
    if word.type == token.NUMBER and len(word.string) > MAX_NUMBER:
        raise CodeError(f"a number has {len(word.string):,} digits.", line)
    if word.type == token.STRING and len(word.string) > MAX_STRING:
        raise CodeError(f"a text has {len(word.string):,} characters.", line)
