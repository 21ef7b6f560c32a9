"""The public penalty notice of a period, and the letter to a merchant. Text, CSV and HTML; no clock."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.finals import InForce, company, evidence_of, of_merchant, of_period
from scanner.ledger.words import action_words, rung_words, words
from scanner.rules.decide import next_rung
from scanner.rules.masks import mask_company, mask_member
from scanner.rules.policy import ACTIONS, Policy
from scanner.rules.times import Instant, iso, platform_day

Rows = list[tuple[str, str, str, str, str]]


def public_rows(book: Book, since: Instant, until: Instant, now: Instant, mildest: str = "points") -> Rows:
    """The lines of a notice: day, masked id, masked company, reason, penalty; final ones only."""
    policy = book.policy
    least = ACTIONS.index(mildest)
    return [
        (
            platform_day(item.penalty.executed, policy.zone).isoformat(),
            mask_member(item.merchant),
            mask_company(company(book, item.merchant)),
            _reason(policy, item),
            _penalty(item),
        )
        for item in of_period(book, since, until, now)
        if ACTIONS.index(item.penalty.action) >= least
    ]


def _reason(policy: Policy, item: InForce) -> str:
    rule = policy.rules.get(item.key[0])
    return item.key[0] if rule is None else rule.title_zh or rule.title or rule.id


def _penalty(item: InForce) -> str:
    patterns = words()["notice"]
    name = item.penalty.action
    if name == "close_store" and item.penalty.points:
        name = "close_store_points"
    return str(patterns[name]).format(points=f"{item.penalty.points:g}")


def public_text(rows: Rows, title: str) -> str:
    """A notice as plain text."""
    lines = [title, "", "  ".join(words()["notice"]["columns"])]
    lines += ["  ".join(row) for row in rows] or [words()["notice"]["empty"]]
    return "\n".join(lines) + "\n"


def public_csv(rows: Rows) -> str:
    """A notice as CSV; a cell that a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(words()["notice"]["columns"])
    writer.writerows([[_inert(cell) for cell in row] for row in rows])
    return out.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def public_html(rows: Rows, title: str) -> str:
    """A notice as one self-contained page."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in words()["notice"]["columns"])
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not rows:
        body = f'<tr><td colspan="5">{html.escape(words()["notice"]["empty"])}</td></tr>'
    return page(title, f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def page(title: str, body: str) -> str:
    """A self-contained page: nothing is fetched, nothing runs."""
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
        "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #d0d7de;padding:.4rem .6rem;"
        "text-align:left;vertical-align:top}mark{background:#ffe58f}pre{white-space:pre-wrap;"
        "overflow-wrap:anywhere}h2{margin-top:2rem}"
    )
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title><style>{style}</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{body}</body></html>\n"
    )


def title_of(since: Instant, until: Instant, tz: str) -> str:
    """The heading of a notice; the period's last day is shown, its end is not."""
    days = {"since": platform_day(since, tz).isoformat(), "until": platform_day(until - 1, tz).isoformat()}
    return str(words()["notice"]["title"]).format(**days)


def letters(
    book: Book, merchant: str, now: Instant, *, refs: Sequence[str] = (), languages: Sequence[str] = ("zh", "en")
) -> tuple[str, list[InForce]]:
    """The letter to a merchant about penalties not yet served (or those of `refs`), and which they are."""
    account = book.account(merchant)
    items = [
        item
        for item in of_merchant(book, merchant)
        if (item.key[1] in refs if refs else item.key not in account.served)
    ]
    parts = [_letter(book, merchant, items, language, now) for language in languages] if items else []
    return "\n\n".join(parts), items


def _letter(book: Book, merchant: str, items: list[InForce], language: str, now: Instant) -> str:
    say, policy = words()[language], book.policy
    name = company(book, merchant)
    lines = [say["subject"], "", say["greeting"].format(merchant=f"{merchant} {name}".strip()), say["intro"], ""]
    balance = book.account(merchant).balance(policy, now)
    for item in items:
        lines += [*_paragraph(book, item, language, policy, balance), ""]
    return "\n".join([*lines, say["close"], iso(now, policy.zone)])


def _paragraph(book: Book, item: InForce, language: str, policy: Policy, balance: float) -> list[str]:
    """One penalty: the rule, the conduct, the evidence, the consequence, the way to appeal."""
    say, rule, finding = words()[language], policy.rules[item.key[0]], item.offence.finding
    title = rule.title_zh if language == "zh" and rule.title_zh else rule.title
    quotes = _quotes(evidence_of(book, item.merchant, item.key), finding.rule, policy)
    rung = next_rung(book.account(item.merchant), policy, rule.id, finding.received)
    return [
        say["rule"].format(label=rule.label, title=title, source=f"{policy.title}; {rule.source}"),
        say["text"].format(text=rule.text),
        say["conduct"].format(at=iso(finding.at, policy.zone), ref=finding.ref),
        *([say["quote"].format(quote=quote) for quote in quotes] or [say["erased"]]),
        say["consequence"].format(
            no=item.penalty.no, action=action_words(language, item.penalty, policy.zone), balance=f"{balance:g}"
        ),
        *_appeal_lines(say, item, policy),
        *([say["next"].format(next=rung_words(language, rung))] if rung else []),
    ]


def _appeal_lines(say: dict[str, Any], item: InForce, policy: Policy) -> list[str]:
    if item.deadline is None:
        return [say["no_appeal"]]
    grounds = "; ".join(f"{name}) {text}" for name, text in policy.appeals.grounds.items())
    entry = policy.appeals.entry or "-"
    return [
        say["appeal"].format(until=iso(item.deadline, policy.zone), entry=entry),
        say["grounds"].format(grounds=grounds),
    ]


def _quotes(evidence: dict[str, Any] | None, rule: str, policy: Policy) -> list[str]:
    """What was written, as it stood: the hits of the rule's category."""
    if evidence is None:
        return []
    categories = {entry.category for entry in policy.hits if entry.rule == rule}
    hits = [hit for hit in evidence["hits"] if hit["category"] in categories and hit["level"] != "info"]
    return list(dict.fromkeys(str(hit["text"]) for hit in hits))
