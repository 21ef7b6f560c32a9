"""The body's guard: declared size, streamed size, encoding and pace, before anything reads it."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem
from api.settings import Limits

STREAMED = ("/v1/scan/stream",)
"""Paths whose handler reads the body itself, piece by piece, with limits of its own."""

BATCHES = ("/v1/scan/batch",)

DRAIN_SECONDS = 2.0
DRAIN_BYTES = 256 * 1024 * 1024
"""How long, and how much, is still taken and thrown away after a refusal, so that the client can read it."""


class BodyGuard:
    """Collects the body within its limits and hands it on in one piece; answers 400, 408, 413, 415 itself."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length, chunked = headers.get("content-length"), "transfer-encoding" in headers
        try:
            _check_encoding(headers)
            if not chunked and length in (None, "0"):
                await self.app(scope, receive, send)
                return
            most = self._most(scope["path"])
            _check_length(length, most)
            if scope["path"] in STREAMED:
                await self.app(scope, receive, send)
                return
            body = await _collected(receive, most, self.limits)
        except Problem as problem:
            await _refuse(problem, scope, receive, send)
            return
        if body is not None:
            await self.app(scope, _replay(body, receive), send)

    def _most(self, path: str) -> int:
        if path in STREAMED:
            return self.limits.stream_bytes
        return self.limits.batch_bytes if path in BATCHES else self.limits.body_bytes


def _check_encoding(headers: Headers) -> None:
    if headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise Problem("content-encoding", headers={"Accept-Encoding": "identity"})


def _check_length(length: str | None, most: int) -> None:
    if length is None:
        return
    if not length.isdecimal() or not length.isascii():
        raise Problem("bad-request", "Content-Length is no number.")
    if len(length) > len(str(most)) or int(length) > most:
        raise too_large(most)


def too_large(most: int) -> Problem:
    """The problem of a body over its limit."""
    return Problem("body-too-large", f"At most {most} bytes here.")


async def _collected(receive: Receive, most: int, limits: Limits) -> bytes | None:
    """The whole body; None when the client has gone."""
    end = time.monotonic() + limits.body_seconds
    pieces: list[bytes] = []
    size, more = 0, True
    while more:
        message = await timely(receive, min(limits.idle_seconds, end - time.monotonic()))
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise too_large(most)
        if piece:
            pieces.append(piece)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def timely(receive: Receive, seconds: float) -> Message:
    """The next message of a body, or Problem `slow-body`."""
    try:
        async with asyncio.timeout(max(seconds, 0.001)):
            return await receive()
    except TimeoutError:
        raise Problem("slow-body") from None


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, then whatever the connection says."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, then throw away what still comes for a while, so that the answer arrives; then close."""
    response = problem.response(scope.get("request_id"))
    headers = [*response.raw_headers, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    await _drain(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drain(receive: Receive) -> None:
    left = DRAIN_BYTES
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
