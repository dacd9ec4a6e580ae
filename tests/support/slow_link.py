"""A browser far from its server: what either says takes its time, in order."""

from __future__ import annotations

from playwright.sync_api import JSHandle, Locator, Page

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

FOLLOWED = """field => {
  const seen = [], own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  Object.defineProperty(field, "value", {
    get() { return own.get.call(this); },
    set(value) { seen.push(String(value)); own.set.call(this, value); },
  });
  return seen;
}"""


def slow_down(page: Page, milliseconds: int) -> None:
    """From the next opening on, every message is on its way for so long, there and back."""
    page.add_init_script(f"({SLOW})({milliseconds})")


def slow_processor(page: Page, times: int) -> None:
    """The browser computes so many times slower from now on."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def followed(field: Locator) -> JSHandle:
    """Every value that the page's code writes into a field from now on, in order."""
    return field.evaluate_handle(FOLLOWED)
