"""What we rely on in Streamlit's insides, visitor: an update that changes it fails here."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cnnviz.ui.insides import files, visitor


def test_a_key_is_read_from_an_identity_that_streamlit_made():
    def page() -> None:
        import streamlit as st

        st.toggle("View", key="convolution.view-of-all")

    app = AppTest.from_function(page).run()
    assert visitor.key_of(app.toggle[0].proto.id) == "convolution.view-of-all"


def test_what_the_browser_told_and_what_python_set_is_known():
    def page() -> None:
        import streamlit as st

        from cnnviz.ui.insides.visitor import is_set_in_this_run, told_by_the_browser

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
    assert visitor.told_by_the_browser() == frozenset()
    assert visitor.is_set_in_this_run("page.a") is False
    assert files.media_url(b"", "image/png", "place") is None


def test_outside_a_server_there_is_no_session_and_nobody_is_connected() -> None:
    assert visitor.session() == ""
    assert not visitor.is_connected("nobody")


def page_of_choices() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from cnnviz.ui.insides import visitor

    options, words = ["a", "b"], {"a": "First", "b": "Second"}.__getitem__
    st.selectbox("1", options, key="p-select", format_func=words)
    st.segmented_control("2", options, key="p-segments", format_func=words)
    st.radio("3", options, key="p-radio", format_func=words)
    st.select_slider("4", options, key="p-stops", format_func=words)
    st.multiselect("5", options, key="p-several", format_func=words)
    st.toggle("6", key="p-switch")
    metadata = get_script_run_ctx().session_state._state._new_widget_state.widget_metadata
    st.session_state["found"] = {
        visitor.key_of(name): visitor._options(one.serializer) for name, one in metadata.items()
    }


def test_the_options_of_every_kind_of_chooser_are_known_by_what_it_shows() -> None:
    app = AppTest.from_function(page_of_choices).run()
    told = {"First": "a", "Second": "b"}
    names = ["select", "segments", "radio", "stops", "several"]
    assert app.session_state["found"] == {f"p-{name}": told for name in names} | {"p-switch": {}}


def test_many_values_of_a_session_are_those_that_it_gives_one_by_one() -> None:
    def page() -> None:
        import streamlit as st

        from cnnviz.ui.insides.visitor import values_at, widgets_among

        st.session_state["plain"] = 1
        st.slider("Size", 1, 9, 4, key="size")
        names = ["plain", "size", "nothing"]
        one_by_one = {name: st.session_state[name] for name in names if name in st.session_state}
        st.session_state["found"] = (values_at(names), one_by_one, widgets_among(names))

    at_once, one_by_one, widgets = AppTest.from_function(page).run().session_state["found"]
    assert at_once == one_by_one == {"plain": 1, "size": 4}
    assert widgets == ["size"]
