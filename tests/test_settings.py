"""The settings that are shipped are those under which the app stands and is measured."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def settings() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_nothing_watches_files():
    """A watcher costs every new visitor 0.8 s of CPU: a hundred at once never get in."""
    assert settings()["server"]["fileWatcherType"] == "none"


def test_nothing_is_collected_after_every_run():
    assert settings()["runner"]["postScriptGC"] is False
    assert settings()["runner"]["magicEnabled"] is False


@pytest.mark.parametrize("name", ["benchmarks/serving.py", "tests/browser/conftest.py"])
def test_benchmarks_and_tests_bring_no_better_settings_of_their_own(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "fileWatcherType" not in text
    assert "postScriptGC" not in text
