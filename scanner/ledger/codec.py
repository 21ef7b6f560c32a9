"""Events as rows and back: what a finding, a merchant's facts and a charge look like in the file.

Nothing personal passes here: no text, no contact, no name. Contacts appear as a keyed HMAC only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from scanner.ledger.chain import canonical
from scanner.ledger.store import Row
from scanner.model import AuthorisedMark, Hit
from scanner.rules.account import REMOVED, WAITING, Account, Pending
from scanner.rules.findings import Finding, Key, Outcome, Penalty
from scanner.rules.replay import facts_changes

PRIVATE = ("emails", "phones", "contacts", "name")
"""Merchant facts that live in the erasable table."""

_FIELDS = (
    "role",
    "channel",
    "context",
    "buyer_requested",
    "refusal",
    "mark",
    "goods",
    "in_scope",
    "serious",
    "measure",
    "decision",
    "machine",
    "review",
)
_read = attrgetter(*_FIELDS)
_DEFAULTS = _read(Finding(rule="", ref="", at=0, received=0))


def finding_body(finding: Finding) -> dict[str, Any]:
    """The fields of a finding that are not columns and not the default."""
    values = zip(_FIELDS, _read(finding), _DEFAULTS, strict=True)
    out = {name: value for name, value, default in values if value != default}
    return {**out, "decision": dict(finding.decision)} if finding.decision else out


def read_finding(row: Mapping[str, Any], body: Mapping[str, Any]) -> Finding:
    """The finding of an event; its contacts are not kept."""
    return Finding(
        rule=row["rule"],
        ref=row["ref"],
        at=row["at"],
        received=row["received"],
        group=row["conversation"],
        **body.get("finding", {}),
    )


def pending_body(pending: Pending) -> dict[str, Any]:
    """A finding that waits for a person, whole: what undoing a decision has to bring back."""
    finding = pending.finding
    return {
        "finding": finding_body(finding),
        "at": finding.at,
        "received": finding.received,
        "conversation": finding.group,
        "why": pending.why,
        "action": pending.action,
        "upheld_by": list(pending.upheld_by),
    }


def read_pending(row: Mapping[str, Any], body: Mapping[str, Any]) -> Pending:
    """The finding that an undone decision was about, waiting as it did before."""
    times = {name: body[name] for name in ("at", "received", "conversation")}
    finding = read_finding({"rule": row["rule"], "ref": row["ref"], **times}, body)
    return Pending(finding=finding, why=body["why"], action=body["action"], upheld_by=tuple(body["upheld_by"]))


def hit_body(hit: Hit, key: bytes) -> dict[str, Any]:
    """A hit without what it says: rule, category, term, span, level and the HMAC of its value."""
    out: dict[str, Any] = {
        "rule": hit.rule,
        "category": hit.category,
        "term": hit.term,
        "span": [hit.span.start, hit.span.end],
        "level": hit.level,
    }
    if hit.value is not None:
        out["value"] = keyed(key, hit.value)
    return out


def keyed(key: bytes, text: str) -> str:
    """A keyed HMAC, so that nobody can enumerate phone numbers against it."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def finding_key(merchant: str, finding: Finding, hits: Sequence[Hit], judged: str | None = None) -> str:
    """The identity of a delivery: the same finding of the same hits, judged the same, however often it comes."""
    if finding.machine:
        seen = [f"{hit.rule} {hit.term} {hit.span.start} {hit.span.end} {hit.level}" for hit in hits]
        stated = "\n".join(seen)
    else:
        stated = canonical([finding.hits, finding.at, finding_body(finding)])
    digest = hashlib.sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"finding:{merchant}:{finding.rule}:{finding.ref}:{digest}:{judged or 'offence'}"


def marks_body(marks: Iterable[AuthorisedMark]) -> list[dict[str, Any]]:
    """Authorised marks as JSON."""
    return [
        {
            "mark": mark.mark,
            "category": mark.category,
            "territory": mark.territory,
            "from": _day(mark.since),
            "until": _day(mark.until),
        }
        for mark in marks
    ]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def facts_bodies(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Merchant facts as (what the chain holds, what the erasable table holds)."""
    private = {name: _listed(changes[name]) for name in PRIVATE if name in changes}
    public = {
        name: marks_body(value) if name == "marks" else value for name, value in changes.items() if name not in PRIVATE
    }
    return public, private


def _listed(value: Any) -> Any:
    return value if isinstance(value, str) else list(value)


def read_facts(public: Mapping[str, Any], private: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an event as an account takes them; erased ones are empty."""
    out = facts_changes({"authorised_marks" if name == "marks" else name: v for name, v in public.items()})
    out.update({name: tuple(value) for name, value in private.items() if name != "name"})
    return out


def loads(body: str) -> dict[str, Any]:
    """The JSON of a body."""
    found: dict[str, Any] = json.loads(body)
    return found


def plain(value: Any) -> Any:
    """TOML values as JSON has them: dates as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def charge_rows(account: Account, merchant: str, *, machine: bool) -> list[Row]:
    """The charges that a step brought: every offence whose penalty or standing changed."""
    rows: list[Row] = []
    for key in {**account.before, **account.moved}:
        offence = account.offences[key]
        old, new = account.before.get(key, offence.penalty), offence.penalty
        stands = account.moved.get(key, 0)
        if old is not None and (new is None or new.executed != old.executed):
            state = "removed" if offence.state == REMOVED else "lifted" if new is None else "reversed"
            rows.append(_row(merchant, key, state, old if new else None, -old.points, stands, machine, old))
            stands = 0
        if new is not None:
            same = old is not None and old.executed == new.executed
            delta = new.points - (old.points if same and old is not None else 0)
            rows.append(_row(merchant, key, "executed", new, delta, stands, machine, new))
        elif old is None and stands:
            state = "removed" if stands < 0 else "merged"
            rows.append(_row(merchant, key, state, None, 0, stands, machine, None))
    return rows


def _row(
    merchant: str,
    key: Key,
    state: str,
    shown: Penalty | None,
    delta: float,
    stands: int,
    machine: bool,
    dated: Penalty | None,
) -> Row:
    return (
        merchant,
        *key,
        state,
        shown.no if shown else None,
        shown.action if shown else "none",
        float(shown.points) if shown else 0.0,
        shown.until if shown else None,
        dated.executed if dated else None,
        shown.measure if shown else None,
        canonical(list(shown.flags)) if shown and shown.flags else "[]",
        float(delta),
        stands,
        int(machine),
    )


def state_row(merchant: str, key: Key, state: str, outcome: Outcome | None = None) -> Row:
    """A charge that costs nothing now: proposed, in review, waiting, dismissed, noted."""
    shown = outcome or Outcome()
    return (
        merchant,
        *key,
        state,
        shown.offence_no,
        shown.action,
        float(shown.points),
        shown.until,
        None,
        shown.measure,
        canonical(list(shown.flags)) if shown.flags else "[]",
        0.0,
        0,
        1,
    )


def rows_of(account: Account, merchant: str, key: Key, outcome: Outcome, *, machine: bool) -> list[Row]:
    """All charge rows of one finding's step."""
    if outcome.state in ("proposed", "review", WAITING):
        return [state_row(merchant, key, outcome.state, outcome)]
    return charge_rows(account, merchant, machine=machine)
