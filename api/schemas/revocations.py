"""Revocations: what the platform takes back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import CLOSED, Moment, Name, Note, OutcomeModel, Rule, Whole

_ONE: dict[str, Any] = {"required": ["merchant", "rule", "ref"], "not": {"required": ["pack"]}}
_PACK: dict[str, Any] = {"required": ["pack", "version", "since"], "not": {"required": ["merchant"]}}


class Revocation(BaseModel):
    """One finding (`merchant`, `rule`, `ref`), or all that one version of a pack did (`pack`, `version`, `since`)."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "oneOf": [_ONE, _PACK],
            "examples": [
                {"pack": "trademark", "version": "2021.09.1", "since": "2021-09-01T00:00:00Z", "expected": 14},
                {"merchant": "acme", "rule": "off_platform", "ref": "m17", "note": "an order number, no phone"},
            ],
        },
    )
    merchant: Name = ""
    rule: Rule = ""
    ref: Name = ""
    pack: Annotated[str, Field(min_length=1, max_length=128)] = ""
    version: Annotated[str, Field(min_length=1, max_length=128)] = ""
    since: Moment = 0
    expected: Annotated[
        Whole | None,
        Field(description="How many findings the preview showed; 409 when there are others by now."),
    ] = None
    note: Note = ""

    def names_one(self) -> bool:
        """Whether it names one finding."""
        return bool(self.merchant and self.rule and self.ref and not self.pack)

    def names_pack(self) -> bool:
        """Whether it names a version of a pack."""
        return bool(self.pack and self.version and self.since and not self.merchant)


class PlanModel(BaseModel):
    """What would be, or was, taken back."""

    model_config = CLOSED
    offences: Annotated[int, Field(description="Penalties in force.")]
    proposed: Annotated[int, Field(description="Findings that wait for a person.")]
    merchants: int
    points: float
    refs: Annotated[list[str], Field(description="`RULE REF` of each, a thousand at most.")]


class RevocationResult(BaseModel):
    """The plan, and how many findings were taken back: none when it is a preview."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"dry_run": True, "taken_back": 0, "event": 0, "outcome": None,
                 "plan": {"offences": 1, "proposed": 0, "merchants": 1, "points": 3, "refs": ["off_platform m17"]}}
            ]
        },
    )  # fmt: skip
    dry_run: bool
    plan: PlanModel
    taken_back: int
    event: Annotated[int, Field(description="Of a single finding; 0 otherwise.")]
    outcome: Annotated[OutcomeModel | None, Field(description="Of a single finding: what changed.")]
