"""The home page: the map of the app, without torch."""

import subprocess
import sys
from pathlib import Path

from cnnviz.figures.thumbnails import thumbnail
from cnnviz.ui.contents import SECTIONS
from tests.support.opening import APP, open_page, page_text

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
