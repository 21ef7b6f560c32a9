"""The report: one self-contained HTML page a manager can read, and its figures as CSV files.

    write_report(tally, "report.html", generated=now, policy=policy, csv_folder="figures")

Everything shown passes through `scanner.batch.markup`; there is no script, no outside address and no contact in it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from scanner.batch import figures
from scanner.batch.charts import BLOCK, PATTERNS, REVIEW, VIOLATION, Bar, Series, bars, columns
from scanner.batch.costing import cost_section
from scanner.batch.exports import csv_files
from scanner.batch.markup import Html, safe, table
from scanner.batch.page import page
from scanner.batch.samples import samples_section
from scanner.batch.tally import Shared, Tally
from scanner.rules.policy import Policy

TOP = 12
"""Bars in a chart."""
ROWS = 25
"""Rows in a table; the CSV files have all."""

_LEVELS = (VIOLATION, REVIEW)
_PLACES = {
    "time": "Over time",
    "found": "What was found",
    "disguises": "Disguises",
    "merchants": "Merchants",
    "rings": "Shared contacts",
    "cost": "What it would cost",
    "samples": "Samples",
    "notes": "How to read this",
}
_TERMS = {
    "contact": "Channels",
    "trademark": "Marks",
    "drug": "Substances",
    "trade_assurance": "Ways of refusing the escrow",
}


def write_report(
    tally: Tally,
    path: str | Path,
    *,
    generated: datetime,
    title: str = "Compliance report",
    policy: Policy | None = None,
    csv_folder: str | Path | None = None,
) -> None:
    """Write the page, and the CSV files into `csv_folder`; each file appears whole or not at all."""
    _put(Path(path), render(tally, generated=generated, title=title, policy=policy))
    if csv_folder is not None:
        folder = Path(csv_folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in csv_files(tally, policy).items():
            _put(folder / name, "\ufeff" + text)


def render(tally: Tally, *, generated: datetime, title: str = "Compliance report", policy: Policy | None = None) -> str:
    """The page's HTML; `generated` is printed on it."""
    sections = [
        _course(tally),
        _categories(tally),
        _disguises(tally),
        _writings(tally),
        _merchants(tally),
        _rings(tally),
        cost_section(tally, policy) if policy is not None else "",
        samples_section(tally),
        _let_off(tally),
        _notes(tally),
    ]
    body = [_head(tally, title, generated), _links(sections), _tiles(tally), *filter(None, sections)]
    return page(safe(title), "\n".join(body), PATTERNS)


