"""What is let off, and what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scanner.exceptions import Facts, apply, exempt, same_number
from scanner.model import AuthorisedMark, Hit, Merchant, Span

MERCHANT = Merchant(
    registered_contacts=("sales@acme-tools.cn", "+86 138-0013-8000", "+86 571 8765 4321", ""),
    authorised_marks=(
        AuthorisedMark("Ray．Ban"),
        AuthorisedMark("SCANIA", category="Toys"),
        AuthorisedMark("WAHL", since=date(2021, 1, 1), until=date(2022, 1, 1)),
    ),
)


def contact(term: str, value: str, *tags: str) -> Hit:
    return Hit(
        rule="c",
        category="contact",
        term=term,
        level="violation",
        span=Span(0, 1),
        text="x",
        value=value,
        tags=tags,
    )


def mark(term: str, *tags: str) -> Hit:
    return Hit(rule="t", category="trademark", term=term, level="violation", span=Span(0, 1), text="x", tags=tags)


def facts(context: str | None = None, **more: object) -> Facts:
    return Facts(merchant=MERCHANT, context=context, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0571-87654321", "+86 571 8765 4321", True),
        ("571 8765 4321", "+86 571 8765 4321", True),
        ("+86 (0)571 8765-4321", "+86 571 8765 4321", True),
        ("8657187654321", "+86 571 8765 4321", True),
        ("0086 571 8765 4321", "+86 571 8765 4321", True),
        ("23456789", "+852 2345 6789", True),
        ("(212) 555-0100", "+1 212 555 0100", True),
        ("+86 571 2222 3333", "0571-22223333", True),
        ("１３８００１３８０００", "+86 138-0013-8000", True),
        ("٠٥٧١٨٧٦٥٤٣٢١", "+86 571 8765 4321", True),
        ("87654321", "+86 571 8765 4321", False),
        ("718 765 4321", "+86 571 8765 4321", False),
        ("876543 2", "+86 571 8765 4321", False),
        ("71 8765 4321 0", "+86 571 8765 4321", False),
        ("+1 571 8765 4321", "+86 571 8765 4321", False),
        ("n/a", "", False),
        ("", "", False),
    ],
)
def test_numbers(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same
    assert same_number(other, one) is same


@pytest.mark.parametrize(
    ("term", "value", "context", "reason"),
    [
        ("email", " Sales@ACME-Tools.cn ", "reasonable", "registered_contact"),
        ("email", "sales＠acme-tools．cn", "reasonable", "registered_contact"),
        ("email", "sales@acme-tools.cn", None, "needs_review"),
        ("email", "sales@acme-tools.cn", "unreasonable", None),
        ("email", "li.private@gmail.example", "reasonable", None),
        ("phone", "8613800138000", "reasonable", "registered_contact"),
        ("whatsapp", "8613800138000", "reasonable", None),
    ],
)
def test_contacts(term: str, value: str, context: str | None, reason: str | None) -> None:
    assert exempt(contact(term, value), facts(context), None) == reason


def test_what_the_text_shows_establishes_the_context_but_the_caller_is_believed_first() -> None:
    hit = contact("email", "sales@acme-tools.cn", "contract-context")
    assert exempt(hit, facts(), None) == "registered_contact"
    assert exempt(hit, facts("unreasonable"), None) is None
    assert exempt(hit, Facts(), None) is None


@pytest.mark.parametrize(
    ("hit", "category", "at", "reason"),
    [
        (mark("ray.ban"), None, None, "authorised_mark"),
        (mark("RAY-BAN"), None, None, "authorised_mark"),
        (mark("Ray．Ban", "replica"), None, None, None),
        (mark("Dyneema"), None, None, None),
        (mark("SCANIA"), "Toys > Cars", None, "authorised_mark"),
        (mark("SCANIA"), "Truck parts", None, None),
        (mark("SCANIA"), None, None, "needs_review"),
        (mark("WAHL"), None, date(2021, 12, 31), "authorised_mark"),
        (mark("WAHL"), None, datetime(2022, 1, 1, tzinfo=UTC), None),
        (mark("WAHL"), None, date(2020, 12, 31), None),
    ],
)
def test_marks(hit: Hit, category: str | None, at: date | None, reason: str | None) -> None:
    assert exempt(hit, facts(category=category), at) == reason


def test_a_pair_of_names_is_one_mark_and_a_dot_is_any() -> None:
    pair = Facts(merchant=Merchant(authorised_marks=(AuthorisedMark("斯利姆"),)))
    assert exempt(mark("STERILLIUM 斯利姆"), pair, None) == "authorised_mark"
    every = Facts(merchant=Merchant(authorised_marks=(AuthorisedMark(".", category="."),)))
    assert exempt(mark("Dyneema"), every, None) == "authorised_mark"


def test_apply_sets_level_and_reason_and_keeps_the_rest() -> None:
    hits = (
        contact("email", "sales@acme-tools.cn"),
        contact("wechat", "acme_li"),
        mark("ray.ban"),
    )
    mail, wechat, ray = apply(hits, facts(), None)
    assert (mail.level, mail.exception) == ("review", "needs_review")
    assert wechat is hits[1]
    assert (ray.level, ray.exception) == ("info", "authorised_mark")
