"""The evidence file of one charge: all that a stranger needs to judge it, as JSON and as one HTML page.

Replayed offline through the same pack versions its record gives the same hits (`replayed`).
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any, Protocol

from scanner.errors import InputError
from scanner.ledger import chain
from scanner.ledger.book import Book
from scanner.ledger.codec import loads
from scanner.ledger.evidence import message_of, text_of
from scanner.ledger.finals import evidence_of
from scanner.ledger.notices import page
from scanner.ledger.proof import seal
from scanner.ledger.store import MissingError
from scanner.model import Message, Scan
from scanner.rules.times import iso, iso_or_none

_AROUND = 60  # turns of the conversation in a file


class _Scans(Protocol):
    def scan_message(self, message: Message) -> Scan: ...


def case(book: Book, charge: int) -> dict[str, Any]:
    """The file of charge number `charge`."""
    rows = book.query("SELECT * FROM charges WHERE seq = ?", (charge,))
    if not rows:
        raise MissingError(f"there is no charge {charge}")
    row = rows[0]
    merchant, key = row["merchant"], (row["rule"], row["ref"])
    finding = _first_finding(book, merchant, key)
    evidence: dict[str, Any] | None = evidence_of(book, merchant, key)
    policy = book.policy
    rule = policy.rules.get(key[0])
    return {
        "charge": {**row, "flags": json.loads(row["flags"]), "until": iso_or_none(row["until"], policy.zone),
                   "executed": iso_or_none(row["executed"], policy.zone)},
        "merchant": merchant,
        "rule": {"id": key[0], "label": rule.label, "title": rule.title, "text": rule.text,
                 "source": rule.source} if rule else {"id": key[0]},
        "conduct": {"ref": key[1], "at": iso(finding["at"], policy.zone),
                    "received": iso(finding["received"], policy.zone)},
        "evidence": evidence,
        "conversation": turns(book, finding["conversation"], policy.zone),
        "packs": _packs(book, finding["body"].get("packs")),
        "policy": {"name": policy.name, "version": policy.version, "digest": policy.digest},
        "history": _history(book, merchant, key, policy.zone),
        "proof": _proof(book, row["event"]),
    }  # fmt: skip


def _first_finding(book: Book, merchant: str, key: tuple[str, str]) -> dict[str, Any]:
    sql = "SELECT seq FROM events WHERE merchant = ? AND type = 'finding' AND rule = ? AND ref = ? LIMIT 1"
    rows = book.query(sql, (merchant, *key))
    if not rows:
        raise MissingError(f"no finding is behind {key[0]} {key[1]} of {merchant}")
    return book.event(rows[0]["seq"])


def turns(book: Book, conversation: str | None, tz: str) -> list[dict[str, Any]]:
    """The conversation around it, both sides, as far as it is kept."""
    if conversation is None:
        return []
    sql = "SELECT ref, sender, at, body FROM personal WHERE kind = 'turn' AND conversation = ? ORDER BY at, id LIMIT ?"
    return [
        {"ref": row["ref"], "sender": row["sender"], "at": iso(row["at"], tz), **loads(row["body"])}
        for row in book.query(sql, (conversation, _AROUND))
    ]


def _packs(book: Book, seq: int | None) -> dict[str, Any]:
    return {} if seq is None else dict(book.event(seq)["body"])


def _history(book: Book, merchant: str, key: tuple[str, str], tz: str) -> list[dict[str, Any]]:
    """Every event of the offence: found, upheld, served, appealed, decided, withdrawn, and by whom."""
    sql = "SELECT seq, type, at, received, body FROM events WHERE merchant = ? AND rule = ? AND ref = ? ORDER BY seq"
    return [
        {"event": row["seq"], "type": row["type"], "at": iso(row["at"], tz), "recorded": loads(row["body"])}
        for row in book.query(sql, (merchant, *key))
    ]


def _proof(book: Book, event: int) -> dict[str, Any]:
    """What anybody needs to compute the event's hash again, and the head of the chain at this time."""
    columns = ", ".join(chain.EVENT_COLUMNS)
    row = book.query(f"SELECT {columns}, hash FROM events WHERE seq = ?", (event,))[0]
    before = book.query("SELECT hash FROM events WHERE seq = ?", (event - 1,))
    charges = book.query(
        f"SELECT {', '.join(chain.CHARGE_COLUMNS)} FROM charges WHERE event = ? ORDER BY seq", (event,)
    )
    return {
        "before": before[0]["hash"] if before else chain.START,
        "event": [row[name] for name in chain.EVENT_COLUMNS],
        "charges": [[charge[name] for name in chain.CHARGE_COLUMNS] for charge in charges],
        "hash": row["hash"],
        "head": seal(book),
    }


