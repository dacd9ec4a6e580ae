"""A replica's side of the cluster: orders go to the scheduler, and what is told comes back."""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from hashlib import blake2b
from threading import Condition, Lock, Thread
from typing import Any
from uuid import uuid4

from distributed import Client, Future, KilledWorker

from cnnviz.cluster import shelf
from cnnviz.cluster.order import FailedError, LostError, Order, Talk, Waiting
from cnnviz.cluster.plain import packed, unpacked
from cnnviz.cluster.worker import TOPIC, asked, perform
from cnnviz.progress import report

LOOK_EVERY_S = 0.2
TALK_EVERY_S = 0.3
ANSWER_WITHIN_S = 1.0  # who answers later is taken to be gone, until it tells something again
CONNECT_S = 5.0
AGAIN_S = 15.0  # after which a scheduler that did not answer is asked again
NO_WORKERS_S = 10.0  # for which an order waits where there is no worker at all
COUNT_EVERY_S = 5.0
MOST_TOLD = 16  # words of a job that wait to be heard; the oldest are dropped

LOST = "The machines for heavy work do not answer."
NO_WORKERS = "There is no machine for heavy work just now."
STOPPED = "A machine for heavy work has stopped this work."
KILLED = "Every machine that took this work ended over it, so it was given up."


class _Heard:
    """What a job has told and nobody has listened to yet."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._told: deque[tuple[float, bytes]] = deque(maxlen=MOST_TOLD)
        self.worker = ""  # the address of who told last

    def put(self, part: float, found: bytes, worker: str) -> None:
        with self._changed:
            self._told.append((part, found))
            self.worker = worker
            self._changed.notify_all()

    def wake(self, _future: Future) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait(self) -> list[tuple[float, bytes]]:
        """All that is there, at the latest after a look's time."""
        with self._changed:
            if not self._told:
                self._changed.wait(LOOK_EVERY_S)
            told = list(self._told)
            self._told.clear()
            return told


