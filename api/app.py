"""The application: settings in, routers and guards together, nothing composed here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, FastAPI

from api import errors, metrics, openapi
from api.body import BodyGuard
from api.console import add_console
from api.gate import Gate
from api.limits import StrictRoute
from api.observe import Observe
from api.routes import appeals, assess, merchants, papers, review, revocations, scan, system, versions
from api.service import Service
from api.settings import Settings
from api.webhooks import sender
from scanner.engine import Scanner
from scanner.version import VERSION

ROUTERS: tuple[APIRouter, ...] = (
    system.router,
    scan.router,
    assess.router,
    merchants.router,
    appeals.router,
    revocations.router,
    review.router,
    papers.router,
    versions.router,
)
"""Every room's router; a new room adds its own here."""

_QUIET = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}
"""No telemetry of the framework's: its validation errors hold what was sent."""


def create_app(
    settings: Settings, *, scanner: Scanner | None = None, clock: Callable[[], datetime] | None = None
) -> FastAPI:
    """The service for these settings. `scanner` and `clock` are for tests."""
    service = Service(settings, scanner=scanner, clock=clock)
    app = FastAPI(
        title="compliance-scanner",
        version=VERSION,
        lifespan=_lifespan(service),
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
    _check_routes(app)
    add_console(app)
    _document(app, settings)
    app.add_middleware(BodyGuard, limits=settings.limits)
    app.add_middleware(Gate, service=service)
    app.add_middleware(Observe)
    return app


def _lifespan(service: Service) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What starts before the first request and stops after the last: the ledger, the webhooks, this worker's counts."""
    webhooks = sender(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        metrics.bury_the_dead()
        await to_thread.run_sync(service.start)
        if webhooks is not None:
            await to_thread.run_sync(webhooks.start)
        try:
            yield
        finally:
            if webhooks is not None:
                await to_thread.run_sync(webhooks.stop)
            await to_thread.run_sync(service.stop)
            metrics.bury_myself()

    return lifespan


def _check_routes(app: FastAPI) -> None:
    """Refuse to start with a route under /v1 that asks for no scope, or that reads JSON leniently."""
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, StrictRoute):
                raise TypeError(f"{route} was not made by `api.limits.room`")
            if route.path.startswith("/v1/") and openapi.scope_of(route) is None:
                raise TypeError(f"{route.path} asks for no scope: add Depends(require(...))")


def _document(app: FastAPI, settings: Settings) -> None:
    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi.document(app, settings)
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]


def from_env() -> FastAPI:
    """The factory for workers: settings from `SCANNER_*`."""
    return create_app(Settings.from_env())
