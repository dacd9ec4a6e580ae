"""What the texts for newcomers say is true: the drawing is today's, every named file exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.draw_architecture import PICTURE, draw, imports, layer_of, packages

ROOT = Path(__file__).parents[1]
TEXTS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FILE = re.compile(r"`((?:app\.py|cnnviz|pages|assets|tests|benchmarks|docs|\.ci)(?:/[\w./-]*)?)`")


def test_the_drawing_is_of_todays_imports():
    assert PICTURE.read_text(encoding="utf-8") == draw(), "python -m docs.draw_architecture"


def test_every_arrow_points_downwards():
    arrows = imports(packages())
    assert len(arrows) > 20
    assert not [(a, b) for a, b in arrows if layer_of(a) > layer_of(b)]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_file_and_link_that_is_named_exists(path: Path):
    words = path.read_text(encoding="utf-8")
    named = [ROOT / name for name in FILE.findall(words)]
    linked = [path.parent / name for name in re.findall(r"\]\(([\w./-]+)\)", words)]
    assert [str(one) for one in [*named, *linked] if not one.exists()] == []


def test_the_walk_of_one_number_names_what_each_file_holds():
    words = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walk = words.split("## The walk of one number", 1)[1].split("\n## ", 1)[0]
    steps = re.findall(r"^\d\. `([\w./]+)`: `(\w+)`", walk, flags=re.MULTILINE)
    assert len(steps) >= 5
    for file, name in steps:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"(def|class) {name}\b|^{name}\b", source, re.MULTILINE), (file, name)


def test_constraints_agree_with_what_is_required():
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split("#")[0].strip() for line in lines if "==" in line.split("#")[0]}

    required = pins("requirements.txt") | pins("requirements-dev.txt")
    assert len(required) > 12
    assert required <= pins("constraints.txt")
