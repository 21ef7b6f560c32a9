"""Case files, handles, notices and letters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from starlette.responses import Response

from api.auth import Caller, require
from api.errors import Problem
from api.idempotency import Once, answer
from api.limits import room
from api.schemas.common import Day, MerchantId, Number
from api.schemas.papers import CaseFile, HandleResult, LetterResult, NoticeResult, Serve, Served
from api.service import Service, service_of
from scanner.assess import Ledger
from scanner.ledger import cases, handles, notices, queue
from scanner.ledger.casefile import case, case_html
from scanner.ledger.finals import of_merchant
from scanner.ledger.idempotency import Answer
from scanner.rules.times import Instant, boundary, instant, iso, iso_or_none

router = room("papers", prefix="/v1")

May = Annotated[Caller, Depends(require("review"))]
Its = Annotated[Service, Depends(service_of)]
Least = Literal["warning", "points", "restricted", "ta_suspended", "close_store"]
_PAGES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
_COLUMNS = ("day", "member", "company", "reason", "penalty")


@router.get("/cases/{charge}", response_model=CaseFile, responses=_PAGES)
def case_read(
    charge: Number,
    caller: May,
    service: Its,
    form: Annotated[Literal["json", "html"], Query(alias="format")] = "json",
) -> Response:
    """The evidence file of a charge, unmasked and complete; who took it is an event of the ledger."""
    now = instant(service.now())
    with service.ledger() as ledger, ledger.transaction(now):
        queue.reveal(ledger, charge, by=caller.name, at=now, why="case")
        file = case(ledger, charge)
    if form == "html":
        return Response(case_html(file).encode("utf-8", "backslashreplace"), media_type="text/html")
    return Response(answer(file).body.encode(), media_type="application/json")


@router.get("/handles/{handle}", response_model=HandleResult)
def handle_read(
    handle: Annotated[str, Path(pattern=rf"^{handles.HANDLE.pattern}$")], caller: May, service: Its
) -> dict[str, Any]:
    """Which merchants gave the same contact. A handle comes with each verdict and review item."""
    with service.ledger() as ledger:
        zone, rows = ledger.policy.zone, handles.given_by(ledger, handle)
    if not rows:
        raise Problem("not-found", "No merchant gave this contact, or it has been erased.")
    dated = [{**row, "first": iso(row["first"], zone), "last": iso(row["last"], zone)} for row in rows]
    return {"handle": handle, "merchants": dated}


@router.get(
    "/notices",
    response_model=NoticeResult,
    responses={
        200: {
            "content": {
                "text/plain": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
                "text/html": {"schema": {"type": "string"}},
            }
        }
    },
)
def notice_read(
    caller: May,
    service: Its,
    since: Annotated[Day, Query(description="First day, of the platform.")],
    until: Annotated[Day, Query(description="The day after the last.")],
    least: Annotated[Least, Query(description="The mildest penalty that is shown.")] = "points",
    form: Annotated[Literal["json", "text", "csv", "html"], Query(alias="format")] = "json",
) -> Response:
    """The public notice of a period: final penalties only, members and companies masked."""
    with service.ledger() as ledger:
        zone = ledger.policy.zone
        start, end = boundary(since, zone), boundary(until, zone)
        if end <= start:
            raise Problem("invalid-request", "`until` is the day after the last: it has to be later than `since`.")
        rows = notices.public_rows(ledger, start, end, instant(service.now()), least)
        title = notices.title_of(start, end, zone)
    if form == "json":
        body = {"title": title, "items": [dict(zip(_COLUMNS, row, strict=True)) for row in rows]}
        return Response(answer(body).body.encode(), media_type="application/json")
    if form == "csv":
        return Response(notices.public_csv(rows), media_type="text/csv")
    if form == "html":
        return Response(notices.public_html(rows, title), media_type="text/html")
    return Response(notices.public_text(rows, title), media_type="text/plain")


@router.get("/notices/{merchant}", response_model=LetterResult)
def letter_read(
    merchant: MerchantId,
    caller: May,
    service: Its,
    language: Annotated[Literal["zh", "en"] | None, Query(description="Default: both.")] = None,
) -> Response:
    """The letter to a merchant about penalties not served yet: rule, conduct, evidence, consequence, appeal."""
    with service.ledger() as ledger:
        languages = ("zh", "en") if language is None else (language,)
        text, items = notices.letters(ledger, merchant, instant(service.now()), languages=languages)
        zone = ledger.policy.zone
    lines = [
        {"rule": item.key[0], "ref": item.key[1], "appeal_until": iso_or_none(item.deadline, zone)} for item in items
    ]
    body = {"merchant": merchant, "text": text, "items": lines}
    return Response(answer(body).body.encode(), media_type="application/json")


@router.post("/notices/{merchant}", response_model=Served)
def letter_serve(merchant: MerchantId, served: Serve, caller: May, once: Once) -> Response:
    """Record that the notice of penalties reached the merchant now; the first service counts."""
    return once.run(served, lambda ledger, now: _served(ledger, merchant, served, now))


def _served(ledger: Ledger, merchant: str, served: Serve, now: Instant) -> Answer:
    standing = {item.key for item in of_merchant(ledger, merchant)}
    keys = [(item.rule, item.ref) for item in served.items]
    if not standing.issuperset(keys):
        raise Problem("not-found", "One of these penalties is not in force.")
    events = [cases.serve(ledger, merchant, key, at=now, how=served.how).seq for key in dict.fromkeys(keys)]
    return answer({"merchant": merchant, "events": events}, merchant=merchant)
