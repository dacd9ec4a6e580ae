"""One thread for one operation of torch, as in the app: tests already run two at a time.

Two threads inside one small operation wait for each other at each of them. On a busy machine that
made a test of seconds last for minutes. Nor is a property refused because the machine was busy.
"""

import gc
import os
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

from cnnviz.without_compiler import leave_out_compiler

# Servers and scripts that tests start read what is compiled once: a second of each otherwise.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before the first import of torch
# Slow work is done by a thread of each server: a process for it costs every one of them seconds.
os.environ.setdefault("CNNVIZ_WORKERS", "0")
# Tests use the processors up: what stands back for them altogether would hardly get on.
os.environ.setdefault("CNNVIZ_NICENESS", "10")
# In CI the examples are always the same: what chance finds is found by whoever runs the tests.
settings.register_profile("busy", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("busy")
leave_out_compiler()  # as in the app

# Each AppTest looks through all installed packages for components: 0.2 s, and always the same.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

HERE = Path(__file__).parent
WAITING = ("browser", "cluster", "pages", "training", "ui")  # for threads and processes of others


@pytest.fixture(autouse=True)
def _same_numbers() -> None:
    """What a test draws without a seed is the same, whichever tests ran before it."""
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that waits for others is asked once more; which one was stands in the summary."""
    for item in items:
        if item.path.relative_to(HERE).parts[0] in WAITING:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """What is there for the whole run is no garbage: looking through it takes 0.4 s each time."""
    gc.freeze()
