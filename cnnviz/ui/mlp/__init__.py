"""The page `mlp`: one neuron, what depth buys, the cost of size, moved digits, and the matrix."""
