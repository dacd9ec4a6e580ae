"""Class activation maps: the maps of one layer, weighed by how much the class score wants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, layer_name, one_picture
from cnnviz.heatmaps.scores import Target, class_score
from cnnviz.probes.gradients import gradients
from cnnviz.probes.graph_memory import graph_kept
from cnnviz.probes.tape import tape, unknown_layer
from cnnviz.probes.watch import Step, watch


def grad_cam(model: nn.Module, batch: Tensor, class_idx: Target, layer: LayerChoice) -> Tensor:
    """Where a layer's maps speak for a class (Selvaraju et al., 2017, arxiv.org/abs/1610.02391).

        w_k = mean over i, j of ∂y / ∂A_kij        (equation 1)
        L   = ReLU(Σ_k w_k A_k)                    (equation 2)

    A_k is map k of the layer and y the score of the class before the softmax. The gradient is
    taken from the layer upwards only, which is a third of a full forward and backward pass. Hooks
    that the caller put on the model run, as in any forward pass of it.

    Args:
        model: any network; only read, so threads may share it.
        batch: one picture (1, channel, height, width).
        class_idx: the class to explain, from 0, or a `Difference` of two.
        layer: name of a layer with maps, or the module.

    Returns:
        (height, width) of the layer, at least 0, in units of the score, not normalised.

    Raises:
        ValueError: several pictures, no such class, no such layer, or a layer without maps.
    """
    return _by_mean_gradient(*maps_and_gradient(model, batch, class_idx, layer))


def _by_mean_gradient(maps: Tensor, gradient: Tensor) -> Tensor:
    weights = gradient.mean(dim=(1, 2), keepdim=True)  # (K, 1, 1)
    return (weights * maps).sum(dim=0).relu()  # (h, w)


def grad_cam_plus_plus(
    model: nn.Module, batch: Tensor, class_idx: Target, layer: LayerChoice
) -> Tensor:
    """Grad-CAM that counts several objects (Chattopadhay et al., 2018, arxiv.org/abs/1710.11063).

        α_kij = g² / (2 g² + g³ Σ_ab A_kab),   g = ∂y / ∂A_kij      (equation 19)
        w_k   = Σ_ij α_kij ReLU(g)                                  (equation 5)
        L     = ReLU(Σ_k w_k A_k)

    The paper's factor exp(y) is left out: it is the same for all cells.

    Args, Returns and Raises as for `grad_cam`.
    """
    return _by_positive_gradients(*maps_and_gradient(model, batch, class_idx, layer))


def _by_positive_gradients(maps: Tensor, gradient: Tensor) -> Tensor:
    totals = maps.sum(dim=(1, 2), keepdim=True)  # (K, 1, 1)
    denominator = 2 * gradient**2 + gradient**3 * totals
    alpha = torch.where(denominator == 0, 0, gradient**2 / denominator)  # (K, h, w)
    weights = (alpha * gradient.relu()).sum(dim=(1, 2), keepdim=True)  # (K, 1, 1)
    return (weights * maps).sum(dim=0).relu()


def layer_cam(model: nn.Module, batch: Tensor, class_idx: Target, layer: LayerChoice) -> Tensor:
    """Every cell weighed by its own gradient (Jiang et al., 2021, 10.1109/TIP.2021.3089943).

        L = ReLU(Σ_k ReLU(∂y / ∂A_kij) A_kij)      (equations 6 and 7)

    Args, Returns and Raises as for `grad_cam`.
    """
    return _by_own_gradient(*maps_and_gradient(model, batch, class_idx, layer))


def _by_own_gradient(maps: Tensor, gradient: Tensor) -> Tensor:
    return (gradient.relu() * maps).sum(dim=0).relu()


def hires_cam(model: nn.Module, batch: Tensor, class_idx: Target, layer: LayerChoice) -> Tensor:
    """What each cell adds to the score (Draelos and Carin, 2020, arxiv.org/abs/2011.08891).

        L = ReLU(Σ_k ∂y / ∂A_kij · A_kij)      (equation 3)

    Grad-CAM spreads a map's mean gradient over all its cells; here each cell has its own. Both are
    the same where the layer is averaged and a Linear layer follows, as behind ResNet's last group.

    Args, Returns and Raises as for `grad_cam`.
    """
    return _by_each_gradient(*maps_and_gradient(model, batch, class_idx, layer))


def _by_each_gradient(maps: Tensor, gradient: Tensor) -> Tensor:
    return (gradient * maps).sum(dim=0).relu()


def class_activation_maps(
    model: nn.Module, batch: Tensor, class_idx: Target, layer: LayerChoice
) -> dict[str, Tensor]:
    """All methods of this module by name, for the price of one of them.

    Args and Raises as for `grad_cam`; each map as its function returns it.
    """
    with graph_kept(model, batch, layer_name(model, layer)):
        return pass_from(model, batch, layer).class_activation_maps(class_idx)


def _all_of(maps: Tensor, gradient: Tensor) -> dict[str, Tensor]:
    return {
        "grad_cam": _by_mean_gradient(maps, gradient),
        "grad_cam_plus_plus": _by_positive_gradients(maps, gradient),
        "layer_cam": _by_own_gradient(maps, gradient),
        "hires_cam": _by_each_gradient(maps, gradient),
    }


def maps_and_gradient(
    model: nn.Module, batch: Tensor, class_idx: Target, layer: LayerChoice
) -> tuple[Tensor, Tensor]:
    """A layer's maps A and ∂y/∂A for one picture, each (K, height, width).

    Raises:
        ValueError: several pictures, no such class, no such layer, one that is never called or
            has no maps, an output that is no tensor of scores, or a gradient that is cut off.
    """
    with graph_kept(model, batch, layer_name(model, layer)):
        passed = pass_from(model, batch, layer)
        return passed.maps, passed.gradient(class_idx)


@dataclass(frozen=True)
class PassFrom:
    """A pass from a layer up to the scores, for the gradients of any class; threads may share it.

    Nothing before the layer asks for gradients: its output starts a graph of its own.

    Attributes:
        leaf: the layer's maps (1, K, height, width), where the graph begins.
        output: what the network returned.
    """

    leaf: Tensor
    output: Tensor

    @property
    def maps(self) -> Tensor:
        """The layer's maps, (K, height, width)."""
        return self.leaf.detach()[0]

    def gradient(self, class_idx: Target) -> Tensor:
        """∂y/∂A for the score of a class, (K, height, width).

        Raises:
            ValueError: no such class, an output that is no tensor of scores, or a gradient that is
                cut off.
        """
        with gradients():
            score = class_score(self.output, class_idx).sum()
            return torch.autograd.grad(score, self.leaf, retain_graph=True)[0][0]

    def class_activation_maps(self, class_idx: Target) -> dict[str, Tensor]:
        """All methods of this module by name; Raises as `gradient`."""
        return _all_of(self.maps, self.gradient(class_idx))

    def held(self) -> tuple[Tensor, ...]:
        """The tensors that its graph keeps in memory, weights among them; after a gradient."""
        return tuple(_saved(self.output.grad_fn, set()))


