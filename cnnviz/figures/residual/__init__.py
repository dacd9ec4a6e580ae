"""Figures of the residual page."""
