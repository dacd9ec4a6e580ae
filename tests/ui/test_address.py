"""Every view is a link: what an address says, and what is said of nonsense in it."""

from dataclasses import dataclass, fields, replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from streamlit.testing.v1 import AppTest

from cnnviz.ui import address
from cnnviz.ui.address import Address
from cnnviz.ui.parameters import choice, pair, some_of, whole


@dataclass(frozen=True)
class Values:
    """What the page of these tests says."""

    stride: tuple[int, int] = pair((1, 1), 1, 8)
    view: str = choice("a", ("a", "b"))
    size: int = whole(6, 1, 99)


ADDRESS = Address("probe", Values)


def probe() -> None:
    import streamlit as st

    from cnnviz.ui.address import note_arrival
    from tests.ui.test_address import ADDRESS

    note_arrival("probe")
    ADDRESS.arrive()
    values = ADDRESS.values()
    st.number_input("Size", 1, 99, key=ADDRESS.key("size"))
    st.text(f"{values.stride} {values.view} {values.size}")
    st.text(ADDRESS.keep())
    for notice in ADDRESS.notices():
        st.text(notice)
    ADDRESS.settle()


def opened(**query: str | list[str]) -> AppTest:
    app = AppTest.from_function(probe)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> list[str]:
    return [element.value for element in app.text]


def shown(**query: str | list[str]) -> list[str]:
    return said(opened(**query))


def test_an_address_is_read_when_the_visitor_arrives():
    assert shown(stride="2,3", view="b") == ["(2, 3) b 6", "stride=2,3&view=b"]


def test_what_equals_the_default_is_left_out():
    assert shown(stride="1", view="a") == ["(1, 1) a 6", ""]


def test_nonsense_falls_back_to_the_default_with_a_word_about_it():
    values, query, notice = shown(stride="banana", view="b")
    assert (values, query) == ("(1, 1) b 6", "view=b")
    assert "stride = “banana”" in notice
    assert "Shown with 1." in notice


def test_a_word_about_the_address_stays_until_the_visitor_changes_something():
    app = opened(stride="banana")
    assert "stride = “banana”" in said(app.run())[-1]
    assert len(said(app.number_input[0].set_value(9).run())) == 2
    app.session_state["probe-stride"] = 99  # refused in the run that sees another change
    assert "a whole number from 1 to 8" in said(app.number_input[0].set_value(8).run())[-1]


def test_a_parameter_given_twice_is_refused():
    assert "one value only" in shown(stride=["2", "3"])[2]


def test_a_very_long_value_is_refused_and_cut_in_the_notice():
    notice = shown(view="x" * 9000)[2]
    assert "at most 8000 characters" in notice
    assert len(notice) < 300


def test_many_mistakes_make_few_sentences():
    notices = shown(**{f"strid{number}": "1" for number in range(500)})[2:]
    assert len(notices) == 4
    assert "more mistakes like these" in notices[-1]


@pytest.mark.parametrize("sent", ["20000x20000", [2, 2, 2], {"a": 1}, True, float("nan"), 0, 9])
def test_what_a_browser_sends_is_not_used_before_its_parameter_takes_it(sent):
    app = opened(stride="2,3")
    app.session_state["probe-stride"] = sent
    values, query, notice = said(app.run())
    assert (values, query) == ("(2, 3) a 6", "stride=2,3")  # the last good one
    assert "a whole number from 1 to 8" in notice
    assert said(app.run())[0] == "(2, 3) a 6"


def test_keys_carry_their_page_and_know_what_it_has():
    assert ADDRESS.key("size") == "probe-size"
    with pytest.raises(KeyError, match="no parameter sise"):
        ADDRESS.key("sise")
    with pytest.raises(KeyError, match="no parameter sise"):
        ADDRESS.set(sise=3)


def test_a_view_says_only_values_that_its_page_takes():
    assert ADDRESS.query(view="b", size=6) == "view=b"
    with pytest.raises(TypeError, match="sise"):
        ADDRESS.query(sise=3)
    with pytest.raises(ValueError, match="one of a, b"):
        ADDRESS.query(view="c")


