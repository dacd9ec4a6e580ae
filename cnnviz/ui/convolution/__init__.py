"""The page `convolution`.

Its controls, the grid of numbers, the response on a picture, and what a slider leads to, computed
ahead of the hand (`ahead`).
"""
