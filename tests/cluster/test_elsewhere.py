"""Heavy work on a real scheduler with two workers: as here, and whoever of them ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
import torch
from distributed import Client

from cnnviz.builder.modules import build
from cnnviz.cluster.client import LOST, Cluster
from cnnviz.cluster.order import LostError, Order
from cnnviz.cluster.trainings import on_machines
from cnnviz.cluster.works import WORKS
from cnnviz.models.networks import lenet
from cnnviz.training import plain
from cnnviz.training.apart import End, Job, Run
from cnnviz.training.apart.job import Command, News
from cnnviz.training.apart.job import Order as Training
from cnnviz.training.material import material
from cnnviz.training.networks import with_dropout
from cnnviz.training.plan import Plan
from cnnviz.ui.jobs import HERE, Jobs, Ordered, Task
from cnnviz.wants.dream import Recipe
from cnnviz.wants.unit import Unit
from tests.browser.conftest import free_port
from tests.support.orders import ORDERS, Waiting, bombs, steps
from tests.support.same import same
from tests.support.waiting import WITHIN, until

ROOT = Path(__file__).parents[2]


class Engine:
    """A scheduler and two workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._folder = folder
        host, port = self.address[6:].split(":")
        self.scheduler = self._run("scheduler", "--host", host, "--port", port)
        self.workers: list[subprocess.Popen[bytes]] = []
        for _ in range(2):
            self.start_worker()
        self.client = Client(self.address, timeout=WITHIN, set_as_default=False)
        self.client.wait_for_workers(2, timeout=WITHIN)

    def start_worker(self) -> None:
        preload = ["--nthreads", "1", "--no-nanny", "--preload", "cnnviz.cluster.worker"]
        self.workers.append(self._run("worker", self.address, *preload))

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
                cwd=ROOT, stdout=log, stderr=log, env=os.environ | {"OMP_NUM_THREADS": "1"},
            )  # fmt: skip

    def working(self) -> list[int]:
        """The process numbers of workers that work."""

        def number(dask_worker) -> int | None:
            return os.getpid() if dask_worker.state.executing_count else None

        return [pid for pid in self.client.run(number).values() if pid]

    def trainings(self) -> dict[int, int]:
        """The process numbers of trainings, by those of their workers."""
        return {
            worker.pid: int(child)
            for worker in self.workers
            for task in Path(f"/proc/{worker.pid}/task").glob("*/children")
            for child in task.read_text().split()
        }

    def is_idle(self) -> bool:
        """Whether no worker works, nor a process of theirs."""
        return not self.working() and not self.trainings()

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):  # first: nothing may leave them behind
            process.kill()
            process.wait()
        self.client.close(timeout=WITHIN)


@pytest.fixture(autouse=True)
def nobody_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a busy machine takes."""
    monkeypatch.setattr("cnnviz.ui.jobs.PATIENCE_S", float("inf"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.end()


@pytest.fixture(scope="module")
def cluster(engine: Engine) -> Iterator[Cluster]:
    cluster = Cluster(engine.address, WITHIN)
    yield cluster
    cluster.close()


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.work)
def test_the_result_is_the_one_that_comes_out_here(cluster: Cluster, order: Order):
    here = WORKS[order.work](Waiting(), **order.arguments)
    assert same(cluster.do(order, Waiting()), here)


def test_a_picture_grows_before_the_visitor(cluster: Cluster):
    unit, recipe = Unit("group1.0", 2), Recipe(side=32, steps=10)
    order = Order("optimised", {"model": "resnet18-cifar10", "unit": unit, "recipe": recipe,
                                "early": (1,)}, is_shared=True)  # fmt: skip
    waiting = Waiting()
    scores, early, picture, held = cluster.do(order, waiting)
    assert waiting.begun
    assert waiting.shown
    assert (len(scores), [step for step, _ in early]) == (10, [1, 10])
    assert same(waiting.shown[0][0], scores[:1])
    assert torch.equal(early[-1][1], picture)
    assert same(cluster.do(order, again := Waiting()), (scores, early, picture, held))
    assert not again.begun  # it lay on the shelf


def test_stop_ends_the_work_within_two_seconds(engine: Engine, cluster: Cluster):
    assert any(stopped_within(engine, cluster) < 2 for _ in range(3))  # others may need the machine


def stopped_within(engine: Engine, cluster: Cluster) -> float:
    """Seconds from a visitor's stop until no worker works."""
    jobs, waiting = Jobs(elsewhere=cluster), []
    ordered = Ordered(lambda: steps(100_000), waiting.append, waiting.append)
    jobs.start("a", [Task("long", pytest.fail, ordered)], "me")
    until(lambda: waiting and engine.working())
    job = jobs.watch("a", "me")
    assert job is not None
    assert jobs.watch("a", "another") is None  # nobody else sees it
    jobs.leave("a", "another")  # or stops it
    assert jobs.watch("a", "me") is job
    start = time.monotonic()
    jobs.leave("a", "me")
    until(engine.is_idle)
    return time.monotonic() - start


