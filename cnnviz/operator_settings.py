"""What the operator of a server may say: variables of the environment, checked in one place.

docs/deploy.md has the same list as a table; a test holds both together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PREFIX = "CNNVIZ_"
SOURCE = re.compile(r"'(self|none)'|\*|https?://[\w.*-]+(:\d+)?")  # of a Content-Security-Policy
SCHEDULER = re.compile(r"(tcp|tls)://[\w.-]+:\d{1,5}")
YES, NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


class OperatorError(SystemExit):
    """What an operator said cannot be meant: the server does not start, and says this sentence."""


@dataclass(frozen=True)
class Setting:
    """One variable.

    Attributes:
        read: its value from its text; raises ValueError with what is taken.
        default: what holds where it is not set.
        meaning: for the operator.
    """

    read: Callable[[str], object]
    default: object
    meaning: str


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low:,} to {high:,}")
        return int(text)

    return read


def _folder(text: str) -> Path:
    """A folder that may still be made."""
    if Path(text).exists() and not Path(text).is_dir():
        raise ValueError("a folder, and this is a file")
    return Path(text)


def _folder_that_is_there(text: str) -> Path:
    if not Path(text).is_dir():
        raise ValueError("a folder that is there")
    return Path(text)


def _switch(text: str) -> bool:
    if text.lower() not in YES + NO:
        raise ValueError("yes or no")
    return text.lower() in YES


def _scheduler(text: str) -> str:
    """Where a scheduler of Dask is."""
    if not SCHEDULER.fullmatch(text):
        raise ValueError("an address such as tcp://scheduler:8786")
    if find_spec("distributed") is None:
        raise ValueError("an engine: pip install 'cnnviz[cluster]'")
    return text


def _one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in names:
            raise ValueError(" or ".join(names))
        return text.lower()

    return read


def _sources(text: str) -> str:
    """Sites, as a Content-Security-Policy names them: nothing else may get into a header."""
    words = text.split()
    if not words or not all(SOURCE.fullmatch(word) for word in words):
        raise ValueError("sites such as https://school.example, 'self' or 'none', with spaces")
    return " ".join(words)


SETTINGS: Mapping[str, Setting] = {
    "trainings": Setting(
        _number(0, 16), None, "trainings at once; by itself as many as memory has room for"
    ),
    "data": Setting(
        _folder, None, "folder where torchvision's data sets lie or may be fetched to"
    ),
    "pictures": Setting(
        _folder_that_is_there, None, "folder of pictures by class that visitors may train on"
    ),
    "kept_mb": Setting(
        _number(16, 8_192), 96, "megabytes of computed results kept for all visitors together"
    ),
    "jobs": Setting(
        _number(1, 1_000), 40, "pieces of slow work that may wait; more are refused in a sentence"
    ),
    "jobs_each": Setting(
        _number(1, 100), 6, "pieces of slow work of one visitor that may go on or wait"
    ),
    "workers": Setting(
        _number(0, 16), None, "processes beside the server for slow work; 0: the server does it"
    ),
    "niceness": Setting(
        _number(0, 19), 19, "how far trainings and these processes stand back for the pages"
    ),
    "cluster": Setting(
        _scheduler, None, "scheduler of the machines for slow work; by itself it is done here"
    ),
    "cluster_lost": Setting(
        _one_of("here", "wait"), "here", "what slow work does when those machines are lost"
    ),
    "shared_mb": Setting(
        _number(1, 65_536), 256, "megabytes of shared results that the scheduler keeps"
    ),
    "downloads": Setting(
        _switch, True, "whether visitors may have weights and data sets fetched from the network"
    ),
    "frame_ancestors": Setting(
        _sources, "'self'", "sites that may show the app in a frame of theirs"
    ),
    "metrics_port": Setting(
        _number(0, 65_535), 0, "port of this machine that answers /metrics; 0: none"
    ),
}  # fmt: skip


@dataclass(frozen=True)
class OperatorSettings:
    """What holds on this server; SETTINGS says what each is."""

    trainings: int | None
    data: Path | None
    pictures: Path | None
    kept_mb: int
    jobs: int
    jobs_each: int
    workers: int | None
    niceness: int
    cluster: str | None
    cluster_lost: str
    shared_mb: int
    downloads: bool
    frame_ancestors: str
    metrics_port: int


def variable(name: str) -> str:
    """The variable of a setting: kept_mb → CNNVIZ_KEPT_MB."""
    return PREFIX + name.upper()


def operator_settings(environment: Mapping[str, str] | None = None) -> OperatorSettings:
    """What the operator said, the rest by default.

    Args:
        environment: by default that of this process.

    Raises:
        OperatorError: a value cannot be meant, or a variable of this prefix is none of ours.
    """
    said = os.environ if environment is None else environment
    known = {variable(name) for name in SETTINGS}
    if unknown := sorted(name for name in said if name.startswith(PREFIX) and name not in known):
        raise OperatorError(
            f"{unknown[0]} is no setting of cnnviz; there are {', '.join(sorted(known))}."
        )
    return OperatorSettings(**{name: _value(name, said) for name in SETTINGS})  # ty: ignore


def _value(name: str, said: Mapping[str, str]) -> object:
    text = said.get(variable(name), "").strip()
    setting = SETTINGS[name]
    if not text:
        return setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        raise OperatorError(f"{variable(name)} is {text[:60]!r}, and takes {error}.") from error
