"""Scanning: one record, many, or a stream of them. Nothing is recorded."""

from __future__ import annotations

import json
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Query, Request
from starlette.responses import Response

from api import batches, metrics
from api.answers import Answers, Offsets
from api.auth import Caller, require
from api.limits import room
from api.schemas.examples import SCAN
from api.schemas.records import Record
from api.schemas.results import Batch, BatchResult, ScanResult
from api.service import Service, service_of
from api.streams import MEDIA_TYPE, MEDIA_TYPES, LinesResponse, check_type
from scanner.engine import Scanner
from scanner.model import Message, Scan

router = room("scan", prefix="/v1/scan")
answers = Answers()

SHORT = 8_192
"""Code points up to which a text is read on the event loop; handing it to a thread costs more."""

May = Annotated[Caller, Depends(require("scan"))]
Its = Annotated[Service, Depends(service_of)]
Counted = Annotated[Offsets, Query(description="What offsets count: code points, or UTF-16 units as JavaScript does.")]


@router.post("", response_model=ScanResult)
async def scan(record: Record, caller: May, service: Its, offsets: Counted = "codepoint") -> Response:
    """What is wrong with one message or listing, exactly where, how sure, and by which rule."""
    item, own_id = record.entry()
    scanner = service.current.scanner
    found = read(scanner, item) if is_short(item) else await to_thread.run_sync(read, scanner, item)
    metrics.count(found)
    return Response(answers.line(found, offsets, own_id), media_type="application/json")


def read(scanner: Scanner, item: str | Message) -> Scan:
    """The scan of a bare text or of a message."""
    return scanner.scan(item) if isinstance(item, str) else scanner.scan_message(item)


def is_short(item: str | Message) -> bool:
    """Whether a text is read faster than a thread is woken."""
    return (len(item) if isinstance(item, str) else sum(map(len, item.pieces()))) <= SHORT


@router.post("/batch", response_model=BatchResult)
def scan_batch(batch: Batch, caller: May, service: Its, request: Request, offsets: Counted = "codepoint") -> Response:
    """Many records at once, each with its own status. Rows of one conversation and sender are read in windows."""
    body = batches.answer(batch.items, service.current.scanner, answers, offsets, request.scope.get("request_id"))
    return Response(body, media_type="application/json")


_LINES = {
    "schema": {"description": "A Record per line; each is checked on its own."},
    "example": '{"id": "1", "text": "wechat: abc_123"}\n{"id": "2", "text": "Hi"}\n',
}


@router.post(
    "/stream",
    response_class=Response,
    responses={
        200: {
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": json.dumps(SCAN) + "\n"}},
            "description": "A line per line.",
        }
    },
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _LINES)}},
)
async def scan_stream(request: Request, caller: May, service: Its, offsets: Counted = "codepoint") -> Response:
    """Records as lines of JSON in, results as lines out, in order, while they come; a bad line gets a problem.

    Read while you write: the service reads no further than it can answer. Empty lines are passed over.
    """
    check_type(request.headers.get("content-type", ""))
    return LinesResponse(request, service, answers, offsets)
