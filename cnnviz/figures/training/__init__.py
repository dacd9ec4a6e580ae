"""Figures of a training: curves, filters on their way, confusion matrix, one picture."""
