"""The methods side by side: what each computes, who says so, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from cnnviz.activations import LayerChoice, layers
from cnnviz.heatmaps.class_activation import (
    grad_cam,
    grad_cam_plus_plus,
    hires_cam,
    layer_cam,
)
from cnnviz.heatmaps.pixels import (
    guided_backprop,
    input_x_gradient,
    integrated_gradients,
    saliency,
    smooth_grad,
)
from cnnviz.heatmaps.probing import edges, occlusion, random_map
from cnnviz.heatmaps.scores import Target
from cnnviz.progress import Progress, go_on


@dataclass(frozen=True)
class Method:
    """One way to make a heatmap. Call it: `METHODS["grad_cam"](model, batch, class_idx, layer)`.

    Attributes:
        name: its key in `METHODS`, and the name of its function.
        title: as people call it.
        function: what computes it.
        formula: LaTeX, y the score of the class, x the picture, A_k map k of the layer.
        paper: authors, year and address.
        cannot_tell: what one may not read out of its maps.
        cost: of a map of ResNet18 at 224×224, in forward and backward passes, measured.
        needs_layer: whether it looks at one layer.
        is_signed: whether values below zero mean "against the class".
        is_slow: whether it takes `progress` and can be stopped.
        is_control: whether it is there to compare the others with; it looks at no network.
        is_chance: whether its maps are drawn by chance.
    """

    name: str
    title: str
    function: Callable[..., Tensor]
    formula: str
    paper: str
    cannot_tell: str
    cost: float
    needs_layer: bool = False
    is_signed: bool = False
    is_slow: bool = False
    is_control: bool = False
    is_chance: bool = False

    def __call__(
        self,
        model: nn.Module,
        batch: Tensor,
        class_idx: Target,
        layer: LayerChoice | None = None,
        progress: Progress = go_on,
    ) -> Tensor:
        """The heatmap (height, width) of one picture, of the layer's or of the picture's size.

        Args:
            model: any network; only read, so threads may share it.
            batch: one picture (1, channel, height, width), as the network expects it.
            class_idx: the class to explain, from 0, or a `Difference` of two.
            layer: for methods that need one; the last with maps if None. Others do not look at it.
            progress: told how far a slow method is; returning False stops it.

        Raises:
            ValueError: several pictures, no such class, no such layer, or a layer without maps.
            StoppedError: `progress` said so.
        """
        if self.needs_layer:
            chosen = default_layer(model, tuple(batch.shape)) if layer is None else layer
            return self.function(model, batch, class_idx, chosen)
        if self.is_slow:
            return self.function(model, batch, class_idx, progress=progress)
        return self.function(model, batch, class_idx)


def suitable_layers(
    model: nn.Module, method: Method, input_shape: tuple[int, ...] = (1, 3, 224, 224)
) -> list[str]:
    """Layers that the method can look at, in order; empty if it looks at none.

    These are the layers with maps of more than one cell.

    Raises:
        ValueError: pictures of this shape do not go through the network.
    """
    if not method.needs_layer:
        return []
    return [layer.name for layer in layers(model, input_shape) if layer.is_spatial]


def default_layer(model: nn.Module, input_shape: tuple[int, ...]) -> str:
    """The last layer with maps of more than one cell: the most of meaning that still has a place.

    Scores at many places, as a fully convolutional network gives them, are no maps of features.

    Raises:
        ValueError: no layer has maps, as in a multilayer perceptron.
    """
    spatial = [layer.name for layer in layers(model, input_shape)[:-1] if layer.is_spatial]
    if not spatial:
        raise ValueError(
            "no layer of this network has maps at this input size, only numbers without a place: "
            "choose a method that looks at the pixels"
        )
    return spatial[-1]


def upsample(heatmap: Tensor, size: tuple[int, int]) -> Tensor:
    """The heatmap (height, width) at another size, bilinearly, its values kept as they are."""
    return F.interpolate(heatmap[None, None], size, mode="bilinear", align_corners=False)[0, 0]


_ALL = (
    Method(
        name="grad_cam",
        title="Grad-CAM",
        function=grad_cam,
        formula=r"\mathrm{ReLU}\Big(\sum_k \bar g_k A_k\Big),\quad"
        r"\bar g_k = \frac{1}{hw}\sum_{ij}\frac{\partial y}{\partial A_{kij}}",
        paper="Selvaraju et al., 2017, arxiv.org/abs/1610.02391",
        cannot_tell="Anything finer than a cell of the layer, and what speaks against the class: "
        "that is cut away. One weight per map: where a map matters in one place and not in "
        "another, it is shown in both.",
        cost=0.34,
        needs_layer=True,
    ),
    Method(
        name="grad_cam_plus_plus",
        title="Grad-CAM++",
        function=grad_cam_plus_plus,
        formula=r"\mathrm{ReLU}\Big(\sum_k \sum_{ij} \alpha_{kij}\,\mathrm{ReLU}(g_{kij})\,A_k"
        r"\Big),\quad \alpha = \frac{g^2}{2g^2 + g^3\sum_{ab} A_{kab}}",
        paper="Chattopadhay et al., 2018, arxiv.org/abs/1710.11063",
        cannot_tell="What speaks against the class, and often not even which class: only positive "
        "gradients weigh, and many maps have some for every class.",
        cost=0.34,
        needs_layer=True,
    ),
    Method(
        name="layer_cam",
        title="LayerCAM",
        function=layer_cam,
        formula=r"\mathrm{ReLU}\Big(\sum_k \mathrm{ReLU}(g_{kij})\,A_{kij}\Big),\quad"
        r"g_{kij} = \frac{\partial y}{\partial A_{kij}}",
        paper="Jiang et al., 2021, doi.org/10.1109/TIP.2021.3089943",
        cannot_tell="What speaks against the class. In early layers it follows strong edges, "
        "whether or not the class hangs on them.",
        cost=0.34,
        needs_layer=True,
    ),
    Method(
        name="hires_cam",
        title="HiResCAM",
        function=hires_cam,
        formula=r"\mathrm{ReLU}\Big(\sum_k g_{kij}\,A_{kij}\Big),\quad"
        r"g_{kij} = \frac{\partial y}{\partial A_{kij}}",
        paper="Draelos and Carin, 2020, arxiv.org/abs/2011.08891",
        cannot_tell="What speaks against the class, and what the layers behind make of cells "
        "together: exact only where they add cells up.",
        cost=0.34,
        needs_layer=True,
    ),
    Method(
        name="saliency",
        title="Saliency",
        function=saliency,
        formula=r"\max_c \left|\frac{\partial y}{\partial x_{cij}}\right|",
        paper="Simonyan et al., 2013, arxiv.org/abs/1312.6034",
        cannot_tell="For or against: only how sensitive the score is to a tiny change of a pixel, "
        "not how much the pixel has added to it.",
        cost=0.7,
    ),
    Method(
        name="input_x_gradient",
        title="Input × gradient",
        function=input_x_gradient,
        formula=r"\sum_c x_{cij}\,\frac{\partial y}{\partial x_{cij}}",
        paper="Shrikumar et al., 2016, arxiv.org/abs/1605.01713",
        cannot_tell="Pixels whose value is zero after normalisation get nothing, whatever they "
        "mean. True shares only if the network were linear.",
        cost=0.7,
        is_signed=True,
    ),
    Method(
        name="smooth_grad",
        title="SmoothGrad",
        function=smooth_grad,
        formula=r"\max_c \left|\frac1n\sum_{m=1}^{n}"
        r"\frac{\partial y(x + \mathcal N(0,\sigma^2))}{\partial x_{cij}}\right|",
        paper="Smilkov et al., 2017, arxiv.org/abs/1706.03825",
        cannot_tell="How the network reacts to the picture itself: it averages over noisy "
        "neighbours, and how much noise is a choice.",
        cost=14,
        is_slow=True,
    ),
    Method(
        name="integrated_gradients",
        title="Integrated gradients",
        function=integrated_gradients,
        formula=r"\sum_c (x_{cij} - x'_{cij})\int_0^1"
        r"\frac{\partial y(x' + \alpha(x - x'))}{\partial x_{cij}}\,d\alpha",
        paper="Sundararajan et al., 2017, arxiv.org/abs/1703.01365",
        cannot_tell="Anything apart from the baseline x' (here: mean colour). What looks like the "
        "baseline gets nothing; another baseline gives another map.",
        cost=16,
        is_signed=True,
        is_slow=True,
    ),
    Method(
        name="guided_backprop",
        title="Guided backprop",
        function=guided_backprop,
        formula=r"R_l = [A_l > 0]\cdot[R_{l+1} > 0]\cdot R_{l+1},\quad \max_c |R_{cij}|",
        paper="Springenberg et al., 2014, arxiv.org/abs/1412.6806",
        cannot_tell="Why this class: it draws much the same edges for every class, and nearly "
        "the same when the upper layers are made random.",
        cost=0.75,
    ),
    Method(
        name="occlusion",
        title="Occlusion",
        function=occlusion,
        formula=r"y(x) - y(x \text{ with the square around } ij \text{ covered})",
        paper="Zeiler and Fergus, 2014, arxiv.org/abs/1311.2901",
        cannot_tell="Parts that back each other up: cover one eye and the other still says cat. "
        "The cover is itself a thing that the network has never seen.",
        cost=35,
        is_signed=True,
        is_slow=True,
    ),
    Method(
        name="random",
        title="Random",
        function=random_map,
        formula=r"M \sim \text{blurred noise}",
        paper="No paper: the control of every experiment",
        cannot_tell="Anything. A method that does no better than this tells nothing either.",
        cost=0.0,
        is_control=True,
        is_chance=True,
    ),
    Method(
        name="edges",
        title="Edges",
        function=edges,
        formula=r"\max_c \sqrt{(S * x_c)_{ij}^2 + (S^\top * x_c)_{ij}^2},\quad S \text{ Sobel's}",
        paper="The control of Adebayo et al., 2018, arxiv.org/abs/1810.03292",
        cannot_tell="Anything of the network: it never looks at it. A map that looks like this one "
        "may have found the edges and nothing more.",
        cost=0.01,
        is_control=True,
    ),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
