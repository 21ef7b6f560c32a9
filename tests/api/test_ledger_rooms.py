"""Merchants, appeals, revocations, review, cases, handles, notices, versions: over HTTP, as callers use them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from scanner import Scanner
from scanner.ledger import erasure, keys, proof
from scanner.ledger.casefile import proven, replayed
from scanner.ledger.store import Store
from tests.api.conftest import NOW

PHONE = "+86 138 0013 8000"
GUILTY: dict[str, Any] = {
    "id": "m1",
    "text": f"add me on whatsapp {PHONE}",
    "at": "2021-09-01T11:00:00+08:00",
    "conversation": "c1",
    "sender": "s",
    "merchant": {"id": "acme"},
}
DRUG: dict[str, Any] = {
    "id": "d1",
    "kind": "listing",
    "title": "Fentanyl powder 99% pure",
    "text": "Buy fentanyl powder, discreet shipping",
    "at": "2021-09-01T11:00:00+08:00",
    "merchant": {"id": "acme"},
}


def _post(client: TestClient, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
    answer = client.post(path, json=body, **more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _get(client: TestClient, path: str, **more: Any) -> dict[str, Any]:
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _waiting(client: TestClient, body: dict[str, Any] = DRUG) -> int:
    """Assess something that a person has to confirm; its charge."""
    _post(client, "/v1/assess", body)
    return int(_get(client, "/v1/review")["items"][0]["charge"])


# merchants ---------------------------------------------------------------------------------------------


def test_facts_excuse_from_their_time_on(client: TestClient) -> None:
    facts = {"at": "2021-08-01T00:00:00Z", "registered_contacts": [PHONE], "company": "Acme"}
    assert _post(client, "/v1/merchants/acme/facts", facts)["event"] > 0
    shown = _get(client, "/v1/merchants/acme")
    assert shown["known"]
    assert shown["facts"]["registered_contacts"] == [PHONE]
    earlier = _get(client, "/v1/merchants/acme", params={"at": "2021-07-31T23:59:59Z"})
    assert earlier["facts"]["registered_contacts"] == []
    said = {**GUILTY, "text": f"For the contract: our phone is {PHONE}", "context": "reasonable"}
    excused = _post(client, "/v1/assess", said)
    assert [hit["exception"] for hit in excused["hits"]] == ["registered_contact"]
    assert [charge["state"] for charge in excused["charges"]] in ([], ["none"])
    assert _post(client, "/v1/assess", {**said, "merchant": {"id": "other"}})["charges"][0]["state"] == "executed"


def test_facts_stated_twice_are_one_event(client: TestClient) -> None:
    facts = {"at": "2021-08-01T00:00:00Z", "authorised_marks": [{"mark": "WAHL", "from": "2021-01-01"}]}
    assert _post(client, "/v1/merchants/acme/facts", facts)["event"] > 0
    assert _post(client, "/v1/merchants/acme/facts", facts)["event"] == 0
    marks = _get(client, "/v1/merchants/acme")["facts"]["authorised_marks"]
    assert [(mark["mark"], mark["from"]) for mark in marks] == [("WAHL", "2021-01-01")]


def test_facts_that_say_nothing(client: TestClient) -> None:
    assert client.post("/v1/merchants/acme/facts", json={"at": "2021-08-01T00:00:00Z"}).status_code == 422


def test_standing_and_history(client: TestClient) -> None:
    for number in range(5):
        _post(client, "/v1/assess", {**GUILTY, "id": f"m{number}", "conversation": f"c{number}"})
    shown = _get(client, "/v1/merchants/acme")
    assert shown["counts"] == {"off_platform": 5}
    assert shown["balance"] > 0
    pages: list[int] = []
    before = None
    while True:
        page = _get(client, "/v1/merchants/acme/history", params={"limit": 2, **({"before": before} if before else {})})
        pages += [row["charge"] for row in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert pages == sorted(pages, reverse=True)
    assert len(pages) == 5
    assert not _get(client, "/v1/merchants/nobody")["known"]


# review ------------------------------------------------------------------------------------------------


def test_the_queue_masks_and_a_reveal_is_on_record(client: TestClient, app: FastAPI) -> None:
    listing = {**DRUG, "text": f"Buy fentanyl powder, whatsapp {PHONE}"}
    charge = _waiting(client, listing)
    detail = client.get(f"/v1/review/{charge}")
    assert detail.status_code == 200
    assert "138" not in detail.text
    assert "fentanyl" in detail.json()["shown"]["text"]
    shown = _post(client, f"/v1/review/{charge}/reveal")
    assert PHONE in shown["shown"]["text"]
    with app.state.service.ledger() as ledger:
        event = ledger.event(shown["event"])
    assert (event["type"], event["body"]["by"]) == ("reveal", "local")


def test_what_is_no_contact_stays_readable(client: TestClient) -> None:
    """A CAS number inside a drug's name, and the name of a channel, help to decide and reach nobody."""
    listing = {**DRUG, "text": f"Fentanyl (CAS 437-38-7) powder, no wechat. Ring {PHONE} or 0571-8888-6666"}
    detail = _get(client, f"/v1/review/{_waiting(client, listing)}")
    assert "CAS 437-38-7" in detail["shown"]["text"]
    assert "wechat" in detail["shown"]["text"]
    assert not any(part in detail["shown"]["text"] for part in ("138", "8888", "6666"))
    said = {**DRUG, "id": "d2", "kind": "message", "title": None, "conversation": "c1", "sender": "s",
            "text": listing["text"]}  # fmt: skip
    _post(client, "/v1/assess", said)
    number = next(item["charge"] for item in _get(client, "/v1/review")["items"] if item["ref"] == "d2")
    turn = _get(client, f"/v1/review/{number}")["shown"]["context"][0]
    assert "437-38-7" in turn["text"]
    assert "8888" not in turn["text"]


