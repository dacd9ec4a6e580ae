"""Gradients of networks that others have written: what stands in their way, in a sentence."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import torch

CUT_OFF = (
    "no gradient comes from the score to here: the network cuts it off, by torch.no_grad() or "
    ".detach() on the way"
)
NO_GRADIENT = {  # torch's words -> ours
    "does not require grad": CUT_OFF,
    "appears to not have been used": CUT_OFF,
    "only Tensors of floating point": "a gradient needs a picture of floating-point numbers, and "
    "this one's are whole",
    "use_reentrant=True": "a checkpoint of this network gives no gradient of a picture: "
    "say use_reentrant=False in it",
    "modified by an inplace operation": "a layer of this network writes over numbers that the "
    "gradient is made from: take inplace=True off it",
}


@contextmanager
def gradients() -> Generator[None]:
    """Gradients are recorded within, whatever the caller has switched off, in this thread only.

    Raises:
        ValueError: the network cuts the gradient off, or writes over what it is made from.
    """
    try:
        with torch.inference_mode(False), torch.enable_grad():
            yield
    except RuntimeError as error:
        reason = next((said for words, said in NO_GRADIENT.items() if words in str(error)), None)
        if reason is None:
            raise
        raise ValueError(reason) from error
