"""Whether the service lives, is ready, and says in which versions."""

from __future__ import annotations

from fastapi.testclient import TestClient

from scanner import Scanner


def test_a_live_service_says_so(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


def test_a_ready_worker_names_its_packs(client: TestClient, scanner: Scanner) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["packs"] == dict(scanner.packs)
