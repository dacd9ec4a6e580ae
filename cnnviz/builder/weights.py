"""The weights of a network as a file."""

from __future__ import annotations

from safetensors.torch import save
from torch import nn


def weights_safetensors(model: nn.Module) -> bytes:
    """The weights and running means of a model as a safetensors file.

    `model.load_state_dict(safetensors.torch.load_file(path))` puts them back; no code is in it.
    """
    weights = {name: values.contiguous() for name, values in model.state_dict().items()}
    return save(weights, metadata={"format": "pt"})
