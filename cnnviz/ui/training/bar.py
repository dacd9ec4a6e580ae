"""The bar of a run: how far it is, what can be done with it, and who else trains."""

from __future__ import annotations

import math
from typing import Any

from cnnviz.ui.training.runs import Entry, Queue

START = ["start", "▶ Start", "Train with the settings above", True]
AGAIN = ["start", "▶ Train with these settings", "Train with the settings above", True]
PAUSE = ["pause", "❚❚ Pause", "Stop after this step, and keep the place", False]
GO_ON = ["go on", "▶ Go on", "Go on where it paused", True]
STOP = ["stop", "■ Stop", "End the run; what it has come to stays", False]
RESTART = ["restart", "↻ Restart", "Begin again with the settings above", False]
LEAVE = ["leave", "Leave the queue", "Wait for a place no longer", False]

Fact = tuple[str, str]  # what is written strongly, and what follows it


def bar(
    entry: Entry | None, queue: Queue, places: int, is_asked: bool, note: str
) -> dict[str, Any]:
    """What the component shows of a run.

    Args:
        entry: the visitor's latest run, if there is one.
        queue: how busy the server is.
        places: how many train at once.
        is_asked: whether it is the run that the address asks for.
        note: a sentence.
    """
    said = _state(entry, queue, is_asked)
    if not places:
        said["buttons"] = []
    return {
        **said,
        "places": _dots(queue, places, entry),
        "queue": _others(queue, entry),
        "note": note,
    }


def _state(entry: Entry | None, queue: Queue, is_asked: bool) -> dict[str, Any]:
    if entry is None:
        return _said("ready", "Ready", [("", "the first weights, before any step")], [START])
    if entry.is_waiting:
        return _said("waiting", "Waiting", _waiting(queue), [LEAVE])
    facts, share = _facts(entry), _share(entry)
    if entry.is_going_on:
        first = GO_ON if entry.is_paused else PAUSE
        state = ("paused", "Paused") if entry.is_paused else ("running", "Running")
        return _said(*state, facts, [first, STOP, RESTART], share)
    return _said("ended", _end(entry), facts, [RESTART if is_asked else AGAIN], share)


def _said(
    state: str, title: str, facts: list[Fact], buttons: list[Any], share: float | None = None
) -> dict[str, Any]:
    return {"state": state, "title": title, "facts": facts, "buttons": buttons, "share": share}


def _end(entry: Entry) -> str:
    if entry.run is None:
        return "Left the queue"
    return "Done" if entry.run.num_steps == len(entry.run.steps) else "Stopped"


def _share(entry: Entry) -> float:
    return len(entry.track.steps) / entry.track.num_steps


def _facts(entry: Entry) -> list[Fact]:
    """Steps, pictures per second, and the time left or taken."""
    steps = entry.track.steps
    facts: list[Fact] = [(f"step {len(steps):,}", f"of {entry.track.num_steps:,}")]
    if not steps:
        return [*facts, ("", _beginning(entry))] if entry.is_going_on else facts
    pictures = min(entry.job.plan.batch_size, len(entry.job.material.training)) * len(steps)
    facts.append((f"{pictures / max(steps[-1].seconds, 1e-9):,.0f}", "pictures / s"))
    if entry.is_going_on:
        return [*facts, (clock(entry.left_s()), "left")]
    return [*facts, (f"{steps[-1].seconds:.1f} s", "of training")]


def _beginning(entry: Entry) -> str:
    return "waits for a machine" if entry.run and entry.run.is_waiting else "begins"


def _waiting(queue: Queue) -> list[Fact]:
    place = "You are next." if queue.before == 0 else f"{queue.before} before you."
    train = {1: "One run trains", 2: "Both places train"}.get(
        queue.training, f"{queue.training} runs train"
    )
    if math.isinf(queue.free_in_s):
        return [(place, train)]
    return [(place, f"{train}; the first is free in about {clock(queue.free_in_s)}")]


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    if math.isinf(seconds):
        return "–"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}:{rest:02}"


def _dots(queue: Queue, places: int, entry: Entry | None) -> list[str]:
    """A dot for each place and each run that waits: "taken", "free" or "waits"."""
    taken = ["taken"] * queue.training + ["free"] * max(0, places - queue.training)
    return taken + ["waits"] * min(queue.waiting, 5)


def _others(queue: Queue, entry: Entry | None) -> str:
    if entry is not None and entry.is_waiting:
        return "you"
    if queue.waiting:
        return f"{queue.waiting} {'waits' if queue.waiting == 1 else 'wait'} for a place"
    return f"{queue.training} {'trains' if queue.training == 1 else 'train'} here now"
