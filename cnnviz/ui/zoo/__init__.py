"""The page `zoo`.

Torchvision's networks by accuracy, cost and year, and two or three of them layer by layer.
"""
