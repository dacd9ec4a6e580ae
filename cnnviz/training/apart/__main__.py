"""The process of one training: an order comes in, news of steps and snapshots go out.

It ends when its input does: no training outlives the server that began it.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import sys
from threading import Event, Thread
from time import perf_counter
from typing import BinaryIO

import torch

from cnnviz.builder.modules import build
from cnnviz.training.apart.job import End, News, Order, sent
from cnnviz.training.plain import Step, steps
from cnnviz.training.snapshots import affordable, is_finite, snapshot, snapshot_steps
from cnnviz.training.verdict import no_number
from cnnviz.without_compiler import leave_out_compiler

MOST_BYTES = 450_000_000  # of data, shared memory not counted: a net under `limits.refusal`
TOO_LARGE = "The training needs more memory than it may have: choose a smaller network or batch."
TELL_EVERY_S = 0.1  # news wait so long for company: each costs both sides time


def main() -> None:
    """Read the order, train, tell."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    torch.set_num_threads(1)
    leave_out_compiler()
    source, told = sys.stdin.buffer, sys.stdout.buffer
    order: Order = pickle.load(source)
    may_go_on = Event()
    may_go_on.set()
    Thread(target=_listen, args=(source, may_go_on), daemon=True).start()
    try:
        train(order, told, may_go_on)
    except MemoryError:
        _tell(told, News([], end=End(TOO_LARGE)))
    except (ValueError, RuntimeError) as error:
        sentence = TOO_LARGE if "allocate memory" in str(error) else str(error).splitlines()[0]
        _tell(told, News([], end=End(sentence)))
    os._exit(0)  # all is told; the listener holds the input, which the usual end would wait for


def train(order: Order, told: BinaryIO, may_go_on: Event) -> None:
    """Do what is ordered, and tell news as pickles; it seeds torch's own generator."""
    torch.manual_seed(order.plan.seed)  # dropout draws from torch's own generator
    model = build(order.network, seed=order.plan.seed)
    data, plan = order.data, order.plan
    kept = snapshot_steps(plan.num_steps(len(data)), affordable(model))
    _tell(told, News([], sent(snapshot(model, 0))))
    waiting: list[Step] = []
    last_told, sentence = perf_counter(), ""
    for step in steps(model, order.input, data, plan):
        waiting.append(step)
        if not math.isfinite(step.loss):
            sentence = no_number(step, plan)
            break
        is_kept = step.step in kept and is_finite(model)
        shot = sent(snapshot(model, step.step, step.seconds)) if is_kept else None
        if shot or not may_go_on.is_set() or perf_counter() - last_told >= TELL_EVERY_S:
            _tell(told, News(waiting, shot))
            waiting, last_told = [], perf_counter()
        may_go_on.wait()
    _tell(told, News(waiting, end=End(sentence)))


def _tell(told: BinaryIO, news: News) -> None:
    try:
        pickle.dump(news, told, protocol=5)
        told.flush()
    except BrokenPipeError:  # nobody is there to hear it: the server has ended, or been killed
        os._exit(0)


def _listen(source: BinaryIO, may_go_on: Event) -> None:
    """Hear commands; the end of the input is the end of the process."""
    for line in source:
        if line.strip() == b"pause":
            may_go_on.clear()
        else:
            may_go_on.set()
    os._exit(0)


if __name__ == "__main__":
    main()
