"""A scanner whose hits stand in the text, so that tests of the ledger depend on no lexicon.

`[contact whatsapp 8613800138000]` is a violation; `?` after the category makes it a review, `#tag` adds a tag.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from scanner.exceptions import Facts, apply
from scanner.model import Hit, Merchant, Message, Scan, Span, decide_level

_MARK = re.compile(r"\[(?P<category>[a-z_]+)(?P<review>\??) (?P<term>[^\s\]]+)(?: (?P<rest>[^\]]*))?\]")

T0 = datetime(2021, 9, 1, 12, tzinfo=UTC)


class FakeScanner:
    """Finds what the text says it should."""

    version = "0"

    def __init__(self) -> None:
        self.packs = {"fake": "1"}

    def scan_message(self, message: Message) -> Scan:
        text = "\n".join(message.pieces())
        hits = apply([_hit(found) for found in _MARK.finditer(text)], Facts.of(message), message.at)
        hits = tuple(hit for hit in hits if hit.span.end > message.own_start())
        return Scan(
            decision=decide_level(hits, ()),
            hits=hits,
            text=text,
            text_start=message.own_start(),
            packs=self.packs,
            engine=self.version,
            id=message.id,
        )


def _hit(found: re.Match[str]) -> Hit:
    rest = (found["rest"] or "").split()
    value = next((word for word in rest if not word.startswith("#")), None)
    return Hit(
        rule=f"fake.{found['category']}",
        category=found["category"],
        term=found["term"],
        level="review" if found["review"] else "violation",
        span=Span(*found.span()),
        text=found[0],
        value=value,
        tags=tuple(word[1:] for word in rest if word.startswith("#")),
    )


def message(text: str, number: int = 1, *, minutes: int | None = None, **more: Any) -> Message:
    """A seller's message number `number`, a day after the one before unless `minutes` says otherwise."""
    after = timedelta(days=number) if minutes is None else timedelta(minutes=minutes)
    fields: dict[str, Any] = {
        "text": text,
        "id": f"m{number}",
        "at": T0 + after,
        "merchant": Merchant(id=more.pop("merchant_id", "acme")),
        "conversation": f"c{number}",
        "sender": "s",
    }
    return Message(**{**fields, **more})


WHATSAPP = "[contact whatsapp 447700900123]"
DRUG = "[drug ketamine #grade:A+]"
