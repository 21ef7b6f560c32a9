"""How one text was read: every view, what was found in it, and which hits were kept or let off, and why."""

from __future__ import annotations

from typing import Any

from scanner.engine import Scanner
from scanner.model import Message
from scanner.text.reading import Reading


def explain(scanner: Scanner, message: Message) -> dict[str, Any]:
    """views [{name, text}], found [{rule, form, start, end, evasion}], hits and let_off [Hit], degraded [str].

    The views are shown whether or not the gate would have let the text pass unread; `gate` says what it did.
    """
    reading = Reading(message.pieces(), len(message.previous) if message.messages is None else 0)
    found, _ = scanner.engine.matcher.find(reading, scanner.day(message.at), message.category or "")
    scan = scanner.scan_message(message)
    return {
        "decision": scan.decision,
        "gate": "looked" if scanner.stirs(message) else "nothing to look at",
        "views": _views(reading),
        "found": [
            {
                "rule": find.rule.id,
                "form": find.form or "(pattern)",
                "start": find.span.start,
                "end": find.span.end,
                "evasion": list(find.evasion),
            }
            for find in found
        ],
        "hits": [hit for hit in scan.hits if hit.level != "info"],
        "let_off": [hit for hit in scan.hits if hit.level == "info"],
        "degraded": list(scan.degraded),
    }


def _views(reading: Reading) -> list[dict[str, str]]:
    views = {
        "original": reading.text,
        "folded": reading.folded.text,
        "skeleton": reading.skeleton.text,
        "collapsed": reading.collapsed.text,
        "backwards": reading.backwards.text,
    }
    return [{"name": name, "text": text} for name, text in views.items()]
