"""What the server starts beside itself lets it pass, as far as the system can be told."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from cnnviz.behind import let_pass


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield started
    started.kill()
    started.communicate()


def test_as_shipped_it_runs_when_nobody_else_wants_to(process, monkeypatch):
    monkeypatch.delenv("CNNVIZ_NICENESS")  # which the tests set
    let_pass(process.pid)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19


def test_an_operator_may_let_it_get_on_but_never_before_the_server(process, monkeypatch):
    monkeypatch.setenv("CNNVIZ_NICENESS", "7")
    let_pass(process.pid)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == max(7, os.getpriority(0, 0))
    monkeypatch.setattr(os, "getpriority", lambda *_: 12)
    let_pass(process.pid)
    monkeypatch.undo()
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 12


def test_one_that_is_over_is_no_matter(process):
    process.kill()
    process.wait()
    let_pass(process.pid)
