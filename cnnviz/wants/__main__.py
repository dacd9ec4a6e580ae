"""Make the shipped pictures of what channels want to see.

python -m cnnviz.wants [--only resnet18-cifar10 group0.1]
"""

from __future__ import annotations

import argparse
import time

import torch

from cnnviz.activations import layers
from cnnviz.images import sample
from cnnviz.models import pretrained
from cnnviz.wants.recorded import LAYERS, make


def main(arguments: list[str] | None = None) -> None:
    """Make those of all layers that ship pictures, or of one."""
    parser = argparse.ArgumentParser(prog="python -m cnnviz.wants", description=__doc__)
    parser.add_argument("--only", nargs=2, metavar=("NETWORK", "LAYER"))
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    wanted = [(name, layer) for name, some in LAYERS.items() for layer in some]
    if options.only:
        known = ", ".join(map(" ".join, wanted))
        if tuple(options.only) not in wanted:
            raise SystemExit(f"--only {' '.join(options.only)} is none of {known}.")
        wanted = [tuple(options.only)]
    for name, layer in wanted:
        begun = time.monotonic()
        network = pretrained(name)
        shape = tuple(network.transform(sample("cat")).shape)
        known = {one.name: one for one in layers(network.model, shape)}
        make(network, name, layer, known[layer].shape[0], "python -m cnnviz.wants")
        print(f"{name} {layer}: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
