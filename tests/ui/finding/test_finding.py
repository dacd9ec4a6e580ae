"""What can be found is there: every address is taken as it stands, every word has one source."""

from __future__ import annotations

import ast
import json
import re
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cnnviz.ui.address import Address
from cnnviz.ui.contents import READING
from cnnviz.ui.finding.abilities import ABILITIES, how
from cnnviz.ui.finding.glossary import ENTRIES
from cnnviz.ui.finding.index import ROUTE, Found, found
from cnnviz.ui.finding.terms import TERMS, meaning
from tests.support.opening import component, open_page, page_text

UI = Path(__file__).parents[3] / "cnnviz" / "ui"
ADDRESSES: dict[str, Address] = {
    entry.name: import_module(f"cnnviz.ui.{entry.name}.address").ADDRESS for entry in READING
}


def problem(address: str) -> str:
    """What a page would not take of an address; "" where it opens as it says."""
    name, _, query = address.partition("?")
    if not name:
        view = parse_qs(query)
        return "" if not query or view.get("term", ["stride"])[0] in ENTRIES else "no such term"
    parameters = ADDRESSES[name].parameters
    for term, texts in parse_qs(query, keep_blank_values=True, strict_parsing=bool(query)).items():
        if term not in parameters:
            return f"{address}: no {term}"
        parameters[term].read(texts[0])  # ValueError: not what it takes
    return ""


@pytest.fixture(scope="module")
def everything() -> list[Found]:
    return found()


def test_every_address_is_one_that_its_page_takes(everything):
    assert [said for one in everything if (said := problem(one.to))] == []
    touched = [to for entry in ENTRIES.values() for to in entry.touched]
    assert [said for to in touched if (said := problem(to))] == []
    assert all(term.touched for term in TERMS.values())


def test_all_that_the_app_offers_is_found_once(everything):
    kinds = {kind: [one for one in everything if one.kind == kind] for kind in KINDS}
    assert {one.kind for one in everything} == set(kinds)
    assert len(kinds["page"]) == len(READING) + 2  # home, glossary
    assert {one.title for one in kinds["term"]} == {term.title for term in TERMS.values()}
    assert len(kinds["network"]) > 160
    assert "build?inspect=densenet201" in {one.to for one in kinds["network"]}
    assert len({(one.title, one.to) for one in everything}) == len(everything)
    with_presets = {one.where for one in kinds["preset"]}
    assert with_presets == {one.where for one in kinds["try"]} == {e.title for e in READING}


def test_where_something_of_ones_own_goes_in_is_found(everything):
    found = {one.to for one in everything if one.kind == "page" and "upload" in one.also}
    calls = re.compile(r"\b(picture_chooser|upload\w*)\(")
    taking = {
        entry.name
        for entry in READING
        if any(calls.search(path.read_text()) for path in (UI / entry.name).rglob("*.py"))
    }
    assert found == taking


KINDS = ("page", "view", "term", "do", "preset", "try", "picture", "network", "kernel", "method")


def test_the_browser_is_told_a_row_for_each_and_not_much(everything):
    answer = TestClient(Starlette(routes=[ROUTE])).get("/find.json")
    assert answer.headers["content-type"] == "application/json"
    assert [Found(*row) for row in json.loads(answer.content)] == everything
    assert len(answer.content) < 100_000


def test_what_one_can_do_is_told_by_the_buttons_in_the_glossarys_words(everything):
    told = {one.title: one.note for one in everything if one.kind == "do"}
    assert told == {one.title: one.meaning for one in ABILITIES.values()}
    app = open_page("convolution")
    tips = component(app, "convolution_toolbar")["tips"]
    assert set(tips) == {"undo", "projector", "reset"}
    assert all(tip == how(name) for name, tip in tips.items())
    text = page_text(open_page("home", "view=glossary&term=undo"))
    assert all(one.meaning in text for one in ABILITIES.values())
    assert text.count(how("undo")) == 2  # on top, and in its place


def named_terms() -> list[str]:
    """The terms whose meaning is a help somewhere."""
    calls = (
        node
        for path in UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "meaning"
    )
    arguments = [call.args[0] for call in calls]
    return [node.value for node in arguments if isinstance(node, ast.Constant)]


def test_help_names_terms_that_there_are_and_says_nothing_a_second_time():
    named = named_terms()
    assert len(named) > 30
    assert set(named) <= set(TERMS)
    texts = {
        node.value
        for path in UI.rglob("*.py")
        if path.name != "terms.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [name for name in TERMS if meaning(name) in texts] == []


def test_the_glossary_says_what_a_control_says_and_where_it_can_be_touched():
    app = open_page("home", "view=glossary&term=dilation")
    text = page_text(app)
    assert all(term.meaning in text for term in TERMS.values())
    assert text.count(meaning("dilation")) == 2  # on top, and in its place
    assert any('href="convolution?dilation=2"' in e.proto.body for e in app.get("html"))


def test_a_term_that_is_not_there_gets_one_sentence():
    app = open_page("home", "view=glossary&term=<b>nope")
    assert [one.value for one in app.warning] == [r"The glossary has no term “\<b>nope”."]
