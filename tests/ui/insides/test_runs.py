"""What we rely on in Streamlit's insides, runs: an update that changes it fails here."""

from __future__ import annotations

import asyncio
import gc
import re
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData, StopException, script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import Serialized, SessionState
from streamlit.signal_util import Signal
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from cnnviz import ui
from cnnviz.places import PAGES
from cnnviz.ui.insides import runs
from tests.support.widget_states import ID, states

UI = Path(ui.__file__).parent
# As tests are collected: a page that one opens in this process later sets our own.
COMPACTED_BY_STREAMLIT = SessionState._compact_state


def test_the_folder_of_pages_is_left_once():
    PagesManager.uses_pages_directory = True
    assert runs.leave_the_pages_folder() is True
    assert runs.leave_the_pages_folder() is False


def asked_for(page: str, fragment: str = "") -> ClientState:
    return ClientState(page_script_hash=page, fragment_id=fragment)


def test_a_fragment_of_a_page_that_was_left_is_not_run(monkeypatch: pytest.MonkeyPatch):
    heard: list[ClientState | None] = []
    monkeypatch.setattr(runs, "_request", lambda session, asked: heard.append(asked))
    monkeypatch.setattr(runs, "_told_of_run", lambda session, page, *told: None)
    session: Any = SimpleNamespace()
    here, there = asked_for("first", "live"), asked_for("second", "live")
    runs._request_of_the_page(session, asked_for(""))  # as an address is opened
    runs._request_of_the_page(session, here)
    runs._request_of_the_page(session, asked_for("second"))
    runs._tell_of_run(session, "second")
    assert [one for one in (here, there) if is_heard(session, one, heard)] == [there]
    runs._request_of_the_page(session, None)
    runs._tell_of_run(session, "first")  # Python has gone there: `st.switch_page`
    assert [one for one in (here, there) if is_heard(session, one, heard)] == [here, there]


def is_heard(session: Any, asked: ClientState, heard: list[ClientState | None]) -> bool:
    heard.clear()
    runs._request_of_the_page(session, asked)
    return heard == [asked]


def page_of_two_fragments() -> None:
    import streamlit as st

    from cnnviz.ui.insides.runs import run_again

    @st.fragment(key="there")
    def there() -> None:
        st.session_state["there"] = st.session_state.get("there", 0) + 1

    st.session_state["whole"] = st.session_state.get("whole", 0) + 1
    there()
    st.button("drawn", on_click=run_again, args=("there",))
    st.button("not drawn", on_click=run_again, args=("there", "not drawn"))


@pytest.mark.parametrize(("keys", "whole"), [("drawn", 1), ("not drawn", 2)])
def test_a_fragment_that_is_not_drawn_yet_is_run_with_the_whole_page(keys: str, whole: int) -> None:
    app = AppTest.from_function(page_of_two_fragments).run()
    next(button for button in app.button if button.label == keys).click().run()
    assert not app.exception
    assert (app.session_state["whole"], app.session_state["there"]) == (whole, 2)


def test_fragments_are_run_again_in_this_one_way() -> None:
    sources = [path for path in UI.rglob("*.py") if path.parent.name != "insides"]
    sources += PAGES.glob("*.py")
    assert [path for path in sources if re.search(r"st\.rerun\([^)]", path.read_text())] == []


def test_a_run_of_a_page_is_in_a_turn_from_its_beginning_to_its_end(monkeypatch) -> None:
    told: list[str] = []

    @contextmanager
    def turn() -> Iterator[None]:
        told.append("begins")
        yield
        told.append("ends")

    def page() -> None:
        import streamlit as st

        st.button("Again")

    monkeypatch.setattr(
        ScriptRunner, "_run_script", ScriptRunner._run_script
    )  # put back afterwards
    for _ in range(2):  # as app.py says it at every run
        runs.run_within(turn)
    app = AppTest.from_function(page).run()
    assert told == ["begins", "ends"]
    app.button[0].click().run()
    assert told == ["begins", "ends"] * 2


