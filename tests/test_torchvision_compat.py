"""The module is tried in fresh processes: an import cannot be undone in this one."""

import subprocess
import sys

import pytest

from cnnviz import torchvision_compat


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_torchvision_models_weights_and_transforms_are_usable():
    script = (
        "from cnnviz.torchvision_compat import torchvision as tv\n"
        "import torchvision.transforms.v2\n"
        "weights = tv.models.ResNet18_Weights.DEFAULT\n"
        "print(weights.meta['num_params'], tv.transforms.v2.Resize(8).size)"
    )
    assert run(script) == "11689512 [8]"


OPERATORS_OF_A_BUILD_THAT_FITS = """
import torch
library = torch.library.Library('torchvision', 'DEF')
schema = '(Tensor dets, Tensor scores, float iou_threshold) -> Tensor'
[library.define(name + schema) for name in ('nms', 'qnms')]
"""


def has_a_build_that_fits() -> bool:
    """Whether torchvision imports here without our help."""
    done = subprocess.run([sys.executable, "-c", "import torchvision"], capture_output=True)
    return done.returncode == 0


def test_nothing_is_declared_where_the_operators_exist():
    script = (
        "from cnnviz import torchvision_compat as compat\n"
        "print(compat.missing_operators(), compat._declarations)"
    )
    before = "" if has_a_build_that_fits() else OPERATORS_OF_A_BUILD_THAT_FITS
    assert run(before + script) == "[] []"


def test_after_the_import_no_operator_is_missing():
    assert torchvision_compat.missing_operators() == []
    assert torchvision_compat.declare_missing_operators() == []


def test_another_import_failure_is_not_hidden(monkeypatch):
    def fail(name: str):
        raise RuntimeError("disk full")

    monkeypatch.setattr(torchvision_compat.importlib, "import_module", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        torchvision_compat.import_torchvision()


IMPORTED_WHILE_OTHERS_IMPORT = """
import sys, types
from threading import Event, Thread
import torch
is_over = Event()

def others():
    while not is_over.is_set():
        for number in range(200):
            sys.modules[f"other_{number}"] = types.ModuleType("other")
        for number in range(200):
            del sys.modules[f"other_{number}"]

from cnnviz import torchvision_compat
sys.setswitchinterval(1e-6)
Thread(target=others, daemon=True).start()
sys.modules["torchvision.half_made"] = types.ModuleType("half made")
for _ in range(200):
    torchvision_compat._forget_half_made()
is_over.set()
print([name for name in sys.modules if name.startswith("torchvision")])
"""


def test_what_a_failed_import_left_is_dropped_while_other_threads_import():
    assert run(IMPORTED_WHILE_OTHERS_IMPORT) == "[]"
