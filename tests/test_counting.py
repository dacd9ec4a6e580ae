"""Counts in words."""

import json
import re
from pathlib import Path

import pytest

from cnnviz.counting import counted, lines_words, listed, percent, place_words, plural, size_words
from cnnviz.places import APP

PERCENTS = json.loads((Path(__file__).parent / "javascript/percents.json").read_text())
# A place in a text of ours by its bare index: "cell ({row}, …", "row ${row}, column …".
FROM_ZERO = re.compile(
    r"(?:cell|pixel|unit) \(\$?\{|\brow \$?\{[\w.]+(?:\[\d\])?\}[,:]? column", re.IGNORECASE
)
# A share that is no length in a style, written without a space before its sign.
TIGHT_PERCENT = re.compile(r"(?<!width:)(?<!left:)\{[^{}]*:\.\d%\}")
OF_PEOPLE = ("cnnviz/ui", "cnnviz/figures", "assets/components", "pages")


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "no cells"), (1, "1 cell"), (2, "2 cells"), (2800, "2,800 cells")],
)
def test_a_count_has_its_plural_and_its_commas(number, words):
    assert counted(number, "cell") == words


@pytest.mark.parametrize(
    ("words", "text"),
    [("", ""), ("a", "a"), ("ab", "a and b"), ("abcd", "a, b, c and d")],
)
def test_a_list_ends_in_and(words, text):
    assert listed(list(words)) == text


def test_a_plural_of_its_own():
    assert counted(2, "a copy", "copies") == "2 copies"
    assert counted(0, "box", "boxes") == "no boxes"
    assert plural(1, "box", "boxes") == "box"


def test_a_size_has_its_commas():
    assert size_words((64, 56, 56)) == "64 × 56 × 56"
    assert (size_words((2704,)), size_words((1024, 1, 1))) == ("2,704", "1,024 × 1 × 1")


def test_no_size_is_written_without_its_commas():
    """Sizes that people read come from one place; comments in code keep torch's."""
    of_code = {"counting.py", "export_code.py", "learnt.py", "scripts.py", "module_graph.py"}
    bare = re.compile(r'" × "\.join\((?!str\(one\) for one in dict)')
    paths = [path for path in (APP / "cnnviz").rglob("*.py") if path.name not in of_code]
    assert [path for path in paths if bare.search(path.read_text())] == []


def test_places_count_from_one():
    assert place_words(0, 4) == "row 1, column 5"
    assert (lines_words("row", 0, 3), lines_words("column", 2, 3)) == ("rows 1 to 3", "column 3")
    assert lines_words("row", -3, 2) == "rows −2 to 2"


def test_no_place_is_told_by_its_index():
    texts = [
        (path, line)
        for folder in OF_PEOPLE
        for path in (APP / folder).rglob("*")
        if path.suffix in (".py", ".js") and "scripts" not in path.name
        for line in path.read_text().splitlines()
    ]
    assert len(texts) > 10_000
    assert [line for _, line in texts if FROM_ZERO.search(line)] == []


def test_a_share_is_written_as_the_browser_writes_it():
    written = [(percent(one["share"], one["digits"]), one["text"]) for one in PERCENTS]
    assert [pair for pair in written if pair[0] != pair[1]] == []


def test_no_module_writes_a_share_in_another_way():
    sources = [path for folder in OF_PEOPLE for path in (APP / folder).rglob("*.py")]
    assert len(sources) > 200
    tight = [
        f"{path.name}: {found[0]}"
        for path in sources
        for found in TIGHT_PERCENT.finditer(path.read_text(encoding="utf-8"))
    ]
    assert tight == []
