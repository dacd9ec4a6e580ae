"""What we rely on in Streamlit's insides: an update that changes it fails here."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit.components.v2.bidi_component.main import BidiComponentMixin
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.cursor import RunningCursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.form_utils import FormData
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime, app_session, fragment
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData, StopException, script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import Serialized, SessionState, WStates
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec
from streamlit.signal_util import Signal
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from cnnviz.places import PAGES
from cnnviz.ui import insides

UI = Path(insides.__file__).parent
ID = "$$ID-0123456789abcdef-convolution.view"
# As tests are collected: a page that one opens in this process later sets our own.
COMPACTED_BY_STREAMLIT = SessionState._compact_state


@pytest.fixture
def guarded() -> Iterator[None]:
    before = WStates.__getitem__
    insides.ignore_malformed_widgets()
    yield
    WStates.__getitem__ = before


def states(value_type: Any, read: Callable[[Any], Any], **sent: Any) -> WStates:
    """One widget that reads its values so, and what a browser sent for it."""
    found = WStates()
    metadata: Any = WidgetMetadata(ID, read, lambda value: value, value_type)
    found.set_widget_metadata(metadata)
    message = WidgetState(id=ID)
    for name, value in sent.items():
        if isinstance(value, list):
            getattr(message, name).data.extend(value)
        else:
            setattr(message, name, value)
    found.set_widget_from_proto(message)
    return found


def test_a_value_that_can_be_read_is_there(guarded):
    found = states("string_value", str.upper, string_value="grid")
    assert found[ID] == "GRID"
    assert found.get_serialized(ID) is not None


@pytest.mark.parametrize(
    "sent",
    [
        {"string_array_value": ["a"]},
        {"int_value": 3},
        {"json_value": "{}"},
        {"bytes_value": b"\xff"},
        {},
    ],
)
def test_a_value_of_another_kind_was_not_sent(guarded, sent):
    found = states("string_value", str.upper, **sent)
    assert found.get(ID) is None
    assert found.widget_metadata[ID].value_type == "string_value"  # the browser does not say it
    assert list(found) == [ID]  # nothing is taken away while Streamlit walks over them


def test_a_number_is_read_as_a_browser_sends_it(guarded):
    def page() -> None:
        import streamlit as st

        st.number_input("Seed", 0, 99, key="page.seed")

    app = AppTest.from_function(page).run()
    whole = WidgetStates(widgets=[WidgetState(id=app.number_input[0].proto.id, int_value=7)])
    assert app.number_input[0].proto.data_type == NumberInput.INT
    assert app._run(whole).number_input[0].value == 7
    assert states("double_value", float, double_value=0.5)[ID] == 0.5


@pytest.mark.parametrize(
    "text", ["{", "9" * 5_000, "[" * 3_000 + "]" * 3_000, '{"a":' * 500 + "1" + "}" * 500]
)
def test_a_value_that_raises_when_it_is_read_was_not_sent(guarded, text):
    found = states("json_value", lambda value: value, json_value=text)
    assert found.get(ID) is None
    assert found.get(ID) is None  # and is not read again
    assert not found.states[ID].value.json_value  # ty: ignore[unresolved-attribute]


def test_brackets_in_a_text_are_no_depth_and_hide_none():
    assert not insides.is_deep(json.dumps({"code": "[" * 500, "more": '\\"[' * 500}))
    assert insides.is_deep('["' + "]" * 900 + '",' + "[" * 100 + "]" * 101)
    assert insides.is_deep('["\\"' + "]" * 900 + '",' + "[" * 100 + "]" * 101)
    assert not insides.is_deep('"' + '\\"' * 300_000)  # a text without an end, read once


def test_without_the_guard_streamlit_raises(monkeypatch):
    monkeypatch.setattr(WStates, "__getitem__", insides._read)  # the app of another test guards too
    with pytest.raises(ValueError, match="limit"):
        states("json_value", lambda value: value, json_value="9" * 5_000)[ID]


def test_a_key_is_read_from_an_identity_that_streamlit_made():
    def page() -> None:
        import streamlit as st

        st.toggle("View", key="convolution.view-of-all")

    app = AppTest.from_function(page).run()
    assert insides.key_of(app.toggle[0].proto.id) == "convolution.view-of-all"


def test_what_the_browser_told_and_what_python_set_is_known():
    def page() -> None:
        import streamlit as st

        from cnnviz.ui.insides import is_set_in_this_run, told_by_the_browser

        st.session_state["seen"] = (told_by_the_browser(), is_set_in_this_run("page.b"))
        st.session_state["page.b"] = True
        st.session_state["then"] = is_set_in_this_run("page.b")
        st.toggle("A", key="page.a")

    app = AppTest.from_function(page).run()
    assert app.session_state["seen"] == (frozenset(), False)
    assert app.session_state["then"] is True
    app.toggle[0].set_value(True).run()
    assert "page.a" in app.session_state["seen"][0]


def test_outside_of_a_run_nothing_is_told_or_set():
    assert insides.told_by_the_browser() == frozenset()
    assert insides.is_set_in_this_run("page.a") is False
    assert insides.media_url(b"", "image/png", "place") is None


def test_the_folder_of_pages_is_left_once():
    PagesManager.uses_pages_directory = True
    assert insides.leave_the_pages_folder() is True
    assert insides.leave_the_pages_folder() is False


class Files:
    """Pictures that one visitor is shown, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(insides.time, "monotonic", lambda: self.now)
        self.manager = MediaFileManager(MemoryMediaFileStorage("/media"))

    def show(self, data: bytes) -> str:
        url = self.manager.add(data, "image/png", "place")
        self.manager.remove_orphaned_files()
        return url.removeprefix("/media/")

    def are_there(self, names: list[str]) -> list[bool]:
        return [self.manager.read_file(name) is not None for name in names]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setattr(MediaFileManager, "_get_inactive_file_ids", insides._given_up)
    return Files(monkeypatch)


