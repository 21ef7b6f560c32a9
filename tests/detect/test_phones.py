"""Telephone numbers: what is read, how surely, and whose they are."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest

from scanner.detect.contact.addresses import EmailReader
from scanner.detect.contact.links import LinkReader
from scanner.detect.contact.parts import Contact
from scanner.detect.contact.phones import PhoneReader
from scanner.detect.contact.shapes import Shapes
from scanner.lexicon import load
from scanner.text.reading import Reading
from scanner.text.signals import has_signals

LINES = Path(__file__).with_name("readers_own.tsv").read_text(encoding="utf-8").splitlines()
SAMPLES = [tuple(line.split("\t", 1)) for line in LINES]


@cache
def readers() -> tuple[PhoneReader, EmailReader, LinkReader]:
    packs = load(None).of("contact")
    return PhoneReader(packs), EmailReader(packs), LinkReader(packs)


def phones(*pieces: str) -> list[Contact]:
    return readers()[0].read(Reading(pieces))


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_own_sentences(kind: str, text: str) -> None:
    reading = Reading(text.replace("\\n", "\n").split("||"))
    found = [contact for reader in readers() for contact in reader.read(reading)]
    own = [contact for contact in found if contact.score >= 0.7 and not (contact.third_party or contact.contract)]
    if kind == "third-party":
        assert found
        assert not own
    else:
        assert bool(own) == (kind == "contact")
    if kind == "contact":
        assert has_signals(reading.folded.text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("call +86 139 2288 7766", "8613922887766"),
        ("call 0086 139 2288 7766", "8613922887766"),
        ("tel +44 (0)7700 900118", "447700900118"),
        ("电话 13922887766", "8613922887766"),
        ("звоните 8 912 455 77 20", "79124557720"),
        ("plus forty-four, seven seven double zero, nine double zero, one one eight", "447700900118"),
        ("一三九 二二八八 七七六六 加我", "8613922887766"),
    ],
)
def test_values_are_e164_where_the_country_is_clear(text: str, value: str) -> None:
    assert [contact.value for contact in phones(text)] == [value]


def test_span_is_the_number_itself() -> None:
    text = "you know (86) 139-2288-7766 is mine"
    (contact,) = phones(text)
    assert text[contact.span.start : contact.span.end] == "(86) 139-2288-7766"


def test_scores_fall_with_doubt() -> None:
    certain, likely, doubtful = (
        phones(text)[0].score for text in ("+86 139 2288 7766", "139 2288 7766", "see 0812344810")
    )
    assert certain >= 0.9 > likely >= 0.7 > doubtful >= 0.5


@pytest.mark.parametrize(
    ("pieces", "evasion"),
    [
        (("call one three nine two two double eight double seven double six",), {"spelled"}),
        (("call 1 3 9 2 2 8 8 7 7 6 6",), {"spaced"}),
        (("call l39-22b8-oo66",), {"digits"}),
        (("call me", "139", "2288", "7766"), {"split_messages"}),
        (("read it backwards 66778822931",), {"reversed"}),
    ],
)
def test_evasion_names_the_disguise(pieces: tuple[str, ...], evasion: set[str]) -> None:
    (contact,) = phones(*pieces)
    assert evasion <= set(contact.evasion)


def test_a_disguised_number_is_nobodys_for_the_documents() -> None:
    text = "consignee is me, one three nine two two eight eight seven seven six six"
    assert not phones(text)[0].third_party


def test_lists_of_quantities_need_to_be_told_to_join() -> None:
    lines = "red 139 pcs\nblue 2288 pcs\nblack 7766 pcs"
    assert not phones(lines)
    assert phones("139箱\n2288件\n7766套\n数字连起来")


def test_numbering_plans_are_whole() -> None:
    packs = load(None).of("contact")
    regions = next(pack.settings["regions"] for pack in packs if "regions" in pack.settings)
    shapes = Shapes(regions)
    assert len(regions) > 60
    assert all(set(plan) == {"code", "trunk", "mobile", "fixed"} for plan in regions.values())
    assert shapes.of("8613922887766").kind == "coded"
    assert shapes.of("4006381333931").kind == "loose"


@pytest.mark.parametrize(
    "text", ["1 2 3 " * 16_000, "9" * 100_000, "one two " * 12_000, "139-2288 " * 11_000, "+-" * 50_000]
)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    reading = Reading([text])
    start = time.process_time()
    readers()[0].read(reading)
    assert time.process_time() - start < 5
