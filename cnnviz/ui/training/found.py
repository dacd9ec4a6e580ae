"""What a run gets wrong at its moment B (see rewind), as the address asks for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from torch import Tensor, nn

from cnnviz.training.data import LabelledPictures
from cnnviz.training.material import Material
from cnnviz.training.mistakes import Mistake, Order, wrong
from cnnviz.training.moments import Moment, moment, network_of, seen_behind
from cnnviz.training.snapshots import Snapshot
from cnnviz.ui.compute import computing
from cnnviz.ui.training.address import Values
from cnnviz.ui.training.track import Track

MOST_KEPT = 40  # results of one run

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Found:
    """The mistakes of one moment.

    Attributes:
        track: the run.
        shot: its snapshot at the moment.
        asked: the pictures that the network is asked about.
        now: what it answers.
        cell: true class and answer of those that are wanted; None for all.
        listed: these, in the order that is wanted.
        one: the one that is opened.
    """

    track: Track
    shot: Snapshot
    asked: LabelledPictures
    now: Moment
    cell: tuple[int, int] | None
    listed: Sequence[Mistake]
    one: Mistake | None

    @property
    def material(self) -> Material:
        """What the run learns from."""
        return self.track.job.material

    def picture_of(self, one: Mistake) -> Tensor:
        """The picture (channels, H, W) of a mistake, uint8."""
        return self.asked.pictures[one.index]

    def network(self) -> tuple[nn.Module, str]:
        """The network of the moment, and the layer behind which it is asked what it sees."""
        spec = self.track.job.network
        return network_of(spec, self.shot.weights), seen_behind(spec)


def find(track: Track, values: Values) -> Found:
    """The mistakes that the address asks for, of a run."""
    material, shot = track.job.material, nearest(track.snapshots, values.b)
    asked = material.training if values.asked == "training" else material.validation
    now = kept_of(
        track,
        ("moment", shot.step, values.asked),
        lambda: moment(track.job.network, shot, material, asked),
    )
    cell = _cell(values, len(material.classes))
    listed = wrong(now, asked, *(cell or (None, None)), order=cast(Order, values.sort))
    chosen = (one for one in listed if one.index == values.mistake)
    one = next(chosen, next(iter(listed), None))
    return Found(track, shot, asked, now, cell, listed, one)


def _cell(values: Values, num_classes: int) -> tuple[int, int] | None:
    """The cell that the address names, where there is one beside the diagonal."""
    cell = (values.true, values.answer)
    return cell if min(cell) >= 0 and max(cell) < num_classes and cell[0] != cell[1] else None


def nearest(snapshots: Sequence[Snapshot], step: int) -> Snapshot:
    """The snapshot of the moment B, nearest to its step; −1 is the last one."""
    if step < 0:
        return snapshots[-1]
    return min(snapshots, key=lambda shot: abs(shot.step - step))


_results: WeakKeyDictionary[Track, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
_lock = Lock()


def kept_of(track: Track, key: Hashable, make: Callable[[], T]) -> T:
    """A result about a run, worked out once; a run's results go with it."""
    with _lock:
        results = _results.setdefault(track, OrderedDict())
    found = results.get(key)
    if found is None:
        with computing():
            found = results[key] = make()
    with _lock:
        while len(results) > MOST_KEPT:
            results.popitem(last=False)
    return found
