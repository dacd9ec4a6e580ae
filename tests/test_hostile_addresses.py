"""What the rough benchmark sends: every page and every term of its address is among it."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl

from benchmarks import hostile
from benchmarks.hostile import KNOWN, VIEWS, any_address
from cnnviz.ui.contents import SECTIONS
from cnnviz.ui.visit import own, wall

PAGES = {entry.name for entries in SECTIONS.values() for entry in entries}


def test_every_page_that_is_in_the_menu_is_known():
    assert {page or "home" for page in VIEWS} == PAGES


def test_addresses_have_every_term_of_every_page_right_and_wrong(monkeypatch):
    monkeypatch.setattr(hostile, "TEXTS", ("no value of any",))  # the real ones are long
    monkeypatch.setattr(hostile, "QUERIES", ("",))
    chance = random.Random(1)
    right: set[tuple[str, str]] = set()
    wrong: set[tuple[str, str]] = set()
    for _ in range(6_000):
        page, query = any_address(chance)
        for name, text in parse_qsl(query, keep_blank_values=True):
            values = KNOWN.get(page, {}).get(name)
            if values is not None:
                (right if text in values else wrong).add((page, name))
    every = {(page, name) for page, known in KNOWN.items() for name in known}
    assert {("", "view"), ("teach", own.NAME), ("mlp", wall.NAME)} < every
    assert every - right == set()
    assert every - wrong == set()