def test_nothing_a_visitor_sends_is_unpickled_or_runs(cluster: Cluster, tmp_path: Path):
    touched = tmp_path / "touched"
    for order in bombs(touched):
        with pytest.raises(LostError, match=r"^A machine for heavy work failed"):
            cluster.do(order, Waiting())
    assert not touched.exists()


def test_the_work_of_a_worker_that_is_killed_goes_on_at_the_other(engine: Engine, cluster: Cluster):
    engine.start_worker()  # for the next test: one of the two is killed here, one there
    done: list[int] = []  # steps, each time that it is told
    jobs = Jobs(elsewhere=cluster)
    ordered = Ordered(lambda: steps(100_000), pytest.fail, lambda told: done.append(len(told[0])))
    jobs.start("a", [Task("long", pytest.fail, ordered)], "me")
    until(lambda: done and done[-1] > 10)
    (killed,) = engine.working()
    os.kill(killed, signal.SIGKILL)
    until(lambda: any(later < earlier for earlier, later in pairwise(done)))  # it begins anew
    (other,) = engine.working()
    assert other != killed
    jobs.leave("a", "me")
    until(engine.is_idle)


def digits() -> Job:
    """A training that lasts longer than any test."""
    plan = Plan(epochs=100, augmentation="shift")
    return Job(with_dropout(lenet(1), 0.3), material("digits"), plan)


def test_a_training_whose_worker_is_killed_goes_on_as_one_here_does(
    engine: Engine, cluster: Cluster
):
    engine.client.wait_for_workers(2, timeout=WITHIN)
    given = digits()
    run = begun(cluster, given)
    (worker,) = engine.trainings()
    os.kill(worker, signal.SIGKILL)
    assert run.wait(steps=len(run.steps) + 10)
    assert (run.note, run.pid, {worker} & {*engine.trainings()}) == ("", None, set())
    until_stopped = stopped_training(engine, run)
    assert until_stopped < 2 or stopped_training(engine, begun(cluster)) < 2
    model, last = build(given.network, seed=given.plan.seed), run.snapshots[-1]
    with torch.random.fork_rng():
        torch.manual_seed(given.plan.seed)  # of dropout
        material = given.material
        whole = plain.steps(model, material.input, material.training, given.plan)
        here = list(islice(whole, last.step))
    assert [step.step for step in run.steps] == [*range(1, len(run.steps) + 1)]
    losses = [step.loss for step in run.steps[: last.step]]
    assert losses == pytest.approx([step.loss for step in here])
    for name, weight in model.state_dict().items():
        torch.testing.assert_close(last.weights[name], weight, atol=1e-5, rtol=1e-4)


def begun(cluster: Cluster, given: Job | None = None) -> Run:
    """A training that has done some steps elsewhere."""
    run = Run(given or digits(), on_machines(cluster, waits=False, places_here=0))
    assert run.wait(steps=3)
    return run


def stopped_training(engine: Engine, run: Run) -> float:
    """Seconds from the stop of a training until no process of it is left."""
    start = time.monotonic()
    run.stop()
    assert run.end == End("Stopped.")
    until(engine.is_idle)
    return time.monotonic() - start


class InThread:
    """A training that a thread does: a process would take seconds to start."""

    pid, note, is_waiting = None, "", False

    def __init__(
        self, order: Training, hear: Callable[[News], None], over: Callable[[End], None]
    ) -> None:
        self._order, self._hear, self._over = order, hear, over
        self._is_stopped = Event()
        Thread(target=self._train, daemon=True).start()

    def _train(self) -> None:
        model = build(self._order.network, seed=0)
        for step in plain.steps(model, self._order.input, self._order.data, self._order.plan):
            if self._is_stopped.is_set():
                break
            self._hear(News([step]))
        self._over(End())

    def say(self, command: Command) -> None:
        """It is not paused."""

    def stop(self) -> None:
        self._is_stopped.set()


def test_a_scheduler_that_is_gone_is_told_and_the_work_is_done_here(
    engine: Engine, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cnnviz.cluster.trainings.TrainingProcess", InThread)
    notes: list[str] = []
    jobs = Jobs(elsewhere=cluster)

    def here(progress) -> None:
        job = jobs.watch("a", "me")
        notes.append(job.note if job else "")

    run = Run(digits(), on_machines(cluster, waits=False, places_here=1))
    assert run.wait(steps=3)
    jobs.start("a", [Task("long", here, Ordered(lambda: steps(100_000), pytest.fail))], "me")
    until(lambda: (job := jobs.watch("a", "me")) and job.is_sent)
    cluster.connect_s = 1.0
    engine.scheduler.kill()
    until(lambda: notes and run.note)
    assert {*notes, run.note} == {f"{LOST} {HERE}"}
    assert run.wait(steps=len(run.steps) + 1)  # by this machine
    assert [step.step for step in run.steps] == [*range(1, len(run.steps) + 1)]
    run.stop()
    with pytest.raises(LostError, match=LOST):
        cluster.do(steps(1), Waiting())
