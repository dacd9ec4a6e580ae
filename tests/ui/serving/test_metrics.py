"""The numbers of a server, as Prometheus reads them."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from cnnviz.ui.compute import computing
from cnnviz.ui.serving.metrics import COUNTED, count, metrics, serve_metrics


def value(name: str) -> float:
    found = re.search(rf"^cnnviz_{name} (\S+)$", metrics(), re.MULTILINE)
    assert found is not None
    return float(found[1])


def test_every_number_has_its_help_and_its_type():
    lines = metrics().splitlines()
    for at in range(0, len(lines), 3):
        name = lines[at + 2].split()[0]
        assert lines[at].startswith(f"# HELP {name} ")
        assert lines[at + 1] in (f"# TYPE {name} gauge", f"# TYPE {name} counter")
    assert len(lines) % 3 == 0


def test_they_are_those_of_the_server():
    before, runs = value("places_held"), value("runs_total")
    with computing():
        assert value("places_held") == before + 1
    count("runs")
    assert value("runs_total") == runs + 1
    assert value("resident_bytes") > 50e6
    assert set(COUNTED) == {"runs", "busy", "errors"}
    with pytest.raises(KeyError):
        count("names")


def test_a_port_of_its_own_answers_and_zero_is_none():
    assert serve_metrics(0) is None
    server = serve_metrics(_free_port())
    assert server is not None
    address = f"http://127.0.0.1:{server.server_address[1]}"
    with urllib.request.urlopen(f"{address}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "cnnviz_visitors 0\n" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/else")
    server.shutdown()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
