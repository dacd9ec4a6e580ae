"""What torch itself makes of pasted code, and its weights in the network that was read."""

from __future__ import annotations

import torch
from torch import nn

from cnnviz.torchvision_compat import declare_missing_operators


def truth_of(code: str) -> nn.Module:
    names: dict[str, object] = {"__name__": __name__}
    if "torchvision" in code:
        declare_missing_operators()
    exec(compile(code, "pasted", "exec"), names)
    if isinstance(net := names.get("net"), nn.Module):
        return net.eval()
    classes = [made for made in names.values() if isinstance(made, type)]
    return [made for made in classes if issubclass(made, nn.Module)][-1]().eval()


def seeded(model: nn.Module) -> nn.Module:
    """The model with weights and statistics that are drawn in the order of its computation."""
    generator = torch.Generator().manual_seed(0)
    for values in model.state_dict().values():
        if values.is_floating_point():
            values.copy_(torch.rand(values.shape, generator=generator) * 0.2 + 0.05)
    return model


def copy_in_order_of_use(truth: nn.Module, ours: nn.Module, shape: tuple[int, int, int]) -> None:
    """The weights of the pasted network in the one that was read, layer by layer as they run."""
    used: list[nn.Module] = []
    hooks = [module.register_forward_hook(lambda module, inputs, output: used.append(module))
             for module in truth.modules() if list(module.parameters(recurse=False))]  # fmt: skip
    with torch.inference_mode():
        truth(torch.zeros(1, *shape))
    for hook in hooks:
        hook.remove()
    mine = [module for module in ours.modules() if list(module.parameters(recurse=False))]
    for theirs, own in zip(used, mine, strict=True):
        own.load_state_dict(theirs.state_dict())
