"""The recorded runs, and the program that makes them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cnnviz.residual import __main__ as program
from cnnviz.residual.recording import (
    CURVE_EVERY,
    PLANS,
    POINTS,
    RECORDED,
    RunPlan,
    means,
    recording,
)


def test_what_ships_is_whole_and_says_how_it_was_made() -> None:
    shipped = recording()
    assert len(shipped.runs) == 2 * len(PLANS)
    for plan in PLANS:
        for residual in (False, True):
            run = shipped.run(plan.depth, plan.steps, residual)
            assert len(run.errors) == len(run.losses) == -(-plan.steps // CURVE_EVERY)
            if plan.has_surface:
                assert np.shape(run.surface) == (POINTS, POINTS)
                assert run.surface[POINTS // 2][POINTS // 2] == np.min(run.surface)
    assert {"seed", "width", "batch_size", "peak_rate"} <= shipped.recipe.keys()
    assert "python -m cnnviz.residual" in shipped.command
    with pytest.raises(KeyError):
        shipped.run(57, 1, residual=True)
    assert RECORDED.stat().st_size < 100_000


def test_means_keep_what_is_left_at_the_end() -> None:
    assert means([1.0] * 10 + [3.0], 10) == (1.0, 3.0)


def test_a_run_that_was_stopped_goes_on_and_gives_the_same(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(program, "PLANS", (RunPlan(4, 3, has_surface=True),))
    monkeypatch.setattr(program, "POINTS", 3)
    monkeypatch.setattr(program, "NUM_TRAIN", 40)
    monkeypatch.setattr(program, "NUM_TEST", 20)
    monkeypatch.setattr(program.torch, "set_num_threads", lambda _: None)
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (60, 28, 28), dtype=np.uint8)
    labels = random.integers(0, 10, 60)
    data = tmp_path / "digits.npz"
    np.savez(data, x_train=pictures, y_train=labels, x_test=pictures, y_test=labels)
    asked = ["--data", str(data), "--work", str(tmp_path / "work"), "--out"]
    program.main([*asked, str(tmp_path / "first.json")])
    rows = tmp_path / "work" / "4-3-plain-surface.json"
    rows.write_text(json.dumps(json.loads(rows.read_text())[:1]))  # as if stopped after one row
    program.main([*asked, str(tmp_path / "second.json")])
    first, second = (json.loads((tmp_path / f"{n}.json").read_text()) for n in ("first", "second"))
    for run, again in zip(first["runs"], second["runs"], strict=True):
        assert np.allclose(run["surface"], again["surface"], rtol=1e-3)
        assert run["errors"] == again["errors"]
    assert [run["residual"] for run in first["runs"]] == [False, True]


@pytest.mark.parametrize(
    ("work", "out", "said"),
    [
        ("work", "none/first.json", "--out .* there is no folder"),
        ("work", ".", "--out .* is a folder"),
        ("taken", "first.json", "--work .* is a file"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_first_step(
    tmp_path, monkeypatch, work: str, out: str, said: str
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setattr(program, "mnist", lambda *_: pytest.fail("it began"))
    asked = ["--data", "none", "--work", str(tmp_path / work), "--out", str(tmp_path / out)]
    with pytest.raises(SystemExit, match=said):
        program.main(asked)
