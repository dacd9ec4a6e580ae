"""The page `fully_convolutional`.

A scene and its map of classes, pictures of any size, and how Linear layers become convolutions
(`surgery`).
"""
