"""What the scheduler keeps for all replicas has a bound in bytes."""

import random

from cnnviz.cluster.shelf import Shelf


def test_the_results_asked_for_least_recently_leave_and_all_stay_within_the_bound():
    shelf = Shelf(100)
    for name in "abc":
        shelf.put(name, bytes(30))
    assert shelf.get("a") == bytes(30)
    shelf.put("d", bytes(30))
    assert [name for name in "abcd" if shelf.get(name)] == ["a", "c", "d"]
    shelf.put("a", bytes(10))  # in the place of what had this name
    shelf.put("e", bytes(30))
    assert [name for name in "acde" if shelf.get(name)] == ["a", "c", "d", "e"]


def test_a_result_larger_than_the_bound_is_not_kept():
    shelf = Shelf(100)
    shelf.put("a", bytes(101))
    assert (shelf.get("a"), shelf.num_bytes) == (None, 0)


def test_the_bytes_are_those_of_what_is_kept_whatever_comes():
    shelf, chance = Shelf(100), random.Random(0)
    for _ in range(500):
        shelf.put(chance.choice("abcdefgh"), bytes(chance.randrange(120)))
        kept = [found for name in "abcdefgh" if (found := shelf.get(name)) is not None]
        assert sum(map(len, kept)) == shelf.num_bytes <= 100
