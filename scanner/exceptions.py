"""Exceptions: why a hit is let off, decided in one place for the scan, `decide` and replay.

Reasons are those of the rules' reading: `registered_contact`, `authorised_mark`, and `needs_review` when
the facts leave it open. Everything is pure; times are passed in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from scanner.model import AuthorisedMark, Hit, Kind, Level, Merchant, Message, Role

ANY = "."
"""Stands for "any" in a field of an authorised mark."""

_LEVEL_OF: dict[str, Level] = {
    "registered_contact": "info",
    "authorised_mark": "info",
    "needs_review": "review",
}
_EXEMPT_KINDS = ("email", "phone")
_SHORTEST_SUBSCRIBER = 5  # digits left when a country code is taken off; shorter ends are no number
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]+")
_LATIN = re.compile(r"[^\u2e80-\u9fff\uac00-\ud7af]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about the circumstances of a text; `None` means not known."""

    role: Role = "seller"
    kind: Kind = "message"
    channel: Literal["onsite", "outside"] = "onsite"
    context: Literal["reasonable", "unreasonable"] | None = None
    buyer_requested: bool | None = None
    merchant: Merchant | None = None
    category: str | None = None
    territory: str | None = None

    @classmethod
    def of(cls, message: Message) -> Facts:
        """The facts that a record states about itself."""
        return cls(
            role=message.role,
            kind=message.kind,
            channel=message.channel,
            context=message.context,
            buyer_requested=message.buyer_requested,
            merchant=message.merchant,
            category=message.category,
        )


def exempt(hit: Hit, facts: Facts, at: date | datetime | None) -> str | None:
    """Why `hit` is let off: `registered_contact`, `authorised_mark`, `needs_review`, or None.

    `at` picks the authorisations in force; without it their dates are not looked at.
    """
    if facts.merchant is None:
        return None
    if hit.category == "contact" and hit.term in _EXEMPT_KINDS:
        return _contact(hit, facts, facts.merchant)
    if hit.category == "trademark" and "replica" not in hit.tags:
        return mark_reason(hit.term, facts, at)
    return None


def apply(hits: Iterable[Hit], facts: Facts, at: date | datetime | None) -> tuple[Hit, ...]:
    """The hits, those let off set to the level of their reason and carrying it; `info` hits stay."""
    if facts.merchant is None:
        return tuple(hits)  # nobody has been granted anything
    return tuple(_excused(hit, facts, at) for hit in hits)


def _excused(hit: Hit, facts: Facts, at: date | datetime | None) -> Hit:
    if hit.level == "info" or (reason := exempt(hit, facts, at)) is None:
        return hit
    level = _LEVEL_OF[reason]
    return hit.let_off(reason, level)


def _contact(hit: Hit, facts: Facts, merchant: Merchant) -> str | None:
    value = hit.value if hit.value is not None else hit.text
    if not registered(hit.term, value, merchant.registered_contacts):
        return None
    return contact_reason(facts.context, "contract-context" in hit.tags)


def contact_reason(context: str | None, seen: bool = False) -> str | None:
    """What a registered contact is worth: the caller's `context` first, then what the text showed."""
    if context == "unreasonable":
        return None
    return "registered_contact" if context == "reasonable" or seen else "needs_review"


def registered(kind: str, value: str, contacts: Iterable[str]) -> bool:
    """Whether an e-mail address or a phone number (`kind`) is among the registered contacts."""
    if kind == "email":
        wanted = _address(value)
        return bool(wanted) and any(_address(contact) == wanted for contact in contacts)
    return kind == "phone" and any(same_number(value, contact) for contact in contacts if "@" not in contact)


def _address(value: str) -> str:
    """An address as it is compared: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", value[:1000]).strip().casefold()


def same_number(one: str, other: str) -> bool:
    """Equal digits, of which the country code and a trunk 0 may be missing on one side, nothing else."""
    theirs = list(_readings(other))
    return any(
        number == their_number and (code == their_code or not code or not their_code)
        for code, number in _readings(one)
        for their_code, their_number in theirs
    )


def _readings(value: str) -> Iterator[tuple[str, str]]:
    """Every way to split a written number into (country code or "", the rest without a trunk 0)."""
    text = unicodedata.normalize("NFKC", value[:200]).strip()
    digits = "".join(str(unicodedata.decimal(char, "")) for char in text)
    if not digits:
        return
    international = text.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if not international:
        yield "", digits.removeprefix("0")
    code = next((digits[:n] for n in (1, 2, 3) if digits[:n] in _calling_codes()), "")
    rest = digits[len(code) :].removeprefix("0")
    if code and len(rest) >= _SHORTEST_SUBSCRIBER:
        yield code, rest
    elif international:
        yield "", digits


@lru_cache(maxsize=1)
def _calling_codes() -> frozenset[str]:
    """The country calling codes (no code is the beginning of another)."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415  only merchants with a register need it

    return frozenset(str(code) for code in COUNTRY_CODE_TO_REGION_CODE)


def mark_reason(mark: str, facts: Facts, at: date | datetime | None) -> str | None:
    """`authorised_mark` when a grant in force covers `mark`; `needs_review` when the goods are unknown."""
    if facts.merchant is None:
        return None
    best: str | None = None
    for grant in facts.merchant.authorised_marks:
        if not _same_mark(grant.mark, mark) or not _in_force(grant, at):
            continue
        covers = _covers(grant, facts)
        if covers:
            return "authorised_mark"
        if covers is None:
            best = "needs_review"
    return best


def mark_key(text: str) -> str:
    """A mark as it is compared: NFKC and case folded, accents and punctuation dropped."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text[:500]).casefold())
    return "".join(char for char in folded if char.isalnum())


def _same_mark(granted: str, mark: str) -> bool:
    if granted.strip() == ANY:
        return True
    key = mark_key(granted)
    return bool(key) and key in _mark_keys(mark)


def _mark_keys(mark: str) -> set[str]:
    """The keys of a mark: the whole, and each half of a pair such as "STERILLIUM 斯利姆"."""
    keys = {mark_key(mark)}
    halves = [*_CJK.findall(mark), *_LATIN.findall(mark)]
    if len(halves) == 2:
        keys.update(mark_key(half) for half in halves)
    return keys - {""}


def _in_force(grant: AuthorisedMark, at: date | datetime | None) -> bool:
    """Whether the grant held on that day: `since` inclusive, `until` exclusive."""
    if at is None:
        return True
    day = at.date() if isinstance(at, datetime) else at
    return (grant.since is None or grant.since <= day) and (grant.until is None or day < grant.until)


def _covers(grant: AuthorisedMark, facts: Facts) -> bool | None:
    """Whether the grant's bounds admit these goods; None when the goods are not known.

    A territory that nobody states binds nothing: a listing on the marketplace has none of its own.
    """
    if facts.territory and not _open(grant.territory) and _words(grant.territory) != _words(facts.territory):
        return False
    if _open(grant.category):
        return True
    if not facts.category:
        return None
    wanted = _words(grant.category)
    return any(_words(part) == wanted for part in (facts.category, *facts.category.split(">")))


def _open(bound: str | None) -> bool:
    return bound is None or bound.strip() in ("", ANY)


def _words(text: str | None) -> str:
    return mark_key(text or "")
