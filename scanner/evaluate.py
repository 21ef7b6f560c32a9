"""How good a lexicon is on labelled cases: recall, level, channel, false alarms, each with its interval.

A case is a record plus `expect`, `technique`, `lang` and perhaps `skip`. The rules of counting are the
design's: an expectation is found when a hit of its category at `review` or above overlaps the evidence and
at most max(20, its length) of the hit's code points lie outside, those in earlier messages counted too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.errors import InputError
from scanner.model import LEVELS, Hit, Message, Scan
from scanner.windows import Windows

SLACK = 20
"""Code points of a hit that may lie outside the evidence, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """One finding that a fair reader expects; `names` are the channels or terms that are right."""

    category: str
    names: tuple[str, ...]
    evidence: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled record; `group` is the set it belongs to, as `contact` or `trademark_drug_ta:dr`."""

    message: Message
    expect: tuple[Expect, ...] = ()
    technique: tuple[str, ...] = ()
    lang: str = "?"
    group: str = ""
    note: str = ""
    skip: bool = False

    def sets(self) -> tuple[str, str]:
        """The names of the sets it belongs to: its own and its file's."""
        return self.group, self.group.split(":")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation and the hits that meet it, best score first."""

    expect: Expect
    hits: tuple[Hit, ...]

    @property
    def at_level(self) -> bool:
        """Whether one of the hits has the expected level."""
        return any(hit.level == self.expect.level for hit in self.hits)

    @property
    def named(self) -> bool:
        """Whether the best hit has the expected channel or term."""
        return bool(self.hits) and self.hits[0].term in self.expect.names


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scan made of one case. `extra` are hits at review or above that meet no expectation."""

    case: Case
    scan: Scan
    findings: tuple[Finding, ...]
    extra: tuple[Hit, ...]

    @property
    def innocent(self) -> bool:
        """Whether nothing at all was expected."""
        return not self.case.expect


@dataclass(frozen=True, slots=True)
class Rate:
    """k of n, with a 95 % Wilson interval."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        """The rate, None of nothing."""
        return self.k / self.n if self.n else None

    def interval(self) -> tuple[float, float]:
        """Both ends of the interval; (0, 1) of nothing."""
        if not self.n:
            return 0.0, 1.0
        z, n, p = 1.959964, self.n, self.k / self.n
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))

    def to_dict(self) -> dict[str, Any]:
        """k, n, rate and interval, four decimals."""
        low, high = self.interval()
        rate = None if self.value is None else round(self.value, 4)
        return {"k": self.k, "n": self.n, "rate": rate, "low": round(low, 4), "high": round(high, 4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one group of cases; `surplus` is a count of hits on guilty cases."""

    recall: Rate
    level: Rate
    named: Rate
    strict: Rate
    noise: Rate
    surplus: int

    def to_dict(self) -> dict[str, Any]:
        """Every rate with n and interval, and the surplus."""
        rates = {name: getattr(self, name).to_dict() for name in MEASURES}
        return {**rates, "surplus": self.surplus}


MEASURES = ("recall", "level", "named", "strict", "noise")
"""recall and level of all expected; named of all found; strict and noise of all innocent cases."""


def parse_case(fields: Mapping[str, Any], message: Message, *, where: str, group: str = "") -> Case:
    """The label that stands beside a record; evidence that the text does not hold is an error."""
    expect = fields.get("expect") or []
    technique = fields.get("technique") or []
    if not isinstance(expect, list) or not isinstance(technique, list):
        raise InputError(f"{where}: `expect` and `technique` are lists; write [] for none")
    return Case(
        message=message,
        expect=tuple(_expect(item, message, f"{where}: expect[{i}]") for i, item in enumerate(expect)),
        technique=tuple(map(str, technique)),
        lang=str(fields.get("lang") or "?"),
        group=group,
        note=str(fields.get("note") or ""),
        skip=fields.get("skip") is True,
    )


def evaluate(cases: Sequence[Case], scan_many: Callable[[Iterable[Message]], Iterable[Scan]]) -> list[Outcome]:
    """Scan the cases in order, chat rows in windows, and judge all but the skipped ones."""
    messages = Windows().over(case.message for case in cases)
    read = list(messages)
    scans = list(scan_many(read))
    return [judge(case, message, scan) for case, message, scan in zip(cases, read, scans, strict=True) if not case.skip]


