"""The whole network at a glance: its layers as columns of maps, and what each map gives to which.

`columns_of` cuts a network into columns, `joins_of` says how they are joined, `gives` how much
each map adds to each cell of the next, `without_each` what the network says without one.
"""
