"""The microscope: the calculation behind any number of any layer, with its real numbers.

from cnnviz.probes.microscope import explain_cell
"""

from cnnviz.probes.microscope.explain import explain_cell
from cnnviz.probes.microscope.stages import CellExplanation, Stage, Term, Window

__all__ = ["CellExplanation", "Stage", "Term", "Window", "explain_cell"]
