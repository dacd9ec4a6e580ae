"""One network turned into another that computes the same."""

from __future__ import annotations

import torch
from torch import nn

from cnnviz.models.frozen import frozen
from cnnviz.models.lenet import LeNet, LeNetFullyConv


def lenet_of(network: nn.Module) -> LeNet | None:
    """LeNet with this network's weights where it is LeNet in all but its form; None elsewhere.

    Its own layers may have other names, dropout between them, or be convolutions already.

    Args:
        network: in eval mode.

    Returns:
        LeNet, frozen and in eval mode, with a copy of the weights.
    """
    weights = list(network.state_dict().values())
    if not weights or weights[0].ndim != 4:
        return None
    with torch.device("meta"):
        lenet = LeNet(in_channels=weights[0].shape[1])
    empty = lenet.state_dict()
    if [one.numel() for one in weights] != [one.numel() for one in empty.values()]:
        return None
    named = zip(empty.items(), weights, strict=True)
    lenet.load_state_dict(
        {name: one.clone().reshape(shape.shape) for (name, shape), one in named}, assign=True
    )
    lenet = frozen(lenet)
    return lenet if _are_equal(network, lenet, weights[0].shape[1]) else None


def _are_equal(network: nn.Module, lenet: LeNet, channels: int) -> bool:
    """Whether both give the same scores, as far as four pictures of noise can tell."""
    noise = torch.randn(4, channels, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        try:
            return torch.allclose(network(noise).flatten(1), lenet(noise), rtol=1e-4, atol=1e-4)
        except RuntimeError:  # it takes other pictures
            return False


def to_fully_conv(lenet: LeNet) -> LeNetFullyConv:
    """LeNet as a network without fully connected layers, with a copy of its weights.

    A Linear that reads all of a (16, 5, 5) volume is a 5×5 convolution with the same numbers in
    the same order, and a Linear after that is a 1×1 convolution: each weight matrix only changes
    its shape. At 32×32 both networks give the same scores.

    The copy is in training or eval mode, and frozen or not, as the original is.

    Raises:
        ValueError: the network has convolutions in its classifier already.
    """
    if isinstance(lenet, LeNetFullyConv):
        raise ValueError("this network is fully convolutional already")
    weights = lenet.state_dict()
    with torch.device("meta"):
        fully_conv = LeNetFullyConv(in_channels=weights["feature_extractor.0.weight"].shape[1])
    reshaped = {
        name: weights[name].clone().view(empty.shape)
        for name, empty in fully_conv.state_dict().items()
    }
    fully_conv.load_state_dict(reshaped, assign=True)
    is_trainable = any(parameter.requires_grad for parameter in lenet.parameters())
    return fully_conv.train(lenet.training).requires_grad_(is_trainable)
