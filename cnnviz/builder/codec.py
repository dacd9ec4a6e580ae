"""A network in an address: `encode` makes a short string of it, `decode` reads one back.

A string starts with its version. Behind it stand, as base64, three bytes that check the rest,
so that a link cut off by a mail program is refused and never read as another network, and JSON,
deflated with a dictionary of what networks have in common. LeNet takes 15 characters. Version 3 has
the words of joins and of younger layers as well; the shorter of both strings is the network's.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from cnnviz.builder.entries import entries_of, layers_from
from cnnviz.models.specs import NetworkSpec

MAX_ADDRESS = 1_800  # characters: mail programs and chats cut longer links
MAX_CODE = 8_000  # characters read at all
MAX_TEXT = 100_000  # bytes of JSON: 320 layers with all arguments take 76,000
CHECK_LENGTH = 3  # bytes
GUESSES = ("forward", "size")
HERE = Path(__file__)
# Part of the versions: whoever changes a letter of them makes every link that is out unreadable.
COMMON = HERE.with_name("link_words.txt").read_text(encoding="utf-8").encode()
YOUNGER = HERE.with_name("younger_link_words.txt").read_text(encoding="utf-8").encode()
DICTIONARIES = {"2": COMMON, "3": YOUNGER + COMMON}


class CodecError(ValueError):
    """An address or a file that holds no network, with a sentence that says why."""


def encode(spec: NetworkSpec) -> str:
    """A string for the address, of letters, digits, "-" and "_" only."""
    content: list[Any] = [spec.name, spec.input_shape, entries_of(spec.layers)]
    content += [list(spec.guessed)] if spec.guessed else []
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return min((_packed(text, version) for version in DICTIONARIES), key=len)


def _packed(text: str, version: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=DICTIONARIES[version])
    packed = packer.compress(text.encode()) + packer.flush()
    return version + base64.urlsafe_b64encode(_check(packed) + packed).decode().rstrip("=")


def fits_address(code: str) -> bool:
    """Whether a string is short enough for a link; a longer one belongs into a file."""
    return len(code) <= MAX_ADDRESS


def decode(code: str) -> NetworkSpec:
    """The network of a string.

    Raises:
        CodecError: the string is damaged, of another version, or holds no network.
    """
    if not code or len(code) > MAX_CODE:
        raise CodecError(f"The link holds no network: it has {len(code):,} characters.")
    if code[0] not in DICTIONARIES:
        raise CodecError("The link holds no network that this version of the app can read.")
    try:
        content = json.loads(_inflate(_sealed(code[1:]), DICTIONARIES[code[0]]))
        if not isinstance(content, list) or len(content) not in (3, 4):
            raise ValueError("it has no name, input shape and layers")
        name, input_shape, entries, *guessed = content
        return NetworkSpec(name, input_shape, layers_from(entries), _guessed(*guessed))
    except CodecError:
        raise
    except (ValueError, RecursionError, zlib.error) as error:
        raise CodecError(f"The link holds no network: {error}.") from error


def _guessed(*words: object) -> tuple[str, ...]:
    """What nobody has said of a network, where the link says so."""
    for given in words:
        if not isinstance(given, list) or not given or any(word not in GUESSES for word in given):
            raise ValueError("what it calls a guess is none")
        return tuple(given)
    return ()


def _check(packed: bytes) -> bytes:
    return zlib.crc32(packed).to_bytes(4, "big")[:CHECK_LENGTH]


def _sealed(letters: str) -> bytes:
    """What the letters stand for, if none of them is missing or changed."""
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:  # of a length that cannot be, or with letters of other alphabets
        data = b""
    is_whole = base64.urlsafe_b64encode(data).decode().rstrip("=") == letters
    if not is_whole or data[:CHECK_LENGTH] != _check(data[CHECK_LENGTH:]):
        raise CodecError("The link is damaged: some of its characters are missing or changed.")
    return data[CHECK_LENGTH:]


def _inflate(packed: bytes, dictionary: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, zdict=dictionary)
    text = unpacker.decompress(packed, MAX_TEXT)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError(f"it is longer than {MAX_TEXT:,} bytes, or cut off")
    return text
