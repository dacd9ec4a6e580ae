"""Views of the residual page worth a link, and why."""

from __future__ import annotations

from functools import partial

from cnnviz.ui.links import view_of
from cnnviz.ui.residual.address import ADDRESS

_view = partial(view_of, ADDRESS)

PRESETS = [
    _view("A block at work", "what it takes away from a cat", view="block"),
    _view("The tutorial’s block", "3 to 64 channels, stride 2", view="block", weights="fresh",
          in_channels="3", first_stride=2, map=1),
    _view("56 layers, plain and residual", "the gradient of each layer", view="gradients"),
    _view("He’s start", "without norm the residual one explodes", view="gradients",
          initialisation="he"),
    _view("tanh and norm", "neither dies nor explodes", view="gradients", activation="tanh",
          batch_norm="with"),
    _view("A block taken away", "still a cat", view="identity"),
    _view("Deeper and worse", "plain nets of 20 and 56 layers", view="degradation"),
    _view("Two loss landscapes", "56 layers, 600 steps", view="landscape"),
    _view("ResNet18’s table", "with our shapes", view="whole"),
]  # fmt: skip

TRY = [
    _view("A 1×1 shortcut", "where the maps double", view="block", block="group1.0"),
    _view("Eight layers only", "nothing dies", view="gradients", depth="8"),
    _view("104 layers", "how far does it fall?", view="gradients", depth="104", width="8"),
    _view("Another seed", "the same story?", view="gradients", seed=3),
    _view("The first main path", "the one that cannot go", view="identity", block="group0.0"),
    _view("A block without its shortcut", "a plain one", view="identity", block="group3.1",
          main=1.0, shortcut=0.0),
    _view("Train four networks", "in this page, half a minute", view="degradation",
          source="live"),
    _view("Trained for less", "the same nets after 264 steps", view="landscape", run="56-264"),
    _view("Close to the weights", "the same valley, nearer", view="landscape", reach="0.4",
          height="log"),
    _view("Small pictures", "stages at 32 × 32", view="whole", side="32"),
]  # fmt: skip

WHY = {
    "block": (
        "A block computes a **change** F(x) with two convolutions and adds it to what it was "
        "given. Where F(x) is zero the map goes through as it is; where it is red something is "
        "added, where it is blue something is taken away, and the ReLU cuts what falls below "
        "zero. Both have to have the same shape: only where the block changes the number of "
        "maps or their size does the way around need a convolution of its own."
    ),
    "gradients": (
        "A gradient on its way back is multiplied by every layer it passes. If each takes a "
        "little, 56 of them take all: the first layers of a plain net learn nothing. A batch "
        "norm keeps activations at one size, and then each layer multiplies by a little "
        "**more** than one, and the gradient explodes instead. A **shortcut** adds 1 to the "
        "derivative of every block: the gradient has a way around each. It alone does not do "
        "either, as with He’s start the sums grow: skip and norm together keep the first "
        "layer’s gradient near 1."
    ),
    "identity": (
        "A deeper network could always be as good as a shallower one: the layers too many would"
        " only have to pass on what they get. A plain layer has to learn that, weight by "
        "weight. A residual block does it when its main path gives **zero**: what it learns is "
        "the *change*. In a trained network most blocks change little, so one main path can go "
        "and the answer stays. All at once cannot: the small changes add up to what the network"
        " knows."
    ),
    "degradation": (
        "A deeper network can do everything a shallower one can: its further layers need only "
        "pass things on. Yet plain networks get **worse** with depth, on the very pictures that"
        " they are trained with, so it is not overfitting: SGD does not find the weights. With "
        "shortcuts the further layers begin near the identity, and depth no longer hurts (He et"
        " al., 2015, figures 1 and 6)."
    ),
    "landscape": (
        "The loss is a number for every setting of all weights: a surface over thousands of "
        "axes. Two random directions, each filter moved by its own length (Li et al., 2018), "
        "show a slice of it. It depends on **how long** the networks were trained, which is why"
        " that stands beside it: a plain net that has not found its way sits in a shallow dent "
        "near the loss of guessing, a residual one in a deep valley. Deep is not flat: around "
        "that valley the loss may well rise higher."
    ),
    "whole": (
        "ResNet18 repeats one block eight times. Where a group begins, the picture is halved "
        "and the maps are doubled, so that every group costs about the same; there the shortcut"
        " needs a 1×1 convolution to fit. At the end each map is averaged to one number, which "
        "is why pictures of any size go in."
    ),
}
