"""torchvision's resnet18 weights under the names of our ResNet18."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

# torchvision's name -> ours, for whole names first and then for a part of each block's name
STEM_AND_HEAD = {"conv1": "input_group.0", "bn1": "input_group.1", "fc": "fc"}
BLOCK_PARTS = {
    "conv1": "main_path.0",
    "bn1": "main_path.1",
    "conv2": "main_path.3",
    "bn2": "main_path.4",
    "downsample.0": "shortcut_path.0",
    "downsample.1": "shortcut_path.1",
}
BLOCK = re.compile(r"layer([1-4])\.([01])\.(conv\d|bn\d|downsample\.\d)\.(\w+)")


def from_torchvision(state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of torchvision's resnet18, for `ResNet18(...).load_state_dict`.

    Raises:
        ValueError: a name is not one of torchvision's resnet18.
    """
    return {renamed(name): weight for name, weight in state_dict.items()}


def renamed(name: str) -> str:
    """Our name of a weight that torchvision's resnet18 calls `name`.

    layer1.0.conv1.weight is group0.0.main_path.0.weight.

    Raises:
        ValueError: torchvision's resnet18 has no such weight.
    """
    if match := BLOCK.fullmatch(name):
        layer, block, part, kind = match.groups()
        if part in BLOCK_PARTS:
            return f"group{int(layer) - 1}.{block}.{BLOCK_PARTS[part]}.{kind}"
    module, _, kind = name.rpartition(".")
    if module in STEM_AND_HEAD:
        return f"{STEM_AND_HEAD[module]}.{kind}"
    raise ValueError(f"torchvision's resnet18 has no weight named {name!r}")