def test_a_contact_given_in_pieces_is_masked_in_every_piece(client: TestClient) -> None:
    for number, text in enumerate(["my skype is", "live:seller", ".acme99"]):
        _post(client, "/v1/assess", {**GUILTY, "id": f"m{number}", "text": text,
                                     "at": f"2021-09-01T14:0{number}:00+08:00"})  # fmt: skip
    charge = _waiting(client, {**DRUG, "id": "m9", "kind": "message", "title": None, "conversation": "c1",
                               "text": "we sell fentanyl powder", "at": "2021-09-01T15:00:00+08:00"})  # fmt: skip
    context = _get(client, f"/v1/review/{charge}")["shown"]["context"]
    assert len(context) == 4
    assert not any("live:seller" in turn["text"] for turn in context)


def test_context_is_masked_too(client: TestClient) -> None:
    _post(client, "/v1/assess", {**GUILTY, "id": "m0", "text": "my skype is live:seller.acme99"})
    charge = _waiting(client, {**DRUG, "id": "m2", "kind": "message", "title": None, "conversation": "c1",
                               "text": "we sell fentanyl powder", "at": "2021-09-01T15:00:00+08:00"})  # fmt: skip
    detail = _get(client, f"/v1/review/{charge}")
    assert len(detail["shown"]["context"]) == 2
    assert "seller.acme99" not in str(detail)


def test_claim_decide_undo(client: TestClient, app: FastAPI) -> None:
    charge = _waiting(client)
    assert _post(client, f"/v1/review/{charge}/claim")["claimed_by"] == "local"
    assert _post(client, f"/v1/review/{charge}/release")["claimed_by"] is None
    decided = _post(client, f"/v1/review/{charge}/decision", {"decision": "dismiss", "code": "scope", "note": "n"})
    assert decided["state"] == "dismissed"
    assert client.get(f"/v1/review/{charge}").status_code == 404
    assert _post(client, decided["undo"])["state"] in ("proposed", "review")
    assert client.post(decided["undo"]).status_code == 409
    assert _get(client, "/v1/review")["items"][0]["ref"] == "d1"
    with app.state.service.ledger() as ledger:
        kinds = [row["type"] for row in ledger.query("SELECT type FROM events WHERE ref = 'd1' ORDER BY seq")]
    assert kinds[-4:] == ["claim", "unclaim", "dismiss", "undo"]


def test_a_reason_of_the_other_kind(client: TestClient) -> None:
    charge = _waiting(client)
    answer = client.post(f"/v1/review/{charge}/decision", json={"decision": "uphold", "code": "quoted"})
    assert answer.status_code == 422


