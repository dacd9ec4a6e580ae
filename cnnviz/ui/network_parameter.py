"""A network as a term of a page's address."""

from __future__ import annotations

from cnnviz.builder.codec import decode, fits_address
from cnnviz.models.specs import NetworkSpec
from cnnviz.ui.kept import kept
from cnnviz.ui.parameters import text


def network(default: str, writer: str) -> str:
    """A network as `cnnviz.builder.codec` writes it; not in an address that it is too long for.

    Args:
        default: the text of a network, or none.
        writer: where such texts come from, for the sentence that refuses another one.
    """

    def read(text: str) -> str:
        try:
            if text != default:
                decoded(text)
        except ValueError as error:
            why = str(error).removesuffix(".")
            raise ValueError(f"a network as {writer} writes it ({why})") from error
        return text

    return text(
        default,
        read,
        lambda net: net if fits_address(net) else "",
        lambda net: decoded(net).name if net else "",
    )


@kept(is_quick=True)  # it is asked for in every run of every visitor
def decoded(text: str) -> NetworkSpec:
    """The network of a text, as `cnnviz.builder.codec.decode` reads it.

    Raises:
        ValueError: it is none.
    """
    return decode(text)
