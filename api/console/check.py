"""The Check page: a listing or a chat, read as it is typed, for a reviewer or for a seller."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from markupsafe import Markup
from starlette.responses import Response

from api.auth import Caller
from api.console import markup, words
from api.console.markup import Mark
from api.console.pace import Pace
from api.console.web import Desk, Form, ForScan, is_htmx, pages
from api.errors import Problem
from scanner.ledger import previews
from scanner.ledger.standing import standing
from scanner.model import Decision, Hit, Merchant, Message, Role, Scan, decide_level
from scanner.verdict import Verdict
from scanner.windows import Windows

router = pages()

KINDS = ("message", "listing", "chat")
MAX_CHARS = 20_000
MAX_LINES = 200
SHOWN = 100
"""Findings that are listed; more are counted."""
PER_DAY = 300
"""Seller's previews of one merchant in a day."""

_SPEAKER = re.compile(r"\s{0,8}(?:(buyer|b|买家)|(?:seller|s|卖家))\s{0,4}[:：]\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of what was pasted, and where its text begins in the field (-1: not in the field)."""

    message: Message
    offset: int
    title: int = 0


@dataclass(slots=True)
class Read:
    """What was pasted with what was found: every hit with its number, the marks of every line and of the field."""

    lines: list[Line]
    scans: list[Scan]
    hits: list[tuple[int, Hit]] = field(default_factory=list)
    marks: dict[int, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def decision(self) -> Decision:
        """The gravest of the lines."""
        return decide_level([hit for _, hit in self.hits], [cut for scan in self.scans for cut in scan.degraded])


@router.get("/")
def page(at: ForScan) -> Response:
    """The empty page, or one with what the query names (never a text)."""
    return _answer(at, at.form)


@router.post("/")
@router.post("/check")
def check(at: ForScan) -> Response:
    """The findings of what was typed: a fragment for htmx, the whole page without scripts."""
    return _answer(at, at.form)


def _answer(at: Desk, form: Form) -> Response:
    view = _view(at.caller, form)
    text = form.text("text")
    if len(text) > MAX_CHARS:
        raise Problem("body-too-large", f"At most {MAX_CHARS:,} characters can be checked at once.")
    lines = lines_of(form, at)
    values: dict[str, Any] = {"form": form, "kinds": KINDS, "kind": form.choice("kind", KINDS), "view": view}
    values |= {"may_review": at.caller.may("review"), "read": None, "under": "", "fragment": is_htmx(at.request)}
    if lines:
        values |= _seller(at, form, lines) if view == "seller" else _reviewer(at, form, lines)
    template = "part_check.html" if values["fragment"] else "check.html"
    return at.page(template, **values)


def _view(caller: Caller, form: Form) -> str:
    options = ("reviewer", "seller") if caller.may("review") else ("seller",)
    return form.choice("view", options)


def lines_of(form: Form, at: Desk) -> list[Line]:
    """The messages that a form holds; empty when nothing was typed."""
    kind, text = form.choice("kind", KINDS), form.text("text")
    if not text.strip() and not form.text("title").strip():
        return []
    common: dict[str, Any] = {
        "merchant": _merchant(form),
        "at": at.service.now(),
        "category": form.text("category").strip() or None,
    }
    if kind == "chat":
        return _chat(text, common)
    title = form.text("title").strip() or None
    if kind == "listing":
        own = Message(kind="listing", text=text, title=title, id="preview", **common)
        return [Line(own, 0, 0 if title is None else len(title) + 1)]
    role = cast(Role, form.choice("role", ("seller", "buyer")))
    return [Line(Message(text=text, role=role, id="preview", **_whose(role, common)), 0)]


def _whose(role: Role, common: dict[str, Any]) -> dict[str, Any]:
    """What is known round a message; a buyer's is no merchant's."""
    return {**common, "merchant": None} if role == "buyer" else common


def _merchant(form: Form) -> Merchant:
    return Merchant(id=form.text("merchant").strip()[:128] or None)


def _chat(text: str, common: dict[str, Any]) -> list[Line]:
    """One message a line; "buyer:" or "seller:" in front says who wrote it, a seller where nothing does."""
    out: list[Line] = []
    talk, at = f"preview:{secrets.token_hex(8)}", 0
    for line in text.split("\n"):
        said = _SPEAKER.match(line)
        skip = said.end() if said else 0
        if line[skip:].strip():
            if len(out) == MAX_LINES:
                raise Problem("body-too-large", f"At most {MAX_LINES} messages can be checked at once.")
            role: Role = "buyer" if said and said[1] else "seller"
            number = f"preview-{len(out)}"
            given = _whose(role, common)
            message = Message(text=line[skip:], id=number, conversation=talk, role=role, sender=role, **given)
            out.append(Line(message, at + skip))
        at += len(line) + 1
    return out


# reading -----------------------------------------------------------------------------------------------


def read_lines(at: Desk, lines: list[Line], *, cost: bool) -> Read:
    """Scan every line in its window; with `cost`, through a dry run of assess, which says what it would bring."""
    messages = [line.message for line in lines]
    if cost:
        with at.service.ledger() as ledger:
            verdicts = list(ledger.assess_many(messages, dry_run=True))
        read = Read(lines, [verdict.scan for verdict in verdicts], verdicts=verdicts)
    else:
        read = Read(lines, list(at.service.current.scanner.scan_many(Windows().over(messages))))
    _number(read)
    return read


def _number(read: Read) -> None:
    earlier: dict[str | None, list[int]] = defaultdict(list)
    for index, (line, scan) in enumerate(zip(read.lines, read.scans, strict=True)):
        mine = earlier[line.message.sender]
        mine.append(index)
        for hit in scan.hits:
            read.hits.append((len(read.hits) + 1, hit))
            _place(read, mine, scan, *read.hits[-1])


def _place(read: Read, mine: Sequence[int], scan: Scan, number: int, hit: Hit) -> None:
    """Mark a hit in its line, and in the earlier lines of the same sender that it reaches into."""
    label = f"{words.said(hit.level, 'levels')}: {words.said(hit.category, 'categories')}, {words.term(hit.term)}"
    if not hit.parts:
        own = scan.text_start
        read.marks[mine[-1]].append(Mark(hit.span.start - own, hit.span.end - own, number, hit.level, label))
    for part in hit.parts:
        if len(mine) + part.message > 0:
            last = number if part.message == 0 else 0
            read.marks[mine[part.message - 1]].append(Mark(part.start, part.end, last, hit.level, label))


def _texts(read: Read) -> list[dict[str, Any]]:
    """Every line for show: who said it, and the text with its marks."""
    out = []
    for index, line in enumerate(read.lines):
        text = read.scans[index].text[read.scans[index].text_start :] or _own(line.message)
        shown = markup.highlighted(text, read.marks.get(index, ()))
        out.append({"role": line.message.role, "text": shown, "chat": line.message.conversation is not None})
    return out


def _own(message: Message) -> str:
    return message.text if message.title is None else f"{message.title}\n{message.text}"


def _under(text: str, read: Read) -> Markup:
    """What lies behind the field: the marks at the places where the field has them."""
    marks = [
        Mark(line.offset + max(mark.start - line.title, 0), line.offset + mark.end - line.title, level=mark.level)
        for index, line in enumerate(read.lines)
        for mark in read.marks.get(index, ())
        if mark.end > line.title
    ]
    return markup.underlay(text, marks)


# the two views -----------------------------------------------------------------------------------------


def _reviewer(at: Desk, form: Form, lines: list[Line]) -> dict[str, Any]:
    merchant = _merchant(form).id
    cost = merchant is not None and at.caller.may("assess")
    read = read_lines(at, lines, cost=cost)
    out: dict[str, Any] = {"read": read, "texts": _texts(read), "under": _under(form.text("text"), read)}
    out |= {"hits": [_shown(number, hit) for number, hit in read.hits[:SHOWN]], "more": len(read.hits) - SHOWN}
    out |= {"degraded": sorted({cut for scan in read.scans for cut in scan.degraded}), "cost": None}
    if cost and merchant is not None:
        out["cost"] = _cost(at, merchant, read)
    return out


def _shown(number: int, hit: Hit) -> dict[str, Any]:
    return {
        "number": number,
        "hit": hit,
        "reads_as": words.reads_as(hit),
        "evasion": [words.said(name, "evasion") for name in hit.evasion],
        "exception": words.said(hit.exception, "exceptions") if hit.exception else None,
    }


def _cost(at: Desk, merchant: str, read: Read) -> dict[str, Any]:
    """What a dry run says that these lines would cost, and where the merchant stands."""
    with at.service.ledger() as ledger:
        now = standing(ledger, merchant, at.now)
        asked = previews.asked(ledger, [merchant], at.now)[merchant]
    return {
        "merchant": merchant,
        "standing": now,
        "charges": [charge for verdict in read.verdicts for charge in verdict.charges],
        "notes": sorted({note for verdict in read.verdicts for note in verdict.notes}),
        "asked": asked,
    }


def _seller(at: Desk, form: Form, lines: list[Line]) -> dict[str, Any]:
    merchant = _merchant(form).id
    asked = _spend(at, merchant)
    read = read_lines(at, lines, cost=False)
    told = [hit for _, hit in read.hits if hit.level != "info"]
    if merchant is not None:
        with at.service.ledger() as ledger:
            previews.count(ledger, merchant, at.now, found=bool(told))
    read.marks = _plain_marks(read)
    advice: dict[tuple[str, str], None] = dict.fromkeys(words.advice(hit) for hit in told)
    return {
        "read": read,
        "texts": _texts(read),
        "under": _under(form.text("text"), read),
        "advice": list(advice),
        "left": None if asked is None else max(0, PER_DAY - asked - 1),
    }


def _plain_marks(read: Read) -> dict[int, list[Mark]]:
    """The marks a seller sees: of what stands there plainly. Where a disguise was seen through is not shown."""
    plain = {number for number, hit in read.hits if hit.level != "info" and not hit.evasion and not hit.parts}
    return {
        index: [Mark(m.start, m.end, 0, "violation", "change this") for m in marks if m.number in plain]
        for index, marks in read.marks.items()
    }


def _spend(at: Desk, merchant: str | None) -> int | None:
    """Count against the pace of this caller and the day of this merchant; how many were asked today before."""
    pace: Pace = at.request.app.state.pace
    wait = pace.spend(f"{at.caller.key_id}\0{merchant or ''}", at.service.monotonic())
    if wait:
        said = "Too many checks in a short time: wait a moment."
        raise Problem("rate-limited", said, headers={"Retry-After": str(wait)})
    if merchant is None:
        return None
    with at.service.ledger() as ledger:
        asked = int(previews.asked(ledger, [merchant], at.now, days=1)[merchant]["asked"])
    if asked >= PER_DAY:
        raise Problem("rate-limited", f"{PER_DAY} checks were made today; there are more tomorrow.")
    return asked
