"""Who is at the console: a signed session cookie after a login with an API key, and the token that guards posts.

The cookie names the key and when it ends, never the secret; the key itself is looked up again at every request,
so a revoked or expired one is out at once. The signing secret is made at start (`SCANNER_SESSION_SECRET`, shared
by the workers): sessions end with the service.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from hashlib import sha256

from fastapi import Request
from starlette.responses import Response

from api.auth import Caller
from api.errors import Problem
from api.service import Service
from scanner.ledger import keys

COOKIE = "scanner_session"
TOKEN_COOKIE = "scanner_form"
HOURS = 10
"""How long a session lasts: a working day."""

_VALUE = re.compile(r"([0-9a-f]{1,32})\.(\d{1,12})\.([0-9a-f]{64})", re.ASCII)
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
_VARIABLE = "SCANNER_SESSION_SECRET"


def signing_secret() -> bytes:
    """The secret of this service's sessions; made once, inherited by the workers through the environment."""
    return os.environ.setdefault(_VARIABLE, secrets.token_hex(32)).encode()


def signed(key_id: str, until: int) -> str:
    """The cookie's value for a key until a time in seconds."""
    said = f"{key_id}.{until}"
    return f"{said}.{hmac.new(signing_secret(), said.encode(), sha256).hexdigest()}"


def read(value: str, now: float) -> str | None:
    """The key id of a cookie that is ours and has not ended."""
    match = _VALUE.fullmatch(value)
    if match is None or not hmac.compare_digest(signed(match[1], int(match[2])), value):
        return None
    return match[1] if now < int(match[2]) else None


def login(service: Service, secret: str) -> keys.Key | None:
    """The active key of a secret."""
    now = service.now().timestamp()
    with service.desk() as store:
        wanted = keys.digest(secret)
        return next((key for key in keys.every(store) if key.hash == wanted and key.state(now) == "active"), None)


def start(response: Response, service: Service, key: keys.Key, *, secure: bool) -> None:
    """Put the session into an answer."""
    until = int(service.now().timestamp()) + HOURS * 3600
    response.set_cookie(
        COOKIE, signed(key.id, until), max_age=HOURS * 3600, httponly=True, samesite="strict", secure=secure, path="/"
    )


def end(response: Response) -> None:
    """Take the session out again."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def caller(request: Request) -> Caller | None:
    """Who is there: whom the gate let in, or the session's key while it is active. Reads the ledger file."""
    found: Caller | None = request.scope.get("caller")
    if found is not None:
        return found
    service: Service = request.app.state.service
    now = service.now().timestamp()
    key_id = read(request.cookies.get(COOKIE, ""), now)
    if key_id is None:
        return None
    with service.desk() as store:
        key = next((key for key in keys.every(store) if key.id == key_id and key.state(now) == "active"), None)
    return None if key is None else Caller(key.id, key.name, frozenset(key.scopes))


def form_token(request: Request) -> str:
    """The token of this browser; a new one when it has none."""
    found = request.cookies.get(TOKEN_COOKIE, "")
    if _TOKEN.fullmatch(found):
        return found
    made: str = request.scope.setdefault("form_token", secrets.token_urlsafe(32))
    return made


def keep_token(request: Request, response: Response, *, secure: bool) -> None:
    """Give the browser its token, when it has none."""
    token = form_token(request)
    if request.cookies.get(TOKEN_COOKIE) != token:
        response.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")


def check_post(request: Request, given: str) -> None:
    """Problem `cross-site` unless a post comes from a page of ours: same origin, and the browser's own token.

    Who sends a key in a header needs no token: no page can make a browser do that.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    foreign = origin is not None and origin.partition("//")[2] != host
    site = request.headers.get("sec-fetch-site", "same-origin")
    token = request.cookies.get(TOKEN_COOKIE, "")
    known = _TOKEN.fullmatch(token) and hmac.compare_digest(token.encode(), given.encode("utf-8", "replace"))
    by_program = "authorization" in request.headers or "x-api-key" in request.headers
    if foreign or site not in ("same-origin", "none") or not (known or by_program):
        raise Problem("cross-site", "This form is not from this page, or too old: load the page again.")
