"""The answer that home is painted with before torch is there: recorded, from a real pass."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from cnnviz.places import ASSETS, read_from

DIGIT = 3  # that lies on the pad when home opens
KEY = "home_overview"
FILE = ASSETS / "recorded" / "home_digit.json"


@cache
def at_once() -> dict[str, Any]:
    """What the overview draws for the digit, as `cnnviz.ui.overview.digit` has recorded it.

    Raises:
        AssetError: the file is missing or damaged.
    """
    with read_from(FILE):
        return json.loads(FILE.read_text(encoding="utf-8"))
