"""Watching a network without hooks and without changing it, so that threads may share it.

What it computed (`watch`, `tape`), what a cell of it sees (`receptive`, `footprints`), what excites
a map (`excitation`), and the sum behind any number (`microscope`).

receptive_field(ResNet18(10), "group3").size  # (435, 435)
"""

from cnnviz.probes.fields import ReceptiveField, receptive_field, receptive_fields

__all__ = ["ReceptiveField", "receptive_field", "receptive_fields"]
