"""The console put together: its routers, its files, and what it keeps in the application."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api.console import check, merchants, overview, review, session, signin, versions
from api.console.pace import BURST, PER_SECOND, TRIES, TRIES_PER_SECOND, Pace
from api.console.web import HERE

ROUTERS = (signin.router, check.router, review.router, merchants.router, versions.router, overview.router)


def add_console(app: FastAPI) -> None:
    """Add the console's pages and files to the application."""
    session.signing_secret()  # made before workers are started, so that all of them have the same
    app.state.pace = Pace(PER_SECOND, BURST)
    app.state.tries = Pace(TRIES_PER_SECOND, TRIES)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
