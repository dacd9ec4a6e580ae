"""Servers for the benchmarks: our app, an empty page beside it, and a browser to look at both."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
EMPTY_PAGE = """
import streamlit as st

value = st.slider("Value", 1, 11, 3)
st.html(f'<p class="result">RESULT {value}</p>')
"""
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def server(
    *command: str,
    folder: Path = ROOT,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Generator[tuple[str, int]]:
    """A Streamlit server (`run app.py`, `hello`) with the settings that are shipped, and no others.

    Streamlit reads them from `.streamlit/config.toml` of the folder. Gives address and process id.

    Args:
        command: of streamlit.
        folder: where it runs; with packages of its own where it is a copy of the checkout.
        log: where it writes.
        environment: instead of this process's.
        port: of this machine; a free one if not given.
    """
    port = port or free_port()
    given = os.environ if environment is None else environment
    packages = [folder if (folder / "cnnviz").exists() else ROOT, given.get("PYTHONPATH", "")]
    options = ["--server.port", str(port), "--server.headless", "true"]
    with Path(log or os.devnull).open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", *command, *options],
            cwd=folder,
            env={**given, "PYTHONPATH": os.pathsep.join(map(str, packages))},
            stdout=out,
            stderr=out,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def server_at(address: str | None) -> Generator[str]:
    """The address of a server that runs, or of one of our own."""
    if address:
        yield address
    else:
        with server("run", "app.py") as (own, _):
            yield own


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers.

    Raises:
        RuntimeError: its process has ended, or it does not answer within a minute.
    """
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not answer within a minute")


@contextmanager
def empty_page() -> Generator[tuple[str, int]]:
    """A server with our settings, one slider and one line that follows it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "empty.py").write_text(EMPTY_PAGE, encoding="utf-8")
        shutil.copytree(ROOT / ".streamlit", Path(folder) / ".streamlit")
        with server("run", "empty.py", folder=Path(folder)) as running:
            yield running


@contextmanager
def chromium() -> Generator[Browser]:
    """The system's Chromium, without a window."""
    with chromiums(1) as (browser,):
        yield browser


@contextmanager
def chromiums(count: int) -> Generator[list[Browser]]:
    """Several of them, which do not wait for each other's painting."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("the benchmarks need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launch = partial(playwright.chromium.launch, executable_path=path, args=CHROMIUM)
        browsers = [launch() for _ in range(count)]
        yield browsers
        for browser in browsers:
            browser.close()


@contextmanager
def beside_an_empty_page() -> Generator[tuple[Browser, str, str]]:
    """A browser, and the addresses of our app and of an empty page to measure it against."""
    with (
        empty_page() as (empty, _),
        server("run", "app.py") as (ours, _),
        chromium() as browser,
    ):
        yield browser, ours, empty


def run_beside_an_empty_page(
    measure: Callable[[Browser, str, str, int], None], doc: str | None, count: int, help: str
) -> None:
    """From the command line: `measure(browser, our address, the empty page's, count or -n)`."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("-n", type=int, default=count, help=help)
    asked = parser.parse_args().n
    with beside_an_empty_page() as (browser, ours, empty):
        measure(browser, ours, empty, asked)


def memory_mb(pid: int) -> float:
    """Memory of a server and its children in MB, as it would be on a machine of its own.

    What children share with it counts once. What other programs on this machine share with it, as
    torch's libraries, counts whole, as if they were not there.
    """
    return _mb(pid, "Rss:") + sum(_own_mb(child) for child in children(pid))


def _own_mb(pid: int) -> float:
    return _mb(pid, "Private_") + sum(_own_mb(child) for child in children(pid))


def _mb(pid: int, field: str) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(field)) * 1024 / 1e6
    return 0.0


def children(pid: int) -> list[int]:
    """The processes that a process has started and that are not gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]
    return []
