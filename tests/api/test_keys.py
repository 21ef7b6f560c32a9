"""API keys: made, kept as hashes, expired, revoked, and as fast as they are allowed to be, over all workers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.keyring import Keyring
from api.settings import Settings
from scanner import InputError, Scanner
from scanner.cli import cli
from scanner.ledger import keys
from scanner.ledger.store import Store

NOW = 1_630_000_000


@pytest.fixture
def store(ledger_path: Path) -> Iterator[Store]:
    opened = Store(ledger_path)
    yield opened
    opened.close()


def _key(store: Store, *scopes: str, **fields: float) -> tuple[keys.Key, str]:
    return keys.create(store, name="test", scopes=scopes or ("scan",), now=NOW, **fields)  # type: ignore[arg-type]


def test_a_key_has_256_random_bits_and_the_file_has_none_of_them(store: Store, ledger_path: Path) -> None:
    made = [_key(store)[1] for _ in range(20)]
    assert len(set(made)) == 20
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = ledger_path.read_bytes()
    for secret in made:
        random = secret.split("_", 2)[2]
        assert len(random) == 43, "32 bytes in base64"
        assert random.encode() not in held
        assert keys.digest(secret).encode() in held


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "a\nb"}, {"scopes": ["all"]}, {"scopes": []}, {"rate": 0}])
def test_a_key_that_makes_no_sense_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        keys.create(store, **{"name": "a", "scopes": ["scan"], "now": NOW, **wrong})  # type: ignore[arg-type]


def test_the_command_line_makes_lists_and_revokes(ledger_path: Path) -> None:
    def call(*words: str) -> str:
        done = CliRunner().invoke(cli, ["key", *words, "--ledger", str(ledger_path)])
        assert done.exit_code == 0, done.output
        return done.stdout

    secret = call("create", "shop back end", "--scope", "scan", "--scope", "assess", "--days", "3").strip()
    (listed,) = [json.loads(line) for line in call("list", "--json").splitlines()]
    assert (listed["state"], listed["scopes"], listed["name"]) == ("active", ["scan", "assess"], "shop back end")
    assert secret.split("_")[1] == listed["id"] and secret not in call("list")
    call("revoke", listed["id"])
    assert "revoked" in call("list")
    assert CliRunner().invoke(cli, ["key", "revoke", "nobody", "--ledger", str(ledger_path)]).exit_code == 2


def _served(ledger_path: Path, scanner: Scanner, **settings: object) -> FastAPI:
    made = Settings(ledger=ledger_path, poll_seconds=0.05, **settings)  # type: ignore[arg-type]
    return create_app(made, scanner=scanner)


def _scan(client: TestClient, secret: str | None, **headers: str) -> int:
    given = {} if secret is None else {"authorization": f"Bearer {secret}"}
    return client.post("/v1/scan", json={"text": "hi"}, headers={**given, **headers}).status_code


def _until(call: object, code: int, seconds: float = 1.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if call() == code:  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_the_first_key_closes_the_door_and_a_revoked_one_is_out_within_a_second(
    store: Store, ledger_path: Path, scanner: Scanner
) -> None:
    with TestClient(_served(ledger_path, scanner), client=("127.0.0.1", 1), base_url="http://127.0.0.1") as client:
        assert _scan(client, None) == 200
        key, secret = _key(store)
        assert _until(lambda: _scan(client, None), 401)
        assert _scan(client, secret) == 200
        assert client.post("/v1/scan", json={"text": "hi"}, headers={"x-api-key": secret}).status_code == 200
        keys.revoke(store, key.id, NOW)
        assert _until(lambda: _scan(client, secret), 401)


def test_an_expired_key_is_refused(store: Store, ledger_path: Path, scanner: Scanner) -> None:
    _, good = _key(store, expires=NOW + 10)
    _, over = _key(store, expires=NOW)
    app = create_app(Settings(ledger=ledger_path), scanner=scanner, clock=lambda: datetime.fromtimestamp(NOW, UTC))
    with TestClient(app) as client:
        assert [_scan(client, secret) for secret in (good, over, good[:-1], "", None)] == [200, 401, 401, 401, 401]
        said = client.post("/v1/scan", json={"text": "hi"}, headers={"authorization": f"Bearer {over}"})
        assert said.headers["www-authenticate"].startswith("Bearer") and over not in said.text


@pytest.mark.parametrize(
    ("address", "headers", "code"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"host": "localhost:8000"}, 200),
        ("127.0.0.1", {"host": "[::1]:8000"}, 200),
        ("10.0.0.7", {}, 403),
        ("testclient", {}, 403),
        ("127.0.0.1", {"host": "rebound.example"}, 403),
        ("127.0.0.1", {"host": "[::1"}, 403),
        ("127.0.0.1", {"origin": "https://other.example"}, 403),
        ("127.0.0.1", {"origin": "null"}, 403),
        ("127.0.0.1", {"origin": "http://127.0.0.1"}, 200),
        ("127.0.0.1", {"sec-fetch-site": "cross-site"}, 403),
        ("127.0.0.1", {"sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_without_keys_only_this_machine_and_its_own_pages_are_answered(
    app: FastAPI, address: str, headers: dict[str, str], code: int
) -> None:
    with TestClient(app, client=(address, 1), base_url="http://127.0.0.1") as client:
        assert _scan(client, None, **headers) == code


def test_it_does_not_start_on_other_addresses_without_keys(ledger_path: Path) -> None:
    done = CliRunner().invoke(cli, ["serve", "--host", "0.0.0.0", "--ledger", str(ledger_path)])
    assert done.exit_code == 2 and "scanner key create" in done.output


def test_a_key_counts_in_a_header_only(store: Store, ledger_path: Path, scanner: Scanner) -> None:
    """What a browser sends by itself, for whichever page asks, opens nothing in the API."""
    _, secret = _key(store)
    with TestClient(_served(ledger_path, scanner), base_url="http://shop.example") as client:
        assert _scan(client, secret, origin="http://evil.example") == 200, "a header cannot be set by another site"
        for name in ("scanner_key", "scanner_session", "x-api-key", "authorization"):
            client.cookies.set(name, secret)
        assert _scan(client, None) == 401


def test_the_bucket_empties_says_when_and_fills_again(store: Store, ledger_path: Path, scanner: Scanner) -> None:
    _, secret = _key(store, rate=2.0, burst=3.0)
    with TestClient(_served(ledger_path, scanner)) as client:
        assert [_scan(client, secret) for _ in range(3)] == [200] * 3
        refused = client.post("/v1/scan", json={"text": "hi"}, headers={"authorization": f"Bearer {secret}"})
        assert (refused.status_code, refused.json()["type"].rsplit(":")[-1]) == (429, "rate-limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 2
        assert client.get("/livez").status_code == 200
        time.sleep(0.6)
        assert [_scan(client, secret) for _ in range(2)] == [200, 429]


def test_two_workers_share_one_bucket(store: Store, ledger_path: Path, scanner: Scanner) -> None:
    _, secret = _key(store, rate=0.01, burst=10.0)
    first, second = (TestClient(_served(ledger_path, scanner)) for _ in range(2))
    with first, second:
        codes = [_scan(client, secret) for _ in range(10) for client in (first, second)]
    assert sorted(codes) == [200] * 10 + [429] * 10


def test_a_fast_key_looks_into_the_file_ten_times_a_second_at_most() -> None:
    key = keys.Key("a", "a", ("scan",), 1_000.0, 2_000.0, 0, None, None, "h")
    asked: list[float] = []

    async def take(_: keys.Key, wanted: float) -> tuple[float, float]:
        asked.append(wanted)
        return wanted, 0.0

    async def spend() -> None:
        ring = Keyring()
        waits = [await ring.spend(key, at / 1_000, take) for at in range(1_000)]
        assert max(waits) == 0

    asyncio.run(spend())
    assert len(asked) == 10
