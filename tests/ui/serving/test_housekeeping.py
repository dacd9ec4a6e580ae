"""Memory that is free is given back: in a process of its own, for the setting is the process's."""

import re
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from cnnviz.ui.serving.housekeeping import bound_heap
if sys.argv[1] == "bounded":
    bound_heap()
c = ctypes.CDLL(None)
c.malloc.restype = c.fopen.restype = ctypes.c_void_p
c.malloc.argtypes, c.free.argtypes = [ctypes.c_size_t], [ctypes.c_void_p]
c.malloc_info.argtypes, c.fclose.argtypes = [ctypes.c_int, ctypes.c_void_p], [ctypes.c_void_p]
together = threading.Barrier(12)

def allocate():
    together.wait()
    pieces = [c.malloc(10_000) for _ in range(200)]
    together.wait()
    for piece in pieces:
        c.free(piece)

threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = c.fopen(b"/dev/stdout", b"w")
c.malloc_info(0, file)
c.fclose(file)
"""

BETWEEN = """
import sys
import numpy as np
from cnnviz.ui.serving.housekeeping import bound_heap, resident_bytes
if sys.argv[1] == "bounded":
    bound_heap()
before, passing, staying = resident_bytes(), [], []
for _ in range(200):  # as what layers put out, and beside it what is shown of it
    passing.append(np.ones(200_000, np.uint8))
    staying.append(np.ones(2_000, np.uint8))
passing.clear()
print(resident_bytes() - before)
"""


def num_heaps(mode: str) -> int:
    """The places in which C's memory grew, by glibc's own report."""
    report = subprocess.check_output([sys.executable, "-c", PROGRAM, mode], text=True)
    return len(re.findall(r"<heap nr=", report))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mallopt is glibc's")
def test_threads_that_compute_share_two_heaps():
    assert num_heaps("bounded") <= 2 < num_heaps("as it is")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mallopt is glibc's")
def test_what_layers_put_out_leaves_no_holes_among_what_stays():
    """Numbers of 40 MB are let go, and 0.4 MB that lie between them stay."""
    command = [sys.executable, "-c", BETWEEN, "bounded"]
    assert int(subprocess.check_output(command, text=True)) < 10_000_000
