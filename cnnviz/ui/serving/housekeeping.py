"""What the server does beside its visitors: loads torch early, and gives memory back."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path
from threading import Lock, Thread

from cnnviz.ui.insides.files import drop_old_files
from cnnviz.ui.serving.cold_start import importing
from cnnviz.ui.serving.garbage import Garbage

AFTER = 1.5  # seconds: the home page is painted first
EVERY = 3.0  # seconds between two times of giving memory back

# What glibc's `mallopt` takes (malloc.h). Most of what a network puts out has 0.1 to 1 MB: where it
# lay among what stays, thirty visitors with photographs left 410 MB of holes that nothing fitted
# into. Now 70 MB; the passes take as long (Lite0's with gradients 60 to 67 ms either way).
MALLOPT = (
    (-8, 2),  # M_ARENA_MAX: the computing threads are two; each arena keeps what it had at most
    (-3, 128 << 10),  # M_MMAP_THRESHOLD: larger ones go back to the system as soon as they are free
    (-1, 16 << 20),  # M_TRIM_THRESHOLD
)

# oneDNN keeps what it made for the last 1,024 shapes of layers: 44 MB after fifty sizes of photos.
# ResNet18 has twenty shapes; to make one anew takes no time that could be measured.
SHAPES = "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128"

_begun = Lock()  # taken by the first who comes, and never given back


def keep_house() -> None:
    """Once per server, in the background, however many call it together."""
    if _begun.acquire(blocking=False):
        bound_heap()
        Thread(target=_load_torch, daemon=True).start()
        Thread(target=_give_memory_back, daemon=True).start()


def bound_heap() -> None:
    """Let C's memory grow in two places only, large pieces in places of their own.

    By itself glibc opens eight arenas a core, and each keeps the most it ever had: after
    a hundred visitors 840 of 1,190 MB were free, and not given back. And let torch's oneDNN, which
    asks for its limit at its first layer, remember fewer shapes.
    """
    os.environ.setdefault(*SHAPES)
    mallopt = getattr(_c_library(), "mallopt", None)
    if mallopt is not None:  # other C libraries have none
        for option, value in MALLOPT:
            mallopt(option, value)


def _c_library() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform.startswith("linux") else None


def resident_bytes() -> int:
    """The memory of this process; 0 where the system does not say it as Linux does."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _load_torch() -> None:
    """What the first page with a layer would wait for, while its visitor reads the home page."""
    time.sleep(AFTER)
    with importing():
        from cnnviz.convolution.layer import numbers
        from cnnviz.convolution.settings import ConvSettings

    numbers(ConvSettings())  # torch's first layer on the meta device imports a lot more


def _give_memory_back() -> None:
    garbage = Garbage()
    while True:
        time.sleep(EVERY)
        drop_old_files()
        garbage.tend()
        trim_heap()


def trim_heap() -> None:
    """Return what is free to the system: glibc keeps up to a hundred MB of it for later."""
    trim = getattr(_c_library(), "malloc_trim", None)
    if trim is not None:  # other C libraries have none
        trim(0)
