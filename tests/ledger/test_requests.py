"""A buyer who names the escrow has asked for it; one who turns it down, or talks of something else, has not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.engine import Scanner
from scanner.model import Message
from scanner.requests import asks_for_escrow


def buyer(text: str, requested: bool | None = None) -> Message:
    return Message(text=text, role="buyer", at=datetime(2021, 9, 1, tzinfo=UTC), buyer_requested=requested)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Can we place it as a Trade Assurance order?", True),
        ("TA 30/70 please", True),
        ("可以走信保吗", True),
        ("Оформите, пожалуйста, через торговую гарантию", True),
        ("¿Se puede pagar con garantía comercial?", True),
        ("I don't want trade assurance, T/T is fine for me", False),
        ("No need for TA, we can do wire", False),
        ("What is the delivery time for 600 sets?", False),
        ("ta muito caro isso", False),
    ],
)
def test_asks(scanner: Scanner, text: str, asks: bool) -> None:
    message = buyer(text)
    assert asks_for_escrow(scanner, message, scanner.scan_message(message)) is asks


def test_the_callers_word_comes_first(scanner: Scanner) -> None:
    message = buyer("TA please", requested=False)
    assert not asks_for_escrow(scanner, message, scanner.scan_message(message))
    assert asks_for_escrow(scanner, buyer("hello", requested=True), scanner.scan_message(message))
