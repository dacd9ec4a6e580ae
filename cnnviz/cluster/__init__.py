"""Heavy work in processes beside the server, or on other machines by Dask distributed.

What goes there is an `Order`: the name of a work in a fixed table, and plain data. The engine is
needed only where `CNNVIZ_CLUSTER` is set; docs/decisions/ says why it is this one, and what a
process beside the server costs.
"""
