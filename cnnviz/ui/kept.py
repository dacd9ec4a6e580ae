"""What has been computed and may be asked for again: one account for all of it, bounded in bytes.

What was asked for least recently leaves first; what is larger than `LARGEST` stays with the run
that asked for it and ends with it, and is made at each question where runs would hold more of it
than the account may. So whoever wants such a result later asks again, and nothing that outlives a
run (a callback, a fragment, the state of a session) may hold one.
Results are shared by all visitors: they are read, never changed.

What several results hold, as the passes through a network its weights, counts once, and as long as
one of them is kept: a network would else leave the account and stay in memory with what it computed
while it is loaded anew, again and again (800 MB after half an hour of twenty visitors).

A result is computed within a place for computing, once however many ask at the same time: who
finds that it is being made waits for it without a place. The order is always the place first and
the result's own lock then, and functions that call each other do so in one direction: so no two
threads can wait for each other.

A run whose results are large (`make_room`) is the only one of its kind, and the account holds as
much less while it lasts; but networks that others look at stay, or all would load them again.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable, Generator, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from threading import Lock, RLock, local
from typing import Any, Generic, ParamSpec, TypeVar, overload
from weakref import WeakValueDictionary, ref

import numpy as np
import streamlit as st
from PIL import Image
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cnnviz.operator_settings import operator_settings
from cnnviz.ui.compute import BusyError, Places, computing, places, waiting
from cnnviz.ui.serving.housekeeping import trim_heap

P = ParamSpec("P")
R = TypeVar("R")

TOTAL = 96_000_000  # bytes; beside them a small host needs 560 MB for Python, torch and visitors
LARGEST = 64_000_000  # bytes
LEAST = 8_000_000  # bytes that are kept even while a large run lasts
SPARED = 48_000_000  # bytes of networks, asked for last, that are kept beside those
SMALLEST = 500  # bytes that any result counts for: its place here
OF_A_FLOAT = 24  # bytes
OF_A_MODULE = 3_000  # bytes of each layer or block of a network beside its tensors, in torch 2.13
PART = 1_000  # bytes from which on something may be shared with other results
_ROOM = "room"  # among the large results of a run
DEEPEST = 12  # levels of a result that are looked into


class Account:
    """Results by their keys.

    Args:
        total: bytes that all results may have together.
        largest: bytes that one may have to be kept.

    Attributes:
        in_use: networks that somebody holds, by name, whether or not they are kept.
    """

    def __init__(self, total: int = TOTAL, largest: int = LARGEST) -> None:
        self._total, self._largest = total, largest
        self._lock = Lock()
        self._results: OrderedDict[Hashable, tuple[Result[Any], Weight]] = OrderedDict()
        self._holders: Counter[int] = Counter()  # of each part, by its address
        self.in_use: WeakValueDictionary[str, Any] = WeakValueDictionary()
        self._networks: set[Hashable] = set()  # keys of results that have one
        self._locks: dict[Hashable, tuple[RLock, int]] = {}  # and how many want it
        self._left: list[tuple[ref[Result[Any]], int]] = []  # to runs, and their bytes
        self._bytes = self._lent = 0

    @property
    def num_bytes(self) -> int:
        """What is kept, in bytes."""
        return self._bytes

    def get(self, key: Hashable) -> Result[Any] | None:
        """The result, or None where it is not kept."""
        with self._lock:
            if key not in self._results:
                return _of_this_run().get(key)
            self._results.move_to_end(key)
            return self._results[key][0]

    def put(self, key: Hashable, result: Result[Any]) -> None:
        """Keep a result that is not too large; the least recently asked for make room."""
        weight = weight_of((key, result))
        with self._lock:
            self._drop(key)
            if weight.alone + self._of_parts(weight, holders=0) > self._largest:
                self._leave_to_the_run(key, result, weight.total)
                return
            self._results[key] = (result, weight)
            self._bytes += weight.alone + self._of_parts(weight, holders=0)
            self._holders.update(weight.parts.keys())
            if has_network(result.value):
                self._networks.add(key)
            self._shrink()

    def _leave_to_the_run(self, key: Hashable, result: Result[Any], size: int) -> None:
        """Keep a large result until the run ends, unless others do and it would be too much."""
        results = _of_this_run()
        self._left = [(other, size) for other, size in self._left if other() is not None]
        is_too_much = size + sum(size for _, size in self._left) > self._total
        if _ROOM in results or not (self._left and is_too_much):
            self._left.append((ref(result), size))
            results[key] = result

    def lend(self, num_bytes: int) -> None:
        """Hold so much less, but for some networks, for a run that needs the memory; 0 ends it."""
        with self._lock:
            self._lent = num_bytes
            self._shrink()

    def _shrink(self) -> None:
        if self._bytes <= self._total - self._lent:
            return
        spared = self._spared() if self._lent else {}
        least = LEAST + sum(spared.values())
        total = min(self._total, max(least, self._total - self._lent))
        while self._bytes > total:
            free = [key for key in self._results if key not in spared]
            if not free:
                return
            older = (key for key in free[:-1] if not self._is_in_use(key))
            self._drop(next(older, free[0]))

    def _drop(self, key: Hashable) -> None:
        """Keep a result no longer; what others hold of it stays and counts."""
        if key in self._results:
            weight = self._results.pop(key)[1]
            self._bytes -= weight.alone + self._of_parts(weight, holders=1)
            self._holders.subtract(weight.parts.keys())
            for part in [part for part in weight.parts if not self._holders[part]]:
                del self._holders[part]
            self._networks.discard(key)

    def _of_parts(self, weight: Weight, holders: int) -> int:
        """The bytes of those parts of a result that so many kept results hold."""
        return sum(size for part, size in weight.parts.items() if self._holders[part] == holders)

    def _is_in_use(self, key: Hashable) -> bool:
        """Whether a result is a network whose weights what it computed holds: it leaves later."""
        weight = self._results[key][1]
        return key in self._networks and self._of_parts(weight, holders=1) < weight.total / 2

    def _spared(self) -> dict[Hashable, int]:
        """The networks that a large run leaves, by their keys, with their bytes."""
        spared: dict[Hashable, int] = {}
        for key in [key for key in reversed(self._results) if key in self._networks]:
            size = self._results[key][1].total
            if sum(spared.values()) + size <= SPARED:
                spared[key] = size
        return spared

    @contextmanager
    def making(self, key: Hashable) -> Generator[None]:
        """Only one thread makes the result of a key; others wait here for it.

        Raises:
            BusyError: it was not made in time.
        """
        with self._lock:
            lock, wanted = self._locks.get(key, (RLock(), 0))
            self._locks[key] = (lock, wanted + 1)
        try:
            _acquire(lock)
            try:
                yield
            finally:
                lock.release()
        finally:
            with self._lock:
                lock, wanted = self._locks.pop(key)
                if wanted > 1:
                    self._locks[key] = (lock, wanted - 1)

    def wait_for(self, key: Hashable) -> None:
        """Wait while another thread makes the result of a key.

        Raises:
            BusyError: it was not made in time.
        """
        with self._lock:
            lock, _ = self._locks.get(key, (None, 0))
        if lock is not None:
            _acquire(lock)
            lock.release()


def _acquire(lock: RLock) -> None:
    with waiting() as limit_s:
        if not lock.acquire(timeout=limit_s):
            raise BusyError


_run = local()  # every run of a page has a thread of its own


def _of_this_run() -> dict[Hashable, Result[Any]]:
    """Large results of the visitor's run that this thread is; elsewhere nothing is kept."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return {}
    return _run.__dict__.setdefault("results", {})


