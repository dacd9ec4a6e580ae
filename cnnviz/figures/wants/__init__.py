"""Figures of what a unit wants to see."""
