"""What we rely on in Streamlit's insides, messages: an update that changes it fails here."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from cnnviz.ui.insides import messages

A_RUN = 30  # messages
STREAMLITS = AppSession._on_scriptrunner_event, AppSession._call_soon_on_event_loop
CONFIG = Path(__file__).parents[3] / ".streamlit" / "config.toml"
LARGE = 20_000  # characters of a text that a browser keeps


class Loop:
    """A server's loop in a thread of its own, which counts how often others wake it."""

    def __init__(self) -> None:
        self.loop, self.wakings = asyncio.new_event_loop(), 0
        self.thread = Thread(target=self.loop.run_forever)
        self._call = self.loop.call_soon_threadsafe
        self.loop.call_soon_threadsafe = self._counted  # ty: ignore[invalid-assignment]
        self.thread.start()

    def _counted(self, callback: Callable[..., object], *told: Any) -> asyncio.Handle:
        self.wakings += 1
        return self._call(callback, *told)

    def settle(self) -> None:
        """Wait until all that was said before is heard, also what waits for a moment."""
        done = asyncio.run_coroutine_threadsafe(asyncio.sleep(4 * messages.LATEST), self.loop)
        done.result()

    def end(self) -> None:
        self._call(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.end()


class Session(AppSession):
    """One that only notes what its loop hears."""

    def __init__(self, loop: Loop, is_ours: bool) -> None:
        self._event_loop, self.is_ours = loop.loop, is_ours
        self.heard: list[tuple[object, object, str | None]] = []

    def __del__(self) -> None:
        """There is nothing to end."""

    def _handle_scriptrunner_event_on_event_loop(
        self,
        sender: Any,
        event: ScriptRunnerEvent,
        forward_msg: ForwardMsg | None = None,
        *_: Any,
        **_told: Any,
    ) -> None:
        name = forward_msg.delta.fragment_id if forward_msg else None
        self.heard.append((sender, event, name))
        if name == "breaks":
            raise ValueError("one that cannot be heard")


@pytest.fixture(params=["ours", "Streamlit's"])
def session(request: pytest.FixtureRequest, loop: Loop, monkeypatch: pytest.MonkeyPatch) -> Session:
    is_ours = request.param == "ours"
    tell, call = (messages._told, messages._leave_now) if is_ours else STREAMLITS
    monkeypatch.setattr(AppSession, "_on_scriptrunner_event", tell)
    monkeypatch.setattr(AppSession, "_call_soon_on_event_loop", call)
    return Session(loop, is_ours)


def say(session: AppSession, runner: str, *names: str) -> None:
    for name in names:
        message = ForwardMsg()
        message.delta.fragment_id = name
        session._on_scriptrunner_event(
            runner, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, forward_msg=message
        )


def run(session: AppSession, runner: str) -> list[tuple[str, ScriptRunnerEvent, str | None]]:
    """Say what a run says; what is to be heard of it."""
    names = [f"{runner} {number}" for number in range(A_RUN)]
    first, last = ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS
    session._on_scriptrunner_event(runner, first)
    say(session, runner, *names)
    session._on_scriptrunner_event(runner, last)
    said = [(runner, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, name) for name in names]
    return [(runner, first, None), *said, (runner, last, None)]


def test_a_run_is_heard_in_its_order_and_the_loop_is_hardly_woken(session, loop) -> None:
    said = run(session, "a")
    loop.settle()
    assert session.heard == said
    woken = loop.wakings - 1  # once by `settle`
    assert woken <= A_RUN // 3 if session.is_ours else woken == A_RUN + 2


def test_a_run_that_is_soon_over_leaves_as_a_whole(session, loop, monkeypatch) -> None:
    """Its beginning too: the loop would rest after having sent that alone."""
    monkeypatch.setattr(messages, "LATEST", 1e6)  # so that nothing leaves for having waited
    said = run(session, "a")
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop.loop).result()
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop.loop).result()
    assert session.heard == said
    woken = loop.wakings - 2  # twice by this test
    assert woken == 2 if session.is_ours else woken == A_RUN + 2