def test_many_with_preview(client: TestClient) -> None:
    for number in range(3):
        _post(client, "/v1/assess", {**DRUG, "id": f"d{number}"})
    charges = [item["charge"] for item in _get(client, "/v1/review", params={"rule": "drug_serious"})["items"]]
    assert len(charges) == 3
    body = {"charges": charges, "decision": "dismiss", "code": "innocent"}
    preview = _post(client, "/v1/review/bulk/decisions?dry_run=true", body)
    assert (preview["dry_run"], [row["event"] for row in preview["items"]]) == (True, [0, 0, 0])
    assert len(_get(client, "/v1/review")["items"]) == 3
    assert len(_post(client, "/v1/review/bulk/decisions", body)["items"]) == 3
    assert _get(client, "/v1/review")["items"] == []


def test_previews_show_in_review(client: TestClient) -> None:
    _post(client, "/v1/assess?dry_run=true", GUILTY)
    _waiting(client)
    assert _get(client, "/v1/review")["previews"] == {"acme": {"asked": 1, "found": 1}}


@pytest.fixture
def keyed(ledger_path: Path, scanner: Scanner) -> Iterator[tuple[TestClient, dict[str, dict[str, str]]]]:
    """A service with two reviewers' keys, and what each sends."""
    store = Store(ledger_path)
    headers = {}
    for name in ("anna", "ben"):
        _, secret = keys.create(store, name=name, scopes=["assess", "review"], now=1, rate=1e6, burst=1e6)
        headers[name] = {"authorization": f"Bearer {secret}"}
    store.close()
    app = create_app(Settings(ledger=ledger_path, policy="alibaba-2021-08"), scanner=scanner, clock=lambda: NOW)
    with TestClient(app) as client:
        yield client, headers


def test_a_closure_takes_two_persons(keyed: tuple[TestClient, dict[str, dict[str, str]]]) -> None:
    client, headers = keyed
    _post(client, "/v1/assess", DRUG, headers=headers["anna"])
    item = _get(client, "/v1/review", headers=headers["anna"])["items"][0]
    assert item["priority"] == "closure"
    path, body = f"/v1/review/{item['charge']}/decision", {"decision": "uphold", "code": "clear"}
    assert _get(client, f"/v1/review/{item['charge']}", headers=headers["ben"])["forecast"]["persons"] == 2
    assert _post(client, path, body, headers=headers["anna"])["state"] == "proposed"
    again = client.post(path, json=body, headers=headers["anna"])
    assert again.status_code == 409
    assert _post(client, path, body, headers=headers["ben"])["action"] == "close_store"
    assert _get(client, "/v1/merchants/acme", headers=headers["ben"])["store_closed"]


def test_what_another_works_on_is_not_decided(keyed: tuple[TestClient, dict[str, dict[str, str]]]) -> None:
    client, headers = keyed
    _post(client, "/v1/assess", DRUG, headers=headers["anna"])
    charge = _get(client, "/v1/review", headers=headers["anna"])["items"][0]["charge"]
    _post(client, f"/v1/review/{charge}/claim", headers=headers["anna"])
    body = {"decision": "dismiss", "code": "innocent"}
    answer = client.post(f"/v1/review/{charge}/decision", json=body, headers=headers["ben"])
    assert answer.status_code == 409


# appeals, revocations ------------------------------------------------------------------------------------


def _refusal(client: TestClient) -> None:
    """An offence that can be appealed: the merchant refuses the escrow a buyer asked for."""
    facts = {"at": "2021-08-01T00:00:00Z", "trade_assurance": {"signed": True, "opened": True}}
    _post(client, "/v1/merchants/acme/facts", facts)
    refusal = {**GUILTY, "text": "we do not accept trade assurance orders", "buyer_requested": True}
    charges = _post(client, "/v1/assess", refusal)["charges"]
    assert [charge["rule"] for charge in charges] == ["ta_refusal"]