def is_gone_after_its_run(file: Path, state: SessionState) -> bool:
    """Whether a run of a page leaves memory as it ends, and nobody has to search for garbage."""
    file.write_text("import streamlit as st\nst.session_state['size'] = st.slider('Size', 1, 9)\n")
    loop, cache = asyncio.new_event_loop(), ScriptCache()
    runner = ScriptRunner(
        session_id="a visitor",
        main_script_path=str(file),
        session_state=state,
        uploaded_file_mgr=MemoryUploadedFileManager("/uploads"),
        script_cache=cache,
        initial_rerun_data=RerunData(),
        user_info={},
        fragment_storage=MemoryFragmentStorage(),
        pages_manager=PagesManager(str(file), cache),
        event_loop=loop,
    )
    seen = weakref.ref(runner)
    gc.disable()
    try:
        runner.start()
        assert runner._script_thread
        runner._script_thread.join()
        del runner
        return seen() is None
    finally:
        gc.enable()
        loop.close()


def test_a_run_that_is_over_is_gone_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", runs._run_thread)
    assert not is_gone_after_its_run(tmp_path / "page.py", SessionState())  # then it is no circle
    runs.let_runs_go()
    state = SessionState()
    assert is_gone_after_its_run(tmp_path / "page.py", state)
    assert state["size"] == 1


def test_what_a_session_remembers_of_its_run_leads_nowhere():
    def page() -> None:
        import streamlit as st

        from cnnviz.ui.insides.runs import this_run

        st.session_state["seen"] = [*st.session_state.get("seen", []), this_run(), this_run()]

    app = AppTest.from_function(page).run().run()
    one, again, next_one, _ = app.session_state["seen"]
    assert one is again
    assert one is not next_one
    assert not gc.get_referents(one)


def page_whose_callback_asks() -> None:
    import streamlit as st

    from cnnviz.ui.insides.runs import run_again

    @st.fragment(key="asks")
    def asks() -> None:
        st.button("Press", key="press", on_click=pressed)
        st.session_state["asked"] = st.session_state.get("asked", 0) + 1

    def pressed() -> None:
        st.session_state["size"] = st.session_state.get("size", 1) + 1
        run_again(*st.session_state.get("wanted", ("answers", "also")))

    @st.fragment(key="answers")
    def answers() -> None:
        st.markdown(f"size {st.session_state.get('size')}, {st.session_state['press']}")

    @st.fragment(key="also")
    def also() -> None:
        st.slider("Size", 1, 9, key="size")

    asks()
    answers()
    also()


Events = list[tuple[ScriptRunnerEvent, dict[str, Any]]]


def events_of(app: AppTest, request: RerunData, monkeypatch: pytest.MonkeyPatch) -> Events:
    """What a run tells that is asked for as a browser asks, and not for the whole page."""
    runners: list[LocalScriptRunner] = []

    def as_a_browser(runner: LocalScriptRunner, _asked: RerunData) -> bool:
        runners.append(runner)
        runner._requests = ScriptRequests()
        return runner._requests.request_rerun(request)

    with monkeypatch.context() as asking:
        asking.setattr(LocalScriptRunner, "request_rerun", as_a_browser)
        app.run()
    return list(zip(runners[-1].events, runners[-1].event_data, strict=True))


def press(app: AppTest) -> RerunData:
    storage, identity = app._fragment_storage, app.button(key="press").proto.id
    (asks,) = storage.resolve_target("asks")
    states = app._tree.get_widget_states()
    states.widgets.add(id=identity, trigger_value=True)
    page = app._finished_page_script_hash
    return RerunData(widget_states=states, fragment_id=asks, page_script_hash=page)


def drawn_by(events: Events) -> list[Element | Block]:
    told = [data["forward_msg"] for _, data in events if "forward_msg" in data]
    return [getattr(one.delta, one.delta.WhichOneof("type")) for one in told]


def sliders(drawn: list[Element | Block]) -> list[Slider]:
    return [one.slider for one in drawn if isinstance(one, Element) and one.HasField("slider")]


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], AppTest]:
    """A page whose callbacks ask for fragments, opened, as Streamlit runs them or as we do."""

    def opened(is_ours: bool) -> AppTest:
        monkeypatch.setattr(script_runner, "Signal", Signal)
        monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", runs._will_rerun)
        if is_ours:
            runs.run_once_for_a_callback()
        return AppTest.from_function(page_whose_callback_asks).run()

    return opened