def test_runs_of_one_session_that_overlap_are_each_heard_whole_and_in_order(session, loop) -> None:
    said: dict[str, Any] = {}
    threads = [
        Thread(target=lambda name=name: said.setdefault(name, run(session, name)))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loop.settle()
    for name in said:
        assert [one for one in session.heard if one[0] == name] == said[name]


def test_a_message_that_nothing_follows_is_heard_all_the_same(session, loop) -> None:
    say(session, "a", "alone")
    loop.settle()
    say(session, "a", "and later")
    loop.settle()
    assert [name for _, _, name in session.heard] == ["alone", "and later"]


def test_a_word_between_messages_is_heard_between_them(session, loop) -> None:
    say(session, "a", "before")
    session._call_soon_on_event_loop(lambda: session.heard.append((None, None, "word")))
    say(session, "a", "after")
    loop.settle()
    assert [name for _, _, name in session.heard] == ["before", "word", "after"]


def test_one_that_cannot_be_heard_keeps_no_other_from_it(session, loop) -> None:
    broken: list[object] = []
    loop.loop.set_exception_handler(lambda _loop, told: broken.append(told["exception"]))
    say(session, "a", "first", "breaks", "last")
    loop.settle()
    assert [name for _, _, name in session.heard] == ["first", "breaks", "last"]
    assert [str(one) for one in broken] == ["one that cannot be heard"]


def test_what_is_said_after_the_end_of_the_loop_is_dropped(session) -> None:
    closed = asyncio.new_event_loop()
    closed.close()
    session._event_loop = closed
    assert run(session, "a") and session.heard == []


def test_a_session_that_was_heard_keeps_nothing(session, loop) -> None:
    run(session, "a")
    loop.settle()
    assert "_waiting" not in vars(session)


@pytest.mark.parametrize("woken_by", ["the loop", "a thread"])
def test_the_loop_is_told_that_there_is_something_to_send(loop, woken_by: str) -> None:
    told: Any = SimpleNamespace(eventloop=loop.loop, need_send_data=asyncio.Event())
    runtime: Any = object.__new__(Runtime)
    runtime._async_objs = told
    before = loop.wakings

    async def wake() -> None:
        messages._wake_from_elsewhere(runtime)

    if woken_by == "the loop":
        asyncio.run_coroutine_threadsafe(wake(), loop.loop).result()
    else:
        messages._wake_from_elsewhere(runtime)
    loop.settle()
    assert told.need_send_data.is_set()
    assert loop.wakings - before == 2  # `settle`, and the coroutine or the thread


class Keeping:
    """A browser's memory of messages, as Streamlit's script has it, and the runs that fill it."""

    def __init__(self, age: int) -> None:
        self.age, self.runs = age, 0
        self.kept: dict[str, int] = {}  # hash -> the run in which it was last used
        self.said: list[ForwardMsg] = []
        self.missed = self.referred = 0
        self.context = ScriptRunContext(
            session_id="a visitor",
            _enqueue=self.said.append,
            query_string="",
            session_state=SafeSessionState(SessionState(), lambda: None),
            uploaded_file_mgr=MemoryUploadedFileManager("/uploads"),
            main_script_path="page.py",
            user_info={},
            fragment_storage=MemoryFragmentStorage(),
            pages_manager=PagesManager("page.py", ScriptCache()),
        )

    def asks(self) -> frozenset[str]:
        """What it says of what it keeps, with a request."""
        return frozenset(self.kept)

    def has_run(self, kept: frozenset[str], texts: list[str]) -> None:
        """Hear the run of a request, to its end."""
        self.context.reset(cached_message_hashes=kept)
        for text in texts:
            message = ForwardMsg()
            message.delta.new_element.markdown.body = text * LARGE
            self.context.enqueue(message)
        for message in self.said:
            if message.WhichOneof("type") == "ref_hash":
                self.referred += 1
                self.missed += message.ref_hash not in self.kept
            self.kept[message.ref_hash or message.hash] = self.runs
        self.said.clear()
        self.runs += 1
        self.kept = {one: at for one, at in self.kept.items() if self.runs - at <= self.age}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("is_ours", [True, False])
def test_no_run_refers_to_what_the_run_before_let_the_browser_forget(
    monkeypatch, is_ours: bool, seed: int
) -> None:
    age = tomllib.loads(CONFIG.read_text())["global"]["maxCachedMessageAge"]
    assert age > messages.FRESH
    monkeypatch.setattr(ScriptRunContext, "reset", messages._begin)
    monkeypatch.setattr(ScriptRunContext, "enqueue", messages._say)
    if is_ours:
        messages.refer_to_what_is_kept()
    chance = Random(seed)
    browser = Keeping(age if is_ours else 2)  # Streamlit's own
    for _ in range(60):
        requests = [browser.asks()] * chance.randint(1, 3)  # at once, as "back" makes them
        for kept in requests:
            browser.has_run(kept, chance.sample("abcdefghij", 2))
    assert browser.referred > 10
    assert (browser.missed == 0) is is_ours


OUTER = [((0,), "outer"), ((0, 0), "outer"), ((0, 1), "outer"), ((0, 2), "inner"),
         ((0, 2, 0), "inner"), ((0, 3), "outer")]  # fmt: skip
INNER = [one for one in OUTER if one[1] == "inner"]


def drawing(path: tuple[int, ...], fragment: str) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path[:] = path
    message.delta.fragment_id = fragment
    if path in {(0,), (0, 2)}:
        message.delta.add_block.allow_empty = True
    else:
        message.delta.new_element.text.body = fragment
    return message


class Tree:
    """What a browser has drawn: places by their path, each behind those before it."""

    def __init__(self) -> None:
        self.places: set[tuple[int, ...]] = set()

    def take(self, queue: ForwardMsgQueue) -> None:
        for message in queue.flush():
            *around, last = message.metadata.delta_path
            known = {path for path in self.places if path[:-1] == tuple(around)}
            if last > len(known) or (around and tuple(around) not in self.places):
                raise IndexError(f"Bad delta path index {last} (between 0 and {len(known)})")
            self.places.add((*around, last))


def seen_after(runs: list[str], flushed_at: set[int]) -> set[tuple[int, ...]]:
    """What a browser sees of runs of fragments, where the queue is sent at some messages only."""
    queue, tree, said = ForwardMsgQueue(), Tree(), 0
    for run in runs:
        queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=[run])
        for path, fragment in OUTER if run == "outer" else INNER:
            queue.enqueue(drawing(path, fragment))
            said += 1
            if said in flushed_at:
                tree.take(queue)
    tree.take(queue)
    return tree.places