def judge(case: Case, message: Message, scan: Scan) -> Outcome:
    """Match hits with expectations; `message` is the case's as read, with its window."""
    hits = [hit for hit in scan.hits if hit.level != "info"]
    own = message.own_start()
    findings = tuple(Finding(e, _meeting(e, hits, message=message, own=own)) for e in case.expect)
    met = {id(hit) for finding in findings for hit in finding.hits}
    extra = tuple(hit for hit in hits if id(hit) not in met)
    return Outcome(case=case, scan=scan, findings=findings, extra=extra)


def figures(outcomes: Iterable[Outcome], category: str | None = None) -> Figures:
    """The figures of some outcomes; with `category`, of its expectations and its hits alone."""
    counts = dict.fromkeys(("expected", "found", "level", "named", "innocent", "strict", "noise", "surplus"), 0)
    for outcome in outcomes:
        for name, count in _counts(outcome, category):
            counts[name] += count
    return Figures(
        recall=Rate(counts["found"], counts["expected"]),
        level=Rate(counts["level"], counts["expected"]),
        named=Rate(counts["named"], counts["found"]),
        strict=Rate(counts["strict"], counts["innocent"]),
        noise=Rate(counts["noise"], counts["innocent"]),
        surplus=counts["surplus"],
    )


def by_key(outcomes: Iterable[Outcome], keys: Callable[[Case], Iterable[str]]) -> dict[str, list[Outcome]]:
    """Outcomes under each of their keys, keys sorted; a case with several counts under each."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for key in keys(outcome.case):
            groups.setdefault(key, []).append(outcome)
    return dict(sorted(groups.items()))


def categories(outcomes: Iterable[Outcome]) -> list[str]:
    """The categories that were expected or hit, sorted."""
    expected = set()
    for outcome in outcomes:
        expected |= {finding.expect.category for finding in outcome.findings}
        expected |= {hit.category for hit in outcome.extra}
    return sorted(expected)


def _expect(item: Any, message: Message, where: str) -> Expect:
    if not isinstance(item, Mapping):
        raise InputError(f'{where} is no object; write {{"category": ..., "evidence": ..., "level": ...}}')
    name = item.get("channel") or item.get("term")
    for field, value in (("category", item.get("category")), ("evidence", item.get("evidence"))):
        if not isinstance(value, str) or not value:
            raise InputError(f"{where}: no `{field}`; write a string")
    if item.get("level") not in LEVELS:
        raise InputError(f"{where}: `level` is unknown; write {' or '.join(LEVELS)}")
    if item["evidence"] not in _own_text(message):
        raise InputError(f"{where}: the text does not hold the evidence; quote it exactly")
    names = (str(name), *map(str, item.get("also_ok") or ())) if name else ()
    return Expect(category=item["category"], names=names, evidence=item["evidence"], level=item["level"])


def _own_text(message: Message) -> str:
    """The record's own text, which evidence is quoted from."""
    return "\n".join(message.pieces())[message.own_start() :]


def _meeting(expect: Expect, hits: Sequence[Hit], *, message: Message, own: int) -> tuple[Hit, ...]:
    """The hits that meet one expectation, best score first, the text's order among equals."""
    text, size = _own_text(message), len(expect.evidence)
    places = [own + at for at in _occurrences(expect.evidence, text)]
    met = [hit for hit in hits if hit.category == expect.category and any(_meets(hit, at, size) for at in places)]
    return tuple(sorted(met, key=lambda hit: -hit.score))


def _meets(hit: Hit, at: int, size: int) -> bool:
    start, end = hit.span.start, hit.span.end
    shared = min(end, at + size) - max(start, at)
    return shared > 0 and (end - start) - shared <= max(SLACK, size)


def _occurrences(needle: str, text: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _counts(outcome: Outcome, category: str | None) -> Iterator[tuple[str, int]]:
    """What one outcome adds to the counts."""
    findings = [f for f in outcome.findings if category in (None, f.expect.category)]
    extra = [hit for hit in outcome.extra if category in (None, hit.category)]
    yield "expected", len(findings)
    yield "found", sum(bool(f.hits) for f in findings)
    yield "level", sum(f.at_level for f in findings)
    yield "named", sum(f.named for f in findings)
    if outcome.innocent:
        yield "innocent", 1
        yield "strict", any(hit.level == "violation" for hit in extra)
        yield "noise", bool(extra)
    else:
        yield "surplus", len(extra)
