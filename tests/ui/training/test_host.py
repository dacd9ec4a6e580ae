"""How many trainings a machine has room for."""

from __future__ import annotations

import pytest

from cnnviz import machine_memory
from cnnviz.machine_memory import MOST_TRAININGS, TRAINING_MB, room
from cnnviz.ui.training import host


@pytest.mark.parametrize(("memory", "runs"), [(690, 0), (1000, 0), (1020, 1), (1349, 1),
                                              (1350, 2), (64_000, 2)])  # fmt: skip
def test_room_follows_from_the_memory(memory, runs):
    assert room(memory, TRAINING_MB, MOST_TRAININGS) == runs


def test_a_container_says_its_limit(tmp_path, monkeypatch):
    file = tmp_path / "memory.max"
    file.write_text("800000000\n")
    monkeypatch.setattr(machine_memory, "CONTAINER", (file, tmp_path / "none"))
    assert machine_memory.memory_mb() == 800
    assert "800 MB" in host.why_off()
    file.write_text("max\n")
    assert machine_memory.memory_mb() > 800


def test_an_operator_has_the_last_word(monkeypatch):
    monkeypatch.setenv("CNNVIZ_TRAININGS", "0")
    assert host.at_once.__wrapped__() == 0
    assert "switched off" in host.why_off()
    monkeypatch.setenv("CNNVIZ_TRAININGS", "1")
    assert host.at_once.__wrapped__() == 1


@pytest.mark.parametrize(
    ("there", "said", "at_once"),
    [(0, None, 1), (1, None, 1), (2, None, 1), (7, None, 3), (7, 5, 5), (7, 0, 0)],
)
def test_half_of_the_places_elsewhere_train_or_as_many_as_the_operator_says(
    there, said, at_once, monkeypatch
):
    monkeypatch.setattr(host, "at_once", lambda: 1 if said is None else said)
    monkeypatch.setenv("CNNVIZ_TRAININGS", "" if said is None else str(said))
    assert host.places(there) == at_once
