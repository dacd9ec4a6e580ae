"""The convolutional layer from its settings: its numbers, why torch refuses some, what would do.

`layer` and `settings` come first; `kernels` names seventeen filters, `responses` runs them on a
picture, and `worked_example` writes out every sum on a small grid.
"""
