"""Signing in with an API key, and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.console import session
from api.console.pace import Pace
from api.console.web import Form, form_of, inside, is_secure, pages, redirect, render
from api.service import Service

router = pages()


@router.get("/login")
async def page(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
    """The form that asks for a key."""
    return render(request, "login.html", None, next=inside(form.text("next", "/")), wrong=None)


@router.post("/login")
async def login(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
    """Take a key and start a session."""
    service: Service = request.app.state.service
    back = inside(form.text("next", "/"))
    address = request.client.host if request.client else ""
    tries: Pace = request.app.state.tries
    if tries.spend(address, service.monotonic()):
        return render(request, "login.html", None, status=429, next=back, wrong="Too many tries: wait a moment.")
    secret = form.text("key").strip()
    if not secret:
        return render(request, "login.html", None, status=422, next=back, wrong="Give a key.")
    key = await run_in_threadpool(session.login, service, secret)
    if key is None:
        wrong = "This key is unknown, expired or revoked."
        return render(request, "login.html", None, status=401, next=back, wrong=wrong)
    response = redirect(back)
    session.start(response, service, key, secure=is_secure(request))
    return response


@router.post("/logout")
async def logout(_: Annotated[Form, Depends(form_of)]) -> Response:
    """End the session."""
    response = redirect("/login")
    session.end(response)
    return response
