"""What a tensor is half of, and why only the next step can take it."""

from __future__ import annotations

from cnnviz.builder.reading.values import Flow


def why_not_whole(flow: Flow) -> str:
    """Why a tensor is not read as it is here; "" for any that is."""
    if flow.unread is not None:
        return flow.unread.reason
    if flow.averaged:
        return "a mean over height or width alone is not read."
    if flow.made_equal_to is not None:
        return "what is padded or cropped is read where it is joined next."
    if flow.grouped is not None:
        return "channels laid out in groups are read where they are shuffled next."
    if flow.norm is not None:
        return "a mean of squares over the channels is read in a LayerNorm that is written out."
    if flow.weighs:
        return "what is laid out as one number per map, or stretched, is read where it multiplies."
    return ""
