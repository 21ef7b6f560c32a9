"""The service with two endpoints more, which do all that `/v1/scan` does but read the text."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from api import metrics
from api.app import create_app
from api.limits import room
from api.routes.scan import Counted, Its, May, answers
from api.schemas.records import Record
from api.schemas.results import ScanResult
from api.settings import Settings
from scanner import Scan, Scanner

TEXTS = {
    "clean": "Good morning, the samples are ready and we pack them today.",
    "hits": "wechat: abc_12345 or mail to sales@shop.cn, price is 5 USD",
}


def made() -> FastAPI:
    """The application, for uvicorn."""
    scanner = Scanner()
    app = create_app(Settings.from_env(), scanner=scanner)
    routes = app.router.routes
    app.include_router(_constants(scanner))
    routes.insert(2, routes.pop())  # where the scan's own routes stand, so that finding them takes as long
    return app


def _constants(scanner: Scanner) -> APIRouter:
    router = room("constant", prefix="/v1/constant")
    for name, text in TEXTS.items():
        _add(router, name, scanner.scan(text))
    return router


def _add(router: APIRouter, name: str, constant: Scan) -> None:
    @router.post(f"/{name}", response_model=ScanResult)
    async def fixed(record: Record, caller: May, service: Its, offsets: Counted = "codepoint") -> Response:
        _, own_id = record.entry()
        metrics.count(constant)
        return Response(answers.line(constant, offsets, own_id), media_type="application/json")
