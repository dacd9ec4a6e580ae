"""Teaching a frozen network classes of one's own: a linear head on what its last layer sees.

backbone = backbones("squeezenet1.1")
seen = features(backbone, batch)["features.12"]      # (N, 512) averages of maps
head = taught(seen, labels, num_classes=5)
left_out(seen, labels, num_classes=5).num_right
"""

from cnnviz.teaching.backbone import BACKBONES, Backbone, backbone, features, on_maps, with_head
from cnnviz.teaching.file import HeadError, SavedHead, load_head, save_head
from cnnviz.teaching.head import Head, LeftOut, left_out, taught
from cnnviz.teaching.nearest import Nearest, alike_by_chance, nearest, num_alike

__all__ = [
    "BACKBONES",
    "Backbone",
    "Head",
    "HeadError",
    "LeftOut",
    "Nearest",
    "SavedHead",
    "alike_by_chance",
    "backbone",
    "features",
    "left_out",
    "load_head",
    "nearest",
    "num_alike",
    "on_maps",
    "save_head",
    "taught",
    "with_head",
]
