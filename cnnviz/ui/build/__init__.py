"""The page `build`.

The workbench (`workbench`, `state`, `events`) with its rows and pictures, the network run on a
picture (`run`), links and files (`share`), and torchvision's networks to look at (`inspected`).
"""
