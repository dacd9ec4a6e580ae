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
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.grid_page import Grids

ROOT = Path(__file__).parents[2]
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
    "--process-per-site",  # pages share what is compiled: a quarter of an opening's work
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


OPEN = ExitStack()  # the browser, from the first test that asks for it to the folder's last
HOLD = "http://127.0.0.1/"  # all servers of tests are the same site, whatever their port


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """The browser goes with the last test here: playwright's loop is in the way of others.

    Not at its teardown: a test that is run once more is torn down twice.
    """
    try:
        return (yield)
    finally:
        if nextitem is None or not _is_here(nextitem):
            OPEN.close()
            _browser.cache_clear()
            _context.cache_clear()


def _is_here(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


@pytest.fixture(scope="module")
def chromium() -> Browser:
    """Chromium; without one the test is skipped, but not where CI is set."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine")
    return _browser(path)


@cache
def _browser(path: str | None) -> Browser:
    playwright = OPEN.enter_context(sync_playwright())
    return OPEN.enter_context(
        playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    )


@pytest.fixture(scope="module")
def desktop(chromium: Browser) -> BrowserContext:
    """Pages of 1280 × 900 that share what the browser has read of the app's code."""
    return _context(chromium, 1280, 900)


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> BrowserContext:
    """Pages of 390 × 844 that are touched, and share what the browser has read."""
    return _context(chromium, 390, 844, has_touch=True)


@cache
def _context(chromium: Browser, width: int, height: int, has_touch: bool = False) -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, has_touch=has_touch, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    _hold(context.new_page())
    return context


def _hold(page: Page) -> None:
    """A page that stays: what was compiled goes with the last one of a site."""
    page.route(HOLD, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(HOLD)


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
    """Start a script (a path from the project's root); its address comes back."""
    with _serving(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one server for all apps of `apps/`: `<address>/<name of the file>`."""
    with _serving(tmp_path_factory) as start:
        yield start("tests/browser/apps/small.py")


@contextmanager
def _serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    servers: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> str:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        server, address = _start(ROOT / name, log)
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
def grids(chromium: Browser, small: str) -> Iterator[Grids]:
    """Pages with one grid each, without motion."""
    grids = Grids(_context(chromium, 1280, 720), f"{small}/grid_app")
    yield grids
    grids.close()


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
