"""Contact data in every field and in every failure: in no log, no metric, no error, no webhook body."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.logs import JsonFormatter
from api.routes import assess, review
from api.settings import Settings
from scanner import Scanner
from scanner.ledger import outbox

PHONE, MAIL = "+86 139 1234 7788", "canary.seller@mailbox.example"
CANARY = f"whatsapp {PHONE} {MAIL}"
SIGNS = ("139 1234", "1391234", "13912347788", "canary.seller", "mailbox.example")
AT = "2021-09-01T11:00:00+08:00"

RECORD: dict[str, Any] = {
    "id": "m1", "text": CANARY, "at": AT, "conversation": "c1", "sender": "s1", "category": "Toys",
    "merchant": {"id": "acme"},
}  # fmt: skip

FIELDS = ("id", "text", "title", "category", "at", "conversation", "sender", "kind", "role", "channel", "context")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Every line that is logged, as the service writes it."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeper = Keeper(level=logging.DEBUG)
    keeper.setFormatter(JsonFormatter())
    root, api = logging.getLogger(), logging.getLogger("api")
    before = (root.level, api.level)
    for logger in (root, api):
        logger.addHandler(keeper)
        logger.setLevel(logging.DEBUG)
    yield lines
    for logger, level in zip((root, api), before, strict=True):
        logger.removeHandler(keeper)
        logger.setLevel(level)


@pytest.fixture
def soft(settings: Settings, scanner: Scanner) -> Iterator[tuple[TestClient, FastAPI]]:
    """A service whose failures are answers."""
    app = create_app(settings, scanner=scanner, clock=lambda: datetime(2021, 9, 1, 12, tzinfo=UTC))
    here: dict[str, Any] = {"client": ("127.0.0.1", 50000), "base_url": "http://127.0.0.1"}
    with TestClient(app, raise_server_exceptions=False, **here) as client:
        with app.state.service.ledger() as ledger:
            outbox.fill(ledger, "hook", 0)
        yield client, app


def _requests() -> Iterator[tuple[str, str, Any]]:
    """The canary in every field of every room, in right places and in wrong ones."""
    yield "POST", "/v1/assess", RECORD
    for name in FIELDS:
        for value in (CANARY, {"x": CANARY}, [CANARY], {CANARY: 1}):
            yield "POST", "/v1/assess", {**RECORD, name: value}
            yield "POST", "/v1/scan", {**RECORD, name: value}
    for merchant in ({"id": CANARY}, {"id": "acme", "registered_contacts": [CANARY]}, CANARY, {"id": {"x": CANARY}},
                     {"id": "acme", "authorised_marks": [{"mark": CANARY, "from": CANARY}]}):  # fmt: skip
        yield "POST", "/v1/assess", {**RECORD, "merchant": merchant}
        yield "POST", "/v1/assess?dry_run=true", {**RECORD, "merchant": merchant}
    yield "POST", "/v1/assess", {CANARY: CANARY}
    yield "POST", "/v1/assess", CANARY
    facts = {"at": "2021-08-01T00:00:00Z", "registered_contacts": [PHONE, MAIL], "company": CANARY}
    yield "POST", "/v1/merchants/acme/facts", facts
    yield "POST", f"/v1/merchants/{CANARY}/facts", facts
    for name in ("at", "registered_contacts", "authorised_marks", "trade_assurance", "company", CANARY):
        yield "POST", "/v1/merchants/acme/facts", {**facts, name: {"x": CANARY}}
    filing = {"merchant": "acme", "rule": "off_platform", "ref": "m1", "ground": "b"}
    for name in (*filing, "unusable", "order_usd", CANARY):
        yield "POST", "/v1/appeals", {**filing, name: CANARY}
    yield "POST", "/v1/revocations", {"merchant": "acme", "rule": "off_platform", "ref": CANARY, "note": CANARY}
    yield "POST", "/v1/revocations", {"pack": CANARY, "version": CANARY, "since": CANARY}
    yield "POST", "/v1/review/1/decision", {"decision": "dismiss", "code": "quoted", "note": CANARY}
    yield "POST", "/v1/review/1/decision", {"decision": CANARY, "code": CANARY, "measure": CANARY}
    yield "POST", f"/v1/review/{CANARY}/claim", None
    yield "POST", "/v1/notices/acme", {"items": [{"rule": "off_platform", "ref": CANARY}], "how": CANARY}
    yield "POST", "/v1/policies/activate", {"name": CANARY}
    yield "POST", "/v1/lexicons/activate", {"set": CANARY, "why": CANARY}
    for path in ("/v1/merchants/{}", "/v1/merchants/{}/history", "/v1/cases/{}", "/v1/handles/{}", "/v1/review/{}",
                 "/v1/review?after={}", "/v1/review?rule={}", "/v1/appeals?merchant={}", "/{}",
                 "/v1/notices?since={}&until={}", "/v1/assess?{}={}"):  # fmt: skip
        yield "GET", path.format(*[CANARY] * path.count("{}")), None


def _quotes(text: str) -> list[str]:
    return [sign for sign in SIGNS if sign in text]


def test_no_error_quotes_what_was_sent(soft: tuple[TestClient, FastAPI], logged: list[str]) -> None:
    client, app = soft
    refused = 0
    for method, path, body in _requests():
        answer = client.request(method, path, json=body, headers={"x-request-id": CANARY, "user-agent": CANARY})
        assert answer.status_code < 500, (path, answer.text)
        if answer.status_code >= 400:
            refused += 1
            assert _quotes(answer.text + str(answer.headers)) == [], (path, body)
    assert refused > 50
    assert logged
    assert _quotes("\n".join(logged)) == []
    assert _quotes(client.get("/metrics").text) == []
    _check_told(app)


def _check_told(app: FastAPI) -> None:
    """Webhook bodies of all that happened."""
    with app.state.service.ledger() as ledger:
        while outbox.behind(ledger, "hook"):
            outbox.fill(ledger, "hook", 1)
        bodies = [due.body for due in outbox.lease(ledger, "hook", 1, limit=10_000)]
        chained = json.dumps(ledger.query("SELECT body FROM events"), ensure_ascii=False)
    assert len(bodies) > 3
    assert _quotes("\n".join(bodies)) == []
    assert _quotes(chained) == []


def test_no_failure_quotes_what_was_sent(
    soft: tuple[TestClient, FastAPI], logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that holds the text itself, in the middle of the work."""
    client, _ = soft
    client.post("/v1/assess", json=RECORD)

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"cannot read {CANARY}")

    monkeypatch.setattr(assess, "answer", broken)
    monkeypatch.setattr(review, "shown", broken)
    for path, body in (("/v1/assess", RECORD), ("/v1/assess?dry_run=true", RECORD), ("/v1/review/1/reveal", None)):
        answer = client.post(path, json=body)
        assert answer.status_code == 500
        assert _quotes(answer.text) == []
    assert any("RuntimeError" in line for line in logged)
    assert _quotes("\n".join(logged)) == []


def test_a_full_ledger_quotes_nothing(
    soft: tuple[TestClient, FastAPI], logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses in the middle of a write."""
    client, app = soft
    with app.state.service.ledger() as ledger:
        kind = type(ledger.store)

    def full(*_: Any, **__: Any) -> None:
        import sqlite3  # noqa: PLC0415

        raise sqlite3.OperationalError(f"database or disk is full {CANARY}")

    monkeypatch.setattr(kind, "append", full)
    answer = client.post("/v1/assess", json=RECORD)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert _quotes(answer.text) == []
    assert _quotes("\n".join(logged)) == []
