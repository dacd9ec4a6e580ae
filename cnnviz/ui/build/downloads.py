"""Pictures to save as SVG or PNG, in buttons that the browser answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.ui import media
from cnnviz.ui.components import register

_mount = register("downloads")


@dataclass(frozen=True)
class Picture:
    """A picture to save: its SVG, or where on the page its SVG stands (a CSS selector).

    A PNG is drawn from it by the browser, three pixels for each unit.
    """

    label: str
    file_name: str  # without its ending
    svg: str = ""
    selector: str = ""


def picture_downloads(pictures: Sequence[Picture], *, key: str) -> None:
    """Two buttons for each picture, "SVG" and "PNG"."""
    _mount(data={"items": [_item(one, key) for one in pictures]}, key=key, height="content")


def _item(picture: Picture, key: str) -> dict[str, str]:
    described = {"label": picture.label, "name": picture.file_name, "selector": picture.selector}
    if picture.svg:
        place = f"downloads.{key}.{picture.file_name}"
        described["url"] = media.url(picture.svg.encode(), "image/svg+xml", place)
    return described
