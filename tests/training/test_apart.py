"""A training in a process of its own: the same numbers, steered, and nothing left behind."""

import gc
import io
import os
import pickle
import select
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import torch

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.models.specs import Conv2d, Flatten, Linear, NetworkSpec, ReLU
from cnnviz.operator_settings import operator_settings
from cnnviz.training.apart import Job, Run
from cnnviz.training.apart.__main__ import TOO_LARGE, train
from cnnviz.training.apart.job import News, order_of
from cnnviz.training.material import material
from cnnviz.training.networks import with_dropout
from cnnviz.training.plain import steps
from cnnviz.training.plan import Plan
from cnnviz.training.verdict import no_number
from tests.support.processes import minor_faults

PLAN = Plan(epochs=2, batch_size=64, augmentation="shift-rotate")
LONG = replace(PLAN, epochs=100)
MOST_BYTES = 300e6  # DESIGN's budget of a training's own process


def job(plan: Plan = PLAN, **changes) -> Job:
    digits = material("digits")
    few = replace(digits, training=digits.training.some(320))
    return replace(Job(lenet(1), few, plan), **changes)


def exists(pid: int | None) -> bool:
    assert pid is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def proportional_bytes(pid: int | None) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def told_by(written: io.BytesIO) -> Iterator[News]:
    written.seek(0)
    while written.tell() < len(written.getvalue()):
        yield pickle.load(written)


def test_it_gives_the_numbers_of_the_plain_loop():
    given = job(network=with_dropout(lenet(1), 0.3))
    run = Run(given)
    assert run.wait()
    assert run.end is not None
    assert run.end.sentence == ""
    with torch.random.fork_rng():
        torch.manual_seed(PLAN.seed)  # of dropout, as the process does
        model, material = build(given.network), given.material
        plain = list(steps(model, material.input, material.training, PLAN))
    assert [step.loss for step in run.steps] == pytest.approx([step.loss for step in plain])
    assert [step.step for step in run.steps] == [*range(1, run.num_steps + 1)]
    assert (run.snapshots[0].step, run.snapshots[-1].step) == (0, run.num_steps)
    assert run.snapshots[-1].seconds == run.steps[-1].seconds > 0
    for name, weight in model.state_dict().items():
        torch.testing.assert_close(run.snapshots[-1].weights[name], weight, atol=1e-5, rtol=1e-4)
    assert not exists(run.pid)


def test_it_pauses_goes_on_and_stops_and_neither_process_nor_memory_is_left():
    given = job(LONG)
    run = Run(given)
    assert run.pid is not None
    niceness = operator_settings().niceness
    assert os.getpriority(os.PRIO_PROCESS, run.pid) >= niceness > 0  # from its first moment
    assert os.getsid(run.pid) == os.getsid(0)  # between sessions it would not count
    assert run.wait(steps=3)
    assert proportional_bytes(run.pid) < MOST_BYTES
    run.pause()
    assert run.is_paused
    assert not run.wait(timeout_s=0.3)  # what was told last has arrived by then
    done = len(run.steps)
    assert not run.wait(steps=done + 1, timeout_s=0.3)
    run.go_on()
    assert run.wait(steps=done + 2)
    assert not run.is_paused
    run.stop()
    assert run.end is not None
    assert run.end.sentence == "Stopped."
    assert not exists(run.pid)
    left = [
        weakref.ref(run),
        weakref.ref(given),
        weakref.ref(run.snapshots[-1].weights["fc1.bias"]),
    ]
    del run, given
    gc.collect()
    assert [reference() for reference in left] == [None] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="only there /proc tells")
def test_a_step_takes_the_memory_that_the_one_before_it_left():
    run = Run(job(LONG))
    assert run.wait(steps=40)
    first, before = len(run.steps), minor_faults(run.pid)
    assert run.wait(steps=first + 200)
    asked_anew = (minor_faults(run.pid) - before) / (len(run.steps) - first)
    run.stop()
    assert asked_anew < 40  # pages; what a step needs are 500 and more


PARENT = """
import subprocess, sys
process = subprocess.Popen(
    [sys.executable, "-m", "cnnviz.training.apart"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
)
process.stdin.write(open(sys.argv[1], "rb").read())
process.stdin.flush()
process.stdout.read(1)
print(process.pid, flush=True)
sys.stdin.read()
"""


def test_it_ends_when_the_server_that_began_it_is_killed(tmp_path):
    (tmp_path / "order").write_bytes(pickle.dumps(order_of(job(LONG))))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path / "order"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as parent:
        assert parent.stdout
        watched = os.pidfd_open(int(parent.stdout.readline()))
        assert not select.select([watched], [], [], 0)[0]
        parent.kill()
    assert select.select([watched], [], [], 20.0)[0]  # it has ended
    os.close(watched)


def test_it_ends_without_a_word_where_nobody_hears_it():
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "cnnviz.training.apart"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(pickle.dumps(order_of(job(LONG))))
        process.stdin.flush()
        process.stdout.read(1)
        process.stdout.close()  # as of a server that is on its way out
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_a_run_that_is_refused_has_an_end_and_no_process():
    run = Run(job(network=lenet(3)))
    assert run.end is not None
    assert "3 × 32 × 32 and these have 1 × 32 × 32" in run.end.sentence
    assert run.pid is None
    assert run.wait()
    run.pause(), run.go_on(), run.stop()
    assert run.steps == run.snapshots == []


def test_a_loss_that_is_no_number_ends_the_run_with_cause_and_mend():
    plan, told, may_go_on = Plan("sgd", 10.0), io.BytesIO(), Event()
    may_go_on.set()
    with torch.random.fork_rng():
        train(order_of(Job(lenet(1), material("digits"), plan)), told, may_go_on)
    news = list(told_by(told))
    last = news[-1]
    assert last.end is not None
    assert last.end.sentence == no_number(last.steps[-1], plan)
    kept = [one.kept for one in news if one.kept]
    assert all(np.isfinite(values).all() for _, _, weights in kept for values in weights.values())


def test_what_needs_more_memory_than_it_may_have_ends_with_a_sentence(monkeypatch):
    monkeypatch.setattr("cnnviz.training.apart.run.refusal", lambda *_: None)
    wide = (Conv2d(1, 256, 3), ReLU(), Conv2d(256, 8, 3), Flatten(), Linear(8 * 28 * 28, 10))
    run = Run(job(Plan(batch_size=256), network=NetworkSpec("Wide", (1, 32, 32), wide)))
    assert run.wait()
    assert run.end is not None
    assert run.end.sentence == TOO_LARGE