def _saved(node: torch.autograd.graph.Node | None, known: set[object]) -> Iterator[Tensor]:
    if node is None or node in known:
        return
    known.add(node)
    for name in dir(node):
        if name.startswith("_saved_") and isinstance(value := getattr(node, name), Tensor):
            yield value
    for before, _ in node.next_functions:
        yield from _saved(before, known)


def pass_from(model: nn.Module, batch: Tensor, layer: LayerChoice) -> PassFrom:
    """One pass of a picture whose part behind a layer can be asked for gradients, class by class.

    Args:
        model: any network; only read, so threads may share it.
        batch: one picture (1, channel, height, width).
        layer: name of a layer with maps, or the module.

    Raises:
        ValueError: several pictures, no such layer, one that is never called or has no maps, or a
            network that writes over what a gradient is made from.
    """
    name, picture = layer_name(model, layer), one_picture(batch)
    leaves: list[Tensor] = []

    def cut(step: Step) -> Tensor:
        leaves.append(_with_maps(step).detach().clone().requires_grad_())
        return leaves[0].clone()  # a clone: an in-place layer may not overwrite the leaf

    with gradients():
        output = watch(model, picture, cut, only=[name])
        if not leaves:
            raise unknown_layer(name, tape(model, picture).names, model)
    return PassFrom(leaves[0], output)


def _with_maps(step: Step) -> Tensor:
    if step.output.ndim != 4:
        raise ValueError(
            f"layer {step.name!r} gives numbers of shape {tuple(step.output.shape)} and no maps: "
            "choose one before the network flattens them"
        )
    return step.output
