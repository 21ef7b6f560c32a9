"""What the service is told at start: frozen, from the command line or from `SCANNER_*` variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.lexicon.buffers import MAX_TEXT

PREFIX = "SCANNER_"
"""Of the environment variables: `SCANNER_LEDGER`, `SCANNER_PORT` ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a request may have; published in the OpenAPI. Sizes in bytes, texts in code points, times in seconds."""

    body_bytes: int = 2 * 1024 * 1024
    batch_bytes: int = 8 * 1024 * 1024
    stream_bytes: int = 256 * 1024 * 1024
    line_bytes: int = 2 * 1024 * 1024
    batch_items: int = 1_000
    text_chars: int = MAX_TEXT
    depth: int = 32
    number_chars: int = 64
    body_seconds: float = 10.0
    idle_seconds: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one service runs; every worker gets the same.

    packs: a folder of packs that is watched; without one the shipped packs, or what was activated, run.
    reference: records (a file or a folder) on which new packs are compared with those that run, so many at most.
    require_keys: None asks for a key as soon as the ledger holds one; True always; False never (loopback only).
    """

    ledger: Path = Path("ledger.db")
    policy: str | None = None
    packs: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    require_keys: bool | None = None
    poll_seconds: float = 0.25
    shutdown_seconds: int = 20
    reference: Path | None = None
    reference_records: int = 5_000
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_loopback: bool = False
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of `SCANNER_*` variables; InputError names the variable that cannot be read."""
        env = os.environ if environ is None else environ
        limits = Limits(**{f.name: _read(env, f.name, str(f.type)) for f in fields(Limits) if _name(f.name) in env})
        known = {f.name: str(f.type) for f in fields(cls) if f.name != "limits"}
        return cls(
            **{name: _read(env, name, kind) for name, kind in known.items() if _name(name) in env}, limits=limits
        )

    def to_env(self) -> dict[str, str]:
        """The variables from which `from_env` makes these settings again; for the workers."""
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "limits"}
        own |= {f.name: getattr(self.limits, f.name) for f in fields(self.limits)}
        return {_name(name): str(value) for name, value in own.items() if value is not None}


def _name(field_name: str) -> str:
    return PREFIX + field_name.upper()


def _read(env: Mapping[str, str], name: str, kind: str) -> Any:
    """One variable as its field's type."""
    value = env[_name(name)]
    try:
        return _READERS[kind.split(" ", maxsplit=1)[0]](value)
    except (KeyError, ValueError):
        raise InputError(f"{_name(name)} cannot be read; it wants {kind.split(' ', maxsplit=1)[0]}") from None


def _flag(value: str) -> bool:
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[value.lower()]


_READERS: dict[str, Any] = {"Path": Path, "str": str, "int": int, "float": float, "bool": _flag}
