"""A seeded ledger, made once, and clients of the console on copies of it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from scanner import Scanner
from scanner.ledger.store import WalResetWarning
from tests.api.console.seed import NOW, seed


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, scanner: Scanner) -> Path:
    """A ledger with a month in it; copy it before writing."""
    path = tmp_path_factory.mktemp("console") / "ledger.db"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        seed(path, scanner=scanner)
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    return path


@pytest.fixture(scope="session")
def reader(seeded: Path, tmp_path_factory: pytest.TempPathFactory, scanner: Scanner) -> Iterator[TestClient]:
    """An officer on a copy that all tests share, for what writes nothing."""
    path = Path(shutil.copy(seeded, tmp_path_factory.mktemp("reader") / "ledger.db"))
    app = create_app(Settings(ledger=path), scanner=scanner, clock=lambda: NOW)
    with TestClient(app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def month(seeded: Path, tmp_path: Path) -> Path:
    """A copy of the seeded ledger."""
    return Path(shutil.copy(seeded, tmp_path / "ledger.db"))


@pytest.fixture
def desk_app(month: Path, scanner: Scanner) -> FastAPI:
    """The service on that copy, without keys, at the end of the month."""
    return create_app(Settings(ledger=month), scanner=scanner, clock=lambda: NOW)


@pytest.fixture
def desk(desk_app: FastAPI) -> Iterator[TestClient]:
    """An officer on this machine."""
    with TestClient(desk_app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1") as client:
        yield client


def token(client: TestClient) -> str:
    """The form token of this client's browser."""
    page = client.get("/login").text
    found = re.search(r'name="token" value="([\w-]+)"', page)
    assert found is not None
    return found[1]
