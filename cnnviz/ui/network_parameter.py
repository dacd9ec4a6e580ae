"""A network as a term of a page's address."""

from __future__ import annotations

from cnnviz.builder.codec import decode, fits_address
from cnnviz.ui.parameters import Parameter


def network_parameter(name: str, default: str, writer: str) -> Parameter:
    """A network as `cnnviz.builder.codec` writes it; not in an address that it is too long for.

    Args:
        name: of the parameter.
        default: the text of a network, or none.
        writer: where such texts come from, for the sentence that refuses another one.
    """

    def read(text: str) -> str:
        try:
            if text != default:
                decode(text)
        except ValueError as error:
            raise ValueError(f"a network as {writer} writes it ({error})") from error
        return text

    return Parameter(name, default, read, lambda net: net if fits_address(net) else "")
