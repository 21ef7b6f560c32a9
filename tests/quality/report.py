"""Writes docs/quality.md: the figures of the labelled cases, of generated innocents and of benign corpora.

Run by `make quality`; exit code 1 when a bar is missed. Everything is seeded: the same lexicon on the same
cases writes the same file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from scanner import Message, Scanner
from scanner.batch.readers import Reading, read_messages
from scanner.commands.common import Trouble
from scanner.commands.evaluate import measure
from scanner.commands.figures import Bar, markdown_table, read_bars, sections
from scanner.evaluate import Outcome, Rate

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "fixtures" / "cases"
BARS = ROOT / "fixtures" / "bars.toml"
REVIEWED = ROOT / "tests" / "quality" / "reviewed.jsonl"

GRAMMARS = ("trademark_grammar", "drug_grammar")
"""Modules beside this one with `NAMES` and `generate(name, n, seed)`: innocent listings, endlessly."""
EACH = 2000
SEED = 20210831
PER_10_000 = {"violation": 3, "review": 30}
"""Wrong hits allowed in 10,000 innocent texts; `review` counts that level alone."""


@dataclass(slots=True)
class Alarms:
    """Hits on texts that are presumed innocent; `right` are those that a person found justified."""

    name: str
    texts: int = 0
    wrong: dict[str, list[str]] = field(default_factory=lambda: {"violation": [], "review": []})
    right: list[tuple[str, str, str]] = field(default_factory=list)

    def count(self, level: str) -> Rate:
        """Wrong hits of a level per text."""
        return Rate(min(len(self.wrong[level]), self.texts), self.texts)

    def missed(self) -> bool:
        """Whether any limit is passed."""
        return any(10_000 * len(self.wrong[level]) > most * self.texts for level, most in PER_10_000.items())

    def row(self) -> str:
        """The Markdown row."""
        cells = [f"{len(self.wrong[level])} = {per_10_000(self.count(level))}" for level in PER_10_000]
        verdict = "MISSED" if self.missed() else "met"
        return f"| {self.name} | {self.texts} | {cells[0]} | {cells[1]} | {len(self.right)} | {verdict} |"


def per_10_000(rate: Rate) -> str:
    """`1.5 (0.4-5.6)`, in 10,000."""
    low, high = rate.interval()
    return f"{10_000 * (rate.value or 0):.1f} ({10_000 * low:.1f}-{10_000 * high:.1f})"


def alarms(name: str, messages: Iterable[Message], scanner: Scanner, reviewed: dict[tuple[str, str], str]) -> Alarms:
    """Scan texts that are presumed innocent."""
    result = Alarms(name)
    kept: list[Message] = []

    def counted() -> Iterator[Message]:
        for message in messages:
            kept.append(message)
            yield message

    for number, scan in enumerate(scanner.scan_many(counted())):
        result.texts += 1
        for hit in scan.hits:
            ident, reason = kept[number].id or "?", None
            reason = reviewed.get((ident, hit.category))
            if reason:
                result.right.append((ident, f"{hit.category} · {hit.term}", reason))
            elif hit.level != "info":
                result.wrong[hit.level].append(f"{ident}: {hit.rule} {hit.text!r}")
    return result


def generated(scanner: Scanner, each: int) -> list[Alarms]:
    """One row per name of every grammar that is there."""
    rows = []
    for module in GRAMMARS:
        if not (Path(__file__).parent / f"{module}.py").exists():
            continue
        grammar: Any = import_module(module)
        rows += [alarms(name, grammar.generate(name, each, SEED), scanner, {}) for name in grammar.NAMES]
    return rows


def benign(folder: str | None, scanner: Scanner) -> list[Alarms]:
    """One row per corpus file, named by its stem."""
    if folder is None:
        return []
    reviewed = {(row["id"], row["category"]): row["reason"] for row in _reviewed()}
    rows = []
    for path in sorted(Path(folder).glob("*.jsonl")):
        messages = (m for m in read_messages([str(path)], Reading()) if isinstance(m, Message))
        rows.append(alarms(path.stem, messages, scanner, reviewed))
    return rows


def _reviewed() -> Iterator[dict[str, str]]:
    if REVIEWED.exists():
        for line in REVIEWED.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def alarm_table(rows: Sequence[Alarms]) -> Iterator[str]:
    """Wrong hits per 10,000 texts."""
    yield "| texts of | n | wrong at violation, per 10,000 | wrong at review, per 10,000 | right | limit |"
    yield "|---|---|---|---|---|---|"
    yield from (row.row() for row in rows)


def document(
    scanner: Scanner,
    outcomes: Sequence[Outcome],
    *,
    bars: Sequence[Bar],
    made: Sequence[Alarms],
    found: Sequence[Alarms],
) -> Iterator[str]:
    """The lines of docs/quality.md."""
    yield "# How good it is"
    yield ""
    yield "Written by `make quality`; do not edit. Rates come with a 95 % Wilson interval and n."
    yield "The lexicons were developed on the cases of fixtures/cases: expect less on texts that nobody here has seen."
    yield ""
    yield f"Packs: {', '.join(f'{name} {number}' for name, number in sorted(scanner.packs.items()))}."
    yield from ("", "## Bars", "", "| verdict | bar | is |", "|---|---|---|")
    for bar in bars:
        verdict, rest = bar.verdict(outcomes).split(maxsplit=1)
        name, _, figure = rest.partition(", is ")
        yield f"| {verdict} | {name} | {figure} |"
    for title, rows in sections(outcomes).items():
        yield from ("", f"## By {title}", "", *markdown_table(title, rows))
    yield from ("", "## Innocent listings from grammars", "")
    yield f"{EACH} each, generated in tests/quality (seed {SEED}) round words that are also marks or drugs."
    yield from ("", *alarm_table(made))
    if found:
        yield from ("", "## Ordinary texts", "", "Presumed innocent; justified hits are listed below with the reason.")
        yield from ("", *alarm_table(found), "")
        yield from (f"- {ident}: {what}: {reason}" for row in found for ident, what, reason in row.right)


def main() -> int:
    """Measure, write, and say what missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", default="docs/quality.md")
    parser.add_argument("--benign", help="folder of JSONL corpora of ordinary texts")
    parser.add_argument("--each", type=int, default=EACH, help="generated listings per name")
    parser.add_argument("--show", action="store_true", help="print the wrong hits")
    options = parser.parse_args()
    scanner, trouble = Scanner(), Trouble()
    outcomes = measure([str(CASES)], scanner, trouble)
    bars = read_bars(str(BARS))
    made, found = generated(scanner, options.each), benign(options.benign, scanner)
    lines = document(scanner, outcomes, bars=bars, made=made, found=found)
    Path(options.output).write_text("\n".join(lines) + "\n", encoding="utf-8")
    missed = [bar.verdict(outcomes) for bar in bars if bar.missed(bar.rate(outcomes))]
    missed += [row.row() for row in (*made, *found) if row.missed()]
    wrong = [text for row in (*made, *found) for level in row.wrong.values() for text in level]
    print("\n".join([*(wrong if options.show else ()), *missed, f"{options.output}: {len(missed)} bars missed"]))
    return 1 if missed or trouble.count else 0


if __name__ == "__main__":
    sys.exit(main())
