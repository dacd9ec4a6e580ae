"""What an operator says is meant, or the server says in a sentence why it does not start."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.operator_settings import (
    SETTINGS,
    OperatorError,
    OperatorSettings,
    operator_settings,
    variable,
)
from cnnviz.ui.kept import TOTAL

DEPLOY = Path(__file__).parents[1] / "docs" / "deploy.md"


def test_nothing_said_is_what_the_app_is_measured_with():
    settings = operator_settings({"PATH": "/bin"})
    assert (settings.kept_mb, settings.jobs, settings.downloads) == (96, 40, True)
    assert settings.kept_mb * 1_000_000 == TOTAL
    assert (settings.frame_ancestors, settings.metrics_port) == ("'self'", 0)
    assert [settings.trainings, settings.data, settings.pictures] == [None] * 3


def test_every_setting_has_its_field_and_its_row_in_the_guide():
    assert [field.name for field in fields(OperatorSettings)] == list(SETTINGS)
    rows = re.findall(r"^\| `(CNNVIZ_\w+)` \|", DEPLOY.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [variable(name) for name in SETTINGS]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("trainings", "0", 0),
        ("kept_mb", " 256 ", 256),
        ("downloads", "No", False),
        ("frame_ancestors", "https://school.example  'self'", "https://school.example 'self'"),
        ("metrics_port", "9090", 9090),
    ],
)
def test_what_is_meant(name, text, value):
    assert getattr(operator_settings({variable(name): text}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("trainings", "17"), ("trainings", "-1"), ("kept_mb", "1e9"), ("jobs", "many"),
        ("downloads", "perhaps"), ("frame_ancestors", "*; script-src *"), ("metrics_port", "99999"),
        ("pictures", "/no/such/folder"), ("data", __file__),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence_with_its_name(name, text):
    with pytest.raises(OperatorError, match=rf"^{variable(name)} is .*, and takes .*\.$"):
        operator_settings({variable(name): text})


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_nothing_but_sites_gets_into_the_header(text):
    try:
        said = operator_settings({variable("frame_ancestors"): text}).frame_ancestors
    except OperatorError:
        return
    assert not set(said) & set(';,\r\n"')


def test_a_misspelt_name_is_told_with_those_that_there_are():
    with pytest.raises(OperatorError, match=r"CNNVIZ_TRAINING is no setting.*CNNVIZ_TRAININGS"):
        operator_settings({"CNNVIZ_TRAINING": "1"})


def test_a_server_with_a_wrong_one_does_not_start_and_says_the_sentence():
    code = "from cnnviz.operator_settings import operator_settings; operator_settings()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"CNNVIZ_JOBS": "none"}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "CNNVIZ_JOBS is 'none', and takes a whole number from 1 to 1,000.\n"
