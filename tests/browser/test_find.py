"""Find: opened by a key or a button, steered by keys, answered by the browser, gone to in place."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from cnnviz.places import ASSETS


def test_a_term_is_found_by_keys_and_gone_to_within_the_visit(app: str, page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app}/?view=glossary")
    expect(page.get_by_role("heading", name="Glossary")).to_be_visible()
    assert not any("find.json" in url for url in asked)  # opening a page costs nothing of it
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find")
    found = page.get_by_role("option")
    expect(found.first).to_contain_text("Home")
    field.fill("xyzzy")
    expect(page.locator("dialog [role=status]")).to_have_text("Nothing here is called “xyzzy”.")
    field.fill("dilation xyzzy")
    expect(page.locator("dialog [role=status]")).to_contain_text("Nothing has all of")
    expect(found.first).to_contain_text("Dilation")
    field.fill("dilatoin/")  # a slip; a slash in a field is a slash
    expect(found.first).to_contain_text("The distance between the cells the kernel reads")
    expect(field).to_have_attribute("aria-activedescendant", "cnnviz-found-0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.evaluate("window.stays = true")
    page.keyboard.press("Enter")
    expect(page.locator(".glossary.asked dt")).to_have_text("Dilation")
    assert page.url.endswith("/?view=glossary&term=dilation")
    assert page.evaluate("window.stays")  # the page was not loaded anew
    page.go_back()
    expect(page.locator(".glossary.asked")).to_have_count(0)


RANK = ASSETS / "components" / "find" / "rank.js"
FIRST = """async ([code, queries]) => {
  const module = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const { prepare, ranked } = await import(module);
  const all = prepare(await (await fetch('/find.json')).json());
  return queries.map(query => (ranked(all, query)[0] ?? [])[1]);
}"""
MEANT = {
    "Undo": "undo, go back, ctrl z, take back",
    "Projector": "projector, beamer, presentation, full screen",
    "Save": "save, download, export, png, csv",
    "Copy link": "share, copy link, bookmark",
    "Reset": "reset, start over",
    "The same in PyTorch": "script, code, python code, notebook",
    "A picture of your own": "upload, photo, my own picture, upload a photo",
    "Camera": "camera, webcam",
    "Draw a digit": "draw, handwriting, how can I draw",
    "A network of your own": "my own network, load my model, onnx",
    "Keys": "keyboard, keyboard shortcuts, hotkeys",
    "Light and dark": "dark, dark mode, theme",
    "Where to begin": "start here, tutorial, help, next page",
    "What stays with you": "privacy, login",
    "Convolution": "cnn, convolutional neural network, what is a convolution, nn.Conv2d",
    "Kernel": "feature detector, kernels, edge detection",
    "Padding": "zero padding, same padding",
    "Dilation": "atrous, dilated",
    "Transposed convolution": "deconvolution, conv transpose",
    "Max pooling": "max pool, nn.MaxPool2d",
    "Receptive field": "receptive field, field of view",
    "Dense layer": "fully connected, nn.Linear, FC layer",
    "Fully convolutional network": "segmentation, object detection, spatial classification",
    "Residual networks": "residual",
    "Vanishing and exploding gradients": "vanishing gradient, exploding gradients",
    "Gradient": "backprop, back propagation",
    "Optimiser": "gradient descent, adam, optimizer",
    "Batch normalisation": "batch norm, batchnorm",
    "Shift equivariance": "translation invariance",
    "Universal approximation": "universal approximator, cybenko",
    "Heatmap": "explainability, heat map",
    "Augmentation": "data augmentation",
    "Decision boundary": "xor, decision boundary",
    "Transfer learning": "fine-tuning, few shot",
    "Multiply-adds": "flops, macs, compute cost",
    "Initialisation": "he initialization, xavier",
}


def test_what_a_student_may_type_finds_first_what_is_meant(app: str, page: Page):
    page.goto(f"{app}/?view=glossary")
    asked = {query: title for title, some in MEANT.items() for query in some.split(", ")}
    found = page.evaluate(FIRST, [RANK.read_text(encoding="utf-8"), list(asked)])
    assert dict(zip(asked, found, strict=True)) == asked


def test_what_one_can_do_is_pointed_at_on_the_page_that_is_open(app: str, page: Page):
    page.goto(f"{app}/pooling?stride=1")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    for typed, name in (("undo", ".undo"), ("beamer", ".wall"), ("start over", ".reset")):
        page.keyboard.press("/")
        page.get_by_role("combobox", name="Find").fill(typed)
        expect(page.get_by_role("option").first).to_contain_text("to do")
        page.keyboard.press("Enter")
        expect(page.locator(f".toolbar {name}")).to_be_focused()
        assert page.url.endswith("/pooling?stride=1")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find").fill("upload")
    page.keyboard.press("Enter")  # this view has no picture: it goes where one can be given
    page.wait_for_url(re.compile("/heatmaps"))
    expect(page.locator("[class*=_image_own] summary")).to_be_focused()


def test_on_a_phone_a_button_opens_it_and_a_tap_goes_to_a_page(app: str, phone: BrowserContext):
    page = phone.new_page()
    page.goto(f"{app}/?view=glossary")
    page.get_by_role("button", name="Find", exact=True).tap()
    page.get_by_role("combobox", name="Find").fill("resnet152")
    inspected = page.get_by_role("option").filter(has_text="layer by layer")
    expect(inspected).to_have_attribute("href", re.compile(r"/build\?inspect=resnet152$"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog.cnnviz-find")).to_be_hidden()
    page.get_by_role("button", name="Find", exact=True).tap()
    page.get_by_role("combobox", name="Find").fill("glossary")
    page.get_by_role("option").first.tap()
    expect(page.locator("dialog.cnnviz-find")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
