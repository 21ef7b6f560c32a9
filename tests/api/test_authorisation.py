"""Every route, every scope, every kind of caller: made from the route table, so that new routes are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.openapi import api_routes, scope_of
from api.settings import Settings
from scanner import Scanner
from scanner.ledger import keys
from scanner.ledger.store import Store

OPEN = {"/livez", "/readyz", "/openapi.json"}
"""What answers without a key whatever happens; the console's own open pages (a door to come in by) besides."""

NOBODY = ("none", "unknown", "revoked", "expired")


@dataclass(frozen=True)
class Matrix:
    """A service with a key of every kind."""

    client: TestClient
    secrets: dict[str, str | None]
    routes: list[tuple[str, str, str | None]]

    def call(self, who: str, method: str, path: str) -> int:
        """The status that a caller gets."""
        secret = self.secrets[who]
        headers = {"origin": "http://testserver"} | ({} if secret is None else {"authorization": f"Bearer {secret}"})
        filled = re.sub(r"\{[^}]*\}", "1", path)
        return self.client.request(method, filled, headers=headers, follow_redirects=False).status_code


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, scanner: Scanner) -> Iterator[Matrix]:
    path: Path = tmp_path_factory.mktemp("matrix") / "ledger.db"
    store = Store(path)

    def made(*scopes: str, expires: int | None = None) -> tuple[keys.Key, str]:
        return keys.create(store, name="k", scopes=scopes, now=1, expires=expires, rate=1e6, burst=1e6)

    secrets: dict[str, str | None] = {scope: made(scope)[1] for scope in keys.SCOPES}
    revoked, secrets["revoked"] = made("admin")
    keys.revoke(store, revoked.id, 2)
    secrets |= {"expired": made("admin", expires=2)[1], "unknown": "cs_00000000_" + "A" * 43, "none": None}
    store.close()
    app = create_app(Settings(ledger=path, require_keys=True), scanner=scanner)
    routes = [(method, route.path, scope_of(route)) for route in api_routes(app) for method in sorted(route.methods)]
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Matrix(client, secrets, routes)


def test_the_table_holds_every_operation_of_the_document(matrix: Matrix) -> None:
    document = matrix.client.get("/openapi.json").json()
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    known = {(method, path) for method, path, _ in matrix.routes}
    assert listed <= known
    assert ("POST", "/v1/scan") in listed


def test_everything_under_v1_asks_for_a_scope(matrix: Matrix) -> None:
    assert [path for _, path, scope in matrix.routes if path.startswith("/v1/") and scope is None] == []


def test_nobody_without_a_valid_key_gets_in(matrix: Matrix) -> None:
    let_in = []
    for method, path, scope in matrix.routes:
        if scope is not None:
            refused = {401} if path.startswith("/v1/") or path == "/metrics" else {401, 303}
            let_in += [(who, method, path) for who in NOBODY if matrix.call(who, method, path) not in refused]
    assert let_in == []


def test_a_scope_opens_its_own_routes_and_no_others(matrix: Matrix) -> None:
    wrong = []
    for method, path, scope in matrix.routes:
        for own in keys.SCOPES:
            may = scope in (None, "any", own) or own == "admin"
            status = matrix.call(own, method, path)
            refused = status in (401, 403)
            form = method == "POST" and not path.startswith("/v1/")  # a form without its page's token is a 403 as well
            if (refused is may and not (form and may)) or status >= 500:
                wrong.append((own, method, path, scope, status))
    assert wrong == []


def test_what_is_open_answers_anybody(matrix: Matrix) -> None:
    for path in OPEN:
        assert {matrix.call(who, "GET", path) for who in ("none", "scan")} == {200}
