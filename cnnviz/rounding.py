"""Numbers as a worked example writes them: four decimals, and below 1 four digits.

The browser writes them by the same rule (assets/components/shared/numbers.js, `precise`); the table
tests/javascript/numbers.json holds both to it.
"""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any

DECIMALS = 4
CRUMB = 1e-9  # what float64 leaves of a sum that cancels is smaller


def rounded(value: Any) -> Any:
    """A number, or nested lists of them, rounded to be read; None where there is no number.

    Whole numbers are ints.
    """
    if isinstance(value, list):
        return [rounded(part) for part in value]
    if not isfinite(value):
        return None
    return _as_read(float(value))


def plainly(value: float) -> str:
    """A number as a sentence writes it, of which six digits count: 0.00001 and not 1e-05.

    Below a billionth it keeps its exponent: nobody counts so many zeros.
    """
    return f"{value:g}" if 0 < abs(value) < CRUMB else format(Decimal(f"{value:g}"), "f")


def in_full(value: float) -> str:
    """The same number as code writes it, all its digits and no exponent: 0.00001."""
    return format(Decimal(repr(float(value))), "f")


def _as_read(value: float) -> int | float:
    if abs(value) < CRUMB:
        return 0
    read = round(value, DECIMALS) if abs(value) >= 1 else float(f"{value:.{DECIMALS}g}")
    return int(read) if read == int(read) else read
