"""Fixtures of the service: an application on a new ledger, and clients without and with keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from scanner import Scanner

NOW = datetime(2021, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def settings(ledger_path: Path) -> Settings:
    return Settings(ledger=ledger_path, policy="alibaba-2021-08")


@pytest.fixture
def app(settings: Settings, scanner: Scanner) -> FastAPI:
    """The service on a new ledger, without keys, at a fixed time."""
    return create_app(settings, scanner=scanner, clock=lambda: NOW)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client on this machine; no keys are in use, so it has every scope."""
    with TestClient(app, client=("127.0.0.1", 50000), base_url="http://127.0.0.1") as client:
        yield client
