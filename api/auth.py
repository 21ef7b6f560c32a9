"""Who calls, and what they may do. Without keys: this machine only, with every scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from fastapi import Request

from api.errors import Problem

Scope = Literal["scan", "assess", "review", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the key's public id, the name it was given (the `by` of the ledger's events), its scopes."""

    key_id: str
    name: str
    scopes: frozenset[str] = field(default_factory=frozenset)

    def may(self, scope: str) -> bool:
        """Whether a scope is covered; `admin` covers all."""
        return scope in self.scopes or "admin" in self.scopes


LOCAL = Caller("local", "local", frozenset(SCOPES))
"""The caller where no keys are in use."""


class Require:
    """The dependency that asks for a scope; `any` is satisfied by every valid caller."""

    def __init__(self, scope: Scope | Literal["any"]) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> Caller:
        """The caller, or Problem 401/403."""
        caller = caller_of(request)
        if self.scope != "any" and not caller.may(self.scope):
            raise Problem("wrong-scope", f"This operation needs the scope `{self.scope}`.")
        return caller


def require(scope: Scope | Literal["any"]) -> Callable[[Request], Awaitable[Caller]]:
    """`Depends(require("scan"))` gives the Caller, or answers 401/403."""
    return Require(scope)


def caller_of(request: Request) -> Caller:
    """The caller that the gate let in."""
    caller: Caller | None = request.scope.get("caller")
    if caller is None:
        raise Problem("missing-key", headers={"WWW-Authenticate": "Bearer"})
    return caller
