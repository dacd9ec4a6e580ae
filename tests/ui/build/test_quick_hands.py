"""A hand quicker than the answers: the network becomes what it would, had each been waited for.

The hand sees the page as the last answer left it, as the browser's components do; its words and the
answers to them are on their way for as long as hypothesis likes. The reference is a list.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.names import number_of
from cnnviz.models.specs import ACTIVATIONS, LAYER_CLASSES, NetworkSpec
from cnnviz.ui.build import events, state

KINDS = [kind.__name__ for kind in ACTIVATIONS]
FIRST, MORE = KINDS[:5], KINDS[5:]
Kind = str | None  # None: the input


class Server:
    """The real state of the page, its address and session in memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        layers = tuple(LAYER_CLASSES[kind]() for kind in FIRST)
        self.net, self.layer = encode(NetworkSpec("Mine", (3, 8, 8), layers)), "0"
        monkeypatch.setattr(state, "st", SimpleNamespace(session_state={}))
        monkeypatch.setattr(state, "ADDRESS", self)
        self.heard = 0

    def values(self) -> Server:
        return self

    def set(self, **values: str) -> None:
        vars(self).update(values)

    def hear(self, words: list[dict[str, Any]]) -> None:
        for word in words:
            events.perform(word)
        self.heard += len(words)

    def answer(self) -> dict[str, Any]:
        spec, known = state.present(), state.identities().by_path
        path = state.selected_path(spec)
        assert path is not None
        return {
            "kinds": [layer.kind for layer in spec.layers],
            "identities": [known[(n,)] for n in range(len(spec.layers))],
            "selected": spec.layers[path[0]].kind if path else None,
            "heard": self.heard,
            "outcome": self.kind_of(next(reversed(state.outcomes().values()), "")),
        }

    @staticmethod
    def kind_of(identity: int | str) -> Kind:
        path = state.identities().path_of(identity)
        return state.present().layers[path[0]].kind if path else None


class Hand:
    """What the browser does (table.js, palette.js): it names layers as it sees them."""

    def __init__(self, server: Server) -> None:
        self.server, self.view = server, server.answer()
        self.focus: Kind = None
        self.follows = self.said = self.mark = 0
        self.words: list[dict[str, Any]] = []  # on their way
        self.answers: list[dict[str, Any]] = []  # on their way back

    def say(self, **word: Any) -> None:
        self.words.append(word)
        self.said += 1

    def identity(self, kind: Kind) -> object:
        return "" if kind is None else self.view["identities"][self.view["kinds"].index(kind)]

    def key(self, do: str, **details: Any) -> None:
        layer = f"outcome {self.mark}" if self.follows else self.identity(self.focus)
        self.mark += 1
        self.say(do=do, layer=layer, mark=self.mark, **details)
        self.follows = self.said

    def arrive(self, num_words: int) -> None:
        self.server.hear(self.words[:num_words])
        del self.words[:num_words]
        self.answers.append(self.server.answer())

    def see(self) -> None:
        if not self.answers:
            return
        self.view = self.answers.pop(0)
        if self.follows and self.view["heard"] >= self.follows:
            self.follows, self.focus = 0, self.view["outcome"]


class Reference:
    """The same, each waited for."""

    def __init__(self) -> None:
        self.kinds, self.selected, self.focus = list(FIRST), None, None

    def add(self, kind: str) -> None:
        at = 0 if self.selected is None else self.kinds.index(self.selected) + 1
        self.kinds.insert(at, kind)
        self.selected = kind

    def shift(self, by: int) -> None:
        at = self.kinds.index(self.focus)
        to = min(max(at + by, 0), len(self.kinds) - 1)
        self.kinds.insert(to, self.kinds.pop(at))
        self.selected = self.focus

    def remove(self) -> None:
        at = self.kinds.index(self.focus)
        del self.kinds[at]
        self.focus = self.selected = self.kinds[max(0, at - 1)] if self.kinds else None


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_the_network_is_what_it_would_be_had_each_answer_been_waited_for(data) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        hand, truth, new = Hand(Server(monkeypatch)), Reference(), iter(MORE)
        for step in data.draw(st.lists(st.sampled_from(STEPS), max_size=40)):
            step(hand, truth, new, data.draw)
        hand.arrive(len(hand.words))
        end = hand.server.answer()
        assert (end["kinds"], end["selected"]) == (truth.kinds, truth.selected)


def add(hand: Hand, truth: Reference, new, draw) -> None:
    if (kind := next(new, None)) is not None:
        hand.say(do="add", kind=kind, layer=events.SELECTED, side="behind")
        truth.add(kind)


def shift(hand: Hand, truth: Reference, new, draw) -> None:
    if truth.focus is not None:
        by = draw(st.sampled_from((-1, 1)))
        hand.key("shift", by=by)
        truth.shift(by)


def remove(hand: Hand, truth: Reference, new, draw) -> None:
    if truth.focus is not None:
        hand.key("remove")
        truth.remove()


def visible(hand: Hand, truth: Reference) -> list[str]:
    return [kind for kind in hand.view["kinds"] if kind in truth.kinds]


def look_at(hand: Hand, truth: Reference, new, draw) -> None:
    if rows := visible(hand, truth):
        truth.focus = hand.focus = draw(st.sampled_from(rows))
        hand.follows = 0


def select(hand: Hand, truth: Reference, new, draw) -> None:
    if rows := visible(hand, truth):
        truth.selected = draw(st.sampled_from(rows))
        hand.say(do="select", layer=hand.identity(truth.selected))


def words_arrive(hand: Hand, truth: Reference, new, draw) -> None:
    hand.arrive(draw(st.integers(0, len(hand.words))))


def an_answer_comes(hand: Hand, truth: Reference, new, draw) -> None:
    hand.see()


STEPS = (add, add, shift, shift, remove, look_at, select, words_arrive, an_answer_comes)


def test_a_word_about_a_layer_that_is_gone_changes_nothing_and_says_so(monkeypatch) -> None:
    server = Server(monkeypatch)
    first, second = server.answer()["identities"][:2]
    server.hear([{"do": "remove", "layer": second}] * 2)
    assert server.answer()["kinds"] == [FIRST[0], *FIRST[2:]]
    assert state.message() == "the layer you meant is no longer there."
    server.hear([{"do": "set", "layer": first, "name": "inplace", "value": "x"}])
    assert server.answer()["kinds"] == [FIRST[0], *FIRST[2:]]


def test_a_key_that_has_reached_the_input_does_nothing_and_says_nothing(monkeypatch) -> None:
    server = Server(monkeypatch)
    first = server.answer()["identities"][0]
    words = [{"do": "remove", "layer": f"outcome {n}", "mark": n + 1} for n in range(1, 8)]
    server.hear([{"do": "remove", "layer": first, "mark": 1}, *words])
    assert (server.answer()["kinds"], state.message()) == ([], "")


def test_a_mend_that_is_no_longer_offered_is_not_another_one(monkeypatch) -> None:
    server = Server(monkeypatch)
    server.hear([{"do": "mend", "label": "Set in_features to 400"}])
    assert state.message() == "this mend is no longer offered."


def test_undo_gives_layers_that_stayed_their_identity_back(monkeypatch) -> None:
    server = Server(monkeypatch)
    before = server.answer()
    server.hear([{"do": "add", "kind": "Conv2d", "layer": events.SELECTED}, {"do": "undo"}])
    assert server.answer()["identities"] == before["identities"]
    assert decode(server.net).layers
    assert number_of(state.selected_path(state.present()) or ()) == "1"
