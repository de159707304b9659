"""Our own processes are asked themselves, whatever proxy the environment names for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from console.commands import status
from console.run import programs
from schemas.settings import Address


class _Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ready\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A process that is ready, on a machine that reaches the world by a proxy."""
    server = HTTPServer(("127.0.0.1", 0), _Ready)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield Address("127.0.0.1", server.server_port)
    server.shutdown()
    server.server_close()


def test_given_a_proxy_then_a_process_that_is_ready_is_found_so(ready: Address) -> None:
    assert programs._answers(ready, "/health/ready")()


def test_given_a_proxy_then_the_status_says_what_the_process_says(ready: Address) -> None:
    assert status._ready(f"http://{ready}/health/ready") == (True, "ready")
