"""The account of what is kept: bounded in bytes, made once, and nobody waits for one who waits."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnviz.models import LeNet
from cnnviz.probes.watch import share
from cnnviz.summary import summarize
from cnnviz.torchvision_compat import torchvision
from cnnviz.ui import kept as module
from cnnviz.ui.compute import computing
from cnnviz.ui.kept import (
    LARGEST,
    LEAST,
    SPARED,
    TOTAL,
    Account,
    Result,
    kept,
    let_go,
    make_room,
    size_of,
)


@pytest.fixture
def own_account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(module, "account", lambda: account)
    return account


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4_000)), max_size=60))
def test_it_never_holds_more_than_it_may(steps):
    account = Account(total=10_000, largest=3_000)
    latest = {}
    for key, size in steps:
        account.put(key, Result(bytes(size)))
        latest[key] = size
        found = {key: account.get(key) for key in latest}
        sizes = [len(result.value) for result in found.values() if result]
        assert account.num_bytes <= 10_000
        assert sum(sizes) <= account.num_bytes
        assert all(size <= 3_000 for size in sizes)
        assert all(len(result.value) == latest[key] for key, result in found.items() if result)


@given(st.lists(st.tuples(st.integers(0, 6), st.sets(st.integers(0, 7), max_size=4)), max_size=40))
def test_what_results_share_counts_once_and_as_long_as_one_is_kept(steps):
    account, shared = Account(total=20_000, largest=9_000), [bytes(1_000 + n) for n in range(8)]
    asked = {}
    for key, parts in steps:
        account.put(key, Result([shared[part] for part in parts]))
        asked[key] = parts
        found = {key: account.get(key) for key in asked}
        held = set().union(*(asked[key] for key, result in found.items() if result))
        whole = sum(len(shared[part]) for part in held)
        assert whole <= account.num_bytes <= whole + 1_000 * len(found)
        assert account.num_bytes <= 20_000


def test_a_network_stays_as_long_as_what_it_computed_and_leaves_with_the_last_of_it():
    account = Account(total=2_000_000, largest=1_500_000)
    network, another = torch.nn.Linear(500, 500), torch.nn.Linear(500, 500)  # 1 MB each
    account.put("network", Result(network))
    for number in range(20):
        account.put(number, Result([[share(network)], bytes(17_000)]))
    account.put("beside", Result(bytes(700_000)))
    assert account.get("network") is not None
    assert [number for number in range(20) if account.get(number)] == list(range(6, 20))
    account.put("another", Result(another))
    assert account.get("another") is not None
    assert not any(account.get(key) for key in ("network", "beside", *range(20)))


def test_what_was_asked_counts_as_well_as_what_was_found():
    account = Account(total=10_000, largest=10_000)
    for number in range(20):
        account.put(("is a network", "x" * 2_000 + str(number)), Result(True))
        assert account.num_bytes <= 10_000
    assert account.get(("is a network", "x" * 2_000 + "19"))
    assert not account.get(("is a network", "x" * 2_000 + "0"))


def test_what_was_asked_for_least_recently_leaves_first():
    account = Account(total=3_900, largest=1_500)
    for key in "abc":
        account.put(key, Result(bytes(900)))
    account.get("a")
    account.put("d", Result(bytes(900)))
    assert [key for key in "abcd" if account.get(key)] == ["a", "c", "d"]


@dataclass(frozen=True)
class _Pair:
    one: object
    other: object


def test_the_size_is_that_of_the_memory_behind_it():
    numbers = torch.zeros(1000, 100)
    assert 400_000 <= size_of(numbers) < 401_000
    assert 400_000 <= size_of(numbers[:1]) < 401_000  # a view keeps the whole
    assert 400_000 <= size_of([numbers, numbers.view(-1), {"a": numbers[0]}]) < 402_000
    assert size_of(torch.zeros(1000, 1000, device="meta")) < 1_000
    assert 80_000 <= size_of(_Pair(np.zeros(10_000)[5:], None)) < 81_000
    assert 30_000 <= size_of(Image.new("RGB", (100, 100))) < 31_000
    assert 4 * 62_006 <= size_of([[[[LeNet()]]]]) < 4 * 62_006 + 60_000  # as the step of a pass
    assert 1_000_000 <= size_of((bytes(1_000_000), "x")) < 1_001_000


@pytest.mark.parametrize(
    "make",
    [
        lambda: torchvision.models.densenet121(),
        lambda: summarize(torchvision.models.resnet18(), (1, 3, 64, 64)),
        lambda: [f"layer {number} of many" for number in range(10_000)],
        lambda: {(row, row + 1): [float(row)] for row in range(10_000)},
        lambda: [_Pair(f"{number} neurons", (number, 0.5 * number)) for number in range(9_000)],
    ],
    ids=["network", "summary", "texts", "numbers", "objects"],
)
def test_what_python_needs_for_many_small_things_counts(make: Callable[[], object]) -> None:
    with torch.device("meta"):
        make()  # what is imported or kept for the next one is no part of it
        gc.collect()
        tracemalloc.start()
        result = make()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    assert 0.5 * held < size_of(result) < 1.5 * held


@pytest.mark.usefixtures("own_account")
def test_a_result_is_made_once_however_many_ask():
    made = []

    @kept
    def slow(number: int, _unused: object = None) -> int | None:
        made.append(number)
        return None if number == 3 else number * number

    threads = [threading.Thread(target=slow, args=(number, object())) for number in [2, 3, 5] * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [2, 3, 5]  # None is a result too
    assert (slow(2), slow(3), slow(number=5)) == (4, None, 25)


@pytest.mark.usefixtures("own_account")
def test_who_waits_for_what_is_being_made_holds_no_place(monkeypatch):
    is_made, making, waiting = threading.Event(), threading.Event(), threading.Semaphore(0)
    wait_for = Account.wait_for

    def told(account: Account, key: object) -> None:
        waiting.release()
        wait_for(account, key)

    monkeypatch.setattr(Account, "wait_for", told)

    @kept
    def slow() -> str:
        making.set()
        is_made.wait(60)
        return "made"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(slow)
        assert making.wait(60)
        others = [pool.submit(slow) for _ in range(3)]
        for _ in range(4):
            assert waiting.acquire(timeout=60)
        with computing():  # there are two places
            pass
        is_made.set()
        assert [done.result(60) for done in (first, *others)] == ["made"] * 4


@pytest.mark.usefixtures("own_account")
def test_results_that_need_each_other_do_not_lock_many_visitors_out():
    """What stopped a server for good: a result made within a place needs one that others make."""

    @kept
    def inner(number: int) -> int:
        return number

    @kept
    def outer(number: int, other: int) -> int:
        return inner(number) + inner(other)

    answers = []
    pairs = [(a, b) for a in range(4) for b in range(4)] * 4
    threads = [
        threading.Thread(target=lambda pair=pair: answers.append(outer(*pair) == sum(pair)))
        for pair in pairs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [True] * len(pairs)


@pytest.mark.usefixtures("own_account")
@pytest.mark.parametrize("is_quick", [True, False])
def test_who_asks_first_without_gradients_takes_them_from_nobody(is_quick: bool):
    @kept(is_quick=is_quick)
    def network() -> LeNet:
        return LeNet().eval().requires_grad_(False)

    with torch.inference_mode():
        network()
    pixels = torch.rand(1, 3, 32, 32, requires_grad=True)
    (gradient,) = torch.autograd.grad(network()(pixels)[0, 3], pixels)
    assert gradient.abs().sum() > 0


@pytest.mark.usefixtures("own_account")
def test_a_failure_is_not_kept():
    asked = []

    @kept
    def fails_once() -> str:
        asked.append(1)
        if len(asked) == 1:
            raise ValueError("not yet")
        return "done"

    for _ in range(2):
        try:
            answer = fails_once()
        except ValueError:
            answer = ""
    assert answer == "done"


@pytest.fixture
def results_of_a_run(monkeypatch: pytest.MonkeyPatch) -> dict[object, Result]:
    results: dict[object, Result] = {}
    monkeypatch.setattr(module, "_of_this_run", lambda: results)
    return results


def test_a_large_run_is_the_only_one_until_its_results_are_gone(
    own_account: Account, results_of_a_run: dict[object, Result]
):
    own_account.put("before", Result(bytes(20_000_000)))
    make_room(LARGEST + TOTAL)
    own_account.put("small", Result(1))
    assert own_account.get("before") is None
    assert own_account.get("small") is not None
    begun, has_room = threading.Event(), threading.Event()
    held: dict[object, Result] = {}

    def another() -> None:
        begun.set()
        held["room"] = Result(module._Room(LARGEST + 1))
        has_room.set()

    thread = threading.Thread(target=another)
    thread.start()
    assert begun.wait(60)
    assert not has_room.wait(0.1)
    results_of_a_run.clear()
    assert has_room.wait(60)
    thread.join(60)
    held.clear()
    own_account.put("after", Result(bytes(20_000_000)))
    assert own_account.get("after") is not None


def test_a_large_run_leaves_the_networks_that_others_look_at(own_account: Account):
    own_account.put("older", Result(torch.nn.Linear(2_400, 2_400)))  # 23 MB each
    for key in "ab":
        own_account.put(key, Result((torch.nn.Linear(2_400, 2_400), "its classes")))
        own_account.put(f"map of {key}", Result(bytes(6_000_000)))
    own_account.get("a")
    own_account.lend(LARGEST + TOTAL)
    kept_keys = ["a", "b", "map of b"]  # 46 MB of networks, 8 of others, asked for last
    assert [key for key in ("older", "a", "b", "map of a", "map of b") if own_account.get(key)] == (
        kept_keys
    )
    own_account.put("map of c", Result(bytes(6_000_000)))
    assert own_account.get("map of b") is None
    assert own_account.get("a") is not None
    assert own_account.num_bytes <= SPARED + LEAST
    own_account.lend(0)
    own_account.put("all", Result(bytes(60_000_000)))  # without a large run the oldest leave
    assert own_account.get("b") is None


def test_runs_together_hold_no_more_large_results_than_the_account_may(
    own_account: Account, monkeypatch: pytest.MonkeyPatch
):
    runs: dict[str, dict[object, Result]] = {"first": {}, "second": {}}
    for name, results in runs.items():
        monkeypatch.setattr(module, "_of_this_run", lambda results=results: results)
        own_account.put(name, Result(bytes(LARGEST + 1)))
        own_account.put(f"small of {name}", Result(name))
    assert (list(runs["first"]), list(runs["second"])) == (["first"], [])
    runs["first"].clear()
    own_account.put("again", Result(bytes(LARGEST + 1)))
    assert list(runs["second"]) == ["again"]
    make_room(LARGEST + 1)  # who has it is the only one of the kind
    own_account.put("more", Result(bytes(LARGEST + 1)))
    assert own_account.get("more") is not None
    assert all(own_account.get(f"small of {name}") for name in runs)


def test_who_holds_a_place_does_not_wait_for_room(results_of_a_run: dict[object, Result]):
    with computing():
        make_room(LARGEST + 1)
    assert not results_of_a_run


def test_what_is_let_go_is_made_again(own_account: Account, results_of_a_run: dict[object, Result]):
    made: list[int] = []

    @kept
    def large(number: int) -> bytes:
        made.append(number)
        return bytes(LARGEST + 1)

    for number in (1, 1):
        large(number)
    let_go(large)
    large(1)
    assert made == [1, 1]
