"""Draws architecture.svg from the imports: packages as boxes in their layers, arrows downwards.

python -m docs.draw_architecture
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import accumulate, chain, pairwise
from math import ceil
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = Path(__file__).with_name("architecture.svg")
LAYERS = ("app", "pages", "the pages' packages", "what pages share", "figures", "torch modules", "")
WIDTH, BOX, ROW, LEFT = 1180, 44, 104, 128  # pixels
IN_A_LINE = 13  # boxes; a layer of more stands in several lines
LINE = 62  # pixels from one line of a layer to the next


def packages() -> dict[str, list[Path]]:
    """The files of every package, by its name; a module beside the packages is one of its own."""
    found: dict[str, list[Path]] = {"app": [ROOT / "app.py"]}
    found["pages"] = sorted((ROOT / "pages").glob("*.py"))
    for path in sorted((ROOT / "cnnviz").rglob("*.py")):
        found.setdefault(package_of(path), []).append(path)
    return {name: files for name, files in found.items() if name != "cnnviz"}


def package_of(path: Path) -> str:
    """The package that a file of cnnviz is drawn in: `ui.zoo`, `ui`, `models`, `arithmetic`."""
    inner = path.relative_to(ROOT / "cnnviz").with_suffix("").parts
    if inner[0] == "ui":
        return "ui" if len(inner) == 2 else f"ui.{inner[1]}"
    return "cnnviz" if inner[0].startswith("__") else inner[0]


def layer_of(name: str) -> int:
    """The row of a package, from the top."""
    shared = dict.fromkeys(
        (
            "ui",
            "ui.brush",
            "ui.charts",
            "ui.finding",
            "ui.foresight",
            "ui.insides",
            "ui.overview",
            "ui.serving",
            "ui.taking",
            "ui.visit",
            "ui.weights",
        ),
        3,
    )
    rows = {"app": 0, "pages": 1, **shared, "figures": 4, "arithmetic": 6}
    return rows.get(name, 2 if name.startswith("ui.") else 5)


def imports(found: Mapping[str, Iterable[Path]]) -> Counter[tuple[str, str]]:
    """How many modules of one package import another, by their names."""
    arrows: Counter[tuple[str, str]] = Counter()
    for name, files in found.items():
        for path in files:
            targets = {target for one in imported(path) if (target := owner(one, found))}
            arrows.update((name, target) for target in targets - {name})
    return arrows


def imported(path: Path) -> Iterable[str]:
    """Every name that a file imports from cnnviz, as `models.lenet.LeNet`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cnnviz":
            inner = (node.module or "").partition(".")[2]
            yield from (f"{inner}.{alias.name}".strip(".") for alias in node.names)


def owner(name: str, found: Mapping[str, object]) -> str | None:
    """The package that an imported name belongs to."""
    parts = name.split(".")
    return next((key for key in (".".join(parts[:2]), parts[0]) if key in found), None)


def draw() -> str:
    """The picture, as SVG text."""
    found = packages()
    rows = [[name for name in found if layer_of(name) == layer] for layer in range(len(LAYERS))]
    tops = list(accumulate(map(_height, rows), initial=0))
    placed = [_places(row, top) for row, top in zip(rows, tops[:-1], strict=True)]
    places = dict(chain.from_iterable(placed))
    lines = [
        _arrow(places[a], places[b], count)
        for (a, b), count in sorted(imports(found).items())
        if layer_of(a) != layer_of(b)
    ]
    boxes = [_box(name, places[name], len(files)) for name, files in found.items()]
    bands = [_band(layer, *ends) for layer, ends in enumerate(pairwise(tops))]
    height = tops[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="12">\n'
        "<title>The packages of cnnviz in their layers; imports point downwards</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fbfbfa"/>\n'
        + "\n".join([*bands, *lines, *boxes])
        + "\n</svg>\n"
    )


def _lines(row: Sequence[str]) -> int:
    return ceil(len(row) / IN_A_LINE)


def _height(row: Sequence[str]) -> int:
    return ROW + LINE * (_lines(row) - 1)


def _places(row: Sequence[str], top: int) -> Iterable[tuple[str, tuple[float, float, float]]]:
    """Left, top and width of the box of each package of a layer, in pixels."""
    lines = _lines(row)
    step = (WIDTH - LEFT - 20) / (len(row) + lines - 1)
    width = min(step * lines - 8, 200)
    for index, name in enumerate(row):
        middle = LEFT + step * (index + lines / 2)
        yield name, (middle - width / 2, top + 30 + LINE * (index % lines), width)


def _band(layer: int, top: int, end: int) -> str:
    shade = (
        f'<rect y="{top}" width="{WIDTH}" height="{end - top}" fill="#1c2430" fill-opacity="0.03"/>'
    )
    text = f'<text x="12" y="{top + 56}" fill="#5c6675">{escape(LAYERS[layer])}</text>'
    return (shade if layer % 2 else "") + text


def _box(name: str, place: tuple[float, float, float], modules: int) -> str:
    left, top, width = place
    middle = left + width / 2
    short = name.removeprefix("ui.")
    size = min(12.0, 1.75 * (width - 6) / len(short))
    count = f"{modules} modules" if modules > 1 and width > 70 else str(modules)
    return (
        f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{BOX}" rx="6" fill="#fff" '
        'stroke="#0b5fa5"/>'
        f'<text x="{middle:.0f}" y="{top + 19}" text-anchor="middle" font-size="{size:.1f}" '
        f'fill="#1c2430">{escape(short)}</text>'
        f'<text x="{middle:.0f}" y="{top + 35}" text-anchor="middle" font-size="10" '
        f'fill="#5c6675">{count}</text>'
    )


def _arrow(a: tuple[float, float, float], b: tuple[float, float, float], count: int) -> str:
    x1, y1 = a[0] + a[2] / 2, a[1] + BOX
    x2, y2 = b[0] + b[2] / 2, b[1]
    bend = (y2 - y1) / 2
    opacity = min(0.12 + 0.05 * count, 0.6)
    return (
        f'<path d="M{x1:.0f} {y1} C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} '
        f'{x2:.0f} {y2}" fill="none" stroke="#1f9d6b" stroke-width="{min(1 + count / 6, 3):.1f}" '
        f'opacity="{opacity:.2f}"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
