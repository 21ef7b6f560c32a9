"""Answers kept with the work: done once whoever asks at the same time, given again for a day, erased with the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from scanner.assess import Ledger
from scanner.errors import LedgerError
from scanner.ledger import erasure, idempotency, proof
from scanner.ledger.idempotency import Answer, AnswerGoneError, KeyReusedError, Question, once
from scanner.rules.times import instant
from tests.ledger.helpers import T0, WHATSAPP, message

NOW = instant(T0)
ASKED = Question("caller", "key", "POST /x {}")


def _work(ledger: Ledger, number: int = 1) -> Answer:
    verdict = ledger.assess(message(WHATSAPP, number))
    return Answer(status=200, body=str(verdict.charges[0].event), merchant="acme", ref=f"m{number}")


def test_fifty_writers_of_one_file_do_it_once(ledger: Ledger) -> None:
    """Each with a connection of its own, as workers have: nothing in memory tells them of each other."""
    assert ledger.policy.name == "alibaba-2021-08"

    def ask(_: int) -> tuple[str, bool]:
        with Ledger(ledger.store.path, scanner=ledger.scanner, busy_seconds=60) as own:
            given = once(own, ASKED, NOW, lambda: _work(own))
            return given.body, given.repeated

    with ThreadPoolExecutor(50) as pool:
        given = list(pool.map(ask, range(50)))
    assert len({body for body, _ in given}) == 1
    assert [repeated for _, repeated in given].count(False) == 1
    assert ledger.query("SELECT count(*) AS n FROM events WHERE type = 'finding'")[0]["n"] == 1
    assert proof.verify(ledger) == []


def test_another_question_under_the_same_key(ledger: Ledger) -> None:
    once(ledger, ASKED, NOW, lambda: _work(ledger))
    with pytest.raises(KeyReusedError):
        once(ledger, Question("caller", "key", "POST /x {1}"), NOW, lambda: _work(ledger, 2))
    once(ledger, Question("another", "key", "POST /x {1}"), NOW, lambda: _work(ledger, 2))
    assert ledger.query("SELECT count(*) AS n FROM events WHERE type = 'finding'")[0]["n"] == 2


def test_what_fails_is_not_answered(ledger: Ledger) -> None:
    def broken() -> Answer:
        _work(ledger)
        raise LedgerError("after the work")

    with pytest.raises(LedgerError):
        once(ledger, ASKED, NOW, broken)
    assert ledger.query("SELECT 1 FROM events WHERE type = 'finding'") == []
    given = once(ledger, ASKED, NOW, lambda: _work(ledger))
    assert not given.repeated
    assert ledger.query("SELECT count(*) AS n FROM events WHERE type = 'finding'")[0]["n"] == 1


def test_a_window_that_was_rolled_back_is_forgotten(ledger: Ledger) -> None:
    """The turn of a failed transaction is in no later window."""

    def broken() -> Answer:
        ledger.assess(message("[contact whatsapp", 1, conversation="c"))
        raise LedgerError("after the work")

    with pytest.raises(LedgerError):
        once(ledger, ASKED, NOW, broken)
    verdict = ledger.assess(message("447700900123]", 2, conversation="c", minutes=1_441))
    assert verdict.scan.hits == ()


def test_kept_for_a_day(ledger: Ledger) -> None:
    once(ledger, ASKED, NOW, lambda: _work(ledger))
    assert once(ledger, ASKED, NOW + idempotency.KEPT - 1, lambda: _work(ledger)).repeated
    assert not once(ledger, ASKED, NOW + idempotency.KEPT, lambda: _work(ledger)).repeated
    assert ledger.query("SELECT count(*) AS n FROM personal WHERE kind = 'answer'")[0]["n"] == 1


def test_old_answers_are_swept(ledger: Ledger) -> None:
    for number in range(5):
        once(ledger, Question("c", f"k{number}", "q"), NOW, lambda: Answer(status=200, body="{}"))
    once(ledger, Question("c", "later", "q"), NOW + idempotency.KEPT + 1, lambda: Answer(status=200, body="{}"))
    assert ledger.query("SELECT count(*) AS n FROM answers")[0]["n"] == 1
    assert ledger.query("SELECT count(*) AS n FROM personal WHERE kind = 'answer'")[0]["n"] == 1


def test_erased_with_the_merchant(ledger: Ledger) -> None:
    once(ledger, ASKED, NOW, lambda: _work(ledger))
    erasure.erase_merchant(ledger, "acme", by="x", at=NOW)
    with pytest.raises(AnswerGoneError):
        once(ledger, ASKED, NOW, lambda: _work(ledger))


def test_neither_key_nor_question_can_be_read(ledger: Ledger) -> None:
    """A key may be anything, a phone number too."""
    once(ledger, Question("c", "13800138000", "13800138000"), NOW, lambda: Answer(status=200, body="{}"))
    rows: list[dict[str, Any]] = ledger.query("SELECT * FROM answers a JOIN personal p ON p.id = a.body")
    assert "13800138000" not in str(rows)


def test_a_dry_run_is_no_part_of_anything(ledger: Ledger) -> None:
    with pytest.raises(LedgerError), ledger.transaction(NOW):
        ledger.assess(message(WHATSAPP, 1), dry_run=True)
