"""Keeps a pass on the meta device, whatever device the network's own code names.

`x.cuda()` and `x.to("cuda")` look for a GPU before an operator is called, so before a dispatch mode
hears of them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

MOVES = frozenset({Tensor.cuda, Tensor.cpu, Tensor.xpu, Tensor.pin_memory})


class Staying(TorchFunctionMode):
    """What is moved stays; what is moved by `to`, or made, on any device is on meta."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in MOVES:
            return args[0]
        if func is Tensor.to:
            args = (args[0], *("meta" if _is_device(one) else one for one in args[1:]))
        if _is_device(kwargs.get("device")):
            kwargs = {**kwargs, "device": "meta"}
        return func(*args, **kwargs)


def _is_device(said: object) -> bool:
    return isinstance(said, str | torch.device | int) and not isinstance(said, bool)
