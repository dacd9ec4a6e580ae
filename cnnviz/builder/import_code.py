"""Reading a network from what people paste: their code, or what print(model) shows.

The text is never run. Code passes through a list of allowed syntax (`reading.gate`) and is then
read by a small machine of our own (`reading.machine`) that knows layers, lists and loops, and
nothing of the computer it stands on. A server reads what strangers paste by `reading.apart`.
"""

from __future__ import annotations

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.found import found_in
from cnnviz.builder.reading.network import Reading, reading_of
from cnnviz.models.specs import NetworkSpec

__all__ = ["CodeError", "Reading", "from_code", "read_code"]


def from_code(text: str) -> NetworkSpec:
    """The network of pasted code or of a printed model.

    Raises:
        CodeError: with the line that is refused, and why.
    """
    return read_code(text).spec


def read_code(text: str) -> Reading:
    """The network of pasted code or of a printed model, with what had to be guessed.

    Read are classes with a forward in the ways of PyTorch's tutorials, nn.Sequential, rows of
    layers, and printouts. A network without a picture size gets one for which it fits.

    Raises:
        CodeError: with the line that is refused, and why.
    """
    return reading_of(found_in(text))
