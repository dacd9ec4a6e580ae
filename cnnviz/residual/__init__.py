"""Residual networks: trained beside plain ones, cut apart, and looked at from around.

`python -m cnnviz.residual` makes the recorded curves and loss surfaces.
"""
