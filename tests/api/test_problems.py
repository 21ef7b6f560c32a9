"""What a problem says: a stable type, where and what to do; never the input, nor whom the ledger knows."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

import scanner.ledger
from api.errors import SLUGS, problem_of
from scanner.errors import InputError, LedgerError, PackError, PolicyError, ScannerError
from scanner.rules.decision import DecisionError, check_decision
from scanner.rules.load import load

SECRET = "acme-the-merchant m17 +86 139 1234 7788"

for module in pkgutil.iter_modules(scanner.ledger.__path__):
    importlib.import_module(f"scanner.ledger.{module.name}")


def _kinds(kind: type[ScannerError] = ScannerError) -> Iterator[type[ScannerError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


OURS = [kind for kind in dict.fromkeys(_kinds()) if not issubclass(kind, PackError | PolicyError | DecisionError)]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_no_error_of_the_library_is_repeated(kind: type[ScannerError]) -> None:
    problem = problem_of(kind(SECRET))
    assert not any(word in str(problem.body("r")) for word in SECRET.split())
    assert problem.slug in SLUGS
    assert len(problem.detail) > 20, "it says what to do"


def test_the_kinds_that_are_tried_are_those_there_are() -> None:
    names = {kind.__name__ for kind in OURS}
    assert {"LedgerError", "InputError", "NotWaitingError", "ClaimedError", "SamePersonError"} <= names
    assert {"MissingError", "ChangedError", "NotUndoneError", "KeyReusedError", "AnswerGoneError"} <= names


@pytest.mark.parametrize(
    ("rule", "decision", "measure", "field", "word"),
    [
        ("off_platform", {"points": SECRET}, None, "points", "halves"),
        ("off_platform", {"points": 3}, None, "points", "ladder"),
        ("ta_refusal", {}, SECRET, "measure", "serious"),
    ],
)
def test_a_decision_that_cannot_be_made_says_which_field_and_why(
    rule: str, decision: dict[str, Any], measure: str | None, field: str, word: str
) -> None:
    with pytest.raises(DecisionError) as caught:
        check_decision(load("alibaba-2021-08"), rule, decision, measure)
    problem = problem_of(caught.value)
    assert problem.errors[0]["field"] == f"body/{field}"
    assert word in problem.errors[0]["message"]
    assert SECRET not in str(problem.body("r"))


def test_a_measure_that_the_policy_does_not_know_is_answered_with_those_it_does() -> None:
    policy = load("alibaba-2021-08")
    rule = next(rule.id for rule in policy.rules.values() if rule.serious)
    with pytest.raises(DecisionError, match=next(iter(policy.measures))) as caught:
        check_decision(policy, rule, {}, SECRET)
    assert SECRET not in str(caught.value)


GUILTY: dict[str, Any] = {
    "id": "m1", "text": "whatsapp +86 138 0013 8000", "at": "2021-09-01T11:00:00+08:00", "conversation": "c1",
    "sender": "s1", "merchant": {"id": "acme"},
}  # fmt: skip


@pytest.fixture
def waiting(client: TestClient) -> int:
    """The number of a closure that waits for two persons."""
    listing = {"id": "d1", "kind": "listing", "title": "x", "text": "we sell fentanyl powder",
               "at": "2021-09-01T11:00:00+08:00", "merchant": {"id": "acme-the-merchant"}}  # fmt: skip
    assert client.post("/v1/assess", json=listing).status_code == 200
    return int(client.get("/v1/review").json()["items"][0]["charge"])


def test_refusals_in_review_name_nobody(client: TestClient, waiting: int) -> None:
    place = f"/v1/review/{waiting}/decision"
    decision = {"decision": "uphold", "code": "clear"}
    assert client.post(place, json=decision).json()["state"] == "proposed"
    again = client.post(place, json=decision)
    assert (again.status_code, again.json()["detail"]) == (409, "You have upheld this already: another person has to.")
    other = {"id": "m2", "kind": "listing", "title": "x", "text": "we sell carfentanil powder",
             "at": "2021-09-01T11:00:00+08:00", "merchant": {"id": "acme-two"}}  # fmt: skip
    client.post("/v1/assess", json=other)
    second = next(item for item in client.get("/v1/review").json()["items"] if item["ref"] == "m2")
    open_one = client.post(f"/v1/review/{second['charge']}/decision", json={**decision, "points": 3})
    assert open_one.status_code == 422
    assert open_one.json()["errors"][0]["field"] == "body/points"
    for path in ("/v1/review/999/claim", "/v1/review/999/decision", "/v1/review/decisions/999/undo"):
        assert client.post(path, json=decision).status_code == 404
    for answer in (again, open_one):
        assert "acme" not in answer.text


def test_a_page_that_cannot_be_done_names_nobody(client: TestClient, waiting: int) -> None:
    """The console shows the same problems, with the merchant where the page itself names it and nowhere else."""
    token = {"authorization": "Bearer none"}
    form = {"charge": waiting, "decision": "uphold", "uphold_code": "clear"}
    assert client.post("/review/decide", data=form, headers=token, follow_redirects=False).status_code == 303
    again = client.post("/review/decide", data=form, headers=token)
    assert again.status_code == 409
    assert "another person has to" in again.text
    assert "acme" not in again.text
    assert "acme" not in client.get("/versions/packs", params={"set": 99}).text


def test_times_that_cannot_be_read_say_how_to_write_them(client: TestClient) -> None:
    for at in ("yesterday", "2021-09-01T11:00:00", 77777):
        answer = client.post("/v1/assess", json={**GUILTY, "at": at})
        assert answer.status_code == 422
        assert "2021-08-31T14:05:00+08:00" in answer.text
        assert str(at) not in answer.text.replace("2021-08-31", "")


def test_plain_errors_keep_their_kind() -> None:
    assert problem_of(LedgerError("x")).slug == "conflict"
    assert problem_of(InputError("x")).slug == "invalid-request"
    assert problem_of(RuntimeError(SECRET)).slug == "internal"
