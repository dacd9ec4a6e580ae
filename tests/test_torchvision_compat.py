"""The module is tried in fresh processes: an import cannot be undone in this one."""

import subprocess
import sys
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from cnnviz import torchvision_compat


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


OPERATORS_OF_A_BUILD_THAT_FITS = """
import torch
library = torch.library.Library('torchvision', 'DEF')
schema = '(Tensor dets, Tensor scores, float iou_threshold) -> Tensor'
[library.define(name + schema) for name in ('nms', 'qnms')]
"""


def test_torchvision_is_usable_and_nothing_is_declared_where_the_operators_exist():
    script = (
        "from cnnviz import torchvision_compat as compat\n"
        "print(compat.missing_operators(), compat._declarations)\n"
        "import torchvision.transforms.v2\n"
        "tv = compat.torchvision\n"
        "weights = tv.models.ResNet18_Weights.DEFAULT\n"
        "print(weights.meta['num_params'], tv.transforms.v2.Resize(8).size)"
    )
    needs_help = torchvision_compat._declarations  # torchvision did not import here as it is
    before = OPERATORS_OF_A_BUILD_THAT_FITS if needs_help else ""
    assert run(before + script) == "[] []\n11689512 [8]"


def test_after_the_import_no_operator_is_missing():
    assert torchvision_compat.missing_operators() == []
    assert torchvision_compat.declare_missing_operators() == []


def test_another_import_failure_is_not_hidden(monkeypatch):
    def fail(name: str):
        raise RuntimeError("disk full")

    monkeypatch.setattr(torchvision_compat.importlib, "import_module", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        torchvision_compat.import_torchvision()


def test_what_a_failed_import_left_is_dropped_while_other_threads_import(monkeypatch):
    modules = {"torchvision": 1, "torchvision.half_made": 2, "torchvision_of_others": 3}
    monkeypatch.setattr(torchvision_compat, "sys", SimpleNamespace(modules=modules))
    names, is_over = [f"other_{number}" for number in range(200)], Event()

    def others() -> None:
        while not is_over.is_set():
            modules.update(dict.fromkeys(names, 0))
            for name in names:
                del modules[name]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    importing = Thread(target=others)
    importing.start()
    try:
        for _ in range(2_000):
            modules["torchvision.half_made"] = 2
            torchvision_compat._forget_half_made()
    finally:
        is_over.set()
        importing.join()
        sys.setswitchinterval(before)
    assert list(modules) == ["torchvision_of_others"]
