"""Components as modules: what they import is there, comes first, and is served by addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cnnviz.ui import components

NAMES = sorted(path.name for path in components.COMPONENTS.iterdir() if path.name != "shared")


@pytest.mark.parametrize("name", NAMES)
def test_every_component_finds_all_that_it_imports_in_an_order_that_loads(name: str) -> None:
    paths = components.modules(f"{name}/{name}.js")
    assert paths[-1] == f"{name}/{name}.js"
    assert len(set(paths)) == len(paths)
    for at, path in enumerate(paths):
        told: list[str] = []
        text = components.served(path, lambda other, told=told: told.append(other) or "./here.js")
        assert set(told) <= set(paths[:at])
        assert set(re.findall(r'^import .*"(.+)";$', text, re.MULTILINE)) <= {"./here.js"}


@pytest.mark.parametrize("name", NAMES)
def test_a_component_imports_from_its_own_folder_and_the_shared_one_only(name: str) -> None:
    folders = {Path(path).parts[0] for path in components.modules(f"{name}/{name}.js")}
    assert folders <= {name, "shared"}


def test_modules_that_import_each_other_in_a_circle_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "COMPONENTS", tmp_path)
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (tmp_path / "b.js").write_text('import {\n  a,\n} from "./a.js";\nexport const b = a;\n')
    with pytest.raises(ValueError, match=r"a\.js → b\.js → a\.js"):
        components.modules("a.js")


def test_no_component_makes_code_from_text() -> None:
    """A Content-Security-Policy without `unsafe-eval` is enough."""
    sources = [path.read_text() for path in components.COMPONENTS.rglob("*.js")]
    assert sources
    assert not [text for text in sources if re.search(r"\beval\(|new Function\(", text)]
