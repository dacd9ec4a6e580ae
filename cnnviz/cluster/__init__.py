"""Heavy work on other machines, by an engine that exists: Dask distributed.

What goes there is an `Order`: the name of a work in a fixed table, and plain data. Nothing here
is needed where `CNNVIZ_CLUSTER` is not set; docs/decisions/dask.md says why it is this engine.
"""
