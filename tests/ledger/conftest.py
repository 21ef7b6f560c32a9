from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.assess import Ledger
from scanner.ledger.store import WalResetWarning
from tests.ledger.helpers import FakeScanner


@pytest.fixture(autouse=True)
def _any_sqlite() -> Iterator[None]:
    """Tests run under whatever SQLite is there; the warning about it has a test of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        yield


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger under the reference policy."""
    with Ledger(tmp_path / "ledger.db", policy="alibaba-2021-08", scanner=FakeScanner()) as opened:  # type: ignore[arg-type]
        yield opened
