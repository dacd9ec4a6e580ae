"""What one backward pass gives every layer of a deep network, with and without shortcuts.

for row in gradient_flow(56, residual=False):
    print(row.name, row.gradient_norm)
"""

from cnnviz.gradients.flow import (
    BATCH_SHAPE,
    INITIALISATIONS,
    STEP_RATE,
    LayerFlow,
    gradient_flow,
)
from cnnviz.gradients.verdict import Fate, fate, mean_factor, unchanged

__all__ = [
    "BATCH_SHAPE",
    "INITIALISATIONS",
    "STEP_RATE",
    "Fate",
    "LayerFlow",
    "fate",
    "gradient_flow",
    "mean_factor",
    "unchanged",
]
