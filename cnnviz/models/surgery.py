"""One network turned into another that computes the same."""

from __future__ import annotations

import torch

from cnnviz.models.lenet import LeNet, LeNetFullyConv


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
