"""Files on their way: what a visitor uploads, and pictures that a browser comes to fetch."""

from __future__ import annotations

import time

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

STAY = 15.0  # seconds that a file stays which nobody shows any more
FILES_LEFT = 32 * 2**20  # bytes of such files together, of all visitors
_inactive = MediaFileManager._get_inactive_file_ids


def received(file: object) -> bytes | None:
    """What was uploaded, which the server then drops; None where nothing was.

    None too for what was received before: where a second run comes before the first has ended,
    Streamlit tells the callback of the same file again, which is gone by then.
    """
    if not isinstance(file, UploadedFile):
        return None
    data = file.getvalue()
    _release(file)
    return data


def _release(file: UploadedFile) -> None:
    """Drop an upload: the server would keep each one until its visitor leaves."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def media_url(data: bytes, mimetype: str, coordinates: str) -> str | None:
    """Address of a file that the server keeps for this run's visitor; None outside a server."""
    if not runtime.exists():
        return None
    return runtime.get_instance().media_file_mgr.add(data, mimetype, coordinates)


def let_pictures_stay() -> None:
    """Keep a file that is shown no more for a while: a browser may be on its way to fetch it.

    Streamlit drops it at the end of the run that shows another one in its place; a browser that
    hears of it late asks for a picture that is gone. Called once by app.py.
    """
    MediaFileManager._get_inactive_file_ids = _given_up  # ty: ignore[invalid-assignment]


def drop_old_files() -> None:
    """Let go of files whose time is over, also on a server where nobody does anything."""
    if runtime.exists():
        runtime.get_instance().media_file_mgr.remove_orphaned_files()


def _given_up(files: MediaFileManager) -> set[str]:
    """The files nobody shows that no browser asks for any more: old ones, or the oldest of many."""
    left = files.__dict__.setdefault("_left_since", {})
    inactive, now = _inactive(files), time.monotonic()
    for file in left.keys() - inactive:
        del left[file]
    room, kept = FILES_LEFT, set()
    for file in sorted(inactive, key=lambda file: left.setdefault(file, now), reverse=True):
        room -= _num_bytes(files, file)
        if room >= 0 and now - left[file] < STAY:
            kept.add(file)
    return inactive - kept


def _num_bytes(files: MediaFileManager, file: str) -> int:
    found = files.read_file(file) if files.can_read_files else None
    return found.content_size if found else 0
