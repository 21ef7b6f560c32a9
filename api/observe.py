"""The outermost layer: a request id, one log line and one latency sample per request, and the answer to a crash."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem
from api.logs import failure
from api.metrics import LATENCY

HEADER = "x-request-id"
_GIVEN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A request id is taken over only in the shape of a UUID, so that nothing can be written into the logs by it."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_log = logging.getLogger("api.access")
_SECURITY = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]


class Observe:
    """Names, times and logs requests; nothing that was sent goes into a log or a metric."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Observe one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        scope["request_id"] = request_id = _request_id(scope)
        stamp = [(b"x-request-id", request_id.encode()), *_SECURITY]
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = {name for name, _ in message["headers"]}  # a page may know better
                message = {**message, "headers": [*message["headers"], *(h for h in stamp if h[0] not in said)]}
            await send(message)

        crash: dict[str, object] = {}
        try:
            await self.app(scope, receive, sent)
        except Exception as error:
            crash = failure(error)
            if status == 0:
                await Problem("internal").response(request_id)(scope, receive, sent)
        _note(scope, status, time.perf_counter() - begun, crash)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER)
    return given.lower() if given and _GIVEN.fullmatch(given) else uuid.uuid4().hex


def _note(scope: Scope, status: int, seconds: float, crash: dict[str, object]) -> None:
    """One sample, one line. The route is its template: paths hold ids of merchants."""
    route = getattr(scope.get("route"), "path", None) or "unmatched"
    method = scope["method"] if scope["method"] in _METHODS else "other"
    LATENCY.labels(method, route, status).observe(seconds)
    caller = scope.get("caller")
    fields: dict[str, object] = {
        "request_id": scope["request_id"],
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 2),
        "key": None if caller is None else caller.key_id,
        **crash,
    }
    _log.log(logging.ERROR if crash else logging.INFO, "request", extra=fields)
