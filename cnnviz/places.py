"""Where the app's own files lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
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


@contextmanager
def read_from(path: Path) -> Generator[None]:
    """Around what reads a file that comes with the app: whatever goes wrong is said with its name.

    Raises:
        AssetError: the file is missing or damaged.
    """
    try:
        yield
    except AssetError:
        raise
    except Exception as error:  # whatever a damaged file can make its readers raise
        raise AssetError(path) from error


def text_of(path: Path) -> str:
    """The text of a file that comes with the app.

    Raises:
        AssetError: it is missing, or no text.
    """
    with read_from(path):
        return path.read_text(encoding="utf-8")


APP = _CHECKOUT if (_CHECKOUT / "app.py").exists() else _PACKAGE / "_app"
ASSETS = APP / "assets"
PAGES = APP / "pages"
