"""A network as a term of a page's address."""

from __future__ import annotations

from functools import lru_cache

from cnnviz.builder.codec import decode, fits_address
from cnnviz.ui.parameters import text


def network(default: str, writer: str) -> str:
    """A network as `cnnviz.builder.codec` writes it; not in an address that it is too long for.

    Args:
        default: the text of a network, or none.
        writer: where such texts come from, for the sentence that refuses another one.
    """

    @lru_cache(maxsize=64)  # it is checked in every run of every visitor
    def read(text: str) -> str:
        try:
            if text != default:
                decode(text)
        except ValueError as error:
            why = str(error).removesuffix(".")
            raise ValueError(f"a network as {writer} writes it ({why})") from error
        return text

    return text(
        default,
        read,
        lambda net: net if fits_address(net) else "",
        lambda net: decode(net).name if net else "",
    )
