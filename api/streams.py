"""A stream of JSON lines: read piece by piece, answered line by line, never held whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.answers import Answers, Offsets
from api.batches import Entry, answered, problem_json, read_entry
from api.body import timely, too_large
from api.errors import Problem
from api.limits import read_json
from api.service import Service
from api.settings import Limits
from scanner.windows import Windows

MEDIA_TYPE = "application/x-ndjson"
MEDIA_TYPES = (MEDIA_TYPE, "application/jsonl")

OPEN_WINDOWS = 2_000
"""Conversations that one stream keeps in mind."""

_BLOCK = 256
"""Lines that are read before the first of them is answered, at most."""

_PIECE = 64 * 1024


def check_type(content_type: str) -> None:
    """Refuse what is not said to be lines of JSON."""
    kind, _, rest = content_type.lower().partition(";")
    if kind.strip() not in MEDIA_TYPES or ("charset" in rest and "utf-8" not in rest):
        raise Problem("media-type", f"Send {' or '.join(MEDIA_TYPES)}, in UTF-8.")


class Lines:
    """Splits pieces of bytes into lines; one over the limit is given as a problem and passed over unheld."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tail = b""
        self._skipping = False

    def feed(self, piece: bytes) -> Iterator[bytes | Problem]:
        """The lines that end in this piece."""
        *ended, tail = piece.split(b"\n")
        for part in ended:
            line, self._tail = self._tail + part, b""
            if self._skipping:
                self._skipping = False
            elif len(line) > self._most:
                yield too_large(self._most)
            elif line.strip():
                yield line
        if self._skipping:
            return
        self._tail += tail
        if len(self._tail) > self._most:
            self._tail, self._skipping = b"", True
            yield too_large(self._most)

    def end(self) -> Iterator[bytes | Problem]:
        """The last line, if it has no newline."""
        if self._tail.strip() and not self._skipping:
            yield self._tail


class LinesResponse(Response):
    """Reads the request while it answers."""

    def __init__(self, request: Request, service: Service, answers: Answers, offsets: Offsets) -> None:
        super().__init__(media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self.headers["cache-control"] = "no-store"
        self._limits: Limits = service.settings.limits
        self._scanner = service.current.scanner  # one set of packs for the whole answer
        self._answers, self._offsets = answers, offsets
        self._request_id: str | None = request.scope.get("request_id")
        self._windows = Windows(OPEN_WINDOWS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer line by line until the body ends; what ends it early is told in a last line."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            await self._run(receive, send)
        except Problem as problem:
            await self._put(send, problem_json(problem, self._request_id) + b"\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _run(self, receive: Receive, send: Send) -> None:
        lines, size, more = Lines(self._limits.line_bytes), 0, True
        while more:
            message = await timely(receive, self._limits.idle_seconds)
            if message["type"] == "http.disconnect":
                return
            piece: bytes = message.get("body", b"")
            size, more = size + len(piece), message.get("more_body", False)
            if size > self._limits.stream_bytes:
                raise too_large(self._limits.stream_bytes)
            for at in range(0, len(piece), _PIECE):
                await self._answer(list(lines.feed(piece[at : at + _PIECE])), send)
        await self._answer(list(lines.end()), send)

    async def _answer(self, lines: Sequence[bytes | Problem], send: Send) -> None:
        for at in range(0, len(lines), _BLOCK):
            await self._put(send, await to_thread.run_sync(self._read, lines[at : at + _BLOCK]))

    def _read(self, lines: Sequence[bytes | Problem]) -> bytes:
        entries = [line if isinstance(line, Problem) else self._entry(line) for line in lines]
        out = []
        for found in answered(entries, self._scanner, self._windows):
            if isinstance(found, Problem):
                out.append(problem_json(found, self._request_id))
            else:
                out.append(self._answers.line(found[0], self._offsets, found[1]))
        return b"\n".join(out) + b"\n"

    def _entry(self, line: bytes) -> Entry:
        try:
            return read_entry(read_json(line, self._limits))
        except Problem as problem:
            return problem

    async def _put(self, send: Send, body: bytes) -> None:
        """Send; the server holds us here while the client does not read."""
        await send({"type": "http.response.body", "body": body, "more_body": True})
