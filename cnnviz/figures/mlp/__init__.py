"""Figures of small dense networks: sheets of cells, what grows with size, moved digits."""
