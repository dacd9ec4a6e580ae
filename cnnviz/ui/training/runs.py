"""The trainings of this server: a few at once, the others in a line, each its visitor's own.

A visitor is known by a token that only their browser has (`cnnviz.ui.training.visitors`). They are
here while one of their sessions is connected, on whichever page, and for `PATIENCE_S` after that:
so a run outlives a reload. Then it ends, and nothing is left of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from threading import Lock, Thread

from cnnviz.training.apart import Job, Run
from cnnviz.training.snapshots import num_bytes
from cnnviz.ui.insides.visitor import is_connected
from cnnviz.ui.jobs import machines, waits_for_machines
from cnnviz.ui.training.host import at_once, places
from cnnviz.ui.training.track import Track

PATIENCE_S = 120.0  # after which a visitor who is not connected has left
PAUSE_S = 60.0  # after which a paused run gives its place to one that waits
LOOK_EVERY_S = 1.0
MOST_WAITING = 20
MOST_KEPT = 3  # runs of one visitor, the one that goes on among them
MOST_BYTES = 160_000_000  # of the snapshots of all visitors' runs that are over

_log = logging.getLogger(__name__)


class NoRoomError(Exception):
    """A run could not be taken; the message is a sentence for the visitor."""


@dataclass(eq=False)
class Entry:
    """A run of one visitor: waiting for a place, going on, or over.

    Attributes:
        title: what the page calls it.
        key: of what decides it, to tell whether the page asks for another one.
        job: what is trained, and how.
        track: its snapshots, and what was worked out of them.
        run: the training; None while it waits.
        is_left: it was taken out of the line, or stopped.
        note: why it was ended, where it was not the visitor.
    """

    title: str
    key: object
    job: Job
    track: Track
    run: Run | None = None
    is_left: bool = False
    note: str = ""
    paused_at: float = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a place."""
        return self.run is None and not self.is_left

    @property
    def is_going_on(self) -> bool:
        """Whether it has a place: it trains or pauses."""
        return self.run is not None and self.run.end is None

    @property
    def is_paused(self) -> bool:
        """Whether it has a place and does not train."""
        return self.is_going_on and self.run is not None and self.run.is_paused

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return not (self.is_waiting or self.is_going_on)

    @property
    def sentence(self) -> str:
        """Why the training ended by itself before its last step; empty otherwise."""
        end = self.run.end if self.run else None
        return "" if end is None or self.is_left else end.sentence

    def left_s(self) -> float:
        """About how many seconds it still takes; infinity before that can be said."""
        done = len(self.run.steps) if self.run else 0
        if not self.run or not done:
            return float("inf")
        return (self.run.num_steps - done) * self.run.steps[-1].seconds / done


@dataclass
class _Visitor:
    sessions: set[str] = field(default_factory=set)
    seen: float = field(default_factory=time.monotonic)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Queue:
    """How busy the server is: runs that train, runs that wait, and how many before one of them."""

    training: int
    waiting: int
    before: int
    free_in_s: float


