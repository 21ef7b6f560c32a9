"""`scanner serve` in earnest: metrics of all workers, a graceful end, and no word of what was sent in any of it."""

from __future__ import annotations

import json
import signal
import socket
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from scanner.ledger import keys
from scanner.ledger.store import Store
from tests.api.served import serving

pytestmark = pytest.mark.slow
TEXT = "add me on whatsapp +86 138 0013 8000"


def _sample(text: str, name: str) -> float:
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def test_metrics_of_any_worker_cover_all(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    store = Store(path)
    _, secret = keys.create(store, name="all", scopes=["scan"], now=1, rate=1e5, burst=1e5)
    store.close()
    key = {"authorization": f"Bearer {secret}"}
    with serving(path, "--workers", 3) as served:
        workers = set()
        for _ in range(60):
            workers.add(httpx.get(f"{served.url}/readyz").json()["worker"])
            assert httpx.post(f"{served.url}/v1/scan", json={"text": TEXT}, headers=key).status_code == 200
        text = httpx.get(f"{served.url}/metrics", headers=key).text
        assert httpx.get(f"{served.url}/metrics").status_code == 401
        assert len(workers) > 1
        assert _sample(text, 'scanner_decisions_total{decision="block"}') == 60
        assert _sample(text, 'scanner_hits_total{category="contact"') >= 60
        assert _sample(text, 'scanner_request_seconds_count{method="POST",route="/v1/scan",status="200"}') == 60
        assert text.count("scanner_activation{pid=") == 3
        logged = served.log.read_text()
    assert "138 0013" not in text + logged and "8613800138000" not in text + logged
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    ours = [line for line in lines if line.get("route") == "/v1/scan"]
    assert len(ours) == 60 and len({line["request_id"] for line in ours}) == 60
    assert secret not in logged


def test_a_request_under_way_is_finished_at_the_end(tmp_path: Path) -> None:
    body = json.dumps({"text": TEXT}).encode()
    head = f"POST /v1/scan HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with serving(tmp_path / "ledger.db") as served, socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(f"{head}\r\n\r\n".encode() + body[:10])
        time.sleep(0.3)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        line.sendall(body[10:])
        line.settimeout(10)
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        assert served.process.wait(20) in (0, -signal.SIGTERM)
        assert "Application shutdown complete." in served.log.read_text()
