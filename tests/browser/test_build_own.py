"""A trained network of one's own in a real browser: from the file to its maps and its graph."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

FILE = Path(__file__).parents[1] / "support" / "onnx_files" / "efficientnet_v2_dynamo.onnx"


DROP = """(zone, size) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(size)], "dropped.onnx"));
  for (const type of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
}"""


def test_a_file_is_brought_tried_and_looked_into(page: Page, app: str) -> None:
    page.goto(f"{app}/build?inspect=file")
    given, said = page.locator("[data-testid=stFileUploader]"), page.get_by_test_id("stAlert")
    given.locator("input").set_input_files({"name": "no.onnx", "mimeType": "", "buffer": b"no" * 9})
    expect(said).to_be_visible()
    given.get_by_test_id("stFileUploaderDropzone").evaluate(DROP, 50 * 2**20 + 1)
    expect(said).to_contain_text("“dropped.onnx” has 50.1 MB, and up to 50 MB are taken.")
    expect(page.get_by_test_id("stFileUploaderFile")).to_have_count(0)  # nor Streamlit's own mark
    given.locator("input").set_input_files(FILE)
    expect(page.locator("table.own-read")).to_contain_text("AdaptiveAvgPool2d")
    expect(page.locator("table.own-tried tr.chosen th")).to_have_text("ImageNet’s mean and std")
    page.get_by_role("radio", name="0 … 255").click()
    expect(page.locator("table.own-tried tr.chosen th")).to_have_text("0 … 255")
    page.get_by_role("button", name="Compare five pictures").click()
    expect(page.get_by_text("The same five best classes for 5 of 5")).to_be_visible()
    expect(page.get_by_role("img", name="of 5 pictures, rebuilt here")).to_be_visible()
    page.get_by_role("link", name="Graph and table").click()
    expect(page.locator(".network")).to_contain_text("AdaptiveAvgPool2d")
    expect(page.locator(".graph .box").first).to_be_visible()
