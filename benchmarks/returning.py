"""Ten open tabs whose server is killed and started anew: each must come back with its view.

python -m benchmarks.returning
python -m benchmarks.returning --rolling  # twenty, and two replicas are drained and started anew

What must hold: after `kill -9` and a new start, or after both replicas behind the proxy
(deploy/local_cluster.sh) were drained and started anew one after the other, every tab shows its
page, address and title again by itself, without an error, and the one that had a picture of its
own says that it is gone. The last line says whether all of it held.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import time
from collections.abc import Sequence

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError

from benchmarks.lesson import behind_proxy
from benchmarks.painting import IDLE
from benchmarks.serving import chromium, free_port, server

WITHIN_MS = 120_000
UPLOADED = "convolution?view=picture&kernel_size=5"
VIEWS = (
    UPLOADED,
    "convolution?kernel_size=5&stride=2",
    "build?inspect=resnet18",
    "pooling?view=field",
    "fully_convolutional?view=map&model=lenet-mnist",
    "residual?view=identity",
    "zoo?view=years",
    "feature_maps?view=map&map=7&image=boat",
    "heatmaps?image=boat&view=large",
    "mlp?view=depth",
)
OWN = "&own=picture"  # of an address
GONE = "The picture of one's own that was shown here is gone"
HEADING = "[data-testid=stMain] h1"


def picture() -> bytes:
    """A picture of one's own, as PNG."""
    buffer = io.BytesIO()
    Image.new("RGB", (90, 60), (200, 30, 30)).save(buffer, "PNG")
    return buffer.getvalue()


def upload(page: Page) -> None:
    """Give the page a picture of one's own."""
    page.get_by_text("Upload or camera").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_text("Your picture", exact=True).wait_for()
    page.wait_for_url("**own=picture**")


def opened(context: BrowserContext, address: str) -> list[tuple[Page, str, str]]:
    """All tabs, each with the address and the title that it shows."""
    tabs = [context.new_page() for _ in VIEWS]
    for tab, view in zip(tabs, VIEWS, strict=True):
        tab.goto(f"{address}/{view}")
    for tab in tabs:
        tab.locator(".toolbar").wait_for()
        tab.wait_for_function(IDLE)  # its address says all of the view when the run is over
    upload(tabs[0])
    for tab in tabs:
        tab.evaluate("() => { window.isOld = true; }")
    return [(tab, tab.url, tab.locator(HEADING).inner_text()) for tab in tabs]


def wrong_with(tab: Page, url: str, title: str) -> list[str]:
    """What is not as it was; waits until the tab has come back."""
    tab.wait_for_function("() => !window.isOld")
    tab.locator(".toolbar").wait_for()
    wrong = [] if tab.locator(HEADING).inner_text() == title else ["another title"]
    try:
        tab.wait_for_url(url.replace(OWN, ""))  # the end of a run says what is lost
    except TimeoutError:
        wrong.append(f"{url} became {tab.url}")
    return wrong + ["an error"] * tab.locator("[data-testid=stException]").count()


def is_as_it_was(tabs: Sequence[tuple[Page, str, str]]) -> bool:
    """Whether all tabs come back as they were; each is told."""
    is_well = True
    for (tab, url, title), view in zip(tabs, VIEWS, strict=True):
        wrong = wrong_with(tab, url, title)
        if view == UPLOADED and not tab.get_by_text(GONE).count():
            wrong.append("what is lost is not said")
        print(f"{view:48} {'; '.join(wrong) or 'is back'}", flush=True)
        is_well = is_well and not wrong
    return is_well


def visitor(browser: Browser) -> BrowserContext:
    """Somebody with tabs of their own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WITHIN_MS)
    return context


def killed(browser: Browser) -> bool:
    """Kill the server, start it anew, look at the tabs."""
    port = free_port()
    with server("run", "app.py", port=port) as (address, pid):
        tabs = opened(visitor(browser), address)
        os.kill(pid, signal.SIGKILL)
    with server("run", "app.py", port=port):
        return is_as_it_was(tabs)


def rolled(browser: Browser) -> bool:
    """Two visitors, each with all tabs, while both replicas are restarted in turn."""
    with behind_proxy(2) as cluster:
        found = [opened(visitor(browser), cluster.address) for _ in range(2)]
        cluster.restart_all()
        held = [is_as_it_was(tabs) for tabs in found]
        return all(held)


def main() -> None:
    """Open the tabs, end what serves them, look at them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rolling", action="store_true", help="two replicas, one after the other")
    is_rolling = parser.parse_args().rolling
    with chromium() as browser:
        start = time.monotonic()
        is_well = rolled(browser) if is_rolling else killed(browser)
        took = time.monotonic() - start
    print(f"{'all of it held' if is_well else 'NOT all of it held'}, after {took:.1f} s in all")
    raise SystemExit(not is_well)


if __name__ == "__main__":
    main()
