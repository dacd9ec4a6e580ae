"""Pooling: the layer from its settings, what it keeps, and what that buys.

`settings`, `refusal` and `layer` come first; `worked_example` writes out every window on a small
grid, `power` turns a sum into a maximum, `shift` measures what a pooled map keeps when the picture
moves, `cost` what the next layers save, and `field` follows a unit down to its pixels.
"""
