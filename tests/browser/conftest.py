"""A real browser, and small apps served by Streamlit on a free port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.grid_page import Grids

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
START_WITHIN = 60  # seconds
PATIENCE = 60_000  # ms; torch is loaded by the first page that needs it
expect.set_options(timeout=PATIENCE)  # tests say what happens, not how soon
BROWSERS = (  # the shell is the same browser without windows: a quarter less work
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that failed is asked once more; which test needed it stands in the summary."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, but not where CI is set."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    """Pages of 1280 × 900 that share what the browser has read of the app's code."""
    with _context(chromium, viewport={"width": 1280, "height": 900}) as context:
        yield context


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Pages of 390 × 844 that are touched, and share what the browser has read."""
    with _context(chromium, viewport={"width": 390, "height": 844}, has_touch=True) as context:
        yield context


@contextmanager
def _context(chromium: Browser, **options: Any) -> Iterator[BrowserContext]:
    context = chromium.new_context(**options)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(desktop: BrowserContext) -> Iterator[Page]:
    """A page of 1280 × 900 on which no error may be raised."""
    page = desktop.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the whole app, one server for all tests of a worker."""
    with _serving(tmp_path_factory) as start:
        yield start("app.py")


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Start an app of `apps/` (or a path from the project's root); its address comes back."""
    with _serving(tmp_path_factory) as start:
        yield start


@contextmanager
def _serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    servers: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> str:
        script = APPS / name if (APPS / name).exists() else ROOT / name
        log = tmp_path_factory.mktemp("server") / "log.txt"
        server, address = _start(script, log)
        servers.append(server)
        _wait(server, address, log)
        return address

    yield start
    for server in servers:
        _stop(server)


class Mortal:
    """The whole app on a port of its own, which can be killed and started anew.

    Args:
        log: where it writes.
        options: further options of `streamlit run`, by name.
    """

    def __init__(self, log: Path, **options: str) -> None:
        self._log, self._options, self._port = log, options, free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._server, _ = _start(ROOT / "app.py", self._log, self._port, self._options)
        _wait(self._server, self.address, self._log)

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._server.pid

    def kill(self) -> None:
        """End it as a machine that loses its power does."""
        self._server.kill()
        self._server.wait()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Callable[..., Mortal]]:
    """Start a server that a test may kill; options as for `Mortal`."""
    servers: list[Mortal] = []

    def start(**options: str) -> Mortal:
        servers.append(Mortal(tmp_path / "log.txt", **options))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="module")
def grids(chromium: Browser, serve: Callable[[str], str]) -> Iterator[Grids]:
    """Pages with one grid each, without motion."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    yield Grids(context, serve("grid_app.py"))
    context.close()


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _start(
    script: Path, log: Path, port: int | None = None, more: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[bytes], str]:
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = {
        "port": str(port),
        "address": "127.0.0.1",
        "headless": "true",
        **(more or {}),
    }
    command += [part for name, value in options.items() for part in (f"--server.{name}", value)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with log.open("wb") as file:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    return server, f"http://127.0.0.1:{port}"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the app did not start: {log.read_text()[-2000:]}")
