"""Idempotency-Key: what writes is done at most once, and its answer is given again.

The answer is kept in the ledger, in the transaction that did the work. A request whose twin is being worked on by
this worker is told so at once; one that waits for another worker's transaction gets that one's answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.auth import Caller, caller_of
from api.errors import Problem
from api.service import Service, service_of
from scanner.assess import Ledger
from scanner.ledger.chain import canonical
from scanner.ledger.idempotency import Answer, Question, once
from scanner.records import escape_surrogates
from scanner.rules.times import Instant, instant

REPEATED = "idempotency-replayed"
"""Header of an answer that was given before."""

Work = Callable[[Ledger, Instant], Answer]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Of your choice, new for each thing to do. Sent again within 24 hours with the same request, it "
        "gets the same answer and nothing is done twice.",
    ),
]


def answer(
    body: Mapping[str, Any],
    status: int = 200,
    *,
    merchant: str | None = None,
    ref: str | None = None,
    conversation: str | None = None,
) -> Answer:
    """An answer in JSON, and which merchant, message and conversation it tells of."""
    text = escape_surrogates(json.dumps(body, ensure_ascii=False))
    return Answer(status=status, body=text, merchant=merchant, ref=ref, conversation=conversation)


class Writing:
    """One request that writes, with its key if it has one."""

    def __init__(self, service: Service, caller: Caller, key: str | None, place: str) -> None:
        self.service, self.caller = service, caller
        self._key, self._place = key, place

    def run(self, body: BaseModel | None, work: Work) -> Response:
        """The answer of `work`, which is done in one transaction of this thread's ledger."""
        with self.service.ledger() as ledger:
            now = instant(self.service.now())
            if self._key is None:
                with ledger.transaction(now):
                    return _response(work(ledger, now))
            stated = canonical([self._place, None if body is None else body.model_dump(mode="json", by_alias=True)])
            question = Question(self.caller.key_id, self._key, stated)
            with _flight(ledger.store.path, question):
                return _response(once(ledger, question, now, lambda: work(ledger, now)))


async def writing(request: Request, key: IdempotencyKey = None) -> Writing:
    """`Depends(writing)` gives the Writing of this request."""
    query = "&".join(sorted(request.url.query.split("&")))
    place = f"{request.method} {request.url.path}?{query}"
    return Writing(await service_of(request), caller_of(request), key, place)


Once = Annotated[Writing, Depends(writing)]


def _response(given: Answer) -> Response:
    headers = {REPEATED: "true"} if given.repeated else {}
    return Response(given.body.encode(), given.status, headers, "application/json")


_in_flight: dict[tuple[str, str, str], str] = {}
_lock = threading.Lock()


@contextmanager
def _flight(path: str, question: Question) -> Iterator[None]:
    """Refuse a second request under a key while the first is being worked on."""
    name = (path, question.caller, question.key)
    with _lock:
        stated = _in_flight.get(name)
        if stated is None:
            _in_flight[name] = question.stated
    if stated is not None:
        slug = "in-progress" if stated == question.stated else "idempotency-mismatch"
        raise Problem(slug, headers={"Retry-After": "1"} if slug == "in-progress" else {})
    try:
        yield
    finally:
        with _lock:
            del _in_flight[name]
