"""What we rely on in Streamlit's insides, drawn: an update that changes it fails here."""

from __future__ import annotations

import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from streamlit.components.v2.bidi_component.main import BidiComponentMixin
from streamlit.cursor import RunningCursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.form_utils import FormData
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.runtime import app_session, fragment
from streamlit.testing.v1 import AppTest

from cnnviz import ui
from cnnviz.ui.insides import drawn


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
        app_session._populate_theme_msg = drawn._from_configuration
        expected = message()
        drawn.remember_theme()
        assert [message(), message()] == [expected, expected]
    finally:
        app_session._populate_theme_msg = before
    assert expected.custom_theme.light.primary_color


MOUNTED = """
import sys
from streamlit.testing.v1 import AppTest

from cnnviz.ui.insides.drawn import tell_plain_data

tell_plain_data()

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
        env={**os.environ, "PYTHONPATH": str(Path(ui.__file__).parents[2])},
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
    drawn.know_components_by_key()
    assert mixin._build_bidi_identity_kwargs(None, data={"of": "any kind"}) == {}
    assert names() == expected
    assert len(set(expected)) == 2


def test_of_the_places_of_a_fragment_the_one_it_writes_into_is_copied(monkeypatch) -> None:
    monkeypatch.setattr(fragment, "deepcopy", deepcopy)
    drawn.copy_places_once()
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
    drawn.copy_places_once()
    roots = {0: RunningCursor(0), 1: RunningCursor(1)}
    roots[1].lock_element()
    copied = fragment.deepcopy(roots)
    copied[0].lock_element()
    assert {root: cursor.index for root, cursor in roots.items()} == {0: 0, 1: 1}
    assert {root: cursor.index for root, cursor in copied.items()} == {0: 1, 1: 1}
