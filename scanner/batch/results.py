"""Result lines back as scans: a result and the record it came from make what `scan` gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.batch.rows import Row
from scanner.errors import InputError
from scanner.model import Hit, Message, Part, Scan, Span
from scanner.windows import Windows


def scan_of(result: Mapping[str, Any], text: str) -> Scan:
    """The scan behind a result line; `text` is the text read."""
    return Scan(
        decision=result["decision"],
        hits=tuple(_hit(hit) for hit in result["hits"]),
        text=text,
        text_start=int(result.get("text_start", 0)),
        degraded=tuple(result.get("degraded") or ()),
        packs=dict(result.get("packs") or {}),
        engine=str(result.get("engine", "")),
        id=result["id"],
    )


def _hit(hit: Mapping[str, Any]) -> Hit:
    return Hit(
        rule=hit["rule"],
        category=hit["category"],
        term=hit["term"],
        level=hit["level"],
        span=Span(hit["start"], hit["end"]),
        text=hit["text"],
        value=hit.get("value"),
        score=hit.get("score", 1.0),
        evasion=tuple(hit.get("evasion") or ()),
        tags=tuple(hit.get("tags") or ()),
        why=hit.get("why") or "",
        exception=hit.get("exception"),
        parts=tuple(Part(part["message"], part["start"], part["end"]) for part in hit.get("parts") or ()),
    )


def joined(results: Iterable[Row], messages: Iterable[Message]) -> Iterator[tuple[Message, Scan]]:
    """Each result with its record in its window. Both in the same order; records without a result are passed over."""
    source, windows = iter(messages), Windows()
    for row in results:
        for message in source:
            placed = windows.place(message)
            if placed.id == row.fields["id"]:
                yield _pair(row, message, placed)
                break
        else:
            raise InputError(f"{row.where}: its id is not among the records that follow; give the records as scanned")


def _pair(row: Row, bare: Message, placed: Message) -> tuple[Message, Scan]:
    """The record as it was read: with its window, or without if the result says so."""
    start = row.fields.get("text_start", 0)
    message = next((one for one in (placed, bare) if one.own_start() == start), None)
    if message is None:
        raise InputError(f"{row.where}: read with other messages before it than the records show")
    text = "\n".join(message.pieces())
    try:
        scan = scan_of(row.fields, text)
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{row.where}: no result of `scanner scan --format jsonl`") from None
    if any(text[hit.span.start : hit.span.end] != hit.text for hit in scan.hits):
        raise InputError(f"{row.where}: its findings are not in this record's text; give the records as scanned")
    return message, scan