@given(
    st.lists(st.sampled_from(["outer", "inner"]), max_size=4),
    st.sets(st.integers(1, 30), max_size=8),
)
def test_a_view_is_whole_whenever_it_is_sent_and_whoever_runs_next(runs, flushed_at) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ForwardMsgQueue, "clear", messages._clear_whole)
        assert seen_after(["outer", *runs], flushed_at) == {path for path, _ in OUTER}


def test_what_a_hand_has_drawn_over_is_not_sent() -> None:
    queue = ForwardMsgQueue()
    for _ in range(2):
        messages._clear_whole(queue, retain_lifecycle_msgs=True, fragment_ids_this_run=["f"])
        queue.enqueue(drawing((0, 0), "f"))
        queue.enqueue(drawing((0, 1), "f"))
    assert len(queue) == 2


def test_streamlit_itself_sends_what_hangs_in_the_air() -> None:
    """Else `keep_views_whole` is no longer needed."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(IndexError, match="Bad delta path"):
        patch.setattr(ForwardMsgQueue, "clear", messages._clear)
        queue, tree = ForwardMsgQueue(), Tree()
        for number, one in enumerate(OUTER):
            queue.enqueue(drawing(*one))
            if number == 1:
                tree.take(queue)
        queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
        tree.take(queue)
