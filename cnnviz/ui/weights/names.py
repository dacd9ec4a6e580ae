"""How networks of visitors are called in addresses."""

from __future__ import annotations

import re

OF_A_FILE = "file-"  # such names are of networks that stay with the visitor who brought them
_NAME = re.compile(r"(own|file)-[0-9a-f]{16}")


def is_own(name: str) -> bool:
    """Whether a name is that of a network that some visitor trained or brought."""
    return _NAME.fullmatch(name) is not None