_SHAPE = {
    ("charge",): dict, ("charge", "seq"): int, ("merchant",): str, ("rule",): dict, ("conduct",): dict,
    ("proof",): dict, ("proof", "before"): str, ("proof", "event"): list, ("proof", "charges"): list,
    ("proof", "hash"): str,
}  # fmt: skip
_EVIDENCE = {("evidence",): dict, ("evidence", "record"): dict, ("evidence", "hits"): list}
_SHOWN_AS_TIME = ("flags", "until", "executed")


def read_case(text: str) -> dict[str, Any]:
    """A case file read back; `InputError` names the first part that is missing or of the wrong kind."""
    try:
        file = json.loads(text)
    except ValueError as error:
        raise InputError(f"no case file in JSON: {error}") from None
    wanted = _SHAPE if isinstance(file, dict) and file.get("evidence") is None else {**_SHAPE, **_EVIDENCE}
    for path, kind in wanted.items():
        part: Any = file
        for name in path:
            part = part.get(name) if isinstance(part, dict) else None
        if not isinstance(part, kind):
            raise InputError(f"no case file: its `{'.'.join(path)}` is missing or no {kind.__name__}")
    return dict(file)


def proven(file: Mapping[str, Any]) -> bool:
    """Whether the event and charges in the proof give its hash, and the charge on show is one of them."""
    proof = file["proof"]
    if chain.link(proof["before"], proof["event"], proof["charges"]) != proof["hash"]:
        return False
    rows = (dict(zip(chain.CHARGE_COLUMNS, row, strict=False)) for row in proof["charges"] if isinstance(row, list))
    row = next((row for row in rows if row.get("seq") == file["charge"]["seq"]), None)
    if row is None:
        return False
    same = all(file["charge"].get(name) == row.get(name) for name in chain.CHARGE_COLUMNS if name not in _SHOWN_AS_TIME)
    about = (file["merchant"], file["rule"].get("id"), file["conduct"].get("ref"))
    return same and about == (row.get("merchant"), row.get("rule"), row.get("ref"))


def replayed(file: Mapping[str, Any], scanner: _Scans) -> list[str]:
    """Where scanning the text again differs from the hits on file; empty when they are the same."""
    evidence = file["evidence"]
    if evidence is None:
        return ["the evidence was erased"]
    again = [hit.to_dict() for hit in scanner.scan_message(message_of(evidence["record"])).hits]
    faults = [] if len(again) == len(evidence["hits"]) else [f"{len(again)} hits, on file {len(evidence['hits'])}"]
    faults += [f"hit {i + 1} differs" for i, (a, b) in enumerate(zip(again, evidence["hits"], strict=False)) if a != b]
    return faults


def case_html(file: Mapping[str, Any]) -> str:
    """The file as one page; the JSON stands at its end, so that the page alone is enough."""
    parts = [
        _section("Rule", _table(file["rule"])),
        _section("Charge", _table(file["charge"])),
        _section("Conduct", _table(file["conduct"])),
        _section("Text as it stood", _marked(file["evidence"])),
        _section("Conversation", "".join(map(_turn, file["conversation"])) or "<p>not kept</p>"),
        _section("Versions", _table({**file["policy"], **file["packs"]})),
        _section("What happened", "".join(map(_event, file["history"]))),
        _section("Proof", _table({name: file["proof"][name] for name in ("before", "hash", "head")})),
        f"<h2>JSON</h2><pre>{html.escape(json.dumps(file, ensure_ascii=False, indent=1))}</pre>",
    ]
    return page(f"{file['rule']['id']} {file['conduct']['ref']} {file['merchant']}", "".join(parts))


def _section(title: str, body: str) -> str:
    return f"<h2>{html.escape(title)}</h2>{body}"


def _table(fields: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th>{html.escape(str(name))}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in fields.items()
        if value not in (None, "", [])
    )
    return f"<table>{rows}</table>"


def _marked(evidence: Mapping[str, Any] | None) -> str:
    """The text with its hits marked."""
    if evidence is None:
        return "<p>erased</p>"
    text, out, at = text_of(evidence), [], 0
    for hit in evidence["hits"]:
        if hit["start"] < at:
            continue
        why = html.escape(f"{hit['rule']} {hit['level']}: {hit['why']}", quote=True)
        out.append(html.escape(text[at : hit["start"]]))
        out.append(f'<mark title="{why}">{html.escape(text[hit["start"] : hit["end"]])}</mark>')
        at = hit["end"]
    return f"<pre>{''.join(out)}{html.escape(text[at:])}</pre>"


def _turn(turn: Mapping[str, Any]) -> str:
    role, at, ref = (html.escape(str(turn[name])) for name in ("role", "at", "ref"))
    text = html.escape("\n".join(turn["texts"]))
    return f"<p><b>{role}</b> {at} <i>{ref}</i></p><pre>{text}</pre>"


def _event(event: Mapping[str, Any]) -> str:
    said = html.escape(json.dumps(event["recorded"], ensure_ascii=False))
    head = f"{html.escape(event['at'])} <b>{html.escape(event['type'])}</b> (event {event['event']})"
    return f"<p>{head}</p><pre>{said}</pre>"
