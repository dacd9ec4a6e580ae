"""What the server starts beside itself lets it pass, as far as the system can be told."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from cnnviz.behind import behind, let_pass


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


@pytest.mark.skipif(sys.platform != "linux", reason="only there a thread has its own niceness")
def test_the_thread_behind_is_nicer_than_the_pages_and_no_other_thread_is(monkeypatch):
    monkeypatch.delenv("CNNVIZ_NICENESS")
    here = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with behind.__wrapped__() as fresh:
        nice = fresh.submit(os.getpriority, os.PRIO_PROCESS, 0).result()
    assert here < nice < 19
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == here
