"""Which pixels speak for a class: ten methods and two controls, one signature, for any network.

    from cnnviz.heatmaps import METHODS, grad_cam, upsample

Every method reads the model only, so threads may share it, and returns a map (height, width) of
the layer's or the picture's size, not normalised. Of a network that it cannot follow (two inputs,
TorchScript, scores in a list), or whose forward does not take the picture, it raises a ValueError.
"""

from cnnviz.heatmaps.class_activation import (
    PassFrom,
    class_activation_maps,
    grad_cam,
    grad_cam_plus_plus,
    hires_cam,
    layer_cam,
    pass_from,
)
from cnnviz.heatmaps.methods import METHODS, Method, default_layer, suitable_layers, upsample
from cnnviz.heatmaps.pixels import (
    guided_backprop,
    input_x_gradient,
    integrated_gradients,
    pixel_gradient_maps,
    saliency,
    smooth_grad,
)
from cnnviz.heatmaps.probing import edges, occlusion, random_map
from cnnviz.heatmaps.scores import Difference, Target
from cnnviz.progress import Progress, StoppedError

__all__ = [
    "METHODS",
    "Difference",
    "Method",
    "PassFrom",
    "Progress",
    "StoppedError",
    "Target",
    "class_activation_maps",
    "default_layer",
    "edges",
    "grad_cam",
    "grad_cam_plus_plus",
    "guided_backprop",
    "hires_cam",
    "input_x_gradient",
    "integrated_gradients",
    "layer_cam",
    "occlusion",
    "pass_from",
    "pixel_gradient_maps",
    "random_map",
    "saliency",
    "smooth_grad",
    "suitable_layers",
    "upsample",
]
