"""What the service says of itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import examples
from api.settings import Limits

_CLOSED = ConfigDict(extra="forbid")


class Alive(BaseModel):
    """The process answers."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "ok"}]})
    status: Literal["ok"]


class PolicyVersion(BaseModel):
    """The policy in force."""

    model_config = _CLOSED
    name: str
    version: str


class Ready(BaseModel):
    """Whether the worker that answers can serve, and in which versions."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.READY]})
    status: Literal["ready", "not ready"]
    worker: Annotated[int, Field(description="Process id of the worker that answers.")]
    activation: Annotated[int, Field(description="Number of the activation of packs; 0: those of the program.")]
    packs: dict[str, str]
    policy: PolicyVersion | None
    keys: Annotated[bool, Field(description="Whether callers have to send a key.")]
    pack_faults: Annotated[int, Field(description="Faults of packs that were refused last; 0: none.")]


class LimitsModel(BaseModel):
    """What a request may have: bytes, code points, seconds."""

    model_config = _CLOSED
    body_bytes: int
    batch_bytes: int
    stream_bytes: int
    line_bytes: int
    batch_items: int
    text_chars: int
    depth: int
    number_chars: int
    body_seconds: float
    idle_seconds: float


_VERSION: dict[str, Any] = {
    "engine": "0.1.0",
    "activation": 3,
    "packs": examples.PACKS,
    "policy": examples.POLICY,
    "limits": asdict(Limits()),
}


class Version(BaseModel):
    """Program, packs, policy and limits."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_VERSION]})
    engine: str
    activation: int
    packs: dict[str, str]
    policy: PolicyVersion | None
    limits: LimitsModel
