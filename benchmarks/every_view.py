"""What the programs share that look at every view in a browser: their command line, the walk."""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterable

from playwright.sync_api import Page, ViewportSize

from benchmarks.serving import chromium, server_at
from benchmarks.shifts import views, wait_until_still

DESK: ViewportSize = {"width": 1280, "height": 720}


def command(about: str | None) -> argparse.ArgumentParser:
    """The command line: which addresses, and of which server."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("addresses", nargs="*", help="all views if none is given")
    parser.add_argument("--at", help="address of a server that runs")
    return parser


def each_view(
    asked: argparse.Namespace, size: ViewportSize = DESK, more: str = ""
) -> Generator[tuple[str, Page]]:
    """Each view's name, and its page in a browser when it stands still.

    Args:
        asked: of `command`.
        size: of the window, in px.
        more: a parameter that is added to each address.
    """
    with server_at(asked.at) as address, chromium() as browser:
        for view in asked.addresses or views([]):
            page = browser.new_page(viewport=size)
            page.goto(f"{address}/{view}" + (("&" if "?" in view else "?") + more if more else ""))
            wait_until_still(page)
            yield view or "home", page
            page.close()


def tell(name: str, found: Iterable[str]) -> None:
    """Print what was found: how much, then each on a line of its own."""
    every = list(found)
    print(name, len(every), *every, sep="\n    ", flush=True)