def _put(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent or ".", prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _head(tally: Tally, title: str, generated: datetime) -> str:
    days = figures.days(tally)
    when = f", written from {min(days):%d %B %Y} to {max(days):%d %B %Y}" if days else ""
    return (
        f'<h1>{safe(title)}</h1><p class="soft">{tally.records:,} texts{when}. Made {generated:%d %B %Y, %H:%M %Z}.</p>'
    )


def _links(sections: Sequence[str]) -> str:
    """Links to the sections that are there."""
    body = "".join(sections)
    links = [f'<a href="#{name}">{text}</a>' for name, text in _PLACES.items() if f'id="{name}"' in body]
    return f"<nav>{''.join(links)}</nav>"


def _tiles(tally: Tally) -> str:
    decisions, records = tally.counts["decision"], tally.records
    hidden, found = figures.disguised(tally)
    tiles = [
        ("", f"{records:,}", "texts read"),
        ("block", f"{decisions['block']:,}", f"to block ({figures.percent(decisions['block'], records)})"),
        ("", f"{decisions['review']:,}", f"for a person to look at ({figures.percent(decisions['review'], records)})"),
        ("", f"{len(tally.merchants.entries):,}", "merchants with findings"),
        ("", f"{len(figures.shared(tally)):,}", "contacts shared by several merchants"),
        ("", figures.percent(hidden, found), "of all findings were disguised"),
    ]
    boxes = "".join(
        f'<div class="tile {kind}"><b>{safe(value)}</b><span>{safe(text)}</span></div>' for kind, value, text in tiles
    )
    incomplete = _incomplete(tally)
    return f'<div class="tiles">{boxes}</div>{incomplete}'


def _incomplete(tally: Tally) -> str:
    """What is missing from the figures, if anything is."""
    cut = tally.counts["degraded"].total()
    parts = [
        f"{tally.unread:,} rows could not be read" if tally.unread else "",
        f"{cut:,} texts were cut short" if cut else "",
        f"{tally.closed_early:,} conversations were read in parts" if tally.closed_early else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f"<p><strong>Incomplete:</strong> {said}.</p>" if said else ""


def _course(tally: Tally) -> str:
    days = figures.days(tally)
    if not days:
        return ""
    unit, course = figures.periods(days)
    rest = tally.records - sum(count for count, _, _ in days.values())
    note = f'<p class="note">{rest:,} texts carry no time and are not in this chart.</p>' if rest else ""
    return (
        f'<h2 id="time">Over time</h2><p>Texts to block or to look at, by the {unit} they were written.</p>'
        f"{columns(f'Texts to block or look at by {unit}', course, (BLOCK, REVIEW))}{note}"
    )


def _categories(tally: Tally) -> str:
    rows = figures.categories(tally)
    if not rows:
        return '<h2 id="found">What was found</h2><p>Nothing.</p>'
    parts = [
        '<h2 id="found">What was found</h2>',
        "<p>A text may hold several findings. A <em>violation</em> is certain enough to act on; what is "
        "<em>for review</em> waits for a person.</p>",
        bars("Findings by category", rows, _LEVELS),
    ]
    return "".join((*parts, *(_terms(tally, category) for category in figures.found_categories(tally))))


def _terms(tally: Tally, category: str) -> str:
    rows = figures.terms(tally, category)
    name = figures.category_name(category)
    shown = [
        Bar(bar.label.replace("_", " ") if category != "trademark" else bar.label, bar.parts) for bar in rows[:TOP]
    ]
    rest = sum(bar.total for bar in rows[TOP:])
    more = f'<p class="note">{len(rows) - TOP:,} more, {rest:,} findings together.</p>' if rest else ""
    what = _TERMS.get(category, "Terms")
    return f"<h3>{safe(name)}: {what.lower()}</h3>{bars(f'{name} by {what.lower()}', shown, _LEVELS)}{more}"


def _disguises(tally: Tally) -> str:
    rows = figures.views(tally)
    if not rows:
        return ""
    hidden, found = figures.disguised(tally)
    return (
        f'<h2 id="disguises">Disguises</h2><p>{hidden:,} of {found:,} findings ({figures.percent(hidden, found)}) were '
        "written so as to be missed. One finding may use several disguises.</p>"
        f"{bars('Findings by disguise', rows[:TOP], (Series('findings', 's-block'),))}"
    )


def _writings(tally: Tally) -> str:
    rows = [
        (name, texts, blocked, review, figures.percent(blocked + review, texts))
        for name, texts, blocked, review in figures.writings(tally)
    ]
    heads = ("Writing", "Texts", "Blocked", "For review", "Share")
    return (
        "<h2>Writing</h2><p>Which letters a text is mostly written in. This is a guess at its language from its script "
        f"alone: English, German and Malay look the same to it.</p>{table(heads, rows, numbers=(1, 2, 3, 4))}"
    )


def _merchants(tally: Tally) -> str:
    ranked = figures.merchants(tally)
    without = tally.counts["nobody"].total()
    note = f'<p class="note">{without:,} texts with findings name no merchant.</p>' if without else ""
    buyers = tally.counts["buyers"].total()
    note += f'<p class="note">{buyers:,} texts with findings were written by buyers.</p>' if buyers else ""
    if not ranked:
        return (
            f'<h2 id="merchants">Merchants</h2><p>The texts with findings name no merchant.</p>{note}' if note else ""
        )
    rows = [(name, one.blocked, one.review, _mix(one.categories)) for name, one in ranked[:ROWS]]
    heads = ("Merchant", "Blocked texts", "For review", "Findings")
    more = f'<p class="note">{_more(tally, len(ranked))}</p>' if len(ranked) > ROWS or tally.merchants.dropped else ""
    chart = [Bar(name, (one.blocked, one.review)) for name, one in ranked[:TOP]]
    return (
        '<h2 id="merchants">Merchants most exposed</h2>'
        f"{bars('Merchants by texts to block or look at', chart, (BLOCK, REVIEW))}"
        f"{table(heads, rows, numbers=(1, 2))}{more}{note}"
    )


def _more(tally: Tally, count: int) -> str:
    dropped = tally.merchants.dropped
    said = f"The first {min(ROWS, count)} of {count:,} merchants with findings."
    return f"{said} {dropped:,} with few findings were not counted one by one." if dropped else said


def _mix(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{figures.category_name(name)} {count:,}" for name, count in ordered)


def _rings(tally: Tally) -> str:
    found = figures.shared(tally)
    if not found:
        return ""
    groups = figures.rings(tally)
    rows = [(key[:8], *_ring_row(entry)) for key, entry in found[:ROWS]]
    heads = ("Contact", "Given as", "Merchants", "Texts", "Seen", "Who")
    more = f'<p class="note">The first {ROWS} of {len(found):,}.</p>' if len(found) > ROWS else ""
    return (
        '<h2 id="rings">Contacts shared by several merchants</h2>'
        f"<p>{len(found):,} contacts were given by more than one merchant; they tie "
        f"{sum(map(len, groups)):,} merchants into {len(groups):,} group{'' if len(groups) == 1 else 's'}, "
        f"the largest of {len(groups[0]):,}. The contact itself is not in this file: its number is made with a secret "
        "key and cannot be turned back.</p>"
        f"{table(heads, rows, numbers=(2, 3))}{more}"
    )


def _ring_row(entry: Shared) -> tuple[object, ...]:
    names = sorted(entry.merchants, key=lambda name: (-entry.merchants[name], name))
    who = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    count = f"{len(names):,}{' or more' if entry.more else ''}"
    seen = figures.span_of(entry.first, entry.last)
    return ", ".join(name for name, _ in entry.terms.most_common(4)), count, entry.texts, seen, who


def _let_off(tally: Tally) -> str:
    rows = figures.let_off(tally)
    if not rows:
        return ""
    return (
        "<h2>Found and let off</h2><p>What was found but is allowed, and why: it counts nowhere above.</p>"
        f"{table(('Reason', 'Findings'), rows[:ROWS], numbers=(1,))}"
    )


def _notes(tally: Tally) -> Html:
    return Html(
        '<h2 id="notes">How to read this</h2>'
        "<p><strong>To block</strong>: the text holds a violation. <strong>For review</strong>: a person has to look. "
        "A machine proposes; closing a store needs people.</p>"
        "<p>Days are those of each text's own time zone. Merchants are those that the texts name. Figures are exact as "
        "long as no note beside them says otherwise. Invisible and direction-turning characters are shown by their "
        "numbers, so that a text cannot change how this page reads.</p>"
        f'<p class="note">Lists: {safe(", ".join(sorted(tally.packs)))}.</p>'
    )
