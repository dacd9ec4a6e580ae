"""A browser far from its server: what either says takes its time, in order."""

from __future__ import annotations

from playwright.sync_api import Page

SLOW = """delay => {
  const { send, addEventListener } = WebSocket.prototype;
  WebSocket.prototype.send = function (...told) {
    setTimeout(() => send.apply(this, told), delay);
  };
  WebSocket.prototype.addEventListener = function (name, hear, ...rest) {
    const late = event => setTimeout(() => hear.call(this, event), delay);
    return addEventListener.call(this, name, name === "message" ? late : hear, ...rest);
  };
}"""


def slow_down(page: Page, milliseconds: int) -> None:
    """From the next opening on, every message is on its way for so long, there and back."""
    page.add_init_script(f"({SLOW})({milliseconds})")


def slow_processor(page: Page, times: int) -> None:
    """The browser computes so many times slower from now on."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})