def test_an_appeal_from_filing_to_decision(client: TestClient) -> None:
    _refusal(client)
    filing = {"merchant": "acme", "rule": "ta_refusal", "ref": "m1", "ground": "b", "order_usd": 10}
    filed = _post(client, "/v1/appeals", filing)
    assert filed["appeal"] == "admitted"
    assert _post(client, "/v1/appeals", filing)["event"] == 0
    assert [row["event"] for row in _get(client, "/v1/appeals", params={"pending": True})["items"]] == [filed["event"]]
    before = _get(client, "/v1/merchants/acme")["counts"]
    decided = _post(client, f"/v1/appeals/{filed['event']}/decision", {"accepted": True, "note": "his bank's letter"})
    assert decided["reason"] == "accepted"
    assert before == {"ta_refusal": 1}
    assert _get(client, "/v1/merchants/acme")["counts"] == {}
    assert client.post(f"/v1/appeals/{filed['event']}/decision", json={"accepted": True}).status_code == 409
    assert client.post("/v1/appeals/999/decision", json={"accepted": True}).status_code == 404


def test_a_finding_revoked_with_preview(client: TestClient, app: FastAPI) -> None:
    _post(client, "/v1/assess", GUILTY)
    one = {"merchant": "acme", "rule": "off_platform", "ref": "m1"}
    assert _post(client, "/v1/revocations?dry_run=true", one)["plan"]["offences"] == 1
    assert _get(client, "/v1/merchants/acme")["counts"] == {"off_platform": 1}
    assert client.post("/v1/revocations", json={**one, "expected": 2}).status_code == 409
    assert _post(client, "/v1/revocations", one)["taken_back"] == 1
    assert _get(client, "/v1/merchants/acme")["counts"] == {}
    assert client.post("/v1/revocations", json=one).status_code == 404
    with app.state.service.ledger() as ledger:
        assert proof.verify(ledger) == []


def test_what_a_pack_did_revoked(client: TestClient) -> None:
    packs = _post(client, "/v1/assess", GUILTY)["packs"]
    pack = next(name for name in packs if name.startswith("contact"))
    all_of_it = {"pack": pack, "version": packs[pack], "since": "2021-01-01T00:00:00Z"}
    names = [name for name in packs if name.startswith("contact")]
    counts = [
        _post(client, "/v1/revocations?dry_run=true", {**all_of_it, "pack": n, "version": packs[n]})["plan"]["offences"]
        for n in names
    ]
    assert max(counts) == 1
    pack = names[counts.index(1)]
    assert _post(client, "/v1/revocations", {**all_of_it, "pack": pack, "version": packs[pack]})["taken_back"] == 1
    assert client.post("/v1/revocations", json={"pack": pack}).status_code == 422


# papers ------------------------------------------------------------------------------------------------


def test_a_case_file_is_whole_and_its_reading_on_record(client: TestClient, app: FastAPI, scanner: Scanner) -> None:
    _post(client, "/v1/assess", GUILTY)
    charge = _get(client, "/v1/merchants/acme/history")["items"][0]["charge"]
    file = _get(client, f"/v1/cases/{charge}")
    assert proven(file)
    assert replayed(file, scanner) == []
    page = client.get(f"/v1/cases/{charge}", params={"format": "html"})
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/v1/cases/999").status_code == 404
    with app.state.service.ledger() as ledger:
        assert ledger.query("SELECT count(*) AS n FROM events WHERE type = 'reveal'")[0]["n"] == 2


def test_one_contact_of_two_merchants(client: TestClient, app: FastAPI) -> None:
    handle = next(filter(None, _post(client, "/v1/assess", GUILTY)["handles"]))
    other = {**GUILTY, "merchant": {"id": "other"}, "text": f"my phone: {PHONE.replace(' ', '')}", "conversation": "c2"}
    assert handle in _post(client, "/v1/assess", other)["handles"]
    found = _get(client, f"/v1/handles/{handle}")
    assert sorted(row["merchant"] for row in found["merchants"]) == ["acme", "other"]
    assert client.get(f"/v1/handles/{'0' * 32}").status_code == 404
    with app.state.service.ledger() as ledger:
        erasure.erase_merchant(ledger, "other", by="x", at=NOW)
        chained = ledger.query("SELECT count(*) AS n FROM events WHERE body LIKE ?", (f"%{handle}%",))
        assert chained[0]["n"] == 0
    assert [row["merchant"] for row in _get(client, f"/v1/handles/{handle}")["merchants"]] == ["acme"]


