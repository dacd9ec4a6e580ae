"""On a wall, on every page of a visit."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.support.opening import component, open_page, page_text

MARK = '<i class="projector"></i>'


def is_marked(at: AppTest) -> bool:
    return any(element.proto.body == MARK for element in at.get("html"))


def test_a_page_is_on_a_wall_when_its_address_says_so_and_all_it_leads_to_stays_there():
    at = open_page("mlp", "view=matrix&projector=true")
    assert is_marked(at)
    toolbar = component(at, "mlp_toolbar")
    assert toolbar["query"] == "view=matrix&projector=true"
    assert toolbar["reset"] == "projector=true"
    assert all(item["query"].endswith("projector=true") for item in toolbar["menus"][0]["items"])
    home = at.switch_page("pages/home.py").run()
    assert is_marked(home)
    assert component(home, "home_wall")["query"] == "projector=true"


def test_no_page_is_on_a_wall_unasked():
    at = open_page("home")
    assert not is_marked(at)
    at.query_params["projector"] = "maybe"
    there = at.switch_page("pages/mlp.py").run()
    assert not is_marked(there)
    assert "projector = “maybe”, which is not possible: it takes true or false" in page_text(there)
