"""From the start of the server to the painted home page, against Streamlit's own hello app.

python -m benchmarks.start
"""

from __future__ import annotations

import argparse
import statistics
import time

from playwright.sync_api import Browser

from benchmarks.serving import chromium, server


def seconds(browser: Browser, *command: str) -> float:
    """Seconds from starting the server until the page's title is painted."""
    start = time.monotonic()
    with server(*command) as (address, _):
        page = browser.new_page()
        page.goto(address)
        page.locator("[data-testid=stMain] h1").first.wait_for()
        page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        took = time.monotonic() - start
        page.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=5, help="starts of each")
    count = parser.parse_args().n
    with chromium() as browser:
        pairs = [
            (seconds(browser, "run", "app.py"), seconds(browser, "hello")) for _ in range(count)
        ]
    ours, hello = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"start → home page painted, against streamlit hello  {ours / hello:5.2f} ×   at most 1.2"
    )
    print(f"  ours {ours:.2f} s, hello {hello:.2f} s")


if __name__ == "__main__":
    main()
