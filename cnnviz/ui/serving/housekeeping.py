"""What the server does beside its visitors: loads torch early, and gives memory back."""

from __future__ import annotations

import ctypes
import sys
import time
from threading import Lock, Thread

from cnnviz.ui.serving.cold_start import importing

AFTER = 1.5  # seconds: the home page is painted first
EVERY = 10.0  # seconds between two times of giving memory back

_begun = Lock()  # taken by the first who comes, and never given back


def keep_house() -> None:
    """Once per server, in the background, however many call it together."""
    if _begun.acquire(blocking=False):
        Thread(target=_load_torch, daemon=True).start()
        Thread(target=_give_memory_back, daemon=True).start()


def _load_torch() -> None:
    """What the first page with a layer would wait for, while its visitor reads the home page."""
    time.sleep(AFTER)
    with importing():
        from cnnviz.convolution.layer import numbers
        from cnnviz.convolution.settings import ConvSettings

    numbers(ConvSettings())  # torch's first layer on the meta device imports a lot more


def _give_memory_back() -> None:
    """Return what is free to the system: glibc keeps up to a hundred MB of it for later."""
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    while trim is not None:  # other C libraries have none
        time.sleep(EVERY)
        trim(0)
