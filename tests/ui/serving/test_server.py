"""What the server says of errors: one sentence, once."""

from __future__ import annotations

import base64
import hashlib
import logging
from pathlib import Path

import pytest
from streamlit import error_util
from streamlit.errors import FragmentHandledException

from cnnviz.models.download import WeightsError
from cnnviz.places import AssetError
from cnnviz.ui.compute import BusyError
from cnnviz.ui.serving import server
from cnnviz.ui.serving.document import WHERE


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    words: list[str] = []
    monkeypatch.setattr(server.st, "warning", lambda text, icon: words.append(text))
    return words


@pytest.mark.parametrize("error", [BusyError(), WeightsError("These weights are damaged.")])
def test_an_expected_error_is_its_own_sentence(error, said):
    assert server.say_what_happened(error)
    assert said == [str(error)]


def test_what_a_fragment_within_a_fragment_has_said_is_not_said_again(said):
    assert server.say_what_happened(FragmentHandledException(BusyError()))
    assert said == []


def test_an_error_that_nobody_expected_is_left_to_streamlit(said):
    assert not server.say_what_happened(RuntimeError("oh"))
    assert said == []


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (AssetError(Path("assets/digits/digits.png")), ["digits.png (in digits) is missing"]),
        (FragmentHandledException(BusyError()), []),
        (RuntimeError("oh"), ["Uncaught"]),
    ],
)
def test_an_expected_error_is_one_line_of_the_log(monkeypatch, error, lines):
    records = []
    logger = error_util._LOGGER
    assert logger.name == server.UNCAUGHT
    monkeypatch.setattr(logger, "handlers", [Kept(records)])
    monkeypatch.setattr(logger, "filters", [server.expected_in_a_line])
    error_util._log_uncaught_app_exception(error)
    assert len(records) == len(lines)
    for record, line in zip(records, lines, strict=True):
        assert record.getMessage().startswith(line)
        assert bool(record.exc_info) == isinstance(error, RuntimeError)


class Kept(logging.Handler):
    """Keeps records in a list."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


def test_the_documents_own_script_may_run_and_no_other():
    digest = base64.b64encode(hashlib.sha256(WHERE).digest()).decode()
    assert f"'sha256-{digest}'" in server.policy()
    assert "unsafe-inline" not in server.policy().partition("script-src")[2].partition(";")[0]
