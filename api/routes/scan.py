"""Scanning: one record, many, or a stream of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Depends

from api.auth import Caller, require
from api.limits import room
from api.service import Service, service_of
from scanner.records import parse_record

router = room("scan", prefix="/v1")


@router.post("/scan")
def scan_one(
    body: Annotated[dict[str, Any], Body()],
    caller: Annotated[Caller, Depends(require("scan"))],
    service: Annotated[Service, Depends(service_of)],
) -> dict[str, Any]:
    """What is wrong with one record."""
    return service.current.scanner.scan_message(parse_record(body, where="record")).to_dict()
