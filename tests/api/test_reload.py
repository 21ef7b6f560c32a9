"""Hot reload: new packs go live whole or not at all, on every worker, while requests go on."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Service
from api.settings import Settings
from scanner import PackError, Scanner
from scanner.ledger import active
from scanner.ledger.store import Store
from scanner.lexicon import load
from tests.api.served import serving

PACK = """
[pack]
name = "{name}"
category = "tobacco"
version = "{version}"
source = "a test"
licence = "facts"

[[rule]]
id = "{name}.goods"
term = "{word}"
forms = ["{word}"]
source = "a test"
why = "A word of the test."
hits = ["buy a ⟦{example}⟧ now"]
"""


def _write(folder: Path, version: str, word: str, example: str | None = None) -> None:
    """Two packs of one version, which say so in what they find."""
    folder.mkdir(exist_ok=True)
    for name in ("one", "two"):
        own = f"{word}{name}"
        text = PACK.format(name=name, version=version, word=own, example=example or own)
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def _app(path: Path, folder: Path | None = None) -> TestClient:
    settings = Settings(ledger=path, packs=folder, poll_seconds=0.05)
    return TestClient(create_app(settings), client=("127.0.0.1", 1), base_url="http://127.0.0.1")


def _terms(client: TestClient, text: str) -> list[str]:
    return [hit["term"] for hit in client.post("/v1/scan", json={"text": text}).json()["hits"]]


def _until(found: object, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_a_changed_folder_goes_live_and_a_bad_one_does_not(ledger_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    _write(folder, "1.0.0", "zorbel")
    with _app(ledger_path, folder) as client:
        assert client.get("/readyz").json()["packs"] == {"one": "1.0.0", "two": "1.0.0"}
        assert _terms(client, "a zorbelone") == ["zorbelone"]
        _write(folder, "2.0.0", "quimble")
        assert _until(lambda: client.get("/readyz").json()["packs"]["one"] == "2.0.0")
        assert _terms(client, "a zorbelone, a quimbleone") == ["quimbleone"]
        _write(folder, "3.0.0", "vexor", example="something else")
        assert _until(lambda: client.get("/readyz").json()["pack_faults"] > 0)
        ready = client.get("/readyz")
        assert ready.status_code == 200 and ready.json()["packs"]["one"] == "2.0.0"
        assert _terms(client, "a vexorone, a quimbleone") == ["quimbleone"]
        _write(folder, "4.0.0", "vexor")
        assert _until(lambda: client.get("/readyz").json()["packs"]["one"] == "4.0.0")
        assert client.get("/readyz").json()["pack_faults"] == 0


def test_a_restart_runs_what_was_active_and_a_rolled_back_folder_stays_back(ledger_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    _write(folder, "1.0.0", "zorbel")
    with _app(ledger_path, folder):
        pass
    _write(folder, "2.0.0", "quimble")
    with _app(ledger_path, folder) as client:
        assert client.get("/readyz").json()["packs"]["one"] == "2.0.0"
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        with service.desk() as store:
            oldest = active.pack_sets(store)[-1]
        service.activate(oldest.id, by="tester", why="rolled back")
        assert _until(lambda: client.get("/readyz").json()["packs"]["one"] == "1.0.0")
    with _app(ledger_path, folder) as client:
        assert client.get("/readyz").json()["packs"]["one"] == "1.0.0"


def test_bad_packs_are_never_kept_and_activations_only_grow(
    ledger_path: Path, tmp_path: Path, scanner: Scanner
) -> None:
    service = Service(Settings(ledger=ledger_path), scanner=scanner)
    _write(tmp_path / "bad", "1.0.0", "zorbel", example="nothing of it")
    with pytest.raises(PackError) as told:
        service.install(tmp_path / "bad", source="test")
    assert any("one.goods" in problem for problem in told.value.problems)
    with service.desk() as store:
        assert active.pack_sets(store) == []
        assert active.active(store) is None
    shipped = service.install(None, source="shipped")
    first = service.activate(shipped, by="tester")
    assert service.activate(shipped, by="tester") == first, "what runs already is not activated again"
    with service.desk() as store:
        assert active.lexicon_of(active.files_of(store, shipped)) == load()
        with pytest.raises(Exception, match="append-only"):
            store.db.execute("DELETE FROM pack_activations")
    service.stop()


@pytest.fixture
def two_sets(ledger_path: Path, tmp_path: Path) -> Iterator[tuple[Store, list[int]]]:
    """A ledger that holds two sets of packs, checked and kept."""
    service, sets = Service(Settings(ledger=ledger_path), scanner=Scanner(_tiny(tmp_path))), []
    for number, word in enumerate(("zorbel", "quimble"), start=1):
        _write(tmp_path / word, f"{number}.0.0", word)
        sets.append(service.install(tmp_path / word, source="test"))
    service.activate(sets[0], by="tester")
    service.stop()
    store = Store(ledger_path)
    yield store, sets
    store.close()


def _tiny(tmp_path: Path) -> Path:
    _write(tmp_path / "tiny", "0.1.0", "tiny")
    return tmp_path / "tiny"


TEXT = "zorbelone zorbeltwo quimbleone quimbletwo"
TERMS = {"1.0.0": ["zorbelone", "zorbeltwo"], "2.0.0": ["quimbleone", "quimbletwo"]}


def _is_whole(result: dict[str, object]) -> bool:
    """Whether an answer names one set of versions and was made by that very set."""
    versions = set(result["packs"].values())  # type: ignore[attr-defined]
    terms = [hit["term"] for hit in result["hits"]]  # type: ignore[attr-defined]
    return len(versions) == 1 and terms == TERMS[versions.pop()]


@pytest.mark.slow
def test_four_workers_and_two_hundred_swaps_under_load(ledger_path: Path, two_sets: tuple[Store, list[int]]) -> None:
    store, sets = two_sets
    done, tally = threading.Event(), Counter[str]()

    def load_on(url: str) -> None:
        batch = {"items": [{"text": TEXT}] * 20}
        with httpx.Client(timeout=30) as client:
            while not done.is_set():
                one = client.post(f"{url}/v1/scan", json={"text": TEXT})
                many = client.post(f"{url}/v1/scan/batch", json=batch)
                failed = one.status_code != 200 or many.status_code != 200
                results = [] if failed else [one.json(), *(item["result"] for item in many.json()["items"])]
                mixed = not all(map(_is_whole, results)) or len({json.dumps(r["packs"]) for r in results[1:]}) > 1
                tally["failed" if failed else "mixed" if mixed else results[0]["packs"]["one"]] += 1

    with serving(ledger_path, "--workers", 4, SCANNER_POLL_SECONDS="0.1") as served:
        clients = [threading.Thread(target=load_on, args=(served.url,)) for _ in range(3)]
        for client in clients:
            client.start()
        for number in range(1, 201):
            last = active.activate(store, sets[number % 2], by="tester", at=number)
            time.sleep(0.03)
        begun = time.monotonic()
        seen = _everybody(served.url, last)
        took = time.monotonic() - begun
        done.set()
        for client in clients:
            client.join()
    print(f"\n{dict(tally)}, all workers after {took:.2f} s")
    assert tally["failed"] == tally["mixed"] == 0
    assert tally["1.0.0"] > 20 and tally["2.0.0"] > 20
    assert len(seen) == 4
    assert took < 2.0


def _everybody(url: str, number: int, seconds: float = 15.0) -> set[int]:
    """The workers that say they run an activation, once no worker says otherwise; at least four, else what was seen."""
    seen: set[int] = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(seen) < 4:
        answer = httpx.get(f"{url}/readyz").json()  # a new connection each time, so that every worker has its turn
        if answer["activation"] == number:
            seen.add(answer["worker"])
    return seen
