"""Answers as bytes: the JSON of `Scan.to_dict()`, key order included, made fast.

Most texts are clean, and the answers to those differ in nothing but `id` and `text_start`: the rest is kept as bytes
for as long as the packs stay the same.
"""

from __future__ import annotations

import json
from typing import Literal

from scanner.model import Scan
from scanner.records import escape_surrogates

Offsets = Literal["codepoint", "utf16"]

_encode = json.JSONEncoder(ensure_ascii=False).encode


class Answers:
    """Writes results; one per worker. Two threads may make the kept part twice, and the same."""

    def __init__(self) -> None:
        self._kept: tuple[object, bytes, bytes] = (None, b"", b"")

    def line(self, scan: Scan, offsets: Offsets = "codepoint", own_id: str | None = None) -> bytes:
        """One result, as `scanner scan --format jsonl` writes it, without the newline; `own_id` is the record's."""
        if scan.hits or scan.degraded or (scan.text_start and offsets == "utf16"):
            result = scan.to_dict(offsets)
            result["id"] = own_id
            return escape_surrogates(_encode(result)).encode()
        kept = self._kept
        if kept[0] is not scan.packs:
            kept = self._kept = _parts(scan)
        name = b"null" if own_id is None else escape_surrogates(_encode(own_id)).encode()
        return b'{"id": %b%b%d%b' % (name, kept[1], scan.text_start, kept[2])


def _parts(scan: Scan) -> tuple[object, bytes, bytes]:
    """What stands before and after `text_start` in every clean result."""
    rest = {**scan.to_dict(), "text_start": 0}
    del rest["id"]
    before, sign, after = ("," + _encode(rest)[1:]).partition('"text_start": 0')
    return scan.packs, f"{before[:1]} {before[1:]}{sign[:-1]}".encode(), after.encode()
