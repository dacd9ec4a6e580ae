"""One thread for one operation of torch, as in the app: tests already run two at a time.

Two threads inside one small operation wait for each other at each of them. On a busy machine that
made a test of seconds last for minutes. Nor is a property refused because the machine was busy.
"""

import os

from hypothesis import settings

from cnnviz.without_compiler import leave_out_compiler

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before the first import of torch
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")
leave_out_compiler()  # as in the app
