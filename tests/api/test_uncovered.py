"""What no rule covers, over HTTP and in the console: it waits, is noted or dismissed, and is never charged."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

RECORD: dict[str, Any] = {
    "id": "m1", "text": "hello friend ivermectin cas 70288-86-7 EP 99%, 310/kg", "at": "2021-09-01T11:00:00+08:00",
    "conversation": "c1", "sender": "s1", "merchant": {"id": "acme"},
}  # fmt: skip
NOTE = {"decision": "note", "code": "told"}


@pytest.fixture
def item(client: TestClient) -> dict[str, Any]:
    """What waits after a text that only this policy's reader has doubts about."""
    verdict = client.post("/v1/assess", json=RECORD).json()
    assert (verdict["decision"], [charge["state"] for charge in verdict["charges"]]) == ("review", ["review"])
    found: dict[str, Any] = client.get("/v1/review", params={"rule": "uncovered"}).json()["items"][0]
    return found


def test_it_waits_with_its_reason_and_is_noted(client: TestClient, item: dict[str, Any]) -> None:
    assert (item["why"], item["state"], item["priority"]) == ("not_covered", "review", "review")
    place = f"/v1/review/{item['charge']}"
    detail = client.get(place).json()
    assert (detail["forecast"]["action"], detail["forecast"]["persons"], detail["balance"]) == ("none", 1, 0)
    assert "70288-86-7" in detail["shown"]["text"]
    done = client.post(f"{place}/decision", json=NOTE)
    assert (done.status_code, done.json()["state"]) == (200, "noted")
    assert client.get(place).status_code == 404
    assert client.post(done.json()["undo"]).json()["state"] == "review"
    assert client.post(f"{place}/decision", json={"decision": "dismiss", "code": "innocent"}).status_code == 200
    assert client.get("/v1/merchants/acme").json()["balance"] == 0


def test_upholding_it_is_refused_with_the_cure(client: TestClient, item: dict[str, Any]) -> None:
    refused = client.post(f"/v1/review/{item['charge']}/decision", json={"decision": "uphold", "code": "clear"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0] == {
        "field": "body/decision", "code": "not_decidable",
        "message": "no rule of the policy covers this: note it or dismiss it",
    }  # fmt: skip
    for wrong in ({**NOTE, "code": "innocent"}, {**NOTE, "points": 3}):
        assert client.post(f"/v1/review/{item['charge']}/decision", json=wrong).status_code == 422


def test_many_at_once(client: TestClient, item: dict[str, Any]) -> None:
    client.post("/v1/assess", json={**RECORD, "id": "m2"})
    charges = [one["charge"] for one in client.get("/v1/review").json()["items"]]
    many = {**NOTE, "charges": charges}
    seen = client.post("/v1/review/bulk/decisions", params={"dry_run": True}, json=many).json()
    assert [one["state"] for one in seen["items"]] == ["noted", "noted"]
    assert client.post("/v1/review/bulk/decisions", json=many).status_code == 200
    assert client.get("/v1/review").json()["items"] == []


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([\w-]+)"', page)
    assert found is not None
    return found[1]


def test_the_console_offers_a_note_and_no_charge(client: TestClient, item: dict[str, Any]) -> None:
    page = client.get("/review").text
    assert "No rule covers this" in page
    assert "nothing can be charged" in page
    assert "Note, no charge" in page
    assert 'value="uphold">\n  <label class="vh" for="c-uphold"' not in page, "there is nothing to uphold"
    given = {"token": _token(page), "charge": item["charge"], "decision": "note", "note_code": "referred"}
    done = client.post("/review/decide", data=given).text
    assert "Noted" in done
    assert "Nothing waits" in done
    event = re.search(r'name="event" value="(\d+)"', done)
    assert event is not None
    assert "waits again" in client.post("/review/undo", data={"token": _token(done), "event": event[1]}).text


def test_several_are_noted_after_a_preview(client: TestClient, item: dict[str, Any]) -> None:
    page = client.get("/review").text
    given = {"token": _token(page), "pick": [item["charge"]], "decision": "note", "note_code": "withheld"}
    assert "Note 1 case?" in client.post("/review/bulk", data=given).text
    assert "1 case decided" in client.post("/review/bulk", data={**given, "confirmed": "yes"}).text


def test_the_record_of_a_noted_case(client: TestClient, item: dict[str, Any]) -> None:
    client.post(f"/v1/review/{item['charge']}/decision", json=NOTE)
    page = client.get("/merchants/charge", params={"n": item["charge"]})
    assert page.status_code == 200
    merchant = client.get("/merchants/view", params={"id": "acme"})
    assert "noted, no charge" in merchant.text
    assert client.get("/overview").status_code == 200
    assert client.get(f"/v1/cases/{item['charge']}").json()["rule"] == {"id": "uncovered"}
