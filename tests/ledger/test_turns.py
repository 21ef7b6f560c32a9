"""The ledger's windows are those of `scanner.windows`, and survive the program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.ledger.store import Store
from scanner.ledger.turns import Turns, turn_row
from scanner.model import Message
from scanner.rules.times import instant
from scanner.windows import Windows
from tests.ledger.helpers import message

SPOKEN = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["short", "longer " * 30, "x" * 700, "two"])), min_size=1, max_size=20
)


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
