"""What a network can learn from here: pictures with their classes, to train and to ask.

material("digits").training.pictures        # uint8 (N, C, H, W)
"""

from cnnviz.training.material.choice import MATERIALS, Offer, material
from cnnviz.training.material.kind import Material, MaterialError

__all__ = ["MATERIALS", "Material", "MaterialError", "Offer", "material"]
