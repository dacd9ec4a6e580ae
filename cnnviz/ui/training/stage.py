"""The views of the page: what each shows, and its controls above that."""

from __future__ import annotations

from collections.abc import Callable

from cnnviz.ui.training.address import Values
from cnnviz.ui.training.controls import controls
from cnnviz.ui.training.live import show_live
from cnnviz.ui.training.mistakes import mistakes_controls, show_mistakes
from cnnviz.ui.training.rewind import rewind_controls, show_rewind

Show = Callable[[Values], None]


CONTROLS: dict[str, Show] = {
    "live": controls,
    "rewind": rewind_controls,
    "mistakes": mistakes_controls,
}
SHOWN: dict[str, Show] = {"live": show_live, "rewind": show_rewind, "mistakes": show_mistakes}
