"""What a network can learn from here: pictures with their classes, to train and to ask.

material("digits").training.pictures        # uint8 (N, C, H, W)
"""

from cnnviz.training.material.choice import MATERIALS, Offer, material
from cnnviz.training.material.folder import folder_path
from cnnviz.training.material.kind import Material, MaterialError, NotHereError
from cnnviz.training.material.shelf import Shelf, fetch
from cnnviz.training.material.zipped import zipped

__all__ = [
    "MATERIALS",
    "Material",
    "MaterialError",
    "NotHereError",
    "Offer",
    "Shelf",
    "fetch",
    "folder_path",
    "material",
    "zipped",
]
