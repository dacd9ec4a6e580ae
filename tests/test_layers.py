"""Imports point downwards only, and every room keeps to itself.

The arrows are DESIGN's: app, pages, ui, figures, torch modules, arithmetic. No page's package knows
another page's, what is shared knows none, and a private name stays in its package.
"""

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
RANKS = {
    "app": 5,
    "pages": 4,
    "cnnviz.ui": 3,
    "cnnviz.figures": 2,
    "cnnviz": 1,
    "cnnviz.arithmetic": 0,
}
SOURCES = sorted(
    [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "cnnviz").rglob("*.py")]
)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def rank(module: str) -> int | None:
    """The layer of one of our modules, by its longest known prefix; None for others."""
    parts = module.split(".")
    names = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next((RANKS[name] for name in names if name in RANKS), None)


@cache
def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


@cache
def imported(path: Path) -> set[str]:
    names = set()
    for node in imports(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def wrong(paths: Iterable[Path], is_wrong: Callable[[Path, str], bool]) -> dict[str, set[str]]:
    """By module, the names it imports and must not."""
    found = {
        module_name(path): {name for name in imported(path) if is_wrong(path, name)}
        for path in paths
    }
    return {module: names for module, names in found.items() if names}


def own_rank(path: Path) -> int:
    own = rank(module_name(path))
    assert own is not None, path
    return own


def test_a_module_imports_only_from_its_own_layer_and_below():
    assert wrong(SOURCES, lambda path, name: (rank(name) or 0) > own_rank(path)) == {}


def test_streamlit_is_imported_by_the_ui_only():
    below = [path for path in SOURCES if own_rank(path) < RANKS["cnnviz.ui"]]
    assert wrong(below, lambda _, name: name.split(".")[0] == "streamlit") == {}


def test_a_page_is_a_recipe_without_torch_or_plotly():
    pages = (ROOT / "pages").glob("*.py")
    assert wrong(pages, lambda _, name: name.split(".")[0] in {"torch", "plotly"}) == {}


def test_arithmetic_needs_the_standard_library_only():
    import sys

    names = imported(ROOT / "cnnviz" / "arithmetic.py")
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_every_folder_of_the_package_can_be_imported():
    folders = {path.parent for path in (ROOT / "cnnviz").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


MOST_MODULES = 25  # in one folder; what holds more is two things


@cache
def room(module: str) -> str:
    """The package of the ui that a module belongs to: a page's, or "" for what pages share."""
    parts = module.split(".")
    is_page = len(parts) > 2 and (ROOT / "pages" / f"{parts[2]}.py").exists()
    is_inside = is_page and (ROOT / "cnnviz" / "ui" / parts[2]).is_dir()
    return parts[2] if parts[:2] == ["cnnviz", "ui"] and is_inside else ""


def test_a_page_uses_what_pages_share_and_what_is_shared_knows_no_page():
    modules = (ROOT / "cnnviz" / "ui").rglob("*.py")
    assert wrong(modules, lambda path, name: room(name) not in ("", room(module_name(path)))) == {}


def package(path: Path) -> str:
    name = module_name(path)
    return name if path.name == "__init__.py" else name.rpartition(".")[0]


def private(path: Path) -> set[str]:
    """The private names of our modules that one imports."""
    return {
        f"{node.module}.{alias.name}"
        for node in imports(path)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if alias.name.startswith("_") and node.module.split(".")[0] == "cnnviz"
    }


def test_private_names_stay_in_their_package():
    taken = {
        module_name(path): [n for n in private(path) if not n.startswith(f"{package(path)}.")]
        for path in SOURCES
    }
    assert {module: names for module, names in taken.items() if names} == {}


def test_no_folder_holds_more_modules_than_one_can_find_ones_way_in():
    folders = {path.parent for path in SOURCES}
    modules = {
        str(folder.relative_to(ROOT)): sum(p.name != "__init__.py" for p in folder.glob("*.py"))
        for folder in folders
    }
    assert {name: count for name, count in modules.items() if count > MOST_MODULES} == {}


def test_what_is_computed_is_kept_in_one_account():
    """`cnnviz.ui.kept` bounds it in bytes; other caches count, and what a visitor makes has any
    size."""
    caches = ("st.cache_resource", "st.cache_data", "lru_cache")
    found = {
        module_name(path)
        for path in SOURCES
        if module_name(path).startswith("cnnviz.ui")
        and any(cache in path.read_text(encoding="utf-8") for cache in caches)
    }
    assert found <= {"cnnviz.ui.models", "cnnviz.ui.serving.document"}  # same for all visitors
