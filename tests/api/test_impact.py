"""A set of packs against the one that runs, on the reference corpus: over HTTP and in the console."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.impact import KEPT, WAITING, Impacts, corpus
from api.service import Service
from api.settings import Settings
from scanner import Scanner

RESULT: dict[str, Any] = {"records": 1, "differing": 0, "unread": 0, "cut": False, "decisions": {}, "categories": []}

PACK = """
[pack]
name = "mine"
category = "tobacco"
version = "1.0.0"
source = "a test"
licence = "facts"

[[rule]]
id = "mine.goods"
term = "zorbel"
forms = ["zorbel"]
source = "a test"
why = "A word of the test."
hits = ["buy a ⟦zorbel⟧ now"]
"""


@pytest.fixture
def desk(settings: Settings, scanner: Scanner, tmp_path: Path) -> Iterator[tuple[TestClient, int]]:
    """A service with a corpus of two records, and the number of a kept set that knows one word only."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.toml").write_text(PACK, encoding="utf-8")
    records = tmp_path / "corpus.jsonl"
    rows = [{"id": "row-1", "text": "a zorbel for you"}, {"id": "row-2", "text": "we sell fentanyl, sincerely yours"}]
    records.write_text("".join(json.dumps(row) + "\n" for row in rows))
    app = create_app(replace(settings, reference=records), scanner=scanner)
    with TestClient(app, client=("127.0.0.1", 1), base_url="http://127.0.0.1") as client:
        yield client, _service(client).install(tmp_path / "packs", source="a test")


def _service(client: TestClient) -> Service:
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


def _ready(client: TestClient, path: str) -> dict[str, Any]:
    for _ in range(600):
        found: dict[str, Any] = client.get(path).json()
        if found["state"] != "working":
            return found
        time.sleep(0.1)
    raise AssertionError("the comparison does not end")


def test_it_is_compared_in_the_background_and_named_by_id(desk: tuple[TestClient, int]) -> None:
    client, number = desk
    first = client.get(f"/v1/lexicons/{number}/impact").json()
    assert (first["state"], first["result"]) == ("working", None)
    assert "being read with both" in client.get(f"/versions/packs?set={number}").text
    found = _ready(client, f"/v1/lexicons/{number}/impact")["result"]
    assert (found["records"], found["differing"]) == (2, 2)
    assert found["decisions"] == {"allow -> block": 1, "block -> allow": 1}
    counts = {(one["category"], one["direction"]): one["examples"] for one in found["categories"]}
    assert counts["tobacco", "flagged"] == [{"id": "row-1", "before": "none", "after": "violation"}]
    assert counts["drug", "cleared"][0]["id"] == "row-2"
    page = client.get(f"/versions/packs?set={number}").text
    assert "row-2" in page
    assert "2</strong> of 2 records" in page
    assert "sincerely" not in page
    assert 'hx-trigger="load' not in page, "it asks no more"
    assert "row-2" in client.get(f"/versions/impact?set={number}", headers={"hx-request": "true"}).text


def test_what_runs_changes_nothing_and_what_is_not_there_is_told(desk: tuple[TestClient, int]) -> None:
    client, _ = desk
    number = _service(client).install(None, source="shipped")
    assert client.get(f"/v1/lexicons/{number}/impact").json()["state"] == "same"
    assert "Nothing changes" in client.get(f"/versions/packs?set={number}").text
    assert client.get("/v1/lexicons/99/impact").status_code == 404


def test_without_a_corpus_it_says_what_to_set(desk: tuple[TestClient, int], tmp_path: Path) -> None:
    client, number = desk
    (tmp_path / "corpus.jsonl").unlink()
    assert client.get(f"/v1/lexicons/{number}/impact").json()["state"] == "no_corpus"
    assert "SCANNER_REFERENCE" in client.get(f"/versions/packs?set={number}").text


def test_the_corpus_is_what_is_configured_else_the_labelled_cases(tmp_path: Path) -> None:
    assert corpus(tmp_path) == tmp_path
    assert corpus(tmp_path / "none") is None
    found = corpus(None)
    assert found is not None and (found / "contact.jsonl").is_file()


def _settled(impacts: Impacts, name: str) -> str:
    for _ in range(200):
        state = impacts.of({}, {name: b""}).state
        if state != "working":
            return state
        time.sleep(0.01)
    return "working"


def test_only_a_few_are_under_way_and_results_are_kept(tmp_path: Path) -> None:
    go, made = threading.Event(), []

    def compare(before: Any, after: Any, path: Path, limit: int) -> dict[str, Any]:
        made.append((sorted(after), limit))
        assert go.wait(20)
        return RESULT

    impacts = Impacts(tmp_path, 7, compare)
    states = [impacts.of({}, {f"set{n}": b""}).state for n in range(WAITING + 1)]
    assert states == ["working"] * WAITING + ["busy"]
    go.set()
    assert [_settled(impacts, f"set{n}") for n in range(WAITING)] == ["ready"] * WAITING
    assert made == [([f"set{n}"], 7) for n in range(WAITING)], "one at a time, each once"
    for n in range(KEPT + 3):
        _settled(impacts, f"more{n}")
    assert len(impacts._kept) <= KEPT
    (tmp_path / "grown.jsonl").write_text("{}")
    assert impacts.of({}, {"set0": b""}).state == "working", "another corpus, another comparison"
    impacts.stop()


def test_a_comparison_that_fails_says_so_and_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(before: Any, after: Any, path: Path, limit: int) -> dict[str, Any]:
        raise RuntimeError("secret text of a record")

    impacts = Impacts(tmp_path, 7, broken)
    assert _settled(impacts, "bad") == "failed"
    assert any("comparison" in record.message for record in caplog.records)
    assert "secret" not in caplog.text
    impacts.stop()
