"""The ledger's windows are those of `scanner.windows`, and survive the program."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.assess import Ledger
from scanner.errors import LedgerError
from scanner.ledger import accounts
from scanner.ledger.erasure import erase_merchant
from scanner.ledger.store import Store
from scanner.ledger.turns import Turns, turn_row
from scanner.model import Message
from scanner.rules.load import build
from scanner.rules.times import instant
from scanner.windows import Windows
from tests.ledger.helpers import T0, WHATSAPP, FakeScanner, message

SPOKEN = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["short", "longer " * 30, "x" * 700, "two"])), min_size=1, max_size=20
)


def opened(folder: Path, name: str = "l.db") -> Ledger:
    return Ledger(folder / name, scanner=FakeScanner())  # type: ignore[arg-type]


def conversation(spoken: list[tuple[int, str]]) -> list[Message]:
    minute, out = 0, []
    for number, (gap, text) in enumerate(spoken):
        minute += gap
        said = message(text, number, minutes=minute, conversation="c")
        out.append(replace(said, text="", messages=("one", "other")) if text == "two" else said)
    return out


def test_a_window_ends_inside_several_messages_sent_as_one() -> None:
    """Of three in one record the last two still fit: as in a scan, where each counts as one message."""
    spoken = [(0, "two")] + [(1, "short")] * 6 + [(1, "last")]
    messages, windows, turns = conversation(spoken), Windows(), Turns(Store(":memory:"))
    for said in messages:
        placed, window = windows.place(said), turns.window(said, instant(said.at))
    assert window.texts == placed.previous == ("other", *["short"] * 6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(SPOKEN)
def test_the_same_windows(tmp_path_factory: object, spoken: list[tuple[int, str]]) -> None:
    messages, windows, turns = conversation(spoken), Windows(), Turns(Store(":memory:"))
    for said in messages:
        placed = windows.place(said)
        window = turns.window(said, instant(said.at))
        if said.messages is None:
            assert window.texts == placed.previous
        assert len(window.refs) == len(window.texts)


def test_a_window_goes_on_in_another_program_and_a_retry_has_its_own(tmp_path: Path) -> None:
    messages = [message(text, n, minutes=n, conversation="c") for n, text in enumerate(["a", "b", "c", "d"])]
    store = Store(tmp_path / "l.db")
    with store.transaction():
        first = [Turns(store).window(said, instant(said.at)) for said in messages[:1]]
        assert first[0].texts == ()
        turns = Turns(store)
        for said in messages[:3]:
            turns.window(said, instant(said.at))
            store.remember(turn_row(said, "acme", instant(said.at)))
    with store.transaction():
        later = Turns(store)
        assert later.window(messages[3], instant(messages[3].at)).texts == ("a", "b", "c")
        assert later.window(messages[1], instant(messages[1].at)).texts == ("a",)
        assert later.window(messages[1], instant(messages[1].at)).refs == ("m0",)
    store.close()


def test_a_conversation_read_by_two_programs_at_once(tmp_path: Path) -> None:
    """What a buyer is told in pieces is read whole, whichever worker each piece comes to."""
    said = [message(text, n, minutes=n, conversation="c") for n, text in enumerate(["a", "b", "c", "d"])]
    with opened(tmp_path) as one, opened(tmp_path) as two:
        read = [ledger.assess(item).scan.text for ledger, item in zip((one, two, one, two), said, strict=True)]
    assert read == ["a", "a\nb", "a\nb\nc", "a\nb\nc\nd"]


def test_what_another_program_erased_is_read_no_more(tmp_path: Path) -> None:
    first, second = (message(text, n, minutes=n, conversation="c") for n, text in enumerate(["a", "b"]))
    with opened(tmp_path) as one, opened(tmp_path) as two:
        one.assess(message(WHATSAPP, 9, minutes=9))
        one.assess(first)
        erase_merchant(two, "acme", by="test", at=T0)
        assert one.assess(second).scan.text == "b"
        one.assess(message(WHATSAPP, 10, minutes=10))
        assert one.query("SELECT 1 AS n FROM personal WHERE kind = 'key' AND merchant = 'acme'") == [{"n": 1}]


def test_a_batch_meets_the_conversations_the_ledger_holds(tmp_path: Path) -> None:
    said = [message(f"text {n}", n, minutes=n, conversation=f"c{n % 3}") for n in range(12)]
    with opened(tmp_path) as ledger:
        singly = [ledger.assess(item).scan.text for item in said]
    with opened(tmp_path, "m.db") as ledger:
        list(ledger.assess_many(said[:5]))
    with opened(tmp_path, "m.db") as ledger:
        again = [verdict.scan.text for verdict in ledger.assess_many(said[5:], batch=4)]
    assert again == singly[5:]


def test_policies_and_pauses_of_another_program_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    monkeypatch.setattr(accounts, "build", lambda raw, name: built.append(name) or build(raw, name))
    with opened(tmp_path) as one, opened(tmp_path) as two:
        for n in range(8):
            assert (one, two)[n % 2].assess(message(WHATSAPP, n)).charges[0].state == "executed"
        assert len(built) == 1, "each event of the other would make every policy anew"
        one.pause(T0 + timedelta(days=20), by="anna")
        assert two.assess(message(WHATSAPP, 30)).charges[0].outcome.reason == "paused"
        two.pause(T0 + timedelta(days=31), by="anna", resume=True)
        two.adopt("three-strikes", T0 + timedelta(days=32))
        assert one.policy.name == "three-strikes"
        assert one.assess(message(WHATSAPP, 33)).charges[0].state == "executed"
        assert len(built) == 2
        with pytest.raises(LedgerError), one.transaction():
            raise LedgerError("a failure forgets what is in memory")
        assert one.policy.name == "three-strikes"
        assert not one.accounts.paused
