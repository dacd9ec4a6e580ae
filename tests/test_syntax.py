"""Many threads read Python at once, each from another depth, and none meets what another counts."""

import gc
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cnnviz.syntax import syntax_tree

ROOT = Path(__file__).parents[1]


def deeper(levels: int, action: Callable[[], Any]) -> Any:
    return action() if levels == 0 else deeper(levels - 1, action)


def test_trees_are_made_in_turn_though_the_collector_lets_other_threads_in():
    text = (ROOT / "cnnviz" / "arithmetic.py").read_text(encoding="utf-8")

    def read(depth: int) -> int:
        return len(deeper(depth, lambda: syntax_tree(text)).body)

    def let_others_in(*_: object) -> None:
        time.sleep(0)

    before = gc.get_threshold()
    gc.set_threshold(100)
    gc.callbacks.append(let_others_in)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(read, [0, 10, 20, 30] * 5))
    finally:
        gc.callbacks.remove(let_others_in)
        gc.set_threshold(*before)
    assert len(set(found)) == 1


def test_nothing_else_of_the_app_parses():
    sources = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("cnnviz/**/*.py")]
    own = ROOT / "cnnviz" / "syntax.py"
    parses = re.compile(r"\bast\.parse\(|\bgetsource\(|\bliteral_eval\(")
    assert [
        path for path in sources if path != own and parses.search(path.read_text("utf-8"))
    ] == []
