"""A full search for garbage looks at what visitors made, and finds the rest when nobody waits."""

import gc
import sys
import weakref
from pathlib import Path
from types import ModuleType

import pytest

from cnnviz.ui.serving import cold_start
from cnnviz.ui.serving import garbage as module
from cnnviz.ui.serving.garbage import Garbage, search_everything


class Knot:
    """What only a search can find when nobody holds it any more."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def used(monkeypatch):
    """The time that has gone by, and what the process has used of it, in seconds."""
    clock = {"now": 100.0, "used": 10.0}
    monkeypatch.setattr(module.time, "monotonic", lambda: clock["now"])
    monkeypatch.setattr(module.time, "process_time", lambda: clock["used"])
    return clock


def lost_and_put_aside() -> "weakref.ref[Knot]":
    knot = Knot()
    gc.freeze()
    return weakref.ref(knot)


def test_what_a_page_imports_is_looked_at_by_no_search(tmp_path: Path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "imported_by_a_page.py").write_text("import gc\nwas_on = gc.isenabled()\nown = []")
    page = tmp_path / "page.py"
    page.write_text("import imported_by_a_page\n")
    cold_start.import_page(page)
    imported = sys.modules.pop("imported_by_a_page")
    assert not imported.was_on
    assert gc.isenabled()
    assert all(one is not imported.own for one in gc.get_objects())  # that are not aside


def test_the_search_goes_on_after_an_import_that_fails(tmp_path: Path):
    page = tmp_path / "page.py"
    page.write_text("import no_such_module_of_ours\n")
    with pytest.raises(ModuleNotFoundError):
        cold_start.import_page(page)
    assert gc.isenabled()


def test_what_was_imported_elsewhere_is_put_aside_at_the_next_turn(used):
    garbage = Garbage()
    garbage.tend()
    made = ModuleType("made_by_a_function"), []
    sys.modules[made[0].__name__] = made[0]
    try:
        garbage.tend()
    finally:
        del sys.modules[made[0].__name__]
    assert all(one is not made[1] for one in gc.get_objects())


def test_what_is_put_aside_and_lost_is_found_by_a_search_of_everything():
    knot = lost_and_put_aside()
    gc.collect()
    assert knot() is not None
    search_everything()
    assert knot() is None
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_everything_is_searched_once_visitors_were_here_and_nobody_waits(used):
    garbage = Garbage()
    knot = lost_and_put_aside()

    def turn(used_s: float) -> bool:
        used["now"] += 3
        used["used"] += used_s
        garbage.tend()
        return knot() is None

    assert not turn(0.0)  # nobody was here
    assert not turn(2.0)
    assert not turn(3.5)  # they are busy
    assert turn(0.01)
    knot = lost_and_put_aside()
    assert not turn(0.01)  # it was just done
    search_everything()


def test_a_server_that_is_never_quiet_is_searched_all_the_same(used):
    garbage = Garbage()
    knot = lost_and_put_aside()
    for _ in range(int(module.OVERDUE_S // 6)):  # both cores are busy
        used["now"] += 3
        used["used"] += 6
        garbage.tend()
        assert knot() is not None
    used["used"] += 6
    garbage.tend()
    assert knot() is None


def test_what_visitors_lost_is_not_put_aside_with_what_was_imported(used, monkeypatch):
    knot = Knot()
    lost = weakref.ref(knot)
    del knot
    monkeypatch.setitem(sys.modules, "imported_late", ModuleType("imported_late"))
    Garbage().tend()
    assert lost() is None
