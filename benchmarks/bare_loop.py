"""The bare loop: LeNet's training steps on the shipped digits, and nothing besides.

    python -m benchmarks.bare_loop 2000

prints the processor's seconds of so many steps, their first fifty left out. `benchmarks.training`
lets it run in a process of its own, under the conditions that a training's process has.
"""

from __future__ import annotations

import sys
import time

import torch
import torch.nn.functional as F

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.models.transforms import normalised, padded
from cnnviz.training.material import material
from cnnviz.training.plan import Plan
from cnnviz.without_compiler import leave_out_compiler

PLAN = Plan()
FIRST_STEPS = 50


def main() -> None:
    """Train, and print what it took."""
    num_steps = int(sys.argv[1])
    torch.set_num_threads(1)
    leave_out_compiler()
    given, model = material("digits"), build(lenet(1)).train()
    data, spec = given.training, given.input
    optimizer = torch.optim.AdamW(
        model.parameters(), PLAN.learning_rate, weight_decay=0, fused=True
    )
    order, size = torch.randperm(len(data)), PLAN.batch_size
    started = 0.0
    for step in range(num_steps + FIRST_STEPS):
        if step == FIRST_STEPS:
            started = time.process_time()
        at = step % (len(data) // size) * size
        chosen = order[at : at + size]
        batch = padded(normalised(data.pictures[chosen], spec), spec)
        loss = F.cross_entropy(model(batch), data.labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(time.process_time() - started)


if __name__ == "__main__":
    main()
