"""What we rely on in Streamlit's insides, files: an update that changes it fails here."""

from __future__ import annotations

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec

from cnnviz.ui.insides import files


class Files:
    """Pictures that one visitor is shown, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(files.time, "monotonic", lambda: self.now)
        self.manager = MediaFileManager(MemoryMediaFileStorage("/media"))

    def show(self, data: bytes) -> str:
        url = self.manager.add(data, "image/png", "place")
        self.manager.remove_orphaned_files()
        return url.removeprefix("/media/")

    def are_there(self, names: list[str]) -> list[bool]:
        return [self.manager.read_file(name) is not None for name in names]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setattr(MediaFileManager, "_get_inactive_file_ids", files._given_up)
    return Files(monkeypatch)


def test_a_picture_stays_for_a_while_after_the_next_has_come(patient: Files) -> None:
    names = [patient.show(b"first"), patient.show(b"second")]
    patient.now = files.STAY - 1
    names.append(patient.show(b"third"))
    assert patient.are_there(names) == [True, True, True]
    patient.now = files.STAY
    patient.manager.remove_orphaned_files()
    assert patient.are_there(names) == [False, True, True]


def test_a_picture_that_is_shown_again_stays(patient: Files) -> None:
    names = [patient.show(b"first"), patient.show(b"second"), patient.show(b"first")]
    patient.now = files.STAY
    patient.manager.remove_orphaned_files()
    assert patient.are_there(names) == [True, False, True]


def test_of_many_pictures_the_last_ones_stay(patient: Files, monkeypatch) -> None:
    monkeypatch.setattr(files, "FILES_LEFT", 10)
    names = []
    for second in range(4):
        patient.now = float(second)
        names.append(patient.show(b"four" + bytes([second])))
    assert patient.are_there(names) == [False, True, True, True]


def test_without_it_streamlit_drops_a_picture_at_once(monkeypatch) -> None:
    monkeypatch.setattr(MediaFileManager, "_get_inactive_file_ids", files._inactive)
    shown = Files(monkeypatch)
    assert shown.are_there([shown.show(b"first"), shown.show(b"second")]) == [False, True]


def test_an_upload_that_was_received_is_not_received_again():
    record = UploadedFileRec("1", "dog.png", "image/png", b"pixels")
    assert files.received(UploadedFile(record, FileURLs())) == b"pixels"
    assert files.received(DeletedFile("1")) is None and files.received(None) is None
