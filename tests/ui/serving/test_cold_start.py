"""Many visitors in the first seconds of a server: one imports, and one keeps house."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cnnviz.ui.serving import cold_start, housekeeping

MANY = 12


def at_once(action, count: int = MANY) -> list:
    barrier = Barrier(count)

    def wait_and_act(number: int):
        barrier.wait(30)
        return action(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_act, range(count)))


@pytest.fixture
def switches_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def slow_modules(tmp_path: Path, monkeypatch):
    """Files of pages that each import a module, which notes when it begins and when it is made."""
    monkeypatch.syspath_prepend(tmp_path)
    for number in range(MANY):
        (tmp_path / f"slow_{number}.py").write_text(
            "import sys, time\nsys.noted.append('begins')\ntime.sleep(0.01)\n"
            "sys.noted.append('is made')\n"
        )
        (tmp_path / f"page_{number}.py").write_text(f"import slow_{number}\nraise SystemExit\n")
    monkeypatch.setattr(sys, "noted", [], raising=False)
    yield tmp_path
    for number in range(MANY):
        sys.modules.pop(f"slow_{number}", None)


def test_pages_are_imported_in_turn_and_not_run(slow_modules: Path, switches_often):
    at_once(lambda number: cold_start.import_page(slow_modules / f"page_{number}.py"))
    assert sys.noted == ["begins", "is made"] * MANY


def test_a_page_that_cannot_be_imported_is_tried_again_and_keeps_nobody_waiting(tmp_path: Path):
    page = tmp_path / "page.py"
    page.write_text("import no_such_module_of_ours\n")
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            cold_start.import_page(page)
    page.write_text("import json\n")
    cold_start.import_page(page)


def test_who_imports_for_ever_keeps_others_for_a_while_only(monkeypatch):
    monkeypatch.setattr(cold_start, "LONGEST_S", 0.01)
    with cold_start.importing(), ThreadPoolExecutor(1) as pool:
        pool.submit(_import_something).result(timeout=30)
    with cold_start.importing():  # whoever did not have the turn did not give it away either
        assert cold_start._turn.locked()
    assert not cold_start._turn.locked()


def _import_something() -> None:
    with cold_start.importing():
        pass


def test_one_visitor_of_many_starts_the_housekeeping(monkeypatch, switches_often):
    started = []

    class Noted:
        def __init__(self, target, daemon):
            time.sleep(0.001)  # long enough for others to come
            self.target = target

        def start(self):
            started.append(self.target.__name__)

    monkeypatch.setattr(housekeeping, "Thread", Noted)
    monkeypatch.setattr(housekeeping, "_begun", housekeeping.Lock())
    at_once(lambda number: housekeeping.keep_house())
    assert sorted(started) == ["_give_memory_back", "_load_torch"]
