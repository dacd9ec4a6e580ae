"""How fast trainings go that are watched: what one answer to a browser is to hold.

An answer holds the pictures and the steps of the time since the visitor's last one. So whoever
asks less often, on a slow machine or far away, trains as fast and sees as many pictures, and
Streamlit's work for a run, the larger part of a lone picture's, is shared by several.

Where more than `FREE` train, the pictures become fewer and the small ones smaller; steps become
fewer beyond `MOST` only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

STEPS_S = 330.0  # steps in a second, at most
PICTURE_S = 0.085  # from one picture to the next, ten a second where an answer is rounded down too
ANSWER_S = 0.36  # from one answer to the next
LONGEST_S = 0.72  # for which an answer makes up
CORE = 0.45  # of a processor that one training takes, at most
LEFT_S = 3.0  # without asking for so long: not training any more
FREE = 2  # who train at once before pictures become fewer
MOST = 8  # before steps do


@dataclass(frozen=True)
class Share:
    """What one answer holds.

    Args:
        pictures: how many.
        steps: of training, before each.
        seconds: of computing for these steps, at most.
        coarser: how many times fewer cells a small picture has, a side.
        picture_ms: from one picture to the next.
        pause_ms: from one answer to the next, at least.
    """

    pictures: int
    steps: int
    seconds: float
    coarser: int
    picture_ms: int
    pause_ms: int


def share_of(count: int, waited_s: float = ANSWER_S) -> Share:
    """What each of `count` trainings gets when it has waited for so many seconds."""
    picture_s = PICTURE_S * max(1.0, count / FREE)
    speed = min(1.0, MOST / count)
    waited_s = min(waited_s, max(LONGEST_S, picture_s))
    pictures = max(1, round(waited_s / picture_s))
    each_s = waited_s / pictures
    return Share(
        pictures,
        max(1, round(STEPS_S * speed * each_s)),
        CORE * speed * each_s,
        1 if count <= FREE else 2 if count <= 2 * FREE else 3,
        round(1000 * picture_s),
        round(1000 * max(picture_s, min(ANSWER_S, 2 * pictures * picture_s))),
    )


class Trainers:
    """Who trains now.

    Args:
        clock: the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._seen: dict[str, float] = {}

    def share(self, who: str) -> Share:
        """Somebody trains: what the answer to them holds."""
        with self._lock:
            now = self._clock()
            waited = now - self._seen.get(who, -math.inf)
            self._seen[who] = now
            return share_of(self._count(now), waited if waited < LEFT_S else PICTURE_S)

    def count(self) -> int:
        """How many train."""
        with self._lock:
            return self._count(self._clock())

    def _count(self, now: float) -> int:
        self._seen = {one: at for one, at in self._seen.items() if now - at < LEFT_S}
        return len(self._seen)
