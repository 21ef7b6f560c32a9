"""Random histories: what is kept in memory is what the file says, and every entry leaves the ledger whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.assess import Ledger
from scanner.errors import LedgerError
from scanner.ledger import cases, decisions, erasure, proof
from scanner.ledger.standing import standing
from tests.ledger.helpers import T0, FakeScanner, message

TEXTS = [
    "[contact whatsapp 447700900123]",
    "[contact? wechat acme]",
    "[trade_assurance refusal]",
    "[trademark SCANIA]",
    "[trademark SCANIA #replica]",
    "[drug ketamine #grade:A+]",
    "[drug tramadol #grade:A]",
    "nothing",
]
KEYS = st.tuples(
    st.sampled_from(["off_platform", "ta_refusal", "trademark", "counterfeit", "drug_serious"]),
    st.integers(1, 12).map(lambda n: f"m{n}"),
)
STEP = st.one_of(
    st.tuples(st.just("assess"), st.sampled_from(TEXTS), st.integers(1, 12)),
    st.tuples(st.sampled_from(["uphold", "dismiss", "appeal", "accept", "revoke", "serve"]), KEYS, st.integers(0, 3)),
    st.tuples(st.just("undo"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.sampled_from(["pause", "resume", "erase"]), st.none(), st.none()),
)


def take(ledger: Ledger, step: tuple[Any, Any, Any], at: object) -> None:
    what, first, second = step
    by = f"p{second}"
    acts: dict[str, Callable[[], object]] = {
        "assess": lambda: ledger.assess(message(first, second, buyer_requested=True), received=at),
        "uphold": lambda: cases.uphold(ledger, "acme", first, by=by, at=at),
        "dismiss": lambda: cases.dismiss(ledger, "acme", first, by=by, at=at),
        "appeal": lambda: cases.file_appeal(ledger, "acme", first, ground="a", at=at),
        "accept": lambda: cases.decide_appeal(ledger, "acme", first, accepted=True, by=by, at=at),
        "revoke": lambda: cases.revoke(ledger, "acme", first, by=by, at=at),
        "undo": lambda: undo(ledger, first, by, at),
        "serve": lambda: cases.serve(ledger, "acme", first, at=at),
        "pause": lambda: ledger.pause(at, by="x"),
        "resume": lambda: ledger.pause(at, by="x", resume=True),
        "erase": lambda: erasure.erase_merchant(ledger, "acme", by="x", at=at),
    }
    try:
        acts[what]()
    except LedgerError:
        assert what in ("uphold", "dismiss", "undo")


def undo(ledger: Ledger, back: int, by: str, at: object) -> None:
    """Undo one of the latest decisions, if there are so many."""
    rows = ledger.query("SELECT seq FROM events WHERE type IN ('uphold', 'dismiss') ORDER BY seq DESC")
    if back < len(rows):
        decisions.undo(ledger, rows[back]["seq"], by=by, at=at)


@pytest.mark.parametrize("policy", ["alibaba-2021-08", "alibaba-points"])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEP, max_size=25))
def test_every_history_leaves_the_ledger_whole(
    tmp_path_factory: pytest.TempPathFactory, policy: str, steps: list[Any]
) -> None:
    path = Path(tmp_path_factory.mktemp("h")) / "ledger.db"
    with Ledger(path, policy=policy, scanner=FakeScanner()) as ledger:  # type: ignore[arg-type]
        ledger.set_facts("acme", {"ta_signed": True, "ta_opened": True}, at=T0)
        for number, step in enumerate(steps):
            take(ledger, step, T0 + timedelta(days=20, hours=number))
        assert proof.verify(ledger) == []
        now = T0 + timedelta(days=40)
        live, found = ledger.account("acme"), standing(ledger, "acme", now)
        with Ledger(path, scanner=FakeScanner()) as again:  # type: ignore[arg-type]
            read = again.account("acme")
        assert {k: (o.state, o.penalty) for k, o in live.offences.items()} == {
            k: (o.state, o.penalty) for k, o in read.offences.items()
        }
        assert (set(live.pending), live.ta, live.closures) == (set(read.pending), read.ta, read.closures)
        assert found.balance == live.balance(ledger.policy, int(now.timestamp()))
        assert found.counts == live.counts()
        assert found.store_closed == live.store_closed()
        assert found.waiting == len(live.pending)
