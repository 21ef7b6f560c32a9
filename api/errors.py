"""Every error as RFC 9457 `application/problem+json`: stable types, a request id, never what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from scanner.errors import InputError, LedgerError, PackError, PolicyError, ScannerError
from scanner.ledger.active import ChangedError
from scanner.ledger.decisions import NotUndoneError
from scanner.ledger.idempotency import AnswerGoneError, KeyReusedError
from scanner.ledger.queue import ClaimedError, NotWaitingError, SamePersonError
from scanner.ledger.store import MissingError
from scanner.rules.decision import DecisionError

TYPE = "urn:problem-type:compliance-scanner:"
"""Begins every `type`; a slug of `SLUGS` follows."""

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One stable type of problem: its status, its title and what to do about it."""

    status: int
    title: str
    cure: str


SLUGS: dict[str, Kind] = {
    "invalid-json": Kind(400, "The body is not strict JSON", "Send UTF-8 without NaN, names twice, deep nesting."),
    "bad-request": Kind(400, "The request cannot be read", "Check the request line and the headers."),
    "missing-key": Kind(401, "An API key is needed", "Send `Authorization: Bearer KEY`."),
    "invalid-key": Kind(401, "This API key is not valid", "It is unknown, expired or revoked: ask for a new one."),
    "wrong-scope": Kind(403, "The key's scopes do not cover this", "Use a key with the scope it names."),
    "loopback-only": Kind(403, "Without keys this machine only is answered", "Create one: `scanner key create`."),
    "cross-site": Kind(403, "Another site's page sent this", "Call the service from its own pages or from a program."),
    "not-found": Kind(404, "There is no such thing", "Check the path and the id."),
    "method-not-allowed": Kind(405, "The path has no such method", "Use one of the methods in `Allow`."),
    "slow-body": Kind(408, "The body came too slowly", "Send it within the published time."),
    "conflict": Kind(409, "The state of things does not allow it", "Read the state again, then decide."),
    "in-progress": Kind(409, "The same request is being worked on", "Wait, then send it again."),
    "body-too-large": Kind(413, "The body is too large", "Send less at once; the limits are in the OpenAPI."),
    "media-type": Kind(415, "The body is of another type", "Send UTF-8 as the Content-Type that the operation names."),
    "content-encoding": Kind(415, "Compressed bodies are not read", "Send the body without Content-Encoding."),
    "invalid-request": Kind(422, "The request has not the shape asked for", "`errors` says which field and why."),
    "invalid-pack": Kind(422, "The packs are not valid", "`errors` names every fault; nothing went live."),
    "invalid-policy": Kind(422, "The policy is not valid", "`errors` names every fault; nothing changed."),
    "idempotency-mismatch": Kind(422, "This Idempotency-Key was used for another request", "Use a new key for it."),
    "rate-limited": Kind(429, "Too many requests", "Wait as long as `Retry-After` says."),
    "internal": Kind(500, "The service failed", "Send it again later; tell the operator the request id."),
    "unavailable": Kind(503, "The service cannot do this now", "Wait as long as `Retry-After` says."),
}  # fmt: skip

_OF_STATUS = {400: "bad-request", 401: "missing-key", 403: "wrong-scope", 404: "not-found", 405: "method-not-allowed",
              408: "slow-body", 409: "conflict", 413: "body-too-large", 415: "media-type", 422: "invalid-request",
              429: "rate-limited", 503: "unavailable"}  # fmt: skip


