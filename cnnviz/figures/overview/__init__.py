"""Figures of the whole network at a glance."""
