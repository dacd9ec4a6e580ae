"""In fresh processes, where the compiler has not been imported."""

import subprocess
import sys

OPTIMIZERS = """
from cnnviz.without_compiler import COMPILER, StandIn, leave_out_compiler
leave_out_compiler()
import inspect, sys
from cnnviz.torchvision_compat import torchvision
import torch
model, pixels = torch.nn.Linear(3, 2), torch.ones(1, 3)
def loss():
    model.zero_grad()
    squared = model(pixels).square().sum()
    squared.backward()
    return squared
for make in (torch.optim.SGD, torch.optim.AdamW, torch.optim.LBFGS):
    optimizer, before = make(model.parameters(), lr=0.01), loss().item()
    optimizer.zero_grad()
    optimizer.step(loss)
    assert loss().item() < before
inspect.getmodule(inspect.currentframe())  # looks at every module there is
assert isinstance(sys.modules[COMPILER], StandIn)
assert "sympy" not in sys.modules
print("left out")
"""
COMPILED = """
from cnnviz.without_compiler import COMPILER, StandIn, leave_out_compiler
leave_out_compiler()
import sys
import torch
twice = torch.compile(lambda numbers: 2 * numbers, backend="eager")
assert twice(torch.ones(2)).tolist() == [2, 2]
assert not isinstance(sys.modules[COMPILER], StandIn)
leave_out_compiler()
from torch._dynamo.utils import is_compile_supported
assert torch._dynamo.config is sys.modules[COMPILER + ".config"]
print("there")
"""


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_torchvision_and_optimizers_do_without_the_compiler():
    assert run(OPTIMIZERS) == "left out"


def test_who_needs_the_compiler_gets_it():
    assert run(COMPILED) == "there"
