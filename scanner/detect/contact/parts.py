"""What the readers of numbers, addresses and links hand to the contact detector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scanner.model import Span


class Contact(NamedTuple):
    """A contact read somewhere in the text.

    kind         "phone", "email", "url", "deeplink", "handle" or "qq"
    channel      for deep links, the channel they open (whatsapp, telegram ...); else None
    value        E.164 digits without "+", canonical address (lower case), canonical link
    span         original code points, from the first to the last character of the contact itself
    score        how sure that it is a real contact by itself, whatever channel word stands around:
                 0.9 and up certain; 0.7 likely; 0.5 only with a channel word beside it; less is not returned
    evasion      the disguises that were undone
    why          one plain sentence
    third_party  a contact of a consignee, forwarder, driver, inspector ...: innocent, for the documents
    contract     talk of the contract, the label or the documents stands around
    platform     a link to the platform itself or to a host that the pack calls innocent
    cue          span of a contact word standing directly before ("call me at"), to be taken into the hit
    """

    kind: str
    channel: str | None
    value: str
    span: Span
    score: float
    evasion: tuple[str, ...] = ()
    why: str = ""
    third_party: bool = False
    contract: bool = False
    platform: bool = False
    cue: Span | None = None


def disjoint(found: Iterable[Contact]) -> list[Contact]:
    """The surest of each heap of overlapping contacts, in text order."""
    chosen: list[Contact] = []
    for one in sorted(found, key=lambda c: (-c.score, c.span)):
        if not any(one.span.overlaps(other.span) for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda c: c.span)
