"""What a server is busy with, in numbers, for Prometheus: on a port of its own, off by default.

Nothing in it says who a visitor is or what they did.
"""

from __future__ import annotations

import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cnnviz.ui.compute import places
from cnnviz.ui.insides.visitor import num_visitors
from cnnviz.ui.jobs import downloads, jobs
from cnnviz.ui.kept import account
from cnnviz.ui.serving.housekeeping import resident_bytes

TYPE = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus' text format
_begun = time.monotonic()
_counted: Counter[str] = Counter()
COUNTED = {
    "runs": "Runs of a page for a visitor.",
    "busy": "Visitors who were told that their turn had not come in time.",
    "errors": "Runs that ended in an error that nobody expected.",
}


def count(what: str) -> None:
    """Count one of `COUNTED`.

    Raises:
        KeyError: it is none of them.
    """
    _ = COUNTED[what]
    _counted[what] += 1


def metrics() -> str:
    """The numbers of this server in Prometheus' text format."""
    gauges = {
        "visitors": (num_visitors(), "Browsers that are connected."),
        "places_held": (places().num_held, "Places for computing that are held."),
        "places_waiting": (places().num_waiting, "Threads that wait for a place for computing."),
        "place_held_seconds": (places().longest_hold_s(), "For how long the first one is held."),
        "jobs": (jobs().num_known, "Pieces of slow work that go on or wait."),
        "downloads": (downloads().num_known, "Files on their way to this server."),
        "kept_bytes": (account().num_bytes, "Computed results that are kept."),
        "resident_bytes": (resident_bytes(), "Memory of the process."),
        "up_seconds": (time.monotonic() - _begun, "Since the server was started."),
    }
    lines = [
        *(line for name, (value, text) in gauges.items() for line in _told(name, value, text)),
        *(
            line
            for name, text in COUNTED.items()
            for line in _told(f"{name}_total", _counted[name], text, "counter")
        ),
    ]
    return "\n".join(lines) + "\n"


def _told(name: str, value: float, text: str, kind: str = "gauge") -> tuple[str, str, str]:
    full = f"cnnviz_{name}"
    return f"# HELP {full} {text}", f"# TYPE {full} {kind}", f"{full} {value:.10g}"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_known = self.path.partition("?")[0] == "/metrics"
        body = (metrics() if is_known else "there is /metrics\n").encode()
        self.send_response(200 if is_known else 404)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it is asked every few seconds."""


def serve_metrics(port: int) -> ThreadingHTTPServer | None:
    """Answer /metrics on a port, in the background; None for port 0.

    Raises:
        OSError: the port cannot be had.
    """
    if not port:
        return None
    server = ThreadingHTTPServer(("", port), _Answer)
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
