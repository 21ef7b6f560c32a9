"""Windows: what a message is read together with, and what bounds it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Message
from scanner.windows import CODE_POINTS, MESSAGES, Windows

NOON = datetime(2021, 8, 31, 12, tzinfo=UTC)


def chat(text: str, *, sender: str = "s", minute: float | None = None, conversation: str = "c") -> Message:
    at = None if minute is None else NOON + timedelta(minutes=minute)
    return Message(text=text, sender=sender, conversation=conversation, at=at)


def previous(*messages: Message) -> list[tuple[str, ...]]:
    return [message.previous for message in Windows().over(messages)]


def test_a_message_is_read_with_the_same_senders_earlier_ones():
    rows = [chat("sky"), chat("hello", sender="b"), chat("pe"), chat("x", conversation="d"), chat("live:bob")]
    assert previous(*rows) == [(), (), ("sky",), (), ("sky", "pe")]


def test_a_window_holds_eight_messages_the_last_included():
    assert previous(*[chat(str(i)) for i in range(12)])[-1] == tuple(str(i) for i in range(4, 11))
    assert MESSAGES == 8


def test_a_window_reaches_thirty_minutes_back():
    rows = [chat("a", minute=0), chat("b", minute=15), chat("c", minute=30), chat("d", minute=45.1)]
    assert previous(*rows) == [(), ("a",), ("a", "b"), ("c",)]


def test_messages_without_a_time_have_no_bound_in_time():
    assert previous(chat("a", minute=0), chat("b"), chat("c", minute=500)) == [(), ("a",), ("b",)]


def test_a_window_reaches_600_code_points_back_in_whole_messages():
    assert previous(chat("x" * 400), chat("y" * 198), chat("z"))[-1] == ("x" * 400, "y" * 198)
    assert previous(chat("x" * 400), chat("y" * 199), chat("z"))[-1] == ("y" * 199,)


def test_a_message_too_long_for_a_window_hides_those_before_it():
    assert previous(chat("a"), chat("y" * CODE_POINTS), chat("z"), chat("w"))[-2:] == [(), ("z",)]


def test_records_that_bring_their_own_window_keep_it():
    own = Message(text="pe", previous=("sky",), conversation="c", sender="s")
    several = Message(messages=("li", "ne"), conversation="c", sender="s")
    assert previous(chat("a"), own, several, chat("z")) == [(), ("sky",), (), ("a", "pe", "li", "ne")]


def test_listings_and_rows_without_a_sender_are_read_alone():
    listing = Message(text="shoes", kind="listing", conversation="c", sender="s")
    assert previous(chat("a"), listing, Message(text="b", conversation="c"), chat("d"))[1:] == [
        (),
        (),
        ("a",),
    ]


def test_open_windows_are_bounded_and_closing_one_early_is_counted():
    windows = Windows(keep=2)
    rows = [chat("a", sender="1"), chat("b", sender="2"), chat("c", sender="3"), chat("d", sender="1")]
    assert [message.previous for message in windows.over(rows)] == [(), (), (), ()]
    assert windows.closed_early == 2


@given(st.lists(st.tuples(st.sampled_from("sb"), st.text(max_size=300), st.integers(0, 90)), max_size=30))
def test_windows_never_leave_their_bounds_and_lose_no_text(rows):
    messages = [chat(text, sender=sender, minute=minute) for sender, text, minute in rows]
    placed = list(Windows().over(messages))
    assert [message.text for message in placed] == [message.text for message in messages]
    for message in placed:
        assert len(message.previous) < MESSAGES
        assert message.own_start() <= CODE_POINTS
