"""What Grad-CAM on ResNet18 at 224×224 costs, against one forward and backward pass.

    python -m benchmarks.grad_cam [rounds]

Both are measured in turn in the same run, on one thread, each three times in a row, the quickest
counts: what follows something else first pays for the memory that the other gave back. The ratio
is the median of the rounds' ratios. The budget is 0.35.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor, nn

from cnnviz.heatmaps import METHODS
from cnnviz.models.frozen import frozen
from cnnviz.models.resnet import ResNet18

BUDGET = 0.35
CLASS_IDX = 3
LAYER = "group3"


def forward_and_backward(model: nn.Module, batch: Tensor) -> None:
    """One full pass both ways, gradients of all weights included."""
    model.zero_grad()
    model(batch)[0, CLASS_IDX].backward()


def seconds(call: Callable[[], object]) -> float:
    """Processor time of one call, the best of three: other programs do not count."""
    measured = []
    for _ in range(3):
        start = time.process_time()
        call()
        measured.append(time.process_time() - start)
    return min(measured)


def ratios(rounds: int, names: list[str]) -> dict[str, float]:
    """Cost of each method as a share of a forward and backward pass, median over the rounds."""
    batch = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    trained, asked = ResNet18(1000).eval(), frozen(ResNet18(1000))
    measured: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        unit = seconds(lambda: forward_and_backward(trained, batch))
        for name in names:
            cost = seconds(lambda name=name: METHODS[name](asked, batch, CLASS_IDX, LAYER))
            measured[name].append(cost / unit)
    return {name: median(values) for name, values in measured.items()}


def main() -> None:
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    fast = [name for name, method in METHODS.items() if not method.is_slow]
    slow = [name for name, method in METHODS.items() if method.is_slow]
    for name, ratio in (ratios(rounds, fast) | ratios(1, slow)).items():
        print(f"{name:22} {ratio:6.2f} × forward and backward")
    ratio = ratios(rounds, ["grad_cam"])["grad_cam"]
    print(f"grad_cam alone {ratio:.3f}, budget {BUDGET}: {'kept' if ratio <= BUDGET else 'BROKEN'}")
    sys.exit(ratio > BUDGET)


if __name__ == "__main__":
    main()
