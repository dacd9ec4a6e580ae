"""One thread for one operation of torch, as in the app: tests already run two at a time.

Two threads inside one small operation wait for each other at each of them. On a busy machine that
made a test of seconds last for minutes.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before the first import of torch
