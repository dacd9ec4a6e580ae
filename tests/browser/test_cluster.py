"""Two replicas behind the proxy that is shipped: a page outlives its replica, limits have words."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, START_WITHIN, _free_port

SERVED = re.compile(r"replicas/replica(\d) 200 .* GET /convolution$", re.MULTILINE)


@dataclass(frozen=True)
class Cluster:
    """Replicas behind a proxy: its address, and the folder of logs and process ids."""

    address: str
    run: Path

    def replica_of_the_last_visit(self) -> int:
        """The process that served the convolution page last."""
        number = SERVED.findall((self.run / "proxy.log").read_text())[-1]
        return int((self.run / f"replica-{number}.pid").read_text())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster of deploy/local_cluster.sh; without HAProxy the test is skipped."""
    if shutil.which("haproxy") is None:
        pytest.skip("no HAProxy on this machine: apt-get install haproxy")
    run, port = tmp_path_factory.mktemp("cluster"), _free_port()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        [ROOT / "deploy" / "local_cluster.sh", "2", str(port)],
        env=os.environ | {"CNNVIZ_RUN": str(run), "PATH": path, "OMP_NUM_THREADS": "1"},
    )
    cluster = Cluster(f"http://127.0.0.1:{port}", run)
    try:
        _wait_for(cluster, process)
        yield cluster
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _wait_for(cluster: Cluster, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 2 * START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{cluster.address}/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the cluster did not start")


@pytest.mark.slow
def test_who_visits_a_replica_that_is_killed_has_the_same_view_on_the_other(
    cluster: Cluster, page: Page
):
    page.goto(f"{cluster.address}/convolution?kernel_size=5&stride=2")
    strip = page.locator(".cnnviz .strip")
    expect(strip).to_contain_text("(1, 1, 2, 2)")
    page.evaluate("() => { window.isOld = true; }")
    killed = cluster.replica_of_the_last_visit()
    os.kill(killed, signal.SIGKILL)
    page.wait_for_function("() => !window.isOld")
    expect(page).to_have_url(re.compile(r"/convolution\?kernel_size=5&stride=2$"))
    expect(strip).to_contain_text("(1, 1, 2, 2)")
    assert cluster.replica_of_the_last_visit() != killed
    page.get_by_role("slider", name="Padding").press("ArrowRight")
    expect(strip).to_contain_text("(1, 1, 3, 3)")


def _refused(address: str, headers: dict[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(address, b"x", headers, method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=30)
    return refusal.value.code, refusal.value.read().decode()


@pytest.mark.slow
def test_what_the_proxy_refuses_it_refuses_with_a_sentence(cluster: Cluster):
    upload = f"{cluster.address}/_stcore/upload_file/a/b"
    assert _refused(upload, {"Content-Length": "12000000"}) == (
        413,
        "This file is too large: up to 10 MB are taken.",
    )
    code, words = _refused(f"{cluster.address}/metrics", {})
    assert (code, words) == (404, "There is no such page.")


@pytest.mark.slow
def test_the_proxy_hands_on_the_headers_that_protect_and_compresses(cluster: Cluster):
    request = urllib.request.Request(cluster.address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        headers = answer.headers
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Encoding"] == "gzip"
    assert "HttpOnly" in headers["Set-Cookie"]
    log = (cluster.run / "proxy.log").read_text()
    assert "kernel_size" not in log  # pages and times, but not what was asked there
