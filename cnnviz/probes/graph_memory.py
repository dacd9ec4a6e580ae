"""What a pass keeps until its gradient is taken, and one account for all threads that take one.

A gradient needs what every layer put out: of EfficientNet-Lite0 at 224×224 that is 81 MB, where a
pass without one needs 13. So each says what it will keep, and waits while others keep so much that
it would go beyond `MOST`; one that is larger than that is taken alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from threading import Condition, Lock, get_ident
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from cnnviz.probes.watch import Step, as_batch, watch
from cnnviz.summary.meta_copy import meta_copy
from cnnviz.summary.staying import Staying
from cnnviz.summary.taken import check_followed

MOST = 112_000_000  # bytes: one of Lite0's and one of SqueezeNet's, but not two of Lite0's
LITTLE = 30_000  # numbers of a batch, up to which a pass is not counted: 16 MB of Lite0's
MOST_SHAPES = 8  # of one network, whose bytes are remembered
LONGEST_S = 60.0  # who has waited for so long goes on: better too much memory than no answer


class GraphMemory:
    """An account of bytes that passes keep for gradients, in the order in which they ask.

    Args:
        most: bytes that all of them may keep together.
        longest_s: seconds after which a pass does not wait any more.
    """

    def __init__(self, most: int = MOST, longest_s: float = LONGEST_S) -> None:
        self._most, self._longest_s = most, longest_s
        self._changed = Condition()
        self._taken: dict[int, int] = {}  # thread -> bytes
        self._line: deque[object] = deque()

    @contextmanager
    def taken(self, num_bytes: int) -> Generator[None]:
        """So much is kept within; inside of another `taken` of the same thread nothing more is."""
        me = get_ident()
        if me in self._taken:
            yield
            return
        with self._changed:
            self._wait(num_bytes)
            self._taken[me] = num_bytes
        try:
            yield
        finally:
            with self._changed:
                del self._taken[me]
                self._changed.notify_all()

    def _wait(self, num_bytes: int) -> None:
        """Until it is the first in the line and there is room."""
        mine = object()
        self._line.append(mine)
        try:
            self._changed.wait_for(
                lambda: self._line[0] is mine and self._has_room(num_bytes), self._longest_s
            )
        finally:
            self._line.remove(mine)
            self._changed.notify_all()

    def _has_room(self, num_bytes: int) -> bool:
        return not self._taken or sum(self._taken.values()) + num_bytes <= self._most


_account = GraphMemory()
_learning = Lock()
_known: WeakKeyDictionary[nn.Module, dict[tuple[int, ...], dict[str, int]]] = WeakKeyDictionary()


@contextmanager
def graph_kept(model: nn.Module, batch: Tensor, layer: str | None = None) -> Generator[None]:
    """Within it a pass may keep its graph: waits until there is room for it.

    Args:
        model: that the pass goes through.
        batch: (N, channel, height, width) that goes into it.
        layer: where the graph begins; at the batch if None.
    """
    is_little = as_batch(batch).numel() <= LITTLE
    with _account.taken(0 if is_little else graph_bytes(model, tuple(batch.shape), layer)):
        yield


def graph_bytes(model: nn.Module, shape: tuple[int, ...], layer: str | None = None) -> int:
    """About how many bytes a pass keeps for a gradient: all that its layers put out.

    Args:
        model: any network; only read.
        shape: of the batch.
        layer: of what this layer and those behind it put out; of all if None.

    Returns:
        `MOST` where a network cannot be asked without numbers.
    """
    check_followed(model)
    with _learning:
        known = _known.setdefault(model, {})
        if shape not in known:
            while len(known) >= MOST_SHAPES:
                del known[next(iter(known))]
            known[shape] = _from_each_step(model, shape)
        return known[shape].get(layer or "", known[shape][""])


def _from_each_step(model: nn.Module, shape: tuple[int, ...]) -> dict[str, int]:
    """Bytes put out from each step to the end, by its name; "" from the beginning."""
    steps: dict[str, Tensor] = {}

    def see(step: Step) -> None:
        steps[step.name] = step.output

    try:
        with torch.inference_mode(False), torch.no_grad(), Staying():
            watch(meta_copy(model), torch.empty(shape, device="meta"), see)
    except ValueError:
        return {"": MOST}
    found, known, total = dict[str, int](), set[int](), 0
    for name, output in reversed(steps.items()):
        storage = output.untyped_storage()
        if storage._cdata not in known:  # else a view, or what was written over
            known.add(storage._cdata)
            total += storage.nbytes()
        found[name] = total
    return found | {"": total}
