"""Words of a link that are Markdown, HTML, SVG, DOT or a script stay words, on every page."""

from __future__ import annotations

import importlib
import io
import zipfile
from pathlib import Path
from urllib.parse import quote, urlencode

import onnx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.painting import IDLE
from cnnviz.builder.codec import encode
from cnnviz.models.specs import Conv2d, Flatten, Linear, NetworkSpec, ReLU
from cnnviz.ui.address import MOST_NOTICES, Address

ELSEWHERE = "http://elsewhere.test"
IMAGE, LINK = f"![x]({ELSEWHERE}/image)", f"[Sign in]({ELSEWHERE}/link)"  # names of 40 letters
TEXTS = (
    IMAGE,
    LINK,
    "[a](javascript:alert(1))",
    f'<img src="{ELSEWHERE}/html" onerror="alert(1)">',
    "</title><svg onload=alert(1)>",
    f'a"];b[URL="{ELSEWHERE}/dot"]',
    ":red-background[You lost]",
    "$\\href{javascript:alert(1)}{a}$",
)
ADDRESSES: dict[str, Address] = {
    path.parent.name: importlib.import_module(f"cnnviz.ui.{path.parent.name}.address").ADDRESS
    for path in sorted(Path(importlib.import_module("cnnviz.ui").__path__[0]).glob("*/address.py"))
}
MARKUP = """() => {
  const found = [], walk = root => root.querySelectorAll("*").forEach(node => {
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const { name, value } of node.attributes) {
      const isAddress = ["href", "src", "xlink:href", "action", "srcset"].includes(name);
      if (isAddress && /elsewhere\\.test|^\\s*javascript:/i.test(value) && value[0] !== "/")
        found.push(`${node.tagName} ${name}=${value}`);
      if (name.startsWith("on")) found.push(`${node.tagName} ${name}`);
    }
    const isStyled = /colored|katex/i.test(node.getAttribute("class") ?? "");
    if (isStyled && /You lost|href/.test(node.textContent)) found.push(node.textContent);
  });
  walk(document);
  return found;
}"""


class Watch:
    """What a page asked of other hosts, and the dialogs that it opened."""

    def __init__(self, page: Page, own: str) -> None:
        self.seen: list[str] = []
        page.on("request", lambda request: self._hear(request.url, own))  # nobody is at .test
        page.on("dialog", lambda dialog: (self.seen.append(dialog.message), dialog.dismiss()))

    def _hear(self, url: str, own: str) -> None:
        if not url.startswith((own, own.replace("http", "ws"), "data:", "blob:")):
            self.seen.append(url)


def is_harmless(page: Page, watch: Watch) -> None:
    page.wait_for_function(IDLE)
    assert page.evaluate(MARKUP) == []
    assert watch.seen == []


def takes(address: Address, name: str, text: str) -> bool:
    try:
        address.parameters[name].read(text)
    except ValueError:
        return False
    return True


def terms(address: Address, turn: int) -> dict[str, str]:
    """Every parameter with one of the texts: those that take it, and so many that refuse theirs.

    A page says no more than some sentences about its address; which refused ones they are about
    changes with `turn`.
    """
    names = list(address.parameters)
    names = names[turn % len(names) :] + names[: turn % len(names)]
    texts = {name: TEXTS[(turn + at) % len(TEXTS)] for at, name in enumerate(names)}
    taken = [name for name in names if takes(address, name, texts[name])]
    refused = [name for name in names if name not in taken][: MOST_NOTICES - 1]
    return {name: texts[name] for name in taken + refused} | {f"{names[0]}x{TEXTS[0]}": "1"}


@pytest.fixture
def watch(page: Page, app: str) -> Watch:
    return Watch(page, app)


@pytest.mark.parametrize("name", ADDRESSES)
def test_parameters_of_a_page(app: str, page: Page, watch: Watch, name: str):
    address = ADDRESSES[name]
    turn = 7 * list(ADDRESSES).index(name)
    page.goto(f"{app}/{name}?{urlencode(terms(address, turn), quote_via=quote)}")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    is_harmless(page, watch)


def network(name: str) -> str:
    layers = (Conv2d(3, 6, 5), ReLU(), Flatten(), Linear(4704, 10))
    return quote(encode(NetworkSpec(name, (3, 32, 32), layers)))


def test_name_of_a_network(app: str, page: Page, watch: Watch):
    for place, text in (("build?net=", IMAGE), ("feature_maps?network=", LINK)):
        page.goto(f"{app}/{place}{network(text)}")
        expect(page.locator("[data-testid=stMain]")).to_contain_text("elsewhere.test")
        is_harmless(page, watch)


