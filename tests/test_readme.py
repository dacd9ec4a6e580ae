"""What README says is true: its code, its links into the app, its files and commands."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.opening import html_text, open_page

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = re.findall(r"`/(\w+)\?([^`]+)`", README)


def _library_lines() -> list[str]:
    start = README.index("    from cnnviz.")
    block = README[start:].split("\n\n`load_onnx", 1)[0]
    return [line.strip() for line in block.splitlines() if line.strip()]


def test_the_library_gives_the_numbers_in_the_comments():
    names: dict[str, object] = {}
    told = 0
    for line in _library_lines():
        code, _, comment = line.partition("#")
        if comment:
            assert eval(code, names) == int(comment), line
            told += 1
        else:
            exec(code, names)
    assert told == 3


@pytest.mark.parametrize(("page", "query"), LINKS)
def test_an_address_in_the_text_opens_as_it_says(page, query):
    app = open_page(page, query)
    assert not app.warning
    assert not app.error
    assert "Output shape" in html_text(app)


def test_there_is_an_address_in_the_text():
    assert LINKS


def test_every_file_and_every_module_that_is_named_exists():
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path
    modules = re.findall(r"python -m ([\w.]+)", README)
    assert len(modules) >= 7
    for module in modules:
        assert find_spec(module), module


def test_every_picture_made_for_it_is_shown():
    made = {path.name for path in (ROOT / "assets" / "readme").iterdir()}
    assert made == set(re.findall(r"assets/readme/([\w.-]+)", README))
