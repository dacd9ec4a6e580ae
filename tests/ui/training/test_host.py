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


@pytest.mark.parametrize(
    ("group", "file"),
    [
        ("0::/", "memory.max"),  # a container
        ("0::/system.slice/cnnviz.service", "system.slice/cnnviz.service/memory.max"),
        ("0::/system.slice/cnnviz.service", "system.slice/memory.max"),  # all services together
        ("8:pids:/\n4:cpu,memory:/docker/1\n0::/", "memory/memory.limit_in_bytes"),
        ("4:memory:/cnnviz", "memory/cnnviz/memory.limit_in_bytes"),
    ],
)
def test_a_container_or_a_service_says_its_limit(group, file, tmp_path, monkeypatch):
    groups, limit = tmp_path / "groups", tmp_path / "limits" / file
    groups.write_text(f"{group}\n")
    limit.parent.mkdir(parents=True)
    limit.write_text("800000000\n")
    monkeypatch.setattr(machine_memory, "GROUPS", groups)
    monkeypatch.setattr(machine_memory, "LIMITS", tmp_path / "limits")
    assert machine_memory.memory_mb() == 800
    assert "800 MB" in host.why_off()
    limit.write_text("max\n")
    assert machine_memory.memory_mb() > 800
    groups.unlink()
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