def test_a_picture_stays_for_a_while_after_the_next_has_come(patient: Files) -> None:
    names = [patient.show(b"first"), patient.show(b"second")]
    patient.now = insides.STAY - 1
    names.append(patient.show(b"third"))
    assert patient.are_there(names) == [True, True, True]
    patient.now = insides.STAY
    patient.manager.remove_orphaned_files()
    assert patient.are_there(names) == [False, True, True]


def test_a_picture_that_is_shown_again_stays(patient: Files) -> None:
    names = [patient.show(b"first"), patient.show(b"second"), patient.show(b"first")]
    patient.now = insides.STAY
    patient.manager.remove_orphaned_files()
    assert patient.are_there(names) == [True, False, True]


def test_of_many_pictures_the_last_ones_stay(patient: Files, monkeypatch) -> None:
    monkeypatch.setattr(insides, "FILES_LEFT", 10)
    names = []
    for second in range(4):
        patient.now = float(second)
        names.append(patient.show(b"four" + bytes([second])))
    assert patient.are_there(names) == [False, True, True, True]


def test_without_it_streamlit_drops_a_picture_at_once(monkeypatch) -> None:
    monkeypatch.setattr(MediaFileManager, "_get_inactive_file_ids", insides._inactive)
    files = Files(monkeypatch)
    assert files.are_there([files.show(b"first"), files.show(b"second")]) == [False, True]


def test_outside_a_server_there_is_no_session_and_nobody_is_connected() -> None:
    assert insides.session() == ""
    assert not insides.is_connected("nobody")


def test_the_theme_from_memory_is_that_of_the_configuration():
    def message() -> NewSession:
        made = NewSession()
        app_session._populate_theme_msg(made.custom_theme)
        for name in ("light", "dark", "sidebar"):
            app_session._populate_theme_msg(getattr(made.custom_theme, name), f"theme.{name}")
        for name in ("light", "dark"):
            theme = getattr(made.custom_theme, name)
            app_session._populate_theme_msg(theme.sidebar, f"theme.{name}.sidebar")
        return made

    before = app_session._populate_theme_msg
    try:
        app_session._populate_theme_msg = insides._from_configuration
        expected = message()
        insides.remember_theme()
        assert [message(), message()] == [expected, expected]
    finally:
        app_session._populate_theme_msg = before
    assert expected.custom_theme.light.primary_color


