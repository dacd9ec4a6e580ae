"""Pictures a second of the whole network while a hand draws on the pad: at least ten are wanted.

python -m benchmarks.drawing [--seconds 5]
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path

from playwright.sync_api import CDPSession, Page

from benchmarks.serving import chromium, server

PAGES = {
    "home": "",
    "feature_maps": "feature_maps?view=overview&model=lenet-mnist&digit=3",
}
COUNT_PICTURES = """() => {
  const found = node => {
    for (const one of node.querySelectorAll("*")) {
      const root = one.shadowRoot;
      const base = root && (root.querySelector(".overview svg.base") ?? found(root));
      if (base) return base;
    }
    return null;
  };
  window.pictures = 0;
  new MutationObserver(() => window.pictures++).observe(found(document), { childList: true });
}"""


def cpu_seconds(process: int) -> float:
    """What a process has used of a core since it began."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def drawn(page: Page, seconds: float) -> float:
    """Pictures a second while the pen goes round."""
    box = page.locator(".pad canvas").bounding_box()
    assert box is not None
    begun, angle = time.monotonic(), 0.0
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    page.mouse.down()
    before = page.evaluate("() => window.pictures")
    while time.monotonic() - begun < seconds:
        angle += 0.06
        across, down = 0.5 + 0.3 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.wait_for_timeout(8)
    count = page.evaluate("() => window.pictures") - before
    page.mouse.up()
    return count / (time.monotonic() - begun)


def main_thread_seconds(session: CDPSession) -> float:
    """What the tasks of a page's main thread have used of a core; the mouse's moves are in it."""
    found = session.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="that are drawn")
    seconds = parser.parse_args().seconds
    with chromium() as browser, server("run", "app.py") as (address, process):
        for name, query in PAGES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{address}/{query}")
            page.locator(".overview .base .scores text").first.wait_for()
            page.locator(".pad .samples button").nth(4).click()  # awake, and torch is there
            page.locator('.pad .samples button[aria-pressed="true"]').nth(0).wait_for()
            page.wait_for_timeout(6000)
            page.evaluate(COUNT_PICTURES)
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            before, busy = cpu_seconds(process), main_thread_seconds(session)
            rate = drawn(page, seconds)
            pictures = max(1, rate * seconds)
            cost = (cpu_seconds(process) - before) / pictures
            shown = (main_thread_seconds(session) - busy) / pictures
            print(
                f"{name}: {rate:.1f} pictures a second; {cost * 1000:.0f} ms of the server's "
                f"processor each, {shown * 1000:.0f} ms of the browser's main thread"
            )
            page.close()


if __name__ == "__main__":
    main()
