"""Whether a buyer asks for the platform's escrow: what makes a later refusal an offence.

The detector's tag `buyer-request` says so. Where it does not, a buyer who names the escrow and does not turn it
down has asked for it.
"""

from __future__ import annotations

from scanner.detect.trade_assurance.short import is_short_name
from scanner.engine import Scanner
from scanner.lexicon.buffers import MAX_TEXT
from scanner.model import Message, Scan
from scanner.text.fold import fold
from scanner.text.reading import Reading

_KINDS = ("escrow", "short")


def asks_for_escrow(scanner: Scanner, message: Message, scan: Scan) -> bool:
    """Whether a buyer's message asks for the escrow, by the caller's word, the detector's, or by naming it."""
    if message.buyer_requested is not None:
        return message.buyer_requested
    hits = [hit for hit in scan.hits if hit.category == "trade_assurance"]
    if any("buyer-request" in hit.tags for hit in hits):
        return True
    return not hits and _names_escrow(scanner, message)


def _names_escrow(scanner: Scanner, message: Message) -> bool:
    """Whether the message's own text names the escrow, if only as "the platform's order"."""
    engine = getattr(scanner, "engine", None)
    text = message.text[:MAX_TEXT]
    if engine is None or message.at is None or not engine.gate.stirs(fold(text)):
        return False
    reading = Reading((text,), 0)
    found, _ = engine.matcher.find(reading, message.at.date())
    return any(
        find.rule.category == "trade_assurance"
        and find.rule.extra.get("kind", "escrow") in _KINDS
        and is_short_name(find, reading)
        for find in found
    )
