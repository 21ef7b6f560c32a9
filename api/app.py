"""The application: settings in, routers and guards together, nothing composed here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, FastAPI

from api import errors
from api.auth import LOCAL
from api.routes import scan, system
from api.service import Service
from api.settings import Settings
from scanner.engine import Scanner
from scanner.version import VERSION

ROUTERS: tuple[APIRouter, ...] = (system.router, scan.router)
"""Every room's router; a new room adds its own here."""

_QUIET = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}
"""No telemetry of the framework's: its validation errors hold what was sent."""


def create_app(
    settings: Settings, *, scanner: Scanner | None = None, clock: Callable[[], datetime] | None = None
) -> FastAPI:
    """The service for these settings. `scanner` and `clock` are for tests."""
    service = Service(settings, scanner=scanner, clock=clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(service.start)
        try:
            yield
        finally:
            await to_thread.run_sync(service.stop)

    app = FastAPI(
        title="compliance-scanner",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=_QUIET,  # type: ignore[arg-type]
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.service = service
    errors.add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(_Open)
    return app


class _Open:
    """Stands for the gate until it is there: everybody is the local caller."""

    def __init__(self, app):  # type: ignore[no-untyped-def]
        self.app = app

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def]
        scope["caller"] = LOCAL
        await self.app(scope, receive, send)


def from_env() -> FastAPI:
    """The factory for workers: settings from `SCANNER_*`."""
    return create_app(Settings.from_env())
