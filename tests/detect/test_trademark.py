"""Marks in text: what decides between violation, review and nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from scanner import AuthorisedMark, Merchant, Message, Scanner
from scanner.evaluate import evaluate, figures, parse_case
from scanner.model import Hit
from scanner.proof import check
from scanner.records import parse_record
from scanner.text.data import data_root

HERE = Path(__file__).parent
CASES = HERE / "trademark_own.jsonl"
GRAMMAR = HERE.parent / "quality" / "trademark_grammar.py"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    """The trademark packs alone, so that other categories cannot hide a fault."""
    return Scanner(str(data_root() / "trademark"))


@pytest.fixture(scope="module")
def grammar():
    spec = importlib.util.spec_from_file_location("trademark_grammar", GRAMMAR)
    assert spec and spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def marks(scanner: Scanner, text: str, **fields) -> list[Hit]:
    fields.setdefault("kind", "listing")
    return list(scanner.scan_message(Message(text=text, **fields)).hits)


def one(scanner: Scanner, text: str, **fields) -> Hit:
    hits = marks(scanner, text, **fields)
    assert len(hits) == 1, hits
    return hits[0]


def test_packs_prove_themselves():
    assert check(str(data_root() / "trademark")) == []


def test_own_sentences(scanner):
    """Sentences in 20 languages, labelled by hand: the rates are floors, with room for a fair dispute."""
    cases = []
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(), start=1):
        fields = json.loads(line)
        message = parse_record(
            {k: v for k, v in fields.items() if k not in ("expect", "technique", "lang")}, where=str(number)
        )
        cases.append(parse_case(fields, message, where=str(number)))
    outcomes = evaluate(cases, scanner.scan_many)
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    innocent = [outcome for outcome in outcomes if outcome.innocent]
    assert len(findings) > 300 and len(innocent) > 100
    assert sum(bool(f.hits) for f in findings) >= 0.98 * len(findings)
    assert sum(f.at_level for f in findings) >= 0.96 * len(findings)
    assert [o.scan.text for o in innocent if o.scan.decision == "block"] == []
    assert sum(o.scan.decision == "review" for o in innocent) <= 0.02 * len(innocent)
    assert figures(outcomes, "trademark") is not None


@pytest.mark.slow
def test_generated_innocents_stay_clean(scanner, grammar):
    assert len(grammar.NAMES) >= 20
    for name in grammar.NAMES:
        messages = list(grammar.generate(name, 2_000, 7))
        assert len({(m.title, m.text) for m in messages}) == 2_000
        decisions = [scan.decision for scan in scanner.scan_many(messages)]
        assert decisions.count("block") <= 0, name
        assert decisions.count("review") <= 6, name


def test_generator_repeats_itself_for_a_seed(grammar):
    first = [m.text for m in grammar.generate("bicycle", 20, 3)]
    assert first == [m.text for m in grammar.generate("bicycle", 20, 3)]
    assert first != [m.text for m in grammar.generate("bicycle", 20, 4)]


@pytest.mark.parametrize(
    ("text", "fields", "level", "tag"),
    [
        ("Ray-Ban aviator sunglasses", {}, "violation", None),
        ("Lenses compatible with Ray-Ban frames", {}, "review", "nominative"),
        ("Lenses compatible with Ray-Ban, 1:1 copy of the original with logo", {}, "violation", "replica"),
        ("HMPE rope, an alternative to Dyneema", {}, "review", "nominative"),
        ("Ray-Ban sunglasses, we are an authorised dealer", {}, "review", "authorised-claim"),
        ("clear plexiglas sheet 3 mm", {}, "review", "generic-use"),
        ("PLEXIGLAS sheet 3 mm", {}, "violation", None),
        ("Foam blaster Nerf style", {}, "violation", "replica"),
        ("Do you sell Ray-Ban copies?", {"kind": "message", "role": "buyer"}, "review", "buyer"),
    ],
)
def test_wording_decides(scanner, text, fields, level, tag):
    hit = one(scanner, text, **fields)
    assert hit.level == level
    assert tag is None or tag in hit.tags


@pytest.mark.parametrize(
    ("text", "exception"),
    [
        ("We can not print the Ray-Ban logo on sunglasses", "refusal"),
        ("If the sunglasses carry a fake Ray-Ban label I open a dispute", "condition"),
        ("The platform says Lashify is protected, please change the title", "policy_talk"),
        ("Consignee: Scania Trading, truck parts importer", "party"),
        ("Map of Scania, southern Sweden", "homonym"),
        ("Ms Hartmann will call you about the bandages", "homonym"),
    ],
)
def test_excuses_are_shown_with_their_reason(scanner, text, exception):
    hit = one(scanner, text, kind="message")
    assert (hit.level, hit.exception) == ("info", exception)


def test_an_offer_after_a_refusal_is_no_excuse(scanner):
    text = "We can not put the Ray-Ban logo in the picture, but the real goods have it, 5 usd"
    assert one(scanner, text, kind="message").level == "violation"


def test_category_path_is_evidence(scanner):
    text = "BICYCLE standard, 12 per brick"
    assert marks(scanner, text, category="Sports > Cycling") == []
    assert one(scanner, text, category="Games > Playing Cards").level == "violation"


def test_goods_may_stand_in_an_earlier_message(scanner):
    previous = ("We have playing cards, poker decks",)
    assert marks(scanner, "also Bicycle decks?", kind="message")
    hit = one(scanner, "the N3RF one also", kind="message", previous=("kids toy gun, foam darts",))
    assert hit.term == "NERF"
    assert one(scanner, "the B1cycle ones", kind="message", previous=previous).term == "Bicycle"


def test_a_logo_that_travels_apart_counts_against_the_mark_named_before(scanner):
    text = "we put the logo badge in a separate carton, you sew it after arrival"
    hit = one(scanner, text, kind="message", previous=("Secretlab Titan chair, same mold",))
    assert (hit.term, hit.level) == ("Secretlab", "review")
    assert marks(scanner, "we put your logo label in a separate carton", kind="message") == []


@pytest.mark.parametrize("word", ["B A G U E T T E", "B4GUETTE", "ＢＡＧＵＥＴＴＥ", "b.a.g.u.e.t.t.e", "BАGUETTE"])
def test_a_disguised_ordinary_word_is_evidence(scanner, word):
    assert one(scanner, f"{word} crossbody leather handbag").level == "violation"
    assert marks(scanner, f"{word} bread pan, non stick") == []


def test_a_number_after_a_word_is_no_disguise(scanner):
    assert marks(scanner, "dvd player, progressive scan 10 bit, scan 14.4 mhz") == []


def test_authorised_marks_are_let_off_unless_copied(scanner):
    merchant = Merchant(id="m", authorised_marks=(AuthorisedMark("WAHL"),))
    assert one(scanner, "WAHL Senior hair clipper", merchant=merchant).exception == "authorised_mark"
    assert one(scanner, "WAHL Senior hair clipper, AAA replica", merchant=merchant).level == "violation"


def test_spans_are_the_words_that_tell(scanner):
    text = "Men's 𝗖𝗮𝗹𝘃𝗶𝗻 𝗞𝗹𝗲𝗶𝗻 boxers"
    hit = one(scanner, text)
    assert text[hit.span.start : hit.span.end] == hit.text == "𝗖𝗮𝗹𝘃𝗶𝗻 𝗞𝗹𝗲𝗶𝗻"


def test_rules_are_in_force_from_their_month_on(scanner):
    early = Scanner(str(data_root() / "trademark"), as_of=__import__("datetime").date(2021, 7, 31))
    assert early.scan("Ray-Ban sunglasses", kind="listing").hits == ()
    assert scanner.scan("Ray-Ban sunglasses", kind="listing").decision == "block"


def test_hostile_text_takes_bounded_work(scanner):
    """A thousand marks are not judged a thousand times; the first ones say enough."""
    scan = scanner.scan("Ray-Ban copy 1:1 " * 2_000, kind="listing")
    assert scan.decision == "block"
    assert len(scan.hits) < 600
