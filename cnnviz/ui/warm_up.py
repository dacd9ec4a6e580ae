"""Loading torch while the first visitor still reads the home page."""

from __future__ import annotations

import time
from functools import cache
from threading import Thread

from streamlit import runtime

AFTER = 1.5  # seconds: the home page is painted first


@cache
def warm_up() -> None:
    """Once per server, in the background: what the first page with a layer would wait for."""
    if runtime.exists():
        Thread(target=_load, daemon=True).start()


def _load() -> None:
    time.sleep(AFTER)
    from cnnviz.convolution import numbers
    from cnnviz.convolution_settings import ConvSettings

    numbers(ConvSettings())  # torch's first layer on the meta device imports a lot more
