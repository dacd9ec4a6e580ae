"""In fresh processes, where the compiler has not been imported."""

import subprocess
import sys

LEFT_OUT = """
from cnnviz.without_compiler import COMPILER, SHAPES, SYMPY, StandIn, leave_out_compiler
leave_out_compiler()
import inspect, sys
from cnnviz.summary import summarize
from cnnviz.zoo.on_meta import build_on_meta
import torch
from torch import nn

model, pixels = nn.Linear(3, 2), torch.ones(1, 3)
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

body = nn.Sequential(
    nn.Conv2d(3, 4, 3, padding=1), nn.GELU(), nn.ReflectionPad2d(1), nn.AvgPool2d(3, 1),
    nn.MaxPool2d(2), nn.ConvTranspose2d(4, 4, 2), nn.BatchNorm2d(4), nn.Upsample(scale_factor=2),
    nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 3), nn.Softmax(dim=1),
).eval()
pixels = torch.ones(2, 3, 8, 8)
measured = body.to("meta")(pixels.to("meta")).shape
assert measured == body.to_empty(device="cpu")(pixels).shape == (2, 3)
for wrong in (nn.Conv2d(4, 4, 3), nn.Linear(7, 3)):
    try:
        wrong.to("meta")(pixels.to("meta"))
    except RuntimeError:
        continue
    raise AssertionError
for name in ("resnet18", "googlenet", "efficientnet_b0"):
    summarize(build_on_meta(name))

inspect.getmodule(inspect.currentframe())  # looks at every module there is
assert all(isinstance(sys.modules[name], StandIn) for name in (COMPILER, SHAPES, SYMPY))
print("left out")
"""
THERE = """
from cnnviz.without_compiler import COMPILER, SHAPES, SYMPY, StandIn, leave_out_compiler
leave_out_compiler()
import sys
import sympy
import torch

layer, rows = torch.nn.Linear(3, 2), torch.export.Dim("rows")
layer.to("meta")(torch.ones(4, 3, device="meta"))  # measured without symbols
layer = layer.to_empty(device="cpu")
twice = torch.compile(lambda numbers: 2 * numbers, backend="eager")
assert twice(torch.ones(2)).tolist() == [2, 2]
of_any_rows = torch.export.export(layer, (torch.ones(4, 3),), dynamic_shapes=((rows, None),))
assert of_any_rows.module()(torch.ones(7, 3)).shape == (7, 2)

assert not any(isinstance(sys.modules[name], StandIn) for name in (COMPILER, SHAPES, SYMPY))
assert isinstance(sys.modules[SYMPY].Integer(1), sympy.Basic)  # by the stand-in too
leave_out_compiler()
from torch._dynamo.utils import is_compile_supported
assert torch._dynamo.config is sys.modules[COMPILER + ".config"]
print("there")
"""
TWO_IMPORTS_AT_ONCE = """
import sys, threading
from pathlib import Path
from cnnviz import without_compiler

folder, begun, asks = Path(sys.argv[1]), threading.Event(), threading.Event()
without_compiler.begun, without_compiler.asks = begun, asks
sys.path.insert(0, str(folder))
(folder / "compiler_like.py").write_text(
    "from cnnviz.without_compiler import asks, begun; begun.set(); asks.wait(); import needed_by_it"
)
(folder / "needed_by_it.py").write_text(
    "from cnnviz.without_compiler import asks, begun, compiler; begun.wait(); asks.set();"
    "compiler('json')"
)
threads = [
    threading.Thread(target=without_compiler.compiler, args=("compiler_like",), daemon=True),
    threading.Thread(target=__import__, args=("needed_by_it",), daemon=True),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(timeout=30)
print("both there" if not any(thread.is_alive() for thread in threads) else "locked")
"""


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_torchvision_optimizers_and_the_meta_device_do_without_the_compiler():
    assert run(LEFT_OUT) == "left out"


def test_who_needs_the_compiler_gets_it():
    assert run(THERE) == "there"


def test_who_asks_within_an_import_that_the_compiler_waits_for_is_answered(tmp_path):
    assert run(TWO_IMPORTS_AT_ONCE, str(tmp_path)) == "both there"
