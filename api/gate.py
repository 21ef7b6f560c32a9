"""The gate: who calls is settled, and paid for, before a byte of the body is read."""

from __future__ import annotations

import math
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth import LOCAL, Caller
from api.errors import Problem
from api.service import Service
from scanner.ledger.keys import Key

FREE = ("/livez", "/readyz", "/metrics", "/static/")
"""Paths that cost no token."""

_SAFE = ("GET", "HEAD", "OPTIONS")
_HERE = ("localhost", "127.0.0.1", "::1")


class Gate:
    """Puts the `Caller` into the scope, or answers 401, 403, 429. Who sends no key is left to `require`."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or not."""
        if scope["type"] == "http":
            try:
                scope["caller"] = await self._caller(scope, Headers(scope=scope))
            except Problem as problem:
                await problem.response(scope.get("request_id"))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _caller(self, scope: Scope, headers: Headers) -> Caller | None:
        if not self.service.keys_needed():
            _check_here(scope, headers)
            return LOCAL
        secret = _secret(headers)
        if secret is None:
            if scope["path"].startswith("/v1/"):
                raise Problem("missing-key", headers={"WWW-Authenticate": "Bearer"})
            return None
        key = self._valid(secret)
        if not scope["path"].startswith(FREE):
            await self._spend(key)
        return Caller(key.id, key.name, frozenset(key.scopes))

    def _valid(self, secret: str) -> Key:
        """The active key of a secret, or Problem."""
        key = self.service.keyring.find(secret)
        if key is None or key.state(self.service.now().timestamp()) != "active":
            raise Problem("invalid-key", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return key

    async def _spend(self, key: Key) -> None:
        wait = await self.service.keyring.spend(key, self.service.monotonic(), self.service.take_tokens)
        if wait > 0:
            raise Problem("rate-limited", headers={"Retry-After": str(math.ceil(wait))})


def _secret(headers: Headers) -> str | None:
    """The key that was sent, in a header, which no page of another site can set; the console has its own sessions."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    given = headers.get("x-api-key", "").strip()
    return given or None


def _check_here(scope: Scope, headers: Headers) -> None:
    """Without keys: from this machine, to this machine's name (no rebound DNS), from our own pages."""
    client = scope.get("client")
    if client is None or not _is_loopback(client[0]):
        raise Problem("loopback-only")
    name = urlsplit(f"//{headers.get('host', '')}").hostname if _is_host(headers.get("host", "")) else None
    if name not in _HERE:
        raise Problem("loopback-only", "Call it as localhost or 127.0.0.1.")
    _check_site(scope, headers)


def _is_host(value: str) -> bool:
    try:
        return urlsplit(f"//{value}").hostname is not None
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _check_site(scope: Scope, headers: Headers) -> None:
    """Refuse what a page of another site makes a browser send; its cookies, or its place, would speak for it."""
    if scope["method"] in _SAFE:
        return
    origin = headers.get("origin")
    foreign = origin is not None and origin.partition("//")[2] != headers.get("host")
    if foreign or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Problem("cross-site")
