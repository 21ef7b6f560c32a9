"""A session holds on every worker, and ends with the service."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2 as httpx
import pytest

from scanner.ledger import keys
from scanner.ledger.store import Store
from tests.api.served import serving

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:SQLite .* has the WAL-reset fault")]


def test_a_session_holds_on_every_worker(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    store = Store(ledger)
    _, secret = keys.create(store, name="officer", scopes=["admin"], now=1_600_000_000)
    store.close()
    with serving(ledger, "--workers", 2) as service, httpx.Client(base_url=service.url) as client:
        token = re.search(r'name="token" value="([\w-]+)"', client.get("/login").text)
        assert token is not None
        answer = client.post("/login", data={"token": token[1], "key": secret, "next": "/overview"})
        assert answer.status_code == 303
        session = client.cookies["scanner_session"]
        seen = set()
        for _ in range(30):
            with httpx.Client(base_url=service.url, cookies={"scanner_session": session}) as other:
                seen.add(other.get("/overview").status_code)
        assert seen == {200}
        assert secret.encode() not in service.log.read_bytes()
        assert session.encode() not in service.log.read_bytes()
