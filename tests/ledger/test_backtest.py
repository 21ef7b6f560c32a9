"""What the past would have cost otherwise."""

from __future__ import annotations

from dataclasses import replace

from scanner.assess import Ledger
from scanner.ledger.backtest import backtest
from scanner.model import Message, Scan
from scanner.rules.load import load
from tests.ledger.helpers import DRUG, WHATSAPP, FakeScanner, message


class Blind(FakeScanner):
    """Packs that know no messenger."""

    def scan_message(self, message: Message) -> Scan:
        scan = super().scan_message(message)
        return Scan(decision="allow", hits=tuple(hit for hit in scan.hits if hit.category != "contact"))


def test_another_policy(ledger: Ledger) -> None:
    for number in range(1, 5):
        ledger.assess(message(WHATSAPP, number))
    ledger.assess(message(DRUG, 1, merchant_id="other"))
    same = backtest(ledger, ledger.policy)
    assert same.old == same.new
    assert (same.old.offences, same.old.points, same.old.closed) == (5, 60, {"other"})
    merged = backtest(ledger, load("alibaba-points")).to_dict()
    assert merged["points"] == {"was": 60, "would_be": 48}  # no notice was served: four warnings
    assert merged["offences"] == {"was": 5, "would_be": 5}


def test_three_strikes_close_the_store(ledger: Ledger) -> None:
    for number in range(1, 5):
        ledger.assess(message("[contact whatsapp 447700900123] [trademark SCANIA]", number))
    strict = replace(load("alibaba-2021-08"), close_at_balance=6)
    found = backtest(ledger, strict).to_dict()
    assert found["closures_gained"] == ["acme"] and found["closures_lost"] == []


def test_other_packs_read_the_texts_again(ledger: Ledger) -> None:
    ledger.assess(message(WHATSAPP, 1))
    ledger.assess(message(DRUG, 2))
    same = backtest(ledger, ledger.policy, FakeScanner())
    assert (same.new.offences, same.new.points) == (same.old.offences, same.old.points) == (2, 48)
    blind = backtest(ledger, ledger.policy, Blind()).to_dict()
    assert blind["offences"] == {"was": 2, "would_be": 1}
    ledger.assess(message("clean for those", 3))
    assert backtest(ledger, ledger.policy, FakeScanner()).new.offences == 2