class Problem(Exception):  # noqa: N818 (RFC 9457 calls it so)
    """An answer that is no success. `detail` is ours alone: it never quotes what was sent.

    `errors` is a list of {"field", "code", "message"}; `headers` go into the answer.
    """

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        status: int | None = None,
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.kind = SLUGS[slug]
        self.status = self.kind.status if status is None else status
        self.detail = detail or self.kind.cure
        self.headers = dict(headers or {})
        self.errors = list(errors)

    def body(self, request_id: str | None) -> dict[str, Any]:
        """The members of the answer."""
        body: dict[str, Any] = {
            "type": TYPE + self.slug,
            "title": self.kind.title,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        return {**body, "errors": self.errors} if self.errors else body

    def response(self, request_id: str | None) -> Response:
        """The whole answer."""
        content = json.dumps(self.body(request_id), ensure_ascii=False).encode()
        return Response(content, self.status, {"cache-control": "no-store", **self.headers}, MEDIA_TYPE)


class Fault(ValueError):  # noqa: N818
    """What a model's validator raises when its words may be repeated: they are ours, and quote nothing."""


def problem_of(error: Exception) -> Problem:
    """The problem that tells of an error, whatever it is."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return Problem("invalid-request", errors=[field_error(item) for item in error.errors()])
    if isinstance(error, HTTPException):
        return _http_problem(error)
    if isinstance(error, ScannerError):
        return _scanner_problem(error)
    return Problem("internal")


def _http_problem(error: HTTPException) -> Problem:
    status = error.status_code
    slug = _OF_STATUS.get(status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    return Problem(slug, headers=error.headers)


def _scanner_problem(error: ScannerError) -> Problem:
    if isinstance(error, PackError | PolicyError):
        slug = "invalid-pack" if isinstance(error, PackError) else "invalid-policy"
        return Problem(slug, errors=[{"field": "", "code": "fault", "message": text} for text in error.problems[:100]])
    if isinstance(error, LedgerError):
        if isinstance(error.__cause__, sqlite3.Error | OSError):
            return Problem("unavailable", "The ledger cannot be used at the moment.", headers={"Retry-After": "1"})
        return next(
            (Problem(slug, said) for kind, slug, said in _OF_LEDGER if isinstance(error, kind)), Problem("conflict")
        )
    if isinstance(error, DecisionError):
        fault = {"field": f"body/{error.field}", "code": "not_decidable", "message": str(error)}
        return Problem("invalid-request", errors=[fault])
    if isinstance(error, InputError):
        return Problem("invalid-request", "A value is none that can be used here: compare it with the OpenAPI.")
    return Problem("internal")


_OF_LEDGER: tuple[tuple[type[LedgerError], str, str | None], ...] = (
    (KeyReusedError, "idempotency-mismatch", None),
    (AnswerGoneError, "conflict", "This was done before; its answer has been erased since."),
    (NotWaitingError, "not-found", "Nothing of this number waits, or it has been decided: read the queue again."),
    (MissingError, "not-found", "There is nothing of this number: read the list again."),
    (ClaimedError, "conflict", "Another person works on this: wait for the end of the claim, or take another."),
    (SamePersonError, "conflict", "You have upheld this already: another person has to."),
    (NotUndoneError, "conflict", "This decision cannot be undone any more: revoke it, or decide an appeal."),
    (ChangedError, "conflict", "Another set was activated meanwhile: look again."),
)
"""What the ledger refuses, in words of our own: its own name merchants, messages and persons."""


_UNQUOTED = {"extra_forbidden", "union_tag_invalid", "value_error", "assertion_error", "json_invalid"}
"""Kinds of validation error whose words may quote what was sent."""


def field_error(item: Mapping[str, Any]) -> dict[str, str]:
    """One of pydantic's errors as {"field", "code", "message"}, without what was sent."""
    code = str(item.get("type", "invalid"))
    said = str(item.get("msg", "")) if code not in _UNQUOTED else "Value is not valid"
    cause = (item.get("ctx") or {}).get("error")
    if code == "value_error" and isinstance(cause, Fault):
        said = str(cause)
    loc = [part for part in item.get("loc", ()) if code != "extra_forbidden" or part != item["loc"][-1]]
    return {"field": "/".join(map(str, loc)), "code": code, "message": said}


def _methods(app: FastAPI, request: Request) -> list[str]:
    """The methods that a path has, over all of its routes; the framework names those of the first alone."""
    found: set[str] = set()
    for route in iter_route_contexts(app.routes):
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return sorted(found)


def add_handlers(app: FastAPI) -> None:
    """Let every kind of error be answered as a problem."""

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            problem.headers = {"Allow": ", ".join(_methods(app, request))}
        return problem.response(request.scope.get("request_id"))

    for kind in (Problem, HTTPException, RequestValidationError, ScannerError):
        app.add_exception_handler(kind, answer)
