"""A network in an address: `encode` makes a short string of it, `decode` reads one back.

A string starts with its version, "1", and four characters that check the rest, so that a link cut
off by a mail program is refused and never read as another network. Then comes the line of
`compact_text`, or "." and the same line deflated, whichever is shorter. LeNet takes 29 characters.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from cnnviz.builder.compact_text import read_text, write_text
from cnnviz.models.specs import NetworkSpec

VERSION = "1"
MAX_ADDRESS = 1_800  # characters: mail programs and chats cut longer links
MAX_CODE = 8_000  # characters read at all
MAX_TEXT = 40_000  # characters of the inflated line: 320 layers with all arguments take 27,000
CHECK_LENGTH = 4
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

# What short lines have in common, for zlib to refer to. Part of version 1: never change it.
COMMON_TEXT = (
    b"_aa7_f_l25088.4096_r_d_l4096.4096_r_d_l4096.1000_c3.64.11.s4.p2_r_m3.s2_c64.192.5.p2_r"
    b"_l400.120_r_l120.84_r_l84.10_ct64.32.2.s2_ddp0~2_nf120_g8.64_a2_lrn0~1_dp0~3_sg_t_si_ge_el"
    b"_c16.32.3.p1_n32_r_m2_c32.64.3.p1_n64_r_m2_c64.64.3.p1_r_c64.128.3.p1_r_c128.128.3.p1_r"
    b"_m2_c128.256.3.p1_r_c256.256.3.p1_r_m2_c256.512.3.p1_r_c512.512.3.p1_r_c512.512.3.p1_r_m2"
    b"_b_c64.64.3.p1.b_n64_r_c64.64.3.p1.b_n64_z_bh1.i64.o128.s2_c64.128.3.s2.p1.b_n128_r"
    b"_c128.128.3.p1.b_n128_z_bh1.i128.o256.s2_c128.256.3.s2.p1.b_n256_r_c256.256.3.p1.b_n256_z"
    b"_bh1.i256.o512.s2_c256.512.3.s2.p1.b_n512_r_c512.512.3.p1.b_n512_z_b_c512.512.3.p1.b_n512"
    b"_r_c512.512.3.p1.b_n512_z_c3.6.5_r_m2_c6.16.5_r_m2_c3.64.7.s2.p3.b_n64_r_m3.s2.p1"
    b"_aa1_f_l512.10"
)


class CodecError(ValueError):
    """An address or a file that holds no network, with a sentence that says why."""


def encode(spec: NetworkSpec) -> str:
    """A string for the address, of letters, digits and "-", ".", "_", "~" only."""
    text = write_text(spec)
    deflated = "." + base64.urlsafe_b64encode(_deflate(text)).decode().rstrip("=")
    body = min(text, deflated, key=len)
    return VERSION + _check(body) + body


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
    if code[0] != VERSION:
        raise CodecError("The link holds no network that this version of the app can read.")
    check, body = code[1 : 1 + CHECK_LENGTH], code[1 + CHECK_LENGTH :]
    if check != _check(body):
        raise CodecError("The link is damaged: some of its characters are missing or changed.")
    try:
        return read_text(_inflate(body[1:]) if body.startswith(".") else body)
    except (ValueError, zlib.error) as error:
        raise CodecError(f"The link holds no network: {error}.") from error


def _check(body: str) -> str:
    number = zlib.crc32(body.encode("utf-8", "replace"))
    digits = ""
    for _ in range(CHECK_LENGTH):
        number, digit = divmod(number, len(DIGITS))
        digits += DIGITS[digit]
    return digits


def _deflate(text: str) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=COMMON_TEXT)
    return packer.compress(text.encode()) + packer.flush()


def _inflate(packed: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", packed):
        raise ValueError("it has characters that are not allowed")
    try:
        data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except binascii.Error as error:
        raise ValueError("it has a length that cannot be") from error
    unpacker = zlib.decompressobj(-15, zdict=COMMON_TEXT)
    text = unpacker.decompress(data, MAX_TEXT)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError(f"it is longer than {MAX_TEXT:,} characters, or cut off")
    return text.decode()
