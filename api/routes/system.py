"""Whether the service lives, is ready, in which versions, and how it does."""

from __future__ import annotations

import dataclasses
import os
from typing import Annotated, Any

from fastapi import Depends, Response
from starlette.responses import JSONResponse

from api.auth import Caller, require
from api.limits import room
from api.metrics import CONTENT_TYPE, exposed
from api.schemas.examples import METRICS
from api.schemas.system import Alive, Ready, Version
from api.service import Service, service_of
from scanner.version import VERSION

router = room("system")

Its = Annotated[Service, Depends(service_of)]


@router.get("/livez", response_model=Alive)
async def livez() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
async def readyz(service: Its) -> Response:
    """Whether this worker can serve: it has looked at the ledger lately and runs the packs that were activated."""
    ready, live = service.ready(), service.current
    body = {
        "status": "ready" if ready else "not ready",
        "worker": os.getpid(),
        "activation": live.number,
        "packs": dict(live.versions),
        "policy": service.policy(),
        "keys": service.keys_needed(),
        "pack_faults": len(service.pack_faults()),
    }
    return JSONResponse(body, 200 if ready else 503, {"cache-control": "no-store"})


@router.get("/v1/version", response_model=Version)
async def version(service: Its, caller: Annotated[Caller, Depends(require("any"))]) -> dict[str, Any]:
    """Program, packs, policy and published limits."""
    live = service.current
    return {
        "engine": VERSION,
        "activation": live.number,
        "packs": dict(live.versions),
        "policy": service.policy(),
        "limits": dataclasses.asdict(service.settings.limits),
    }


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {"example": METRICS}}}})
def metrics(service: Its, caller: Annotated[Caller, Depends(require("any"))]) -> Response:
    """Prometheus metrics of all workers; any valid key will do."""
    return Response(exposed(service.current.versions), headers={"content-type": CONTENT_TYPE})
