"""Several workers, one ledger: the same key fifty times at once, webhooks sent once, the chain whole."""

from __future__ import annotations

import base64
import json
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from scanner.ledger import proof
from scanner.ledger.book import Book
from scanner.ledger.store import WalResetWarning
from tests.api.served import serving
from tests.api.test_assess import GUILTY

pytestmark = pytest.mark.slow

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


def test_fifty_at_once_over_three_workers(tmp_path: Path) -> None:
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            got.append(self.headers["webhook-id"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hook = {
        "SCANNER_WEBHOOK_URL": f"http://127.0.0.1:{server.server_port}/",
        "SCANNER_WEBHOOK_SECRET": SECRET,
        "SCANNER_WEBHOOK_LOOPBACK": "true",
    }
    path = tmp_path / "ledger.db"
    record = {**GUILTY, "at": "2026-09-01T11:00:00+08:00"}
    with serving(path, "--workers", 3, **hook) as served:
        answers = _many(served.url, record)
        again = httpx.post(f"{served.url}/v1/assess", json=record, headers={"idempotency-key": "k"}, timeout=30)
        _wait_for(got, 2)
        time.sleep(2.5)  # a second sender would have come by now
    server.shutdown()
    server.server_close()
    assert {status for status, _ in answers} <= {200, 409}
    assert len({body for status, body in answers if status == 200} | {again.text}) == 1
    assert json.loads(again.text)["charges"][0]["event"] > 0
    assert len(got) == len(set(got))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        book = Book(path)
    with book:
        assert book.query("SELECT count(*) AS n FROM events WHERE type = 'finding'")[0]["n"] == 1
        assert proof.verify(book) == []


def _many(url: str, record: dict[str, Any]) -> list[tuple[int, str]]:
    """Fifty connections, so that every worker gets some."""

    def send(_: int) -> tuple[int, str]:
        answer = httpx.post(f"{url}/v1/assess", json=record, headers={"idempotency-key": "k"}, timeout=60)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(send, range(50)))


def _wait_for(got: list[str], count: int) -> None:
    end = time.monotonic() + 15
    while len(got) < count and time.monotonic() < end:
        time.sleep(0.1)
    assert len(got) >= count
