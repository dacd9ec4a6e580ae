"""Processes that a process has started, by what stands in their command."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def children(pid: int | str, words: str) -> list[int]:
    """The numbers of those that are not gone."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split() if _says(child, words)]
    return found


def minor_faults(pid: int | None) -> int:
    """How many pages a process has been given until now, that it had not or had given back."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[7])


def _says(pid: str, words: str) -> bool:
    with suppress(OSError):
        return words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
