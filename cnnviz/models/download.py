"""One file from the network: with progress, a time limit and a check of what arrived."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlparse
from urllib.request import urlopen

SILENCE_S = 15.0  # without a byte for so long, the server is not going to answer
CHUNK_BYTES = 1 << 16
MAX_BYTES = 1_000_000_000  # the largest file that torchvision has for a CNN is 794 MB

Arrival = Callable[[int, int | None], None]


class WeightsError(ValueError):
    """Weights that cannot be had, with one sentence that says why and what to do."""


_one_at_a_time = threading.Lock()


def download(
    url: str,
    target: Path,
    hash_prefix: str,
    on_progress: Arrival | None = None,
    time_limit_s: float = 600,
    silence_s: float = SILENCE_S,
) -> None:
    """Bring the file at `url` to `target`, which appears whole and checked or not at all.

    Downloads take turns; one that waited for another of the same file finds it there.

    Args:
        hash_prefix: first hexadecimal digits of the file's SHA-256.
        on_progress: called with the bytes that have arrived and the bytes expected, if known. What
            it raises ends the download: a visitor who left needs no file.
        time_limit_s: seconds that all of it may take, waiting for others included.
        silence_s: seconds without a byte after which to give up.

    Raises:
        WeightsError: no network, an error of the server, too slow, cut off, or another file.
    """
    deadline = time.monotonic() + time_limit_s
    if not _one_at_a_time.acquire(timeout=time_limit_s):
        raise WeightsError("Another download is still going on: try again in a few minutes.")
    try:
        if not target.exists():
            _download_to(target, url, hash_prefix, on_progress, deadline, silence_s)
    except HTTPError as error:
        raise WeightsError(
            f"The server answered {error.code} ({error.reason}) for {url}."
        ) from None
    except TimeoutError:
        raise WeightsError(
            f"The download of {target.name} took too long and was stopped: try again later."
        ) from None
    except (URLError, HTTPException, OSError) as error:
        raise WeightsError(_no_network(url, error)) from None
    finally:
        _one_at_a_time.release()


def _no_network(url: str, error: Exception) -> str:
    host, reason = urlparse(url).hostname, getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return f"The download from {host} took too long and was stopped: try again later."
    return f"{host} cannot be reached from here: everything else works without a network."


def _download_to(
    target: Path,
    url: str,
    hash_prefix: str,
    on_progress: Arrival | None,
    deadline: float,
    silence_s: float,
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(suffix=".part", prefix=target.name, dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file, urlopen(url, timeout=silence_s) as response:
            digest = _copy(response, file, on_progress, deadline)
        if not digest.startswith(hash_prefix):
            raise WeightsError(
                f"What arrived is not {target.name}: its hash begins with {digest[:8]} and not"
                f" with {hash_prefix}. It has been thrown away."
            )
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(response: HTTPResponse, file, on_progress: Arrival | None, deadline: float) -> str:
    """Copy all that the server sends; returns its SHA-256 in hexadecimal digits."""
    length = response.headers.get("Content-Length")
    expected = int(length) if length and length.isdigit() else None
    digest, arrived = hashlib.sha256(), 0
    while chunk := response.read1(CHUNK_BYTES):  # read1: whatever is there, so that time is kept
        digest.update(chunk)
        file.write(chunk)
        arrived += len(chunk)
        if time.monotonic() > deadline:
            raise TimeoutError
        if arrived > MAX_BYTES:
            raise WeightsError(f"The server sends more than {MAX_BYTES // 10**6} MB: stopped.")
        if on_progress:
            on_progress(arrived, expected)
    if expected is not None and arrived != expected:
        raise WeightsError(
            f"The download ended after {arrived:,} of {expected:,} bytes: try again."
        )
    return digest.hexdigest()


def has_hash(path: Path, prefix: str) -> bool:
    """Whether the SHA-256 of the file begins with the hexadecimal digits `prefix`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(prefix)


def is_whole_archive(path: Path) -> bool:
    """Whether the file is a zip archive, as torch.save writes, with every checksum in it right."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return False
