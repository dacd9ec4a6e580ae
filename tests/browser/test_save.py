"""Pictures, drawings and tables as files: they hold what torch says, with scale and address."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Download, Page, expect

from cnnviz.images.samples import sample

SOBEL_X = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
ZERO, LAST = 128, 255  # palette entries of zero and of the scale's end


def saved(page: Page, line: str, kind: str, folder: Path) -> Path:
    """What a line of the menu saves."""
    row = page.locator(".take").filter(has_text=line)
    with page.expect_download() as download:
        row.get_by_role("button", name=re.compile(f", {kind}$")).click()
    return kept(download.value, folder)


def kept(download: Download, folder: Path) -> Path:
    """Where a file that came lies, under the name that it was given."""
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def test_a_response_is_saved_as_torch_computes_it_with_its_scale_and_address(
    app: str, page: Page, tmp_path: Path
):
    page.goto(f"{app}/convolution?view=picture&padding=valid")
    expect(page.get_by_text("Things to try")).to_be_visible()
    expect(page.get_by_alt_text("Response of the kernel")).to_be_visible()
    page.get_by_alt_text("Response of the kernel").click()  # what is pressed is meant
    expect(page).to_have_url(re.compile("pixel="))  # and pinned
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    path = kept(download.value, tmp_path)
    assert path.name.startswith("convolution-response-of-the-kernel-sobel-x-to-cat")
    response = Image.open(path)
    assert response.text["Source"] == page.url
    limit = float(re.search(r"\+([\d.]+)$", response.text["Comment"])[1])
    levels = torch.from_numpy(np.asarray(response).astype(np.float32))
    pixels = torch.from_numpy(np.asarray(sample("cat")).astype(np.float32) / 255)
    answer = torch.nn.functional.conv2d(pixels.sum(2)[None, None], SOBEL_X[None, None])[0, 0]
    step = limit / (LAST - ZERO)
    expected = answer.clamp(-limit, limit)
    assert levels.shape == answer.shape
    assert float(((levels - ZERO) * step - expected).abs().max()) < 1.1 * step
    page.locator(".save summary").click()
    numbers = saved(page, "The numbers of this view", "CSV", tmp_path).read_text("utf-8")
    assert numbers.startswith(f"# The numbers of this view; {page.url}\nnumber,value\n")
    assert f'Output shape,"(1, 1, {answer.shape[0]}, {answer.shape[1]})"' in numbers
    exact = np.load(saved(page, "Response of Sobel x", "npz", tmp_path))
    np.testing.assert_allclose(exact["response"], answer.numpy(), atol=1e-5)
    assert page.url.endswith(str(exact["address"]))


def test_the_key_s_saves_what_is_largest_and_no_letter_that_is_written(
    app: str, page: Page, tmp_path: Path
):
    page.goto(f"{app}/pooling?view=picture")
    expect(page.get_by_alt_text("The same picture pooled")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    with page.expect_download() as download:
        page.keyboard.press("s")
    assert download.value.suggested_filename.endswith(".png")
    expect(page.locator(".split .heard")).to_contain_text("Saved")
    downloads: list[Download] = []
    page.on("download", lambda one: downloads.append(one))
    page.keyboard.press("/")
    page.keyboard.type("stride s")
    expect(page.get_by_role("option").first).to_be_visible()
    assert downloads == []


def test_a_drawing_is_saved_as_it_looks_with_its_address(app: str, page: Page, tmp_path: Path):
    page.goto(f"{app}/pooling")
    expect(page.get_by_role("img", name="4 × 4 numbers, pooled to 2 × 2")).to_be_visible()
    page.locator(".save summary").click()
    svg = saved(page, "4 × 4 numbers", "SVG", tmp_path).read_text("utf-8")
    assert "<title>4 × 4 numbers, pooled to 2 × 2" in svg
    assert f"Source: {page.url}" in svg
    assert "fill: rgb" in svg  # a file has no style sheet: its looks are in it
    png = Image.open(saved(page, "4 × 4 numbers", "PNG", tmp_path))
    assert png.text["Source"] == page.url
    assert len(png.convert("RGB").getcolors(1 << 20)) > 20


def test_cells_are_saved_as_one_picture_with_its_address(app: str, page: Page, tmp_path: Path):
    page.goto(f"{app}/convolution?height=5&width=5")
    expect(page.locator(".cnnviz-grid").get_by_text("Sobel x")).to_be_visible()
    page.locator(".save summary").click()
    png = Image.open(saved(page, "The grids", "PNG", tmp_path))
    assert png.text["Source"] == page.url
    stage = page.locator(".cnnviz-grid [data-picture]").bounding_box()
    assert png.width / png.height == pytest.approx(stage["width"] / stage["height"], rel=0.05)
    blue, green = (0xD9, 0xE6, 0xF7), (0xD1, 0xEB, 0xDF)
    seen = {color for count, color in png.convert("RGB").getcolors(1 << 20) if count > 2_000}
    for role in (blue, green):
        assert any(max(abs(a - b) for a, b in zip(role, one, strict=True)) < 8 for one in seen)


def test_a_map_says_whose_it_is_and_its_own_scale_and_a_photograph_has_none(
    app: str, page: Page, tmp_path: Path
):
    page.goto(f"{app}/pooling?view=field")
    pull = page.get_by_label("How much each pixel moves the unit")
    expect(pull).to_be_visible()
    high = re.search(r"from 0 to (\S+);", pull.get_attribute("aria-label"))[1]
    page.locator(".save summary").click()
    moved = Image.open(saved(page, "How much each pixel moves", "PNG", tmp_path))
    assert moved.text["Comment"] == f"Scale: 0 … {high}"
    crop = saved(page, "What one unit of group1 could see: 99 × 99 pixels", "PNG", tmp_path)
    assert "Comment" not in Image.open(crop).text
    assert crop.name.startswith("pooling-what-one-unit-of-group1-could-see-99-x-99")
    page.goto(f"{app}/feature_maps?view=microscope")
    expect(page.get_by_text("Map 40, 32 × 32")).to_be_visible()
    expect(page.locator("figure.map img.photo")).to_be_visible()
    page.locator(".save summary").click()
    one = saved(page, "Map 40 of input_group.2", "PNG", tmp_path)
    assert one.name == "feature_maps-map-40-of-input_group.2-32-x-32.png"
    assert Image.open(one).text["Comment"] == "Scale: 0 … 3.4"
