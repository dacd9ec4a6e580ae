"""The page `heatmaps`.

The maps of all methods on one scale, and four tests of whether to believe them (`belief`).
"""
