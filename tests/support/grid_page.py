"""The grid's page for the tests: what it shows, and what it sends."""

from __future__ import annotations

import json
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

import torch
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect
from torch import Tensor

expect.set_options(timeout=20_000)  # ms: machines that test are busy

PLAIN: dict[str, Any] = {"card_width": 780}  # 6 x 6, kernel 3 x 3, padding 1


@dataclass
class Grid:
    """The component on a page, and what the page sent over its socket."""

    page: Page
    sent: list[object] = field(default_factory=list)

    def note(self, frame: object) -> None:
        self.sent.append(frame)

    def part(self, name: str, index: int = 0) -> Locator:
        return self.page.locator(f".grid.{name}").nth(index)

    def cell(self, name: str, place: tuple[int, int], index: int = 0) -> Locator:
        return self.part(name, index).locator(".row").nth(place[0]).locator(".c").nth(place[1])

    def places(self, name: str, look: str, index: int = 0) -> set[tuple[int, int]]:
        script = "(grid, look) => [...grid.querySelectorAll('.c.' + look)].map(cell => cell.place)"
        return {tuple(place) for place in self.part(name, index).evaluate(script, look)}

    def numbers(self, name: str, index: int = 0) -> Tensor:
        script = (
            "grid => [...grid.querySelectorAll('.row')]"
            ".map(row => [...row.children].map(cell => cell.textContent))"
        )
        rows = self.part(name, index).evaluate(script)
        return torch.tensor([[number(text) for text in row] for row in rows], dtype=torch.float64)

    def factors(self, name: str) -> dict[tuple[int, int], float]:
        script = (
            "grid => [...grid.querySelectorAll('[data-factor]')]"
            ".map(cell => [cell.place, cell.dataset.factor])"
        )
        found = self.part(name).evaluate(script)
        return {tuple(place): number(text.removeprefix("×")) for place, text in found}

    def result(self) -> float:
        return number(self.page.locator(".sum .result").inner_text())

    def sentence(self) -> str:
        return self.page.locator(".sum").inner_text()

    def said(self) -> dict[str, Any]:
        return json.loads(self.page.locator("[data-testid=stText]").inner_text())

    def wait_until_said(self, **expected: object) -> None:
        said = self.page.locator("[data-testid=stText]")
        for name, value in expected.items():
            expect(said).to_contain_text(f'"{name}": {json.dumps(value)}')


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None, "it is not on the screen"
    return found


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def opened(context: BrowserContext, address: str, given: dict[str, Any]) -> Grid:
    grid = Grid(context.new_page())
    grid.page.on("websocket", lambda socket: socket.on("framesent", grid.note))
    grid.page.goto(f"{address}?given={urllib.parse.quote(json.dumps(given))}")
    grid.page.locator(".sum p").first.wait_for(timeout=120_000)
    expect(grid.page.locator("[data-testid=stText]")).to_be_visible()
    return grid


class Grids:
    """Pages with a grid in one browser context."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.shared: dict[str, Grid] = {}
        self.opened: list[Grid] = []

    def fresh(self, given: dict[str, Any]) -> Grid:
        """A page of the test's own."""
        self.opened.append(opened(self.context, self.address, given))
        return self.opened[-1]

    def look_at(self, given: dict[str, Any]) -> Grid:
        """A page that other tests look at as well: leave it as it was."""
        key = json.dumps(given)
        if key not in self.shared:
            self.shared[key] = self.fresh(given)
        self.shared[key].page.bring_to_front()
        return self.shared[key]

    def close(self) -> None:
        """All pages that were opened here."""
        for grid in self.opened:
            grid.page.close()