class Runs:
    """The trainings of one server.

    Args:
        at_once: how many train at once; machines come and go.
        start: begins a training.
        is_here: whether a session is connected.
    """

    def __init__(
        self,
        at_once: Callable[[], int],
        start: Callable[[Job], Run] = Run,
        is_here: Callable[[str], bool] = is_connected,
    ) -> None:
        self._at_once = at_once
        self._start, self._is_here = start, is_here
        self._lock = Lock()
        self._visitors: dict[str, _Visitor] = {}
        self._line: list[Entry] = []
        self._watch: Thread | None = None

    @property
    def places(self) -> int:
        """How many train at once."""
        return self._at_once()

    def knows(self, visitor: str) -> bool:
        """Whether this visitor has runs here."""
        return visitor in self._visitors

    def entries(self, visitor: str, session: str = "") -> list[Entry]:
        """The runs of a visitor, the latest first; that they are here is noted."""
        with self._lock:
            known = self._visitors.get(visitor)
            if known is None:
                return []
            known.seen = time.monotonic()
            known.sessions |= {session} - {""}
            return known.entries[::-1]

    def ask(self, visitor: str, session: str, title: str, key: object, job: Job) -> Entry:
        """Begin a run as soon as a place is free; what the visitor had going ends.

        Raises:
            NoRoomError: too many wait already.
        """
        entry = Entry(title, key, job, Track(job))
        for before in self.entries(visitor, session):
            self.stop(before)
        with self._lock:
            if len(self._line) >= MOST_WAITING:
                raise NoRoomError(
                    f"{MOST_WAITING} runs wait for a place already: try again in a few minutes, or "
                    "take the script below."
                )
            known = self._visitors.setdefault(visitor, _Visitor())
            known.sessions |= {session} - {""}
            known.entries = [*(e for e in known.entries if e.run), entry][-MOST_KEPT:]
            self._line.append(entry)
            if self._watch is None:
                self._watch = Thread(target=self._watched, name="trainings", daemon=True)
                self._watch.start()
        self.tend()
        return entry

    def stop(self, entry: Entry, note: str = "") -> None:
        """End a run, or take it out of the line; what it has told stays."""
        with self._lock:
            if entry in self._line:
                self._line.remove(entry)
            is_on, entry.is_left = entry.is_going_on, True
        if is_on and entry.run:
            entry.note = note
            entry.run.stop()
        self._fill()

    def pause(self, entry: Entry) -> None:
        """Let a run wait, in its place."""
        if entry.run and not entry.is_paused:
            entry.paused_at = time.monotonic()
            entry.run.pause()

    def queue(self, entry: Entry | None = None) -> Queue:
        """How busy the server is, and how many wait before this run."""
        with self._lock:
            going = self._going()
            before = self._line.index(entry) if entry in self._line else 0
            free = min((one.left_s() for one in going), default=0.0)
            return Queue(len(going), len(self._line), before, free)

    def tend(self) -> None:
        """Look after all: end what nobody comes back to, and give free places to who waits."""
        for entry in [*self._forgotten(), *self._too_old()]:
            self.stop(entry)
        for entry in self._paused_too_long():
            self.stop(entry, "It paused while others waited, and its place was needed.")
        self._fill()

    def _going(self) -> list[Entry]:
        return [e for known in self._visitors.values() for e in known.entries if e.is_going_on]

    def _fill(self) -> None:
        with self._lock:
            while self._line and len(self._going()) < self.places:
                entry = self._line.pop(0)
                entry.run = self._start(entry.job)
                entry.track.follow(entry.run)

    def _forgotten(self) -> list[Entry]:
        """The runs of visitors who have left; they are known no longer."""
        with self._lock:
            gone = [name for name, known in self._visitors.items() if not self._stays(known)]
            return [entry for name in gone for entry in self._visitors.pop(name).entries]

    def _stays(self, known: _Visitor) -> bool:
        known.sessions = {session for session in known.sessions if self._is_here(session)}
        if known.sessions:
            known.seen = time.monotonic()
        return bool(known.sessions) or time.monotonic() - known.seen < PATIENCE_S

    def _too_old(self) -> list[Entry]:
        """The oldest runs that are over, where all together are too large; taken out."""
        with self._lock:
            over = [(known, entry) for known in self._visitors.values() for entry in known.entries]
            over = [pair for pair in over if pair[1].is_over]
            total, dropped = sum(_size(entry) for _, entry in over), []
            for known, entry in over:
                if total > MOST_BYTES and len(known.entries) > 1:
                    known.entries.remove(entry)
                    total -= _size(entry)
                    dropped.append(entry)
            return dropped

    def _paused_too_long(self) -> list[Entry]:
        with self._lock:
            if not self._line:
                return []
            limit = time.monotonic() - PAUSE_S
            return [entry for entry in self._going() if entry.is_paused and entry.paused_at < limit]

    def _watched(self) -> None:
        while self._has_visitors():
            time.sleep(LOOK_EVERY_S)
            try:
                self.tend()
            except Exception:
                _log.exception("looking after the trainings failed")

    def _has_visitors(self) -> bool:
        with self._lock:
            if not self._visitors:
                self._watch = None
            return bool(self._visitors)


def today() -> date:
    """The day of a run."""
    return datetime.now(tz=UTC).date()


def _size(entry: Entry) -> int:
    shots = entry.run.snapshots if entry.run else []
    return num_bytes(shots[0].weights) * len(shots) if shots else 0


@cache
def runs() -> Runs:
    """The trainings of this server."""
    if (elsewhere := machines()) is None:
        return Runs(at_once)
    from cnnviz.cluster.trainings import on_machines  # only where there are machines

    begin = on_machines(elsewhere, waits_for_machines(), at_once())
    return Runs(lambda: places(elsewhere.places()), lambda job: Run(job, begin))