_large_runs = Places(count=1)


class _Room:
    """The memory of a large run: had in turn, and given back with the results of that run."""

    def __init__(self, num_bytes: int) -> None:
        self._hold = _large_runs.hold()
        self._hold.__enter__()
        account().lend(num_bytes)
        trim_heap()

    def __del__(self) -> None:
        account().lend(0)
        self._hold.__exit__(None, None, None)


def let_go(function: Callable[..., Any]) -> None:
    """Let go of what a kept function made for this run, before what needs that much memory.

    Whoever asks for it later in the run has it made again; what the account keeps stays there.
    """
    results, name = _of_this_run(), _name_of(function)
    for key in [key for key in results if isinstance(key, tuple) and key[0] == name]:
        del results[key]


def make_room(num_bytes: int) -> None:
    """Say what a network that is run takes; a large one waits until it is the only one.

    The room belongs to the visitor's run that this thread is, until its end; other threads get
    none. Whoever holds a place for computing does not wait here: one who has the room may wait for
    that place.

    Args:
        num_bytes: of its weights and of what its layers put out.

    Raises:
        BusyError: other large runs did not end in time.
    """
    results = _of_this_run()
    is_a_run = _of_this_run() is results
    if is_a_run and num_bytes > LARGEST and _ROOM not in results and not places().is_held():
        results[_ROOM] = Result(_Room(num_bytes))


# Made at import, so that first visitors who come together get the same.
_account = Account(operator_settings().kept_mb * 1_000_000)


def account() -> Account:
    """The account of this server."""
    return _account