def begun(events: Events) -> list[dict[str, Any]]:
    return [data for event, data in events if event is ScriptRunnerEvent.SCRIPT_STARTED]


def test_fragments_that_a_callback_asks_for_are_run_in_the_run_of_the_callback(asking, monkeypatch):
    by_streamlit = asking(False)
    theirs = events_of(by_streamlit, press(by_streamlit), monkeypatch)
    ours = asking(True)
    told = events_of(ours, press(ours), monkeypatch)
    (slider,), (_,) = sliders(drawn_by(told)), sliders(drawn_by(theirs))
    assert slider.set_value and slider.value == [2], "a browser hears of it"
    assert [one for one in drawn_by(told) if not sliders([one])] == [
        one for one in drawn_by(theirs) if not sliders([one])
    ]
    assert "size 2, True" in str(drawn_by(told)), "and the press is seen"
    assert (len(begun(theirs)), len(begun(told))) == (2, 1)
    ids = ours._fragment_storage.resolve_target(["answers", "also"])
    assert sorted(begun(told)[0]["fragment_ids_this_run"]) == sorted(ids)
    assert sorted(begun(told)[0]["run_descriptor"].fragment_ids) == sorted(ids)
    for name in ("size", "asked"):
        assert ours.session_state[name] == by_streamlit.session_state[name], name
    assert [event for event, _ in told][-2:] == [event for event, _ in theirs][-2:]


def test_a_callback_that_asks_for_the_whole_page_ends_its_run_as_ever(asking, monkeypatch):
    app = asking(True)
    app.session_state["wanted"] = ("not drawn",)
    told = events_of(app, press(app), monkeypatch)
    assert [data["fragment_ids_this_run"] is None for data in begun(told)] == [False, True]
    assert app.session_state["asked"] == 2


def test_what_a_browser_asks_for_meanwhile_is_not_taken_for_the_callbacks_wish(asking, monkeypatch):
    app = asking(True)
    moves = press(app)
    states = WidgetStates(widgets=[one for one in moves.widget_states.widgets if "size" in one.id])
    states.widgets[0].double_array_value.data[:] = [7]
    waiting = [replace(moves, widget_states=states)]
    queue = ScriptRequests._request_rerun_locked

    def with_a_move(requests: ScriptRequests, asked: RerunData) -> bool:
        is_queued = queue(requests, asked)
        if asked.is_fragment_scoped_rerun and waiting:
            queue(requests, waiting.pop())
        return is_queued

    monkeypatch.setattr(ScriptRequests, "_request_rerun_locked", with_a_move)
    told = events_of(app, press(app), monkeypatch)
    assert len(begun(told)) == 2, "what it says is heard in a run that follows"
    assert "size 7" in str(drawn_by(told))


def test_what_a_session_remembers_is_what_streamlit_would_remember(monkeypatch) -> None:
    def remembered(compact: Callable[[SessionState], None]) -> tuple[dict[str, Any], ...]:
        state = SessionState(
            _old_state={"page": 1, "moved": 2, "wid-old": 3, "size": 4},
            _new_session_state={"moved": 5, "new": 6},
            _new_widget_state=states("string_value", str.upper, string_value="grid"),
        )
        state._set_key_widget_mapping(ID, "convolution.view")
        state._set_key_widget_mapping("wid-size", "size")
        state._new_widget_state.states["gone"] = Serialized(WidgetState(id="gone"))
        compact(state)
        return state._old_state, state._new_session_state, state._new_widget_state.states

    ours = remembered(runs._with_what_is_new)
    assert ours == remembered(COMPACTED_BY_STREAMLIT)
    assert (ours[0]["moved"], ours[0][ID], ours[0]["wid-size"]) == (5, "GRID", 4)


def test_a_run_ends_where_it_is_to_be_another_and_no_fragment_runs_beside_it() -> None:
    runner = MagicMock(_requests=ScriptRequests())
    runs._stop_where_asked(runner)
    runner._requests.request_stop()
    with pytest.raises(StopException):
        runs._stop_where_asked(runner)
    assert not [path for path in UI.rglob("*.py") if "parallel=True" in path.read_text()]
