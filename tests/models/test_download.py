"""Downloads against a server on this machine that behaves well, badly, or not at all."""

import hashlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from cnnviz.models import WeightsError
from cnnviz.models.download import download, has_hash, is_whole_archive

CONTENT = bytes(range(256)) * 1024  # 256 KiB, several chunks
SHA = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        getattr(self, f"answer_{self.path.strip('/')}", self.answer_missing)()

    def answer_good(self) -> None:
        self.head(len(CONTENT))
        self.wfile.write(CONTENT)

    def answer_unsized(self) -> None:
        self.head(None)
        self.wfile.write(CONTENT)

    def answer_half(self) -> None:
        self.head(len(CONTENT))
        self.wfile.write(CONTENT[: len(CONTENT) // 2])

    def answer_silent(self) -> None:
        self.head(len(CONTENT))
        self.wfile.write(CONTENT[:10])
        self.wfile.flush()
        self.server.released.wait(10)

    def answer_drip(self) -> None:
        self.head(len(CONTENT))
        for _ in range(200):
            self.wfile.write(b"x")
            self.wfile.flush()
            if self.server.released.wait(0.05):
                return

    def answer_missing(self) -> None:
        self.send_error(404)

    def head(self, length: int | None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.released = threading.Event()
        server.handle_error = lambda *args: None  # a client that hung up is what is tested
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints" / "net-abc.pth"


def assert_nothing_is_left(target: Path) -> None:
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


def test_a_file_arrives_whole_with_its_progress(server, target):
    seen = []
    download(f"{server}/good", target, SHA[:8], lambda *numbers: seen.append(numbers))
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    arrived = [count for count, _ in seen]
    assert arrived == sorted(arrived)
    assert len(arrived) > 1
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_server_that_tells_no_length_is_fine(server, target):
    seen = []
    download(f"{server}/unsized", target, SHA[:8], lambda *numbers: seen.append(numbers))
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), None)


def test_a_file_with_another_hash_is_thrown_away(server, target):
    with pytest.raises(WeightsError, match=f"begins with {SHA[:8]} and not with 00000000"):
        download(f"{server}/good", target, "00000000")
    assert_nothing_is_left(target)


def test_a_download_that_is_cut_off_leaves_nothing(server, target):
    with pytest.raises(WeightsError, match=r"ended after 131,072 of 262,144 bytes"):
        download(f"{server}/half", target, SHA[:8])
    assert_nothing_is_left(target)


def test_a_server_that_falls_silent_is_given_up(server, target):
    started = time.monotonic()
    with pytest.raises(WeightsError, match="took too long"):
        download(f"{server}/silent", target, SHA[:8], silence_s=0.2)
    assert time.monotonic() - started < 5
    assert_nothing_is_left(target)


def test_a_server_that_sends_a_byte_now_and_then_meets_the_time_limit(server, target):
    started = time.monotonic()
    with pytest.raises(WeightsError, match="took too long"):
        download(f"{server}/drip", target, SHA[:8], time_limit_s=0.3)
    assert time.monotonic() - started < 5
    assert_nothing_is_left(target)


def test_an_error_of_the_server_is_one_sentence(server, target):
    with pytest.raises(WeightsError, match="The server answered 404"):
        download(f"{server}/nothing", target, SHA[:8])
    assert_nothing_is_left(target)


def test_no_network_is_one_sentence(target):
    with pytest.raises(
        WeightsError, match=r"^127\.0\.0\.1 cannot be reached .*everything else works"
    ):
        download("http://127.0.0.1:9/net.pth", target, SHA[:8], silence_s=2)
    assert_nothing_is_left(target)


def test_a_visitor_who_leaves_ends_the_download(server, target):
    def leave(arrived: int, expected: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(f"{server}/good", target, SHA[:8], leave)
    assert_nothing_is_left(target)
    download(f"{server}/good", target, SHA[:8])  # and the next one may
    assert target.exists()


def test_the_second_of_two_visitors_finds_the_file_of_the_first(server, target):
    calls = []
    threads = [
        threading.Thread(
            target=download,
            args=(f"{server}/good", target, SHA[:8], lambda *numbers, i=i: calls.append(i)),
        )
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() == CONTENT
    assert len(set(calls)) == 1


def test_a_hash_is_recognised_by_its_beginning(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    assert has_hash(path, SHA[:8])
    assert not has_hash(path, "0" + SHA[1:8] if SHA[0] != "0" else "1" + SHA[1:8])


def test_an_archive_is_whole_until_a_byte_of_it_changes(tmp_path):
    path = tmp_path / "weights.pth"
    torch.save({"weight": torch.ones(1000)}, path)
    assert is_whole_archive(path)
    content = bytearray(path.read_bytes())
    content[content.index(b"\x00\x00\x80\x3f") + 2] ^= 1  # one bit of the first 1.0
    path.write_bytes(content)
    assert not is_whole_archive(path)
    path.write_bytes(content[: len(content) // 2])
    assert not is_whole_archive(path)
    path.write_bytes(b"")
    assert not is_whole_archive(path)
