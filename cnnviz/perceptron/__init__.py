"""The tutorial's formula with small numbers: a neuron, a layer, layers after one another."""
