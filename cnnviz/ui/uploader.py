"""A place for files that says in a sentence when one is too large, as of all else that is wrong.

Streamlit refuses such a file in the browser, with a mark of its own: what had been said of the file
before would stay.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import streamlit as st

from cnnviz.ui.components import register
from cnnviz.ui.sent import part, sent_index, sent_text, word

MB = 2**20  # bytes, as Streamlit counts them
LONGEST_NAME = 40

_mount = register("upload_limit")


def uploader(
    label: str,
    *,
    most_mb: int,
    key: str,
    refused: Callable[[str], None],
    **arguments: Any,
) -> Any:
    """Streamlit's uploader; returns what it returns.

    Args:
        label: what is asked for.
        most_mb: of one file.
        key: of the uploader.
        refused: called, before the page is drawn anew, with the sentence on a file that is too
            large; nothing of what was given with it is taken.
        arguments: of `st.file_uploader`.
    """
    found = st.file_uploader(label, max_upload_size=most_mb, key=key, **arguments)
    limit = f"{key}_limit"

    def told() -> None:
        sentence = word(limit, "refused", lambda said: _sentence(said, most_mb))
        if sentence is not None:
            refused(sentence)

    _mount(
        data={"uploader": key, "most": most_mb * MB},
        key=limit,
        on_refused_change=told,
        height="content",
    )
    return found


def _sentence(said: Any, most_mb: int) -> str | None:
    """Why a file is not taken, from its name and size as a browser says them."""
    name, size = sent_text(part(said, 0), 100), sent_index(part(said, 1), 2**53)
    if name is None or size is None or size <= most_mb * MB:
        return None
    megabytes = ceil(10 * size / MB) / 10  # up, so that it never equals the limit
    return f"“{name[:LONGEST_NAME]}” has {megabytes:,.1f} MB, and up to {most_mb:,} MB are taken."