def test_fields_and_parameters_agree():
    assert list(ADDRESS.parameters) == [field.name for field in fields(Values)]
    assert Values() == ADDRESS.defaults

    @dataclass(frozen=True)
    class Plain:
        size: int = 3

    with pytest.raises(TypeError, match="size is no term"):
        Address("plain", Plain)

    @dataclass(frozen=True)
    class Beyond:
        size: int = whole(0, 1, 9)

    with pytest.raises(TypeError, match="default of size"):
        Address("beyond", Beyond)


def with_undo() -> None:
    import streamlit as st

    from tests.ui.test_address import ADDRESS, probe

    st.button("undo", on_click=ADDRESS.undo)
    st.button("two at once", on_click=ADDRESS.set, kwargs={"stride": (2, 2), "view": "b"})
    st.button("reset", on_click=ADDRESS.go, args=("",))
    probe()


def test_changes_are_taken_back_one_by_one_and_then_nothing(monkeypatch):
    monkeypatch.setattr("cnnviz.ui.address.GESTURE_S", -1.0)  # each change for itself
    app = AppTest.from_function(with_undo).run()
    app.number_input[0].set_value(9).run()
    app.button[1].click().run()
    assert said(app)[0] == "(2, 2) b 9"
    assert said(app.button[0].click().run())[0] == "(1, 1) a 9"
    assert said(app.button[0].click().run())[0] == "(1, 1) a 6"
    assert said(app.button[0].click().run())[0] == "(1, 1) a 6"


def test_changes_of_one_gesture_are_taken_back_together():
    app = AppTest.from_function(with_undo).run()
    for size in (7, 8, 9):
        app.number_input[0].set_value(size).run()
    assert said(app.button[0].click().run())[0] == "(1, 1) a 6"


def test_a_field_that_is_left_by_a_press_on_reset_is_a_step_of_its_own():
    app = AppTest.from_function(with_undo).run()
    app.number_input[0].set_value(9)
    assert said(app.button[2].click().run())[0] == "(1, 1) a 6"  # both in one run
    assert said(app.button[0].click().run())[0] == "(1, 1) a 9"
    assert said(app.button[0].click().run())[0] == "(1, 1) a 6"


