"""A pack proves itself: every rule is run on its own examples, spans included, before it goes live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner.engine import Scanner
from scanner.errors import PackError
from scanner.lexicon import Lexicon, Rule, load
from scanner.lexicon.pack import CLOSE, OPEN
from scanner.lexicon.patterns import PatternRule
from scanner.model import Hit, Kind, Span

_LISTED: tuple[Kind, ...] = ("listing", "message")
_WRITTEN: tuple[Kind, ...] = ("message", "listing")
_AS: dict[str, tuple[Kind, ...]] = {"contact": _WRITTEN, "trade_assurance": _WRITTEN, "payment_risk": _WRITTEN}
"""What an example is read as first: contacts and terms of payment are written in chat, goods in listings."""


def warm(scanner: Scanner) -> None:
    """Make what a scanner makes at first use, by reading an example of every category."""
    examples = {
        pack.category: rule.hits[0] for pack in scanner.engine.lexicon.packs for rule in pack.rules if rule.hits
    }
    for example in ("", *examples.values()):
        text = example.replace(OPEN, "").replace(CLOSE, "")
        scanner.scan(text)
        scanner.scan(text, kind="listing", title=text, category=text)


def check(path: str | Path | None = None, *, examples: bool = True) -> list[str]:
    """Every fault of the packs at `path` (the shipped ones by default), one line each; [] when they are good.

    A folder or file of additional packs is proved together with nothing else, so its rules stand by themselves.
    """
    try:
        lexicon = load(path)
    except PackError as error:
        return list(error.problems)
    problems = [*_pattern_faults(lexicon)]
    if examples and not problems:
        problems.extend(prove(lexicon))
    return problems


def _pattern_faults(lexicon: Lexicon) -> Iterator[str]:
    """Patterns that do not compile, which is otherwise found out at first use."""
    for pack in lexicon.packs:
        for rule in pack.rules:
            if rule.patterns:
                try:
                    _ = PatternRule(rule, pack).compiled
                except PackError as error:
                    yield from error.problems


def prove(lexicon: Lexicon) -> list[str]:
    """Examples that do not come out as their rule says: file, rule, example and what was found instead."""
    scanner = Scanner(lexicon)
    return [
        fault
        for pack in lexicon.packs
        for rule in pack.rules
        for fault in (*_misses(scanner, rule), *_alarms(scanner, rule))
    ]


def _misses(scanner: Scanner, rule: Rule) -> Iterator[str]:
    for example in rule.hits:
        text, span = unmark(example)
        found: list[Hit] = []
        for kind in _AS.get(rule.category, _LISTED):
            found = [hit for hit in scanner.scan(text, kind=kind).hits if hit.rule == rule.id]
            if any(span is None or hit.span == span for hit in found):
                break
        else:
            got = ", ".join(f"{OPEN}{hit.text}{CLOSE}" for hit in found) or "nothing"
            yield f"{rule.where}: rule {rule.id}: example {example!r} gives {got}; correct the rule or the example"


def _alarms(scanner: Scanner, rule: Rule) -> Iterator[str]:
    kind = _AS.get(rule.category, _LISTED)[0]
    for example in rule.passes:
        for hit in scanner.scan(example, kind=kind).hits:
            if hit.rule == rule.id and hit.level != "info":
                yield (
                    f"{rule.where}: rule {rule.id}: {example!r} should pass and gives {hit.level} "
                    f"{OPEN}{hit.text}{CLOSE}; add it to `unless` or narrow the rule"
                )


def unmark(example: str) -> tuple[str, Span | None]:
    """An example without its brackets, and the span they stood round (None without brackets)."""
    start, end = example.find(OPEN), example.find(CLOSE)
    if start < 0 or end < start:
        return example, None
    return example[:start] + example[start + 1 : end] + example[end + 1 :], Span(start, end - 1)
