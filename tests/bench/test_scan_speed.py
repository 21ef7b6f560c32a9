"""How fast, as ratios to the bare automaton pass in the same run. Every row says what it counted.

The bars are those of the project's plan; `make bench` prints the table.
"""

from __future__ import annotations

import gc
import random
import resource
import time

import pytest
from ahocorasick_rs import AhoCorasick

from scanner import Scanner
from scanner.lexicon import Lexicon, Pack, Rule
from scanner.lexicon.entry import tidy
from scanner.text.fold import fold
from tests.bench.texts import KINDS, source_name, texts
from tests.bench.timing import interleaved

pytestmark = pytest.mark.bench
SCAN_BARS = {"listings": 7.0, "chat": 7.0, "reviews": 8.0}
MANY_BARS = {"listings": 4.0, "chat": 6.0, "reviews": 6.0}
COUNT = 2_000


def terms_of(lexicon: Lexicon) -> list[str]:
    """The packs' terms, each once, as the automaton would look for them."""
    rules = [rule for pack in lexicon.packs for rule in pack.rules]
    return sorted({tidy(form)[0] for rule in rules for form in (*rule.forms, *rule.weak)} - {""})


@pytest.fixture(scope="module")
def bare(scanner: Scanner) -> AhoCorasick:
    return AhoCorasick(terms_of(scanner.engine.lexicon))


def _clean(scanner: Scanner, kind: str) -> list[str]:
    cut = dict.fromkeys(text[:60] for text in texts(kind, COUNT))
    return [text for text in cut if not scanner.scan(text).hits]


@pytest.mark.parametrize("kind", KINDS)
def test_one_clean_text(scanner: Scanner, bare: AhoCorasick, kind: str) -> None:
    clean = _clean(scanner, kind)
    lowered = [text.lower() for text in clean]
    fresh = Scanner()
    base, ours = interleaved(
        [
            lambda: [bare.find_matches_as_indexes(text, overlapping=True) for text in lowered],
            lambda: [fresh.scan(text) for text in clean],
        ]
    )
    print(f"\nscan      {kind:<9} {source_name()}: {len(clean)} texts, bar {SCAN_BARS[kind]}, {ours / base:.1f}")
    assert len(clean) > COUNT // 2
    assert sum(len(fresh.scan(text).hits) for text in clean) == 0
    assert ours <= SCAN_BARS[kind] * base


@pytest.mark.parametrize("kind", KINDS)
def test_many_texts_with_their_candidates(scanner: Scanner, bare: AhoCorasick, kind: str) -> None:
    sample = texts(kind, COUNT * 2)
    lowered = [text.lower() for text in sample]
    fresh = Scanner()
    base, ours = interleaved(
        [
            lambda: [bare.find_matches_as_indexes(text, overlapping=True) for text in lowered],
            lambda: list(fresh.scan_many(sample)),
        ]
    )
    candidates = sum(fresh.engine.gate.stirs(fold(text)) for text in sample)
    hits = sum(len(scan.hits) for scan in fresh.scan_many(sample))
    cost = (ours - base) / max(1, candidates) * 1e6
    print(
        f"\nscan_many {kind:<9} {source_name()}: {len(sample)} texts, {len(terms_of(fresh.engine.lexicon))} terms, "
        f"{candidates} candidates ({cost:.0f} us each at most), {hits} hits, bar {MANY_BARS[kind]}, {ours / base:.1f}"
    )
    assert hits == sum(len(fresh.scan(text).hits) for text in sample)
    assert ours <= MANY_BARS[kind] * base


def test_a_long_clean_listing(scanner: Scanner, bare: AhoCorasick) -> None:
    parts = [text for text in texts("listings", 800) if not scanner.engine.gate.stirs(fold(text))]
    long = [
        t
        for t in (". ".join(parts[i : i + 30])[:2_000] for i in range(0, len(parts) - 30, 10))
        if not scanner.scan(t).hits
    ]
    lowered = [text.lower() for text in long]
    base, ours = interleaved(
        [
            lambda: [bare.find_matches_as_indexes(text, overlapping=True) for text in lowered],
            lambda: [scanner.scan(text) for text in long],
        ]
    )
    print(f"\nscan      2 KB listing: {len(long)} texts, bar 5, ratio {ours / base:.1f}")
    assert len(long) > 10
    assert ours <= 5 * base


def _suspicious(size: int) -> str:
    rng = random.Random(size)
    return "".join(rng.choice("0123456789 .-@/:()+wWhatsApVvXx微信薇一二三零а́р‌lI|!$") for _ in range(size))


def test_a_text_that_is_all_suspicion(scanner: Scanner, bare: AhoCorasick) -> None:
    short, long, huge = (_suspicious(size) for size in (5_000, 50_000, 1_000_000))
    one, ten, most, base = interleaved(
        [
            lambda: scanner.scan(short),
            lambda: scanner.scan(long),
            lambda: scanner.scan(huge),
            lambda: bare.find_matches_as_indexes(huge.lower(), overlapping=True),
        ],
        rounds=3,
    )
    print(f"\nsuspicion: ten times the length {ten / one:.1f} times the time (bar 12)")
    print(f"suspicion: 1 MB {most / base:.0f} times the baseline (bar 100)")
    assert scanner.scan(huge).degraded
    assert ten <= 12 * one
    assert most <= 100 * base


def _extra(count: int) -> Pack:
    rng = random.Random(count)
    letters = "abcdefghijklmnoprstuvwyz"
    words = {"q" + "".join(rng.choices(letters, k=rng.randrange(6, 12))) for _ in range(count)}
    rules = tuple(Rule(id=f"x.{word}", term=word, category="extra", forms=(word,)) for word in sorted(words))
    return Pack(name="extra", category="extra", version="1", rules=rules)


def test_a_hundred_thousand_terms_more(scanner: Scanner) -> None:
    sample = texts("listings", COUNT)
    packs = scanner.engine.lexicon.packs
    few = Scanner(Lexicon((*packs, _extra(1_000))))
    extra = _extra(100_000)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    many = Scanner(Lexicon((*packs, extra)))
    seconds = time.perf_counter() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    slow, fast = interleaved([lambda: list(many.scan_many(sample)), lambda: list(few.scan_many(sample))])
    word = extra.rules[500].term
    print(f"\n100,000 terms more: compile {seconds:.1f} s (bar 3), {grown:.0f} MB (bar 300)")
    print(f"100,000 terms more: {slow / fast:.2f} times slower (bar 1.5)")
    assert [hit.term for hit in many.scan(f"we sell {word} today").hits] == [word]
    assert seconds < 3
    assert grown < 300
    assert slow <= 1.5 * fast
