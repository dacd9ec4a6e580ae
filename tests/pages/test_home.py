"""The home page: the map of the app, without torch."""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest

from cnnviz.figures.thumbnails import thumbnail
from cnnviz.ui.contents import READING, SECTIONS, number_of, page_after
from tests.support.opening import APP, component, open_page, page_text

PAGES = {path.stem for path in (APP.parent / "pages").glob("*.py")}
ENTRIES = [entry for entries in SECTIONS.values() for entry in entries]


def test_the_map_lists_every_page_that_exists_and_no_other():
    assert {entry.name for entry in ENTRIES} == PAGES


def test_every_page_but_home_has_a_card_with_its_question_and_picture():
    app = open_page("home")
    text = page_text(app)
    for entry in ENTRIES:
        if entry.name != "home":
            assert entry.question in text
            assert thumbnail(entry.name).startswith("<svg")
    assert len(app.image) == len(ENTRIES) - 1


def test_a_photo_and_a_model_of_ones_own_have_their_way_in():
    links = {one.proto.label: one.proto for one in open_page("home").get("page_link")}
    assert links["A photo"].page == "heatmaps" and "lite0" in links["A photo"].query_string
    assert links["A model"].page == "build" and "file" in links["A model"].query_string


def test_the_home_page_does_not_wait_for_torch():
    script = (
        "import sys; sys.path.insert(0, '.')\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "assert not app.exception\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(APP).parent
    )
    assert done.stdout.strip() == "False", done.stderr[-2000:]


def test_the_pages_are_numbered_and_each_leads_to_the_next():
    assert [number_of(entry.name) for entry in READING] == [*range(1, len(READING) + 1)]
    walked = ["home"]
    while following := page_after(walked[-1]):
        walked.append(following.name)
    assert walked == ["home", *(entry.name for entry in READING)]


def test_a_page_ends_with_the_one_that_follows():
    app = open_page("convolution")
    (link,) = [one for one in app.get("page_link") if one.proto.label.startswith("Next")]
    assert "Pooling" in link.proto.label and f"3 of {len(READING)}" in link.proto.label
    assert READING[-1].name == "teach"
    (link,) = [one for one in open_page("teach").get("page_link") if "Next" in one.proto.label]
    assert "Home" in link.proto.label and link.proto.page == ""
    labels = [one.proto.label for one in open_page("home").get("page_link")]
    assert labels.pop(0).startswith("Open the whole network")
    assert "start here" in labels[0] and labels[0].startswith("**1 · From neurons")
    assert not any(label.startswith("Next") for label in labels)


def test_home_is_painted_at_once_with_what_the_network_of_today_answers():
    told = component(open_page("home"), "home_overview")
    assert told["isAsleep"] and told["hasAnswer"]
    from cnnviz.ui.overview.digit import answer
    from cnnviz.ui.pad import sample_digit

    now = json.loads(json.dumps(answer(sample_digit(3), has_details=False)))
    for recorded, made in zip(told["columns"], now["columns"], strict=True):
        ours, its = (
            np.frombuffer(b64decode(one.pop("levels")), np.uint8) for one in (made, recorded)
        )
        assert np.abs(ours.astype(int) - its).max() <= 1  # another processor rounds otherwise
        assert recorded == made
    assert [one["name"] for one in told["scores"] if one["isFirst"]] == ["3"]
    scores = [[one["score"] for one in scores] for scores in (told["scores"], now["scores"])]
    assert scores[0] == pytest.approx(scores[1], abs=1e-3)
