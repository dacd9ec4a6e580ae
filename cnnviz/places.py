"""Where the app's own files lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent

APP = _CHECKOUT if (_CHECKOUT / "app.py").exists() else _PACKAGE / "_app"
ASSETS = APP / "assets"
PAGES = APP / "pages"