class Cluster:
    """The workers behind one scheduler. It connects when it is first asked, and again if lost.

    Args:
        address: of the scheduler, such as tcp://scheduler:8786.
        connect_s: how long it waits for a scheduler that does not answer.
    """

    def __init__(self, address: str, connect_s: float = CONNECT_S) -> None:
        self._address, self.connect_s = address, connect_s
        self._lock = Lock()
        self._client: Client | None = None
        self._again_at = 0.0
        self._heard: dict[str, _Heard] = {}
        self._counted: tuple[int, float] | None = None  # places, and when

    def places(self) -> int:
        """How many works the workers do at once; 0 where none is to be reached.

        The first time it asks; later it says what it knows and has it asked again beside that.
        """
        if self._counted is None:
            return self._count()
        count, at = self._counted
        if time.monotonic() - at > COUNT_EVERY_S:
            self._counted = count, time.monotonic()
            Thread(target=self._count, name="places", daemon=True).start()
        return count

    def _count(self) -> int:
        try:
            count = _places(self._connected())
        except LostError:
            count = 0
        self._counted = count, time.monotonic()
        return count

    def do(self, order: Order, watch: Waiting, talk: Talk | None = None) -> Any:
        """Have it done, and wait for it.

        Args:
            order: the work.
            watch: told how far it is.
            talk: asks the work several times a second, where it answers.

        Raises:
            StoppedError: `watch` said so; the work ends.
            LostError: the cluster does not do it.
            FailedError: whoever took it was killed over it.
        """
        client, arguments = self._connected(), packed(dict(order.arguments))
        job = _name(order, arguments)
        if order.is_shared and (found := _ask(client, shelf.find, job)) is not None:
            return unpacked(found)
        result = self._done(client, job, order.work, arguments, watch, talk)
        if order.is_shared:
            _ask(client, shelf.keep, job, result)
        return unpacked(result)

    def close(self) -> None:
        """Take leave of the scheduler."""
        with self._lock:
            if self._client is not None:
                self._client.close(timeout=CONNECT_S)
                self._client = None

    def _connected(self) -> Client:
        with self._lock:
            if self._client is not None and self._client.status == "running":
                return self._client
            if time.monotonic() < self._again_at:
                raise LostError(LOST)
            self._forget()
            try:
                self._client = Client(self._address, timeout=self.connect_s, set_as_default=False)
            except (OSError, TimeoutError) as error:
                self._again_at = time.monotonic() + AGAIN_S
                raise LostError(LOST) from error
            self._client.subscribe_topic(TOPIC, self._hear)
            return self._client

    def _forget(self) -> None:
        """A client that has lost its scheduler: a restarted one knows nothing of its jobs."""
        if self._client is not None:
            with suppress(TimeoutError):
                self._client.close(timeout=CONNECT_S)
            self._client = None

    def _hear(self, event: tuple[float, Any]) -> None:
        job, part, found, worker = event[1]
        if heard := self._heard.get(job):
            heard.put(part, found, worker)

    def _done(
        self,
        client: Client,
        job: str,
        work: str,
        arguments: bytes,
        watch: Waiting,
        talk: Talk | None,
    ) -> bytes:
        heard = self._heard[job] = _Heard()
        future = client.submit(perform, job, work, arguments, key=job, pure=False)
        future.add_done_callback(heard.wake)
        try:
            self._wait(client, future, heard, watch, talk)
            return _result(future)
        finally:
            self._heard.pop(job, None)
            future.release()

    def _wait(
        self, client: Client, future: Future, heard: _Heard, watch: Waiting, talk: Talk | None
    ) -> None:
        """Until it is done, and hand on what is told."""
        begun, is_begun, part = time.monotonic(), False, 0.0
        talked = begun
        while not future.done():
            for part, found in heard.wait():
                is_begun = True
                watch.begin()
                watch(part)
                if found:
                    watch.show(unpacked(found))
            if client.status != "running":
                raise LostError(LOST)
            report(watch, part)
            if talk and heard.worker and time.monotonic() - talked > TALK_EVERY_S:
                talked = time.monotonic()
                if not _have_talk(client, heard.worker, future.key, talk):
                    heard.worker = ""
            if not is_begun and time.monotonic() - begun > NO_WORKERS_S and not self._count():
                raise LostError(NO_WORKERS)


def _name(order: Order, arguments: bytes) -> str:
    """Of a job: the same for the same shared order, and else like no other."""
    if not order.is_shared:
        return f"{order.work}-{uuid4().hex}"
    return f"{order.work}-{blake2b(arguments, digest_size=16).hexdigest()}"


def _have_talk(client: Client, worker: str, job: Any, talk: Talk) -> bool:
    """One question and its answer; False if the worker is not there."""
    question = packed(talk.question())
    try:
        told = client.run(
            asked, job, question, workers=[worker], on_error="return",
            callback_timeout=ANSWER_WITHIN_S,
        )  # fmt: skip
    except (OSError, TimeoutError):
        return False
    if not isinstance(answer := told.get(worker), bytes):
        return False
    if answer:
        talk.hear(unpacked(answer))
    return True


def _places(client: Client) -> int:
    try:
        return sum(client.nthreads().values())
    except Exception as error:  # whatever the engine's network says
        raise LostError(LOST) from error


def _ask(client: Client, function: Any, *arguments: Any) -> Any:
    """Have the scheduler call a function of `shelf`."""
    try:
        return client.run_on_scheduler(function, *arguments)
    except Exception as error:
        raise LostError(LOST) from error


def _result(future: Future) -> bytes:
    if future.status in ("cancelled", "lost"):
        raise LostError(LOST)
    try:
        result = future.result(timeout=60)
    except KilledWorker as error:
        raise FailedError(KILLED) from error
    except Exception as error:  # what failed there may go well here
        raise LostError(f"A machine for heavy work failed: {type(error).__name__}.") from error
    if not result:  # somebody else had it stopped just as it was asked for again
        raise LostError(STOPPED)
    return result
