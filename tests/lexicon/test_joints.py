"""A message after others: the gate by messages gives what a look at the whole window gives, and mostly says no."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from scanner import Message, Scanner

SPLIT = (
    (("sky", "it takes 20 days"), "pe"),
    (("my whats", "ok"), "app is 8613800000417"),
    (("您好，我的LINE", "ID是"), "testonly_tailin_foods，加好友後傳目錄給您。"),
    (("亲在吗", "我的微", "信"), "notreal"),
    (("marta", "chiocciola", "stampinventati", "punto"), "it"),
    (("my number 86 138",), "1234 0417"),
    (("add me", "on"), "line please"),
    (("we do not work with trade assurance",), "it costs too much for us"),
    (("d!sc", "0rd"), "nobody#2210"),
    (("ok on wha",), "aaatssaaappp"),
    (("our telegram @phantom",), "_depot"),
    (("сkaйп:",), "bogus.depot"),
    (("you find fakeprints dot",), "com on the web"),
    (("plus four four, seven seven zero zero, nine hundred, three",), "one two"),
    (("و ا ت", "س ا ب ٩٧١ ٥٠"), "٠٠٠ ٠٤١٧"),
)
INNOCENT = ("ok dear", "the price is 25 usd for 500 pcs", "we ship on monday", "blue or red?", "thank you", "2 pcs")


@pytest.mark.parametrize(("previous", "text"), SPLIT)
def test_what_is_begun_before_is_found(scanner: Scanner, previous: tuple[str, ...], text: str) -> None:
    message = Message(text=text, previous=previous)
    assert scanner.scan_message(message).hits == scanner._look(message).hits


@pytest.mark.parametrize(("previous", "text"), SPLIT[:5])
def test_split_contacts_are_hits_of_the_message_that_ends_them(
    scanner: Scanner, previous: tuple[str, ...], text: str
) -> None:
    scan = scanner.scan_message(Message(text=text, previous=previous))
    assert [hit.category for hit in scan.hits] == ["contact"]
    assert scan.hits[0].span.start < scan.text_start < scan.hits[0].span.end


def _windows(seed: int, count: int) -> Iterator[Message]:
    """Chat in which split contacts, whole ones and small talk follow each other at random."""
    rng = random.Random(seed)
    parts = [text for previous, own in SPLIT for text in (*previous, own)]
    whole = ["whatsapp me", "my wechat is lucy_0417", "call 8613800000417", "trade assurance is fine"]
    for _ in range(count):
        drawn = [rng.choice(rng.choice((parts, INNOCENT, whole))) for _ in range(rng.randrange(2, 7))]
        yield Message(text=drawn[-1], previous=tuple(drawn[:-1]))


def test_random_windows_lose_nothing(scanner: Scanner) -> None:
    messages = list(_windows(417, 400))
    looked = [scanner._look(message).hits for message in messages]
    assert sum(map(bool, looked)) > 50
    assert [scanner.scan_message(message).hits for message in messages] == looked
    assert [scan.hits for scan in scanner.scan_many(messages)] == looked


def test_small_talk_after_small_talk_is_not_looked_at(scanner: Scanner) -> None:
    messages = [Message(text=text, previous=INNOCENT[:3]) for text in INNOCENT]
    assert not any(scanner.stirs(message) for message in messages)


@pytest.mark.parametrize(
    ("pieces", "found"),
    [
        (("my sk", "ype is", "live:maggie.fastener"), True),
        (("add my what", "sapp please"), True),
        (("We", "chat with the dye house first"), False),
        (("it has a nice face", "book me 2 pcs"), False),
        (("ok that was", "apropos Farbe"), False),
    ],
)
def test_names_cut_by_the_end_of_a_message(scanner: Scanner, pieces: tuple[str, ...], found: bool) -> None:
    hits = scanner.scan_message(Message(messages=pieces, text="")).hits
    assert bool([hit for hit in hits if "split_messages" in hit.evasion]) is found
