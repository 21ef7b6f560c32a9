"""The report's figures as CSV files that a spreadsheet opens and cannot be made to execute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.batch import figures
from scanner.batch.costs import bills
from scanner.batch.markup import csv_text
from scanner.batch.tally import Tally
from scanner.rules.policy import Policy

Rows = Iterator[Sequence[object]]


def csv_files(tally: Tally, policy: Policy | None = None) -> dict[str, str]:
    """Each file's text by its name."""
    files = {
        "findings.csv": csv_text(("category", "term", "level", "findings"), _findings(tally)),
        "days.csv": csv_text(("day", "texts", "blocked", "review"), _days(tally)),
        "writing.csv": csv_text(("writing", "texts", "blocked", "review"), figures.writings(tally)),
        "disguises.csv": csv_text(("disguise", "findings"), ((bar.label, bar.total) for bar in figures.views(tally))),
        "merchants.csv": csv_text(("merchant", "blocked", "review", "findings"), _merchants(tally)),
        "shared_contacts.csv": csv_text(("contact", "given_as", "texts", "first", "last", "merchants"), _shared(tally)),
        "let_off.csv": csv_text(("reason", "findings"), figures.let_off(tally)),
    }
    if policy is not None:
        rows = [bill.to_json() for bill in bills(tally.costs, policy)]
        heads = tuple(rows[0]) if rows else ("merchant",)
        files["costs.csv"] = csv_text(heads, (tuple(row.values()) for row in rows))
    return files


def _findings(tally: Tally) -> Rows:
    counts = tally.counts["term"]
    known = [(key, count) for key, count in counts.items() if isinstance(key, tuple)]
    for (category, term, level), count in sorted(known):
        yield category, term, level, count
    if others := counts.total() - sum(count for _, count in known):
        yield "(others)", "", "", others


def _days(tally: Tally) -> Rows:
    for day, counts in figures.days(tally).items():
        yield day.isoformat(), *counts


def _merchants(tally: Tally) -> Rows:
    for name, one in figures.merchants(tally):
        yield name, one.blocked, one.review, dict(one.categories)


def _shared(tally: Tally) -> Rows:
    for key, entry in figures.shared(tally):
        first, last = figures.day_of(entry.first), figures.day_of(entry.last)
        yield key, " ".join(entry.terms), entry.texts, first, last, dict(entry.merchants)