def test_letter_and_notice(client: TestClient, app: FastAPI) -> None:
    _post(client, "/v1/assess", GUILTY)
    letter = _get(client, "/v1/notices/acme", params={"language": "en"})
    assert letter["items"] == [{"rule": "off_platform", "ref": "m1", "appeal_until": None}]
    assert PHONE in letter["text"]
    served = _post(client, "/v1/notices/acme", {"items": [{"rule": "off_platform", "ref": "m1"}]})
    assert served["events"][0] > 0
    assert _get(client, "/v1/notices/acme")["items"] == []
    assert client.post("/v1/notices/acme", json={"items": [{"rule": "x", "ref": "m1"}]}).status_code == 404
    period = {"since": "2021-09-01", "until": "2021-09-08", "least": "warning"}
    public = _get(client, "/v1/notices", params=period)
    assert len(public["items"]) == 1
    assert "acme" not in str(public)
    for form in ("text", "csv", "html"):
        assert client.get("/v1/notices", params={**period, "format": form}).status_code == 200
    assert client.get("/v1/notices", params={**period, "until": "2021-09-01"}).status_code == 422


# versions ----------------------------------------------------------------------------------------------


def test_packs_activated_and_rolled_back(client: TestClient) -> None:
    assert _get(client, "/v1/lexicons")["active"]["activation"] == 0
    first = _post(client, "/v1/lexicons/activate", {"set": "shipped", "after": 0})
    assert first["activation"] == 1
    assert client.post("/v1/lexicons/activate", json={"set": "shipped", "after": 0}).status_code == 409
    assert client.post("/v1/lexicons/activate", json={"set": 99}).status_code == 404
    assert len(_get(client, "/v1/lexicons")["sets"]) == 1
    assert _post(client, "/v1/lexicons/rollback", {})["set"] == first["set"]


def test_policies_activated_and_rolled_back(client: TestClient, app: FastAPI) -> None:
    _post(client, "/v1/assess", GUILTY)
    before = _get(client, "/v1/policies")
    assert before["active"]["name"] == "alibaba-2021-08"
    assert client.post("/v1/policies/rollback", json={}).status_code == 409
    adopted = _post(client, "/v1/policies/activate", {"name": "alibaba-points"})
    assert adopted["event"] > 0
    assert _get(client, "/v1/policies")["active"]["name"] == "alibaba-points"
    assert client.post("/v1/policies/rollback", json={"after": 1}).status_code == 409
    back = _post(client, "/v1/policies/rollback", {"after": adopted["event"]})
    assert back["name"] == "alibaba-2021-08"
    assert _get(client, "/v1/policies")["active"]["digest"] == before["active"]["digest"]
    assert client.post("/v1/policies/activate", json={"name": "../../etc/passwd"}).status_code == 422
    assert client.post("/v1/policies/activate", json={"name": "none"}).status_code == 404
    with app.state.service.ledger() as ledger:
        assert proof.verify(ledger) == []


def test_a_restart_changes_no_policy(settings: Settings, scanner: Scanner) -> None:
    """The setting names the policy of a new ledger; what was activated since stays in force."""
    here: dict[str, Any] = {"client": ("127.0.0.1", 50000), "base_url": "http://127.0.0.1"}
    with TestClient(create_app(settings, scanner=scanner, clock=lambda: NOW), **here) as client:
        assert _get(client, "/v1/policies")["active"]["name"] == settings.policy
        _post(client, "/v1/policies/activate", {"name": "alibaba-points"})
    with TestClient(create_app(settings, scanner=scanner, clock=lambda: NOW), **here) as client:
        assert _get(client, "/v1/policies")["active"]["name"] == "alibaba-points"


def test_erasure_takes_kept_answers_along(client: TestClient, app: FastAPI) -> None:
    """An answer quotes what was written; asked again after an erasure, it is neither given nor done anew."""
    headers = {"Idempotency-Key": "k1"}
    _post(client, "/v1/assess", GUILTY, headers=headers)
    with app.state.service.ledger() as ledger:
        assert ledger.query("SELECT 1 FROM personal WHERE body LIKE '%13800138000%'")
        erasure.erase_merchant(ledger, "acme", by="x", at=NOW + timedelta(hours=1))
        assert not ledger.query("SELECT 1 FROM personal WHERE body LIKE '%13800138000%'")
    assert client.post("/v1/assess", json=GUILTY, headers=headers).status_code == 409
