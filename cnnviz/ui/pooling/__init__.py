"""The page `pooling`: windows on a grid and on a picture, moves, receptive fields, costs.

`address` and `controls` first; `views` are its links; then a module for each of the five views.
"""
