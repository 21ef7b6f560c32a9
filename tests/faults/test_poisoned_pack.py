"""A bad list goes live: the charge budget stops it, and one withdrawal takes everything back."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.ledger import proof, withdrawal
from scanner.ledger.store import WalResetWarning
from scanner.lexicon import Lexicon, load
from scanner.records import parse_record

ROOT = Path(__file__).parents[2]

POISON = """
[pack]
name = "poison"
category = "contact"
version = "6.6.6"
source = "a bad list"
licence = "none"

[[rule]]
id = "poison.line"
term = "line"
why = "a mistake"
forms = ["line"]
hits = ["the ⟦line⟧ is busy"]
"""


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    path = tmp_path_factory.mktemp("packs") / "poison.toml"
    path.write_text(POISON, "utf-8")
    return Scanner(Lexicon(load(path).packs))


def test_the_budget_stops_it_and_one_command_takes_it_back(tmp_path: Path, poisoned: Scanner) -> None:
    lines = (ROOT / "fixtures/cases/trade.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    messages = [parse_record(row, where=row["id"]) for row in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        ledger = Ledger(tmp_path / "ledger.db", policy="alibaba-points", scanner=poisoned)
    with ledger:
        states = [c.state for verdict in ledger.assess_many(messages) for c in verdict.charges]
        assert states.count("executed") == ledger.policy.budget.per_run
        assert states.count("proposed") > 0
        assert len(ledger.alarms) == 1 and "budget" in ledger.alarms[0]

        found = withdrawal.plan(ledger, "poison", "6.6.6", "2021-01-01T00:00:00Z")
        assert len(found.offences) == states.count("executed")
        withdrawal.take_back(ledger, found, by="ann", at="2021-10-01T00:00:00Z")
        left = ledger.query("SELECT sum(delta) AS points, sum(stands) AS offences FROM charges")
        assert left == [{"points": 0, "offences": 0}]
        again = withdrawal.plan(ledger, "poison", "6.6.6", "2021-01-01T00:00:00Z")
        assert (again.offences, again.proposed) == ((), ())
        assert proof.verify(ledger) == []
