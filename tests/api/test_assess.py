"""`POST /v1/assess`: recorded once, previewed without a trace but a count, answered again under its key."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import idempotency
from api.routes import assess
from scanner.ledger import proof

GUILTY: dict[str, Any] = {
    "id": "m1",
    "text": "add me on whatsapp +86 138 0013 8000",
    "at": "2021-09-01T11:00:00+08:00",
    "conversation": "c1",
    "sender": "s",
    "merchant": {"id": "acme"},
}


def _events(app: FastAPI, kind: str = "finding") -> int:
    with app.state.service.ledger() as ledger:
        return int(ledger.query("SELECT count(*) AS n FROM events WHERE type = ?", (kind,))[0]["n"])


def test_a_text_is_charged_once(client: TestClient, app: FastAPI) -> None:
    first = client.post("/v1/assess", json=GUILTY).json()
    assert first["decision"] == "block"
    assert [charge["state"] for charge in first["charges"]] == ["executed"]
    assert first["received"].startswith("2021-09-01")
    again = client.post("/v1/assess", json=GUILTY).json()
    assert [charge["reason"] for charge in again["charges"]] == ["duplicate"]
    assert _events(app) == 1


def test_a_preview_writes_no_charge_and_is_counted(client: TestClient, app: FastAPI) -> None:
    for number in (1, 2):
        said = client.post("/v1/assess?dry_run=true", json=GUILTY).json()
        assert said["preview"]["asked"] == number
    shown = said["preview"]
    assert not shown["publishable"]
    start, end = (shown["highlights"][0][name] for name in ("start", "end"))
    assert "138 0013 8000" in GUILTY["text"][start:end]
    assert shown["highlights"][0]["change"]
    assert shown["costs"]
    assert _events(app) == 0
    assert said["charges"][0]["event"] == 0


def test_a_preview_does_not_say_how_it_was_found(client: TestClient) -> None:
    record = {**GUILTY, "text": "add me on wh@tsapp +86 one three eight 0013 8000"}
    shown = client.post("/v1/assess?dry_run=true", json=record).json()["preview"]
    assert set(shown["highlights"][0]) == {"start", "end", "level", "category", "wrong", "change"}


def test_what_a_judgement_needs(client: TestClient) -> None:
    for lacking in ("id", "at", "merchant"):
        answer = client.post("/v1/assess", json={name: GUILTY[name] for name in GUILTY if name != lacking})
        assert answer.status_code == 422
        assert lacking in answer.json()["errors"][0]["field"]
    assert client.post("/v1/assess", json={**GUILTY, "at": "2021-09-01T11:00:00"}).status_code == 422
    assert client.post("/v1/assess", json={**GUILTY, "at": "9999-12-31T23:59:59-23:59"}).status_code == 422


def test_the_callers_word_excuses_nothing(client: TestClient) -> None:
    said = {**GUILTY, "merchant": {"id": "acme", "registered_contacts": ["+86 138 0013 8000"]}, "context": "reasonable"}
    answer = client.post("/v1/assess", json=said).json()
    assert answer["charges"][0]["state"] == "executed"
    assert answer["notes"]


def test_the_same_key_gives_the_same_answer(client: TestClient, app: FastAPI) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/v1/assess", json=GUILTY, headers=headers)
    second = client.post("/v1/assess", json=GUILTY, headers=headers)
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert _events(app) == 1


def test_the_same_key_for_another_body(client: TestClient, app: FastAPI) -> None:
    headers = {"Idempotency-Key": "k1"}
    client.post("/v1/assess", json=GUILTY, headers=headers)
    answer = client.post("/v1/assess", json={**GUILTY, "id": "m2"}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency-mismatch")
    assert _events(app) == 1


def test_fifty_at_once_are_one(client: TestClient, app: FastAPI) -> None:
    """One execution; every other gets the same answer, or is told that it is being worked on."""
    headers = {"Idempotency-Key": "k50"}

    def send(_: int) -> tuple[int, bytes]:
        answer = client.post("/v1/assess", json=GUILTY, headers=headers)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(50)))
    bodies = {body for status, body in answers if status == 200}
    assert len(bodies) == 1
    assert {status for status, _ in answers} <= {200, 409}
    assert _events(app) == 1
    with app.state.service.ledger() as ledger:
        assert proof.verify(ledger) == []


@pytest.fixture
def soft(app: FastAPI) -> Iterator[TestClient]:
    """A client that gets a 500 as an answer."""
    here = {"client": ("127.0.0.1", 50000), "base_url": "http://127.0.0.1"}
    with TestClient(app, raise_server_exceptions=False, **here) as client:  # type: ignore[arg-type]
        yield client


def test_a_lost_answer_costs_nothing(soft: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is committed, the answer is lost on the way; the client asks again."""

    def lost(_: object) -> None:
        raise ConnectionError("the line is dead")

    headers = {"Idempotency-Key": "k2"}
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_response", lost)
        assert soft.post("/v1/assess", json=GUILTY, headers=headers).status_code == 500
    answer = soft.post("/v1/assess", json=GUILTY, headers=headers)
    assert answer.json()["charges"][0]["state"] == "executed"
    assert answer.headers["idempotency-replayed"] == "true"
    balance = answer.json()["charges"][0]["balance"]
    assert soft.post("/v1/assess", json=GUILTY).json()["charges"][0]["balance"] == balance
    with app.state.service.ledger() as ledger:
        assert ledger.account("acme").counts() == {"off_platform": 1}


def test_a_failure_keeps_no_answer(soft: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is undone is not answered again."""
    headers = {"Idempotency-Key": "k3"}
    with monkeypatch.context() as patch:
        patch.setattr(assess, "answer", lambda *_, **__: 1 / 0)
        assert soft.post("/v1/assess", json=GUILTY, headers=headers).status_code == 500
    assert _events(app) == 0
    assert soft.post("/v1/assess", json=GUILTY, headers=headers).json()["charges"][0]["state"] == "executed"
