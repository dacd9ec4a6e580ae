"""Where the app's own files lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


class AssetError(ValueError):
    """A file that comes with the app cannot be used; the message is a sentence that names it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} (in {path.parent.name}) is missing or damaged on this server: "
            "its operator can put it back as it came."
        )


APP = _CHECKOUT if (_CHECKOUT / "app.py").exists() else _PACKAGE / "_app"
ASSETS = APP / "assets"
PAGES = APP / "pages"