RUNS = strategies.lists(  # what is pressed, and what is typed into the field before
    strategies.tuples(
        strategies.sampled_from(["undo", "two at once", "reset", None]),
        strategies.none() | strategies.integers(1, 99),
    ),
    unique_by=lambda run: run[1] or object(),  # a number typed again may be a word come late
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(runs=RUNS)
def test_every_change_is_taken_back_in_its_turn_whatever_comes_together(monkeypatch, runs):
    monkeypatch.setattr("cnnviz.ui.address.GESTURE_S", -1.0)  # each change for itself
    monkeypatch.setattr("cnnviz.ui.handover.ON_ITS_WAY", -1.0)  # a hand that has seen the last one
    app = AppTest.from_function(with_undo).run()
    views = [Values()]  # the last one is shown
    for pressed, typed in runs:
        view = views[-1]
        if typed is not None:
            app.number_input[0].set_value(typed)
            view = replace(view, size=typed)
        if pressed == "two at once":  # with what is typed one change: no view lies between
            view = replace(view, stride=(2, 2), view="b")
        steps = [view, Values()] if pressed == "reset" else [view]
        for step in steps:
            views += [step] if step != views[-1] else []
        if pressed == "undo" and len(views) > 1:
            views.pop()
        if pressed:
            next(button for button in app.button if button.label == pressed).click()
        shown = views[-1]
        assert said(app.run())[0] == f"{shown.stride} {shown.view} {shown.size}"
    for view in views[-2::-1]:
        app.button[0].click().run()
        assert said(app)[0] == f"{view.stride} {view.view} {view.size}"


def with_a_view_that_lacks_sizes() -> None:
    import streamlit as st

    from cnnviz.ui.address import note_arrival
    from tests.ui.test_address import ADDRESS

    note_arrival("probe")
    ADDRESS.arrive()
    st.text(ADDRESS.keep())
    st.button("undo", on_click=ADDRESS.undo)
    st.button("b", on_click=ADDRESS.set, kwargs={"view": "b"})
    if st.session_state.get("stands_in"):
        ADDRESS.stand_in(size=4)
    if ADDRESS.values().size > 4:
        ADDRESS.fall_back(size=4)
    st.number_input("Size", 1, 4, key=ADDRESS.key("size"))


def test_what_a_page_falls_back_to_is_not_taken_back(monkeypatch):
    monkeypatch.setattr("cnnviz.ui.address.GESTURE_S", -1.0)  # each change for itself
    app = AppTest.from_function(with_a_view_that_lacks_sizes).run().run()
    assert said(app) == ["size=4"]
    assert said(app.button[1].click().run()) == ["view=b&size=4"]
    assert said(app.button[0].click().run()) == ["size=4"]
    assert said(app.button[0].click().run()) == ["size=4"]


def test_what_stands_in_for_a_default_is_in_no_link_and_no_step_of_undo(monkeypatch):
    monkeypatch.setattr("cnnviz.ui.address.GESTURE_S", -1.0)  # each change for itself
    app = AppTest.from_function(with_a_view_that_lacks_sizes)
    app.session_state["stands_in"] = True
    assert said(app.run().run()) == [""]
    assert app.number_input[0].value == 4
    assert said(app.number_input[0].set_value(3).run()) == ["size=3"]
    assert said(app.button[1].click().run()) == ["view=b&size=3"]
    assert said(app.button[0].click().run()) == ["size=3"]
    assert said(app.button[0].click().run()) == [""]
    assert app.number_input[0].value == 4
    assert said(app.button[0].click().run()) == [""]  # there is nothing more


def test_an_address_names_the_options_of_a_widget_and_leaves_out_what_is_none():
    assert ADDRESS.defaults_written() == {"stride": "1", "view": "a", "size": "6"}
    shown = {"One by two": (1, 2), "Too far": (9, 9), "Two": (2, 2)}
    assert ADDRESS.words_of("stride", shown) == {"One by two": "1,2", "Two": "2"}


@pytest.mark.parametrize("is_told", [True, False])
def test_a_line_of_a_list_that_has_other_lines_by_now_is_no_mistake(monkeypatch, is_told):
    """The browser sends what the chosen line says, and the value stays where that is not known."""
    app = AppTest.from_function(probe).run()
    told = frozenset({"probe-stride"} if is_told else ())
    monkeypatch.setattr(address, "told_by_the_browser", lambda: told)
    app.session_state["probe-stride"] = "2, as the list said before"
    found = said(app.run())
    assert not app.exception and found[0] == "(1, 1) a 6"
    assert [line for line in found if "not possible" in line] == found[2:]
    assert len(found) == (2 if is_told else 3)


@dataclass(frozen=True)
class Named:
    names: tuple[str, ...] = some_of(("a",), ("a", "b", "c"), "names", 3)


NAMED = Address("named", Named)


def page_with_names() -> None:
    import streamlit as st

    from cnnviz.ui.address import note_arrival
    from tests.ui.test_address import NAMED

    note_arrival("named")
    NAMED.arrive()

    def changed() -> None:
        st.session_state["changes"] = st.session_state.get("changes", 0) + 1

    st.multiselect("Names", ("a", "b", "c"), key=NAMED.key("names"), on_change=changed)
    st.button("Go", on_click=NAMED.go, args=("names=b,c",))
    st.button("Reset", on_click=NAMED.go, args=("",))
    NAMED.settle()


def test_names_that_python_has_set_are_no_change_of_the_visitors():
    """Its callback would run what follows the change, and not the view that was gone to."""
    app = AppTest.from_function(page_with_names).run()
    app.button[0].click().run()
    assert list(app.multiselect[0].value) == ["b", "c"]
    app.button[1].click().run()
    assert list(app.multiselect[0].value) == ["a"]
    assert "changes" not in app.session_state
    app.multiselect[0].set_value(["c"]).run()
    assert app.session_state["changes"] == 1
