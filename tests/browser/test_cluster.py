"""Two replicas behind the proxy that is shipped: as with one, and one of them may go."""

from __future__ import annotations

import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from websockets import Origin, Subprotocol
from websockets.sync.client import connect

from tests.browser.conftest import ROOT, free_port
from tests.browser.test_returning import GONE, is_loaded_again, loads_again, upload

WITHIN = 120  # seconds: two servers start on a busy machine
SENTENCE = b"This file is too large: up to 10 MB are taken.\n"


class Cluster:
    """deploy/local_cluster.sh with two replicas."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._out = folder / "out.txt"
        self.certificate, self.tls_port = folder / "certificate.pem", free_port()
        _sign(self.certificate)
        environment = os.environ | {
            "CLUSTER_RUN": str(folder), "PYTHON": sys.executable,
            "CLUSTER_TLS": str(self.certificate), "CLUSTER_TLS_PORT": str(self.tls_port),
        }  # fmt: skip
        with self._out.open("wb") as out:
            self._process = subprocess.Popen(
                [ROOT / "deploy" / "local_cluster.sh", "2", str(self._port)],
                env=environment, stdout=out, stderr=out,
            )  # fmt: skip
        self.waits_for("is served by 2 replicas")

    def waits_for(self, words: str) -> None:
        deadline = time.monotonic() + WITHIN
        while words not in self._out.read_text():
            assert time.monotonic() < deadline, self._out.read_text()
            assert self._process.poll() is None, self._out.read_text()
            time.sleep(0.1)

    @property
    def pids(self) -> list[int]:
        """Of the replicas."""
        return [int((self._folder / f"replica-{n}.pid").read_text()) for n in (1, 2)]

    def replica_of(self, page: Page) -> int:
        """The place in `pids` of the replica that has the session of a page, once one has it."""
        deadline = time.monotonic() + WITHIN
        while (answers := self._who_has(page)).count(b"yes") != 1:
            assert time.monotonic() < deadline, answers
            page.wait_for_timeout(100)
        return answers.index(b"yes")

    def _who_has(self, page: Page) -> list[bytes]:
        session = page.evaluate("() => window.__cnnvizVisit")
        ports = re.findall(r"server replica\d 127.0.0.1:(\d+)", self.configuration)
        return [_answer(f"http://127.0.0.1:{port}/visit/{session}") for port in ports]

    @property
    def configuration(self) -> str:
        return (self._folder / "haproxy.cfg").read_text()

    @contextmanager
    def nobody_restarts(self) -> Iterator[None]:
        """A replica that ends stays away meanwhile."""
        self._process.send_signal(signal.SIGSTOP)
        yield
        self._process.send_signal(signal.SIGCONT)

    def restart_all(self) -> None:
        self._process.send_signal(signal.SIGUSR1)

    def stop(self) -> list[int]:
        """End it; the processes that it had started come back."""
        started = [*self.pids, int((self._folder / "haproxy.pid").read_text())]
        self._process.terminate()
        self._process.wait(timeout=60)
        return started


def _sign(file: Path) -> None:
    """A certificate of this machine's own, and its key."""
    words = "req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    names = ["-subj", "/CN=cnnviz", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", *words.split(), *names, "-keyout", file, "-out", file],
        check=True, capture_output=True,
    )  # fmt: skip


def asked(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read()


def _answer(address: str) -> bytes:
    """As `asked`, and "no" of a replica that is not there."""
    try:
        return asked(address)
    except OSError:
        return b"no"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if shutil.which("haproxy") is None and not os.environ.get("CI"):
        pytest.skip("no HAProxy on this machine")
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    for pid in cluster.stop():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def padding_of(page: Page, value: int) -> None:
    """The page answers a hand: its address follows the slider."""
    page.get_by_role("slider", name="Padding").press("ArrowRight")
    expect(page).to_have_url(re.compile(f"padding={value}"))


@pytest.mark.slow
def test_a_replica_may_go_and_all_be_restarted_and_the_view_stays_and_a_file_is_saved(
    cluster: Cluster, page: Page
):
    page.goto(f"{cluster.address}/convolution?view=picture&kernel_size=5")
    upload(page)
    expect(page).to_have_url(re.compile("own=picture"))
    before = cluster.replica_of(page)
    padding_of(page, 2)
    assert cluster.replica_of(page) == before
    loads_again(page)
    with cluster.nobody_restarts():
        os.kill(cluster.pids[before], signal.SIGKILL)
        is_loaded_again(page)
        expect(page.get_by_text(GONE)).to_be_visible()
        expect(page).to_have_url(re.compile("kernel_size=5&padding=2"))
        padding_of(page, 3)
        assert cluster.replica_of(page) == 1 - before
    cluster.waits_for("is started again")

    loads_again(page)
    old = cluster.pids
    cluster.restart_all()
    cluster.waits_for("done")
    assert not set(old) & set(cluster.pids)
    is_loaded_again(page)
    cluster.replica_of(page)  # whose first replica went twice loads twice
    expect(page).to_have_url(re.compile("kernel_size=5&padding=3"))
    padding_of(page, 4)

    page.goto(f"{cluster.address}/build")  # by the replica that has all in memory now
    with page.expect_download() as saved:
        page.get_by_role("button", name="Python", exact=True).click()
    assert "import torch" in saved.value.path().read_text()


def test_what_is_too_large_is_told_before_it_is_sent(cluster: Cluster):
    request = urllib.request.Request(cluster.address, b"", {"Content-Length": "99999999"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert (refused.value.code, refused.value.read()) == (413, SENTENCE)


def test_what_never_changes_is_kept_by_the_browser_and_sent_compressed(cluster: Cluster):
    script = re.search(rb'src="\./(static/js/[^"]+)"', asked(cluster.address))
    assert script is not None
    request = urllib.request.Request(
        f"{cluster.address}/{script[1].decode()}", headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_tls_ends_at_the_proxy_for_pages_and_for_the_websocket(cluster: Cluster):
    address = f"127.0.0.1:{cluster.tls_port}"
    trusted = ssl.create_default_context(cafile=cluster.certificate)
    with urllib.request.urlopen(f"https://{address}", timeout=20, context=trusted) as answer:
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert re.fullmatch("cnnviz_replica=.*; Secure", answer.headers["Set-Cookie"])
    with connect(
        f"wss://{address}/_stcore/stream", ssl=trusted, origin=Origin(f"https://{address}"),
        subprotocols=[Subprotocol("streamlit")],
    ) as socket:  # fmt: skip
        assert socket.subprotocol == "streamlit"
