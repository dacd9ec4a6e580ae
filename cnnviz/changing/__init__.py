"""A picture changed by hand or by its own gradient, and what the network says then.

gone = mask([Stroke(((300, 300), (700, 300)), radius=90)], *batch.shape[2:])
changed = painted(batch, filled(batch, "blur"), gone)
"""

from cnnviz.changing.elsewhere import Elsewhere, elsewhere, places
from cnnviz.changing.fills import FILLS, filled, painted
from cnnviz.changing.gradient_sign import Levels, gradient_sign, stepped
from cnnviz.changing.noise import Shaken, noisy, shaken
from cnnviz.changing.strokes import SIDE, Stroke, covered, mask

__all__ = [
    "FILLS",
    "SIDE",
    "Elsewhere",
    "Levels",
    "Shaken",
    "Stroke",
    "covered",
    "elsewhere",
    "filled",
    "gradient_sign",
    "mask",
    "noisy",
    "painted",
    "places",
    "shaken",
    "stepped",
]