def test_pastes_and_names_of_files(app: str, page: Page, watch: Watch):
    page.goto(f"{app}/build")
    page.get_by_text("Open: paste code, or a file").click()
    box = page.get_by_role("textbox", name="Paste the code of an nn.Module")
    for text in TEXTS[::3]:
        box.fill(f'nn.Sequential("{text}", nn.Conv2d(3, 4, {text!r}))')
        box.press("Control+Enter")
        page.get_by_role("button", name="Read the code").click()
        expect(page.get_by_test_id("stAlert").first).to_be_visible()
        is_harmless(page, watch)
    file = {"name": f"{TEXTS[4].replace('/', '')}.json", "mimeType": "application/json"}
    page.locator("input[type=file]").first.set_input_files(file | {"buffer": b"{}"})
    page.get_by_role("button", name="Open the file").click()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    is_harmless(page, watch)


NAMES = (  # of files: "/" is none of their letters
    "<img src=x onerror=alert(1)>",
    "![x](data:,x) [a](javascript:alert(1)) :red[You lost]",
    '"><svg onload=alert(1)>',
)


def picture(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(written, "PNG")
    return written.getvalue()


def upload(page: Page, name: str, data: bytes, mime: str = "image/png") -> None:
    field = page.locator("input[type=file]").first
    field.set_input_files({"name": name, "mimeType": mime, "buffer": data})


def test_classes_and_pictures_that_are_taught(app: str, page: Page, watch: Watch):
    classes = "<svg onload=alert(1)>:cat,dog;![x](//elsewhere.test):truck,airplane"
    page.goto(f"{app}/teach?{urlencode({'classes': classes, 'ask': 'pony', 'give': 'upload'})}")
    expect(page.locator(".asked button.explain")).to_have_count(2)
    page.get_by_text("Give it pictures of your own").click()
    upload(page, f"{NAMES[1]}.png", picture())
    expect(page.locator(".classes .picture")).to_have_count(5)
    is_harmless(page, watch)


def zip_of_classes() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, colour in ((NAMES[0], "red"), (NAMES[1].replace(":", ""), "blue")):
            for number in range(5):
                archive.writestr(f"{name}/{number}.png", picture(colour))
    return written.getvalue()


def test_a_zip_of_pictures_to_train_with(app: str, page: Page, watch: Watch):
    page.goto(f"{app}/training?data=zip")
    upload(page, f"{NAMES[2]}.zip", zip_of_classes(), "application/zip")
    expect(page.get_by_text("8 to learn, 2 asked")).to_be_visible()
    is_harmless(page, watch)


def hostile_onnx() -> bytes:
    """A trained network whose parts have names that mean harm."""
    proto = onnx.load(Path(__file__).parents[1] / "support" / "onnx_files" / "lenet_keras.onnx")
    proto.graph.name = proto.producer_name = NAMES[0]
    for number, node in enumerate(proto.graph.node):
        node.name = f"{TEXTS[number % len(TEXTS)]}{number}"
    return proto.SerializeToString()


def test_a_network_of_ones_own_and_its_classes(app: str, page: Page, watch: Watch):
    page.goto(f"{app}/build?inspect=file")
    upload(page, f"{NAMES[0]}.onnx", hostile_onnx(), "application/octet-stream")
    expect(page.locator("table.own-read")).to_be_visible()
    page.get_by_text("Class names for 10 scores").click()
    lines = [text.replace("\n", " ") for text in (*TEXTS, *NAMES)][:10]
    box = page.get_by_role("textbox", name="One a line")
    box.fill("\n".join(lines))
    box.press("Control+Enter")
    is_harmless(page, watch)
    for link in ("Graph and table", "Feature maps", "Heatmaps"):
        before = page.url
        page.get_by_role("link", name=link, exact=True).last.click()
        expect(page).not_to_have_url(before)
        expect(page.locator(".toolbar")).to_be_visible()
        is_harmless(page, watch)
        page.go_back()
        expect(page.locator("table.own-read")).to_be_visible()


def test_the_watch_sees_what_it_is_for(app: str, page: Page, watch: Watch):
    page.goto(f"{app}/zoo")
    page.evaluate(
        f"""() => {{ const image = new Image(); image.src = "{ELSEWHERE}/seen";
        document.body.append(image); image.setAttribute("onerror", "1"); }}"""
    )
    assert sorted(page.evaluate(MARKUP)) == ["IMG onerror", f"IMG src={ELSEWHERE}/seen"]
    assert watch.seen == [f"{ELSEWHERE}/seen"]