MOUNTED = """
import sys
from streamlit.testing.v1 import AppTest

from cnnviz.places import PAGES
from cnnviz.ui import insides

insides.tell_plain_data()

def page():
    import numpy as np
    import streamlit as st

    mount = st.components.v2.component("plain", js="export default () => {}")
    mount(data={"told": {"numbers": [1, 2]}, "none": None}, key="plain")

app = AppTest.from_function(page).run()
assert not app.exception
print(app.get("bidi_component")[0].proto.json, "pandas" in sys.modules, "pyarrow" in sys.modules)
"""


def test_what_a_component_is_told_is_sent_without_looking_for_tables(tmp_path: Path):
    script = tmp_path / "mounted.py"
    script.write_text(MOUNTED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.strip() == '{"told": {"numbers": [1, 2]}, "none": null} False False', (
        done.stderr
    )


def _two_components() -> None:
    import streamlit as st

    for key, told in (("first", {"b": 1, "a": [2]}), ("second", {"b": 1, "a": [2]})):
        mount = st.components.v2.component("known", js="export default () => {}")
        mount(data=told, key=key, height="content")


def test_a_component_with_a_key_has_the_name_that_streamlit_would_give_it(monkeypatch) -> None:
    mixin = BidiComponentMixin
    monkeypatch.setattr(mixin, "_build_bidi_identity_kwargs", mixin._build_bidi_identity_kwargs)

    def names() -> list[str]:
        app = AppTest.from_function(_two_components).run()
        assert not app.exception
        return [component.proto.id for component in app.get("bidi_component")]

    expected = names()
    insides.know_components_by_key()
    assert mixin._build_bidi_identity_kwargs(None, data={"of": "any kind"}) == {}
    assert names() == expected
    assert len(set(expected)) == 2


def request(**told: str) -> WidgetStates:
    """What a browser sends: values, and triggers, whose names begin with "do"."""
    states = WidgetStates()
    for name, value in told.items():
        field = "json_trigger_value" if name.startswith("do") else "string_value"
        states.widgets.append(WidgetState(id=name, **{field: value}))
    return states


def test_requests_that_wait_together_are_heard_in_their_order() -> None:
    typed = request(field="old", do_type="7")
    reset = request(field="new", do_reset="all")
    first = insides._in_order(typed, reset)
    assert first is not None
    assert [state.id for state in first.widgets] == ["do_type", "field", "do_reset"]
    assert first.widgets[1].string_value == "new"
    both = insides._in_order(first, request(field="newer", do_undo="1"))
    assert both is not None
    assert [state.id for state in both.widgets] == ["do_type", "do_reset", "field", "do_undo"]


def say(**events: object) -> str:
    return json.dumps([{"event": event, "value": value} for event, value in events.items()])


@pytest.mark.parametrize(
    ("before", "now", "heard"),
    [
        (say(choose="conv2"), say(near=True), say(choose="conv2", near=True)),
        (say(rested=True), say(reached="stride"), say(rested=True, reached="stride")),
        (say(choose="conv2", near=True), say(choose="conv3"), say(near=True, choose="conv3")),
        (say(choose="conv2"), "no JSON", "no JSON"),
        ("no JSON", say(near=True), say(near=True)),
        ("[" * 1000, say(near=True), say(near=True)),
        ('[{"event": 1}, 7, null]', say(near=True), say(near=True)),
        ('{"event": "choose", "value": 1}', say(near=True), say(choose=1, near=True)),
    ],
)  # fmt: skip
def test_a_word_of_a_component_that_waits_is_not_lost_to_another_one(before, now, heard) -> None:
    both = insides._in_order(request(do=before), request(do=now))
    assert both is not None
    assert [state.json_trigger_value for state in both.widgets] == [heard]


def test_words_that_wait_are_bounded() -> None:
    waiting = request(do=say(first=1))
    for number in range(1000):
        waiting = insides._in_order(waiting, request(do=say(**{f"word_{number}": number})))
        assert waiting is not None
    words = json.loads(waiting.widgets[0].json_trigger_value)
    assert len(words) == insides.MOST_EVENTS + 1
    assert words[-1]["event"] == "word_999"


def test_a_request_that_waits_alone_stays_as_it_is() -> None:
    alone = request(field="old", do_type="7")
    assert insides._in_order(None, alone) is alone
    assert insides._in_order(alone, None) is alone
    assert insides._in_order(None, None) is None


def test_an_upload_that_was_received_is_not_received_again():
    record = UploadedFileRec("1", "dog.png", "image/png", b"pixels")
    assert insides.received(UploadedFile(record, FileURLs())) == b"pixels"
    assert insides.received(DeletedFile("1")) is None and insides.received(None) is None


def page_of_two_fragments() -> None:
    import streamlit as st

    from cnnviz.ui.insides import run_again

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


def page_of_choices() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from cnnviz.ui import insides

    options, words = ["a", "b"], {"a": "First", "b": "Second"}.__getitem__
    st.selectbox("1", options, key="p-select", format_func=words)
    st.segmented_control("2", options, key="p-segments", format_func=words)
    st.radio("3", options, key="p-radio", format_func=words)
    st.select_slider("4", options, key="p-stops", format_func=words)
    st.multiselect("5", options, key="p-several", format_func=words)
    st.toggle("6", key="p-switch")
    metadata = get_script_run_ctx().session_state._state._new_widget_state.widget_metadata
    st.session_state["found"] = {
        insides.key_of(name): insides._options(one.serializer) for name, one in metadata.items()
    }


def test_the_options_of_every_kind_of_chooser_are_known_by_what_it_shows() -> None:
    app = AppTest.from_function(page_of_choices).run()
    told = {"First": "a", "Second": "b"}
    names = ["select", "segments", "radio", "stops", "several"]
    assert app.session_state["found"] == {f"p-{name}": told for name in names} | {"p-switch": {}}


def test_fragments_are_run_again_in_this_one_way() -> None:
    sources = [path for path in UI.rglob("*.py") if path.name != "insides.py"]
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
        insides.run_within(turn)
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
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", insides._run_thread)
    assert not is_gone_after_its_run(tmp_path / "page.py", SessionState())  # then it is no circle
    insides.let_runs_go()
    state = SessionState()
    assert is_gone_after_its_run(tmp_path / "page.py", state)
    assert state["size"] == 1


def test_what_a_session_remembers_of_its_run_leads_nowhere():
    def page() -> None:
        import streamlit as st

        from cnnviz.ui.insides import this_run

        st.session_state["seen"] = [*st.session_state.get("seen", []), this_run(), this_run()]

    app = AppTest.from_function(page).run().run()
    one, again, next_one, _ = app.session_state["seen"]
    assert one is again
    assert one is not next_one
    assert not gc.get_referents(one)


@pytest.mark.parametrize(
    ("told", "sent", "shown"),
    [
        ({"cell": 3}, [{"event": "choose", "value": 7}], {"choose": 7, "cell": 3}),
        ({"cell": 3}, {"event": "choose", "value": 7}, {"choose": 7, "cell": 3}),
        ({"cell": 3}, [{"event": "cell", "value": 7}, "x", {"event": 5}], {"cell": 3}),
        ({"cell": 3}, None, {"cell": 3}),
        ({}, [{"event": "choose"}], {"choose": None}),
        (None, [{"event": "choose", "value": 7}], None),
    ],
)
def test_a_component_is_heard_as_streamlit_hears_it_and_no_class_is_made(told, sent, shown):
    session, events = SessionState(), f"{ID}__events"
    metadata: Any = WidgetMetadata(
        events, lambda sent: sent, lambda value: value, "json_trigger_value"
    )
    session._new_widget_state.set_widget_metadata(metadata)
    if sent is not None:
        session._new_widget_state.set_from_value(events, sent)
    theirs = make_bidi_component_presenter(events, ID)(told, session)
    ours = insides._presenter(events, ID)(told, session)
    assert ours == theirs == shown
    assert type(ours) is type(shown)


def test_of_the_places_of_a_fragment_the_one_it_writes_into_is_copied(monkeypatch) -> None:
    monkeypatch.setattr(fragment, "deepcopy", deepcopy)
    insides.copy_places_once()
    outer = DeltaGenerator(0, RunningCursor(0, (3,)), None, "vertical")
    inner = DeltaGenerator(0, RunningCursor(0, (3, 1)), outer, "column")
    inner._creating_fragment_id = "fragment"
    inner._form_data = FormData("form")
    inner._cursor.lock_element()
    inner._cursor.transient_elements[0] = Element()
    by_streamlit, ours = deepcopy((outer, inner)), fragment.deepcopy((outer, inner))

    def told(places: tuple[DeltaGenerator, ...]) -> list[Any]:
        return [
            (
                one._cursor.delta_path,
                one._block_type,
                one._creating_fragment_id,
                one._root_container,
                one._form_data,
                len(one._cursor.transient_elements),
            )
            for place in places
            for one in place._ancestors
        ]

    assert told(ours) == told(by_streamlit) == told((outer, inner))
    assert vars(ours[1]).keys() == vars(by_streamlit[1]).keys(), "there is more to be copied"
    ours[1]._cursor.lock_element()
    assert inner._cursor.delta_path == [0, 3, 1, 1], "the place itself stays where it was"
    assert len(inner._cursor.transient_elements) == 1


def test_where_each_root_is_written_next_is_copied(monkeypatch) -> None:
    monkeypatch.setattr(fragment, "deepcopy", deepcopy)
    insides.copy_places_once()
    roots = {0: RunningCursor(0), 1: RunningCursor(1)}
    roots[1].lock_element()
    copied = fragment.deepcopy(roots)
    copied[0].lock_element()
    assert {root: cursor.index for root, cursor in roots.items()} == {0: 0, 1: 1}
    assert {root: cursor.index for root, cursor in copied.items()} == {0: 1, 1: 1}


def page_whose_callback_asks() -> None:
    import streamlit as st

    from cnnviz.ui.insides import run_again

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
        monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", insides._will_rerun)
        if is_ours:
            insides.run_once_for_a_callback()
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

    ours = remembered(insides._with_what_is_new)
    assert ours == remembered(COMPACTED_BY_STREAMLIT)
    assert (ours[0]["moved"], ours[0][ID], ours[0]["wid-size"]) == (5, "GRID", 4)


def test_a_run_ends_where_it_is_to_be_another_and_no_fragment_runs_beside_it() -> None:
    runner = MagicMock(_requests=ScriptRequests())
    insides._stop_where_asked(runner)
    runner._requests.request_stop()
    with pytest.raises(StopException):
        insides._stop_where_asked(runner)
    assert not [path for path in UI.rglob("*.py") if "parallel=True" in path.read_text()]


def test_many_values_of_a_session_are_those_that_it_gives_one_by_one() -> None:
    def page() -> None:
        import streamlit as st

        from cnnviz.ui.insides import values_at, widgets_among

        st.session_state["plain"] = 1
        st.slider("Size", 1, 9, 4, key="size")
        names = ["plain", "size", "nothing"]
        one_by_one = {name: st.session_state[name] for name in names if name in st.session_state}
        st.session_state["found"] = (values_at(names), one_by_one, widgets_among(names))

    at_once, one_by_one, widgets = AppTest.from_function(page).run().session_state["found"]
    assert at_once == one_by_one == {"plain": 1, "size": 4}
    assert widgets == ["size"]