@overload
def kept(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def kept(
    *, is_quick: bool = False, spinner: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def kept(
    function: Callable[..., Any] | None = None,
    /,
    *,
    is_quick: bool = False,
    spinner: str | None = None,
) -> Any:
    """Keep what a function returns, by its arguments; names that begin with "_" do not count.

    Args:
        is_quick: made without a place and a lock; two threads may make the same result.
        spinner: what is said while it is made.
    """
    if function is None:
        return lambda function: _kept(function, is_quick, spinner)
    return _kept(function, is_quick, spinner)


def _kept(function: Callable[P, R], is_quick: bool, spinner: str | None) -> Callable[P, R]:
    name, arguments = _name_of(function), _counting(function)

    @wraps(function)
    def ask(*args: P.args, **options: P.kwargs) -> R:
        key = (name, *arguments(*args, **options))
        found = account().get(key)
        if found is not None:
            return found.value
        with st.spinner(spinner) if spinner else nullcontext():
            if is_quick:
                return _made(key, lambda: function(*args, **options))
            return found_or_made(key, lambda: function(*args, **options))

    return ask


def _counting(function: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    """How to find, among what a function is given, the arguments that its result is kept by."""
    signature = inspect.signature(function)
    terms = list(signature.parameters)
    counting = [at for at, term in enumerate(terms) if not term.startswith("_")]
    simple = inspect.Parameter.POSITIONAL_OR_KEYWORD
    is_simple = all(one.kind is simple for one in signature.parameters.values())

    def bound(*args: Any, **options: Any) -> tuple[Any, ...]:
        if is_simple and len(args) == len(
            terms
        ):  # as nearly always: to bind takes ten times as long
            return tuple(args[at] for at in counting)
        given = signature.bind(*args, **options)
        given.apply_defaults()
        return tuple(given.arguments[terms[at]] for at in counting)

    return bound


def _name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"


@dataclass(frozen=True)
class Result(Generic[R]):
    """What was computed, so that None is a result too."""

    value: R


def found_or_made(key: Hashable, make: Callable[[], R]) -> R:
    """The result of a key; if it is not kept, made within a place and kept."""
    if not places().is_held():
        account().wait_for(key)
        if found := account().get(key):
            return found.value
    with computing(), account().making(key):
        found = account().get(key)
        return found.value if found else _made(key, make)


def _made(key: Hashable, make: Callable[[], R]) -> R:
    with _for_everybody():
        value = make()
    account().put(key, Result(value))
    return value


def _for_everybody() -> AbstractContextManager[object]:
    """What is made within it does not depend on whether who asks first computes without gradients.

    Of a network that was loaded in torch's inference mode nobody could take a gradient, as long as
    it is kept.
    """
    torch = sys.modules.get("torch")  # where it is not there yet, nobody computes
    is_without = torch is not None and torch.is_inference_mode_enabled()
    return torch.inference_mode(mode=False) if torch and is_without else nullcontext()


def size_of(result: Any) -> int:
    """About how many bytes a result holds: tensors, arrays, pictures, texts, and what they are in.

    Numbers that several tensors or arrays share count once, and whole: a view keeps all of what it
    looks at.
    """
    return weight_of(result).total


@dataclass(frozen=True)
class Weight:
    """The bytes of a result.

    Attributes:
        alone: of what is small, which counts for each result.
        parts: of the rest, by the address of its memory: other results may hold it too.
    """

    alone: int
    parts: Mapping[int, int]

    @property
    def total(self) -> int:
        """All of them."""
        return self.alone + sum(self.parts.values())


def weight_of(result: Any) -> Weight:
    """What a result holds, as `size_of` counts it."""
    sizes: dict[int, int] = {}
    _weigh(result, sizes, 0)
    parts = {address: size for address, size in sizes.items() if size >= PART}
    return Weight(max(SMALLEST, sum(sizes.values()) - sum(parts.values())), parts)


def has_network(value: Any) -> bool:
    """Whether a result is a network, or what is needed to ask one, as `Pretrained` is."""
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    return any(isinstance(part, torch.nn.Module) for part in (value, *_parts(value)))


def _weigh(value: Any, sizes: dict[int, int], depth: int) -> None:
    """Put the bytes of a value, by the address of its memory, into `sizes`."""
    if id(value) in sizes or depth > DEEPEST:
        return
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        storage = value.untyped_storage()
        sizes[storage.data_ptr() or id(value)] = 0 if value.is_meta else storage.nbytes()
    elif torch is not None and isinstance(value, torch.nn.Module):
        sizes[id(value)] = OF_A_MODULE * sum(1 for _ in value.modules())
        for tensor in (*value.parameters(), *value.buffers()):
            _weigh(tensor, sizes, depth)
    elif isinstance(value, np.ndarray):
        while isinstance(value.base, np.ndarray):
            value = value.base
        sizes[id(value)] = value.nbytes
    elif isinstance(value, Image.Image):
        sizes[id(value)] = value.width * value.height * len(value.getbands())
    elif isinstance(value, (bytes, str)):
        sizes[id(value)] = sys.getsizeof(value)
    else:
        parts = tuple(_parts(value))
        others = [part for part in parts if type(part) is not float]  # a grid has thousands
        own = sys.getsizeof(value) + sys.getsizeof(getattr(value, "__dict__", None))
        sizes[id(value)] = own + OF_A_FLOAT * (len(parts) - len(others))
        for part in others:
            _weigh(part, sizes, depth + 1)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if callable(value) or isinstance(value, type):
        return ()
    slots = (getattr(value, name, None) for name in getattr(type(value), "__slots__", ()))
    return (*slots, *getattr(value, "__dict__", {}).values())
