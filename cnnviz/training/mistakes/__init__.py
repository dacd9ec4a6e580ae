"""What a network gets wrong: which, why this answer and not the true one, and what they share.

found = wrong(moment, material.validation)                 # the surest first
why = why_not(model, material, picture, answer=2, true=7, layer="relu1")
why.wiped.flips, why.by_chance["scattered"].flips
"""

from cnnviz.training.mistakes.gallery import (
    Confused,
    Mistake,
    Order,
    Shared,
    along,
    confused,
    shared,
    wrong,
)
from cnnviz.training.mistakes.over import drawn_over, ground
from cnnviz.training.mistakes.why import ByChance, WhyNot, Wiped, flips, why_map, why_not

__all__ = [
    "ByChance",
    "Confused",
    "Mistake",
    "Order",
    "Shared",
    "WhyNot",
    "Wiped",
    "along",
    "confused",
    "drawn_over",
    "flips",
    "ground",
    "shared",
    "why_map",
    "why_not",
    "wrong",
]
