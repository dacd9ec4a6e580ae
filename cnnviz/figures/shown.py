"""Words that may be a visitor's, shown as they are.

Streamlit takes what it shows for Markdown: with pictures and links, colours, icons, formulas, and
addresses that become links by themselves. Words from an address, a file, a paste or a network's
name are none of that, and a sentence that quotes them is not either.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 600  # characters; what is longer is cut
JOINER = "\u2060"  # as wide as nothing; keeps what stands around it from being one word

_MARKUP = re.compile(r"[\\`*\[\]<&$~|]|(?<!\w)_|_(?!\w)")  # an underscore in a word is none
_WORDS_WITH_A_MEANING = re.compile(r"(:)(?=[\w/+-])|(@)(?=\w)|(www)(?=\.)", re.IGNORECASE)
_FIRST = re.compile(r"^(?=[#>+=-]|\d+[.)])")  # a heading, a quotation, a list
# A space before a unit or around a multiplication sign, outside of tags and code: `shared/dom.js`
# has the same.
_NO_LINE_ENDS = re.compile(
    r"<[^>]*>|`[^`]*`|(?<=\d) (?=(?:%|[kMG]B|px|ms|s|M|G)(?!\w))"
    r"|(?<=[\d)>*]) (?=×)|(?<=×) (?=[\d(<*−])"
)
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # control characters and those that turn the line


def shown(words: str, most: int = LONGEST) -> str:
    """Plain words as Markdown that shows just them, on one line, cut to `most` characters."""
    plain = one_line(words, most)
    marked = _MARKUP.sub(lambda found: "\\" + found[0], plain)
    apart = _WORDS_WITH_A_MEANING.sub(lambda found: found[0] + JOINER, marked)
    return _FIRST.sub(JOINER, apart)


def tied(words: str) -> str:
    """HTML or Markdown in which no line ends between a number and its unit, nor around a "×"."""
    return _NO_LINE_ENDS.sub(lambda found: "\u00a0" if found[0] == " " else found[0], words)


def one_line(words: str, most: int = LONGEST) -> str:
    """Words without line breaks and invisible characters, cut to `most` characters."""
    start = words[: most + 1]
    seen = (" " if unicodedata.category(letter) in HIDDEN else letter for letter in start)
    plain = " ".join("".join(seen).split())
    return plain[:most] + "…" if len(words) > most else plain
