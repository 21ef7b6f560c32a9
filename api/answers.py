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
    """Writes results; one per worker. Two threads may make the kept parts twice, and the same."""

    def __init__(self) -> None:
        self._kept: tuple[object, bytes, bytes, bytes] = (None, b"", b"", b"")

    def line(self, scan: Scan, offsets: Offsets = "codepoint", own_id: str | None = None) -> bytes:
        """One result, as `scanner scan --format jsonl` writes it, without the newline; `own_id` is the record's."""
        kept = self._kept
        if kept[0] is not scan.packs:
            kept = self._kept = _parts(scan)
        if scan.hits or scan.degraded or (scan.text_start and offsets == "utf16"):
            result = {**scan.to_dict(offsets), "id": own_id}
            del result["packs"], result["engine"]
            return b"%b%b" % (escape_surrogates(_encode(result)[:-1]).encode(), kept[2])
        if own_id is None and not scan.text_start:
            return kept[3]
        name = b"null" if own_id is None else escape_surrogates(_encode(own_id)).encode()
        return b'{"id": %b%b%d, "degraded": []%b' % (name, kept[1], scan.text_start, kept[2])


def _parts(scan: Scan) -> tuple[object, bytes, bytes, bytes]:
    """What stands in every clean result before `text_start`, what ends every result, and the commonest one whole."""
    result = scan.to_dict()
    ended = _encode({"packs": result["packs"], "engine": result["engine"]})
    begun, end = b', "decision": "allow", "hits": [], "text_start": ', f", {ended[1:]}".encode()
    return scan.packs, begun, end, b'{"id": null%b0, "degraded": []%b' % (begun, end)
