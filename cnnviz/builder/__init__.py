"""What stands behind the network builder.

Networks put together and edited (`edits`, `shapes`), mended (`doctor`), read from code (`reading`),
exported as code and written into links.
"""
