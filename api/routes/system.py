"""Whether the service lives, is ready, and in which versions."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from api.limits import room
from api.service import Service

router = room("system")


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, Any]:
    """Whether this worker can serve, and with which packs."""
    service: Service = request.app.state.service
    return {"status": "ready", "packs": dict(service.current.versions)}
