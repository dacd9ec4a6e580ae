"""A network that is asked and no longer changed."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import nn

M = TypeVar("M", bound=nn.Module)


def frozen(model: M) -> M:
    """The model itself in eval mode, with weights that ask for no gradient, ready to be shared.

    Its convolutions keep their weights with the channels last, which the processor reads faster:
    a pass of ResNet18 at 64×64 takes 0.54 of the time, at 224×224 0.94. What is computed stays the
    same within the rounding of float32.
    """
    model.to(memory_format=torch.channels_last)  # ty: ignore[no-matching-overload]
    return model.eval().requires_grad_(False)
