"""What guards the service against hostile bodies: a strict JSON reader and a bounded, timed body.

The reader refuses what other programs read differently: duplicate names, NaN and infinities, numbers without
bound, lone surrogates, deep nesting, anything that is not UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, params
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.settings import Limits

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(body: bytes, limits: Limits) -> Any:
    """The value of a JSON text in UTF-8; Problem `invalid-json` without a word of it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("invalid-json", "The body is not UTF-8.") from None
    _check_depth(body, limits.depth)
    try:
        value = _decoder(limits).decode(text)
    except json.JSONDecodeError as error:
        raise Problem("invalid-json", f"Not JSON at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Problem("invalid-json", f"Nested deeper than {limits.depth} levels.") from None
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise Problem("invalid-json", "A string holds half a surrogate pair.")
    return value


def _check_depth(body: bytes, most: int) -> None:
    """Refuse deep nesting before it is parsed. Brackets inside strings are told apart only when there are many."""
    if body.count(b"[") + body.count(b"{") <= most or (len(body) <= _SHORT and _is_flat(body, most)):
        return
    depth = 0
    for token in _STRUCTURE.finditer(body):
        sign = token[0][0]
        depth += 1 if sign in b"[{" else -1 if sign in b"]}" else 0
        if depth > most:
            raise Problem("invalid-json", f"Nested deeper than {most} levels.")


def _is_flat(body: bytes, most: int) -> bool:
    """Whether all brackets pair off within so many rounds; each takes away what is innermost. Copies the body."""
    left = _STRING.sub(b"", body).translate(None, _NO_BRACKETS)
    for _ in range(most):
        left = left.replace(b"{}", b"").replace(b"[]", b"")
        if not left:
            return True
    return False


_SHORT = 256 * 1024
_STRING = re.compile(rb'"(?>(?:[^"\\]++|\\.)*)"?', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STRUCTURE = re.compile(rb'"(?>(?:[^"\\]++|\\.)*)"?|[\[\]{}]', re.DOTALL)


def _decoder(limits: Limits) -> json.JSONDecoder:
    made = _DECODERS.get(limits.number_chars)
    if made is None:
        made = _DECODERS[limits.number_chars] = json.JSONDecoder(
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_number(int, limits.number_chars),
            parse_float=_number(_finite, limits.number_chars),
        )
    return made


_DECODERS: dict[int, json.JSONDecoder] = {}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("invalid-json", "An object has the same name twice.")
    return found


def _no_constant(_: str) -> None:
    raise Problem("invalid-json", "NaN and Infinity are no JSON.")


def _number(kind: Callable[[str], Any], most: int) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if len(text) > most:
            raise Problem("invalid-json", f"A number has more than {most} characters.")
        return kind(text)

    return read


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Problem("invalid-json", "A number is too large.")
    return value


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """The body's value; see `read_json`."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body(), self.app.state.settings.limits)
        return self._json


class StrictRoute(APIRoute):
    """A route that reads JSON strictly; every room's router has it (see `room`)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, given a `StrictRequest`."""
        inner = super().get_route_handler()
        reads_json = self.body_field is not None and not isinstance(self.body_field.field_info, params.Form)

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive, request._send)
            if reads_json and await strict.body():
                check_json_type(request.headers.get("content-type", ""))
                await strict.json()  # here, because the framework takes any error in there for one of its own
            return await inner(strict)

        return handle


def check_json_type(content_type: str) -> None:
    """Refuse a body that is not said to be JSON in UTF-8."""
    if content_type == "application/json":
        return
    kind, _, rest = content_type.lower().partition(";")
    kind = kind.strip()
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    if not is_json or ("charset" in rest and "utf-8" not in rest):
        raise Problem("media-type", "Send application/json, in UTF-8.")


def room(tag: str, **options: Any) -> APIRouter:
    """The router of one room: strict JSON, its operations under one tag."""
    return APIRouter(tags=[tag], route_class=StrictRoute, **options)
