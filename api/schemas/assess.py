"""Assessing: the record in, the verdict out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from api.schemas.common import CLOSED, Moment, Name, OutcomeModel, Stamp, real
from api.schemas.records import _EITHER, Record
from api.schemas.results import ScanResult

Id = Annotated[Name | StrictInt, Field(description="Identifies the text; unique per merchant: twice is once.")]

_NAMED = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer"}]}
_WHO = {"type": "object", "required": ["id"], "properties": {"id": _NAMED}}
_SELLER: Any = {"required": ["merchant"], "properties": {"merchant": _WHO}}
_BUYER: Any = {"required": ["role"], "properties": {"role": {"const": "buyer"}}}


class AssessRecord(Record):
    """A record with what a judgement needs: its id, its time and, a seller's, its merchant's id.

    Of the merchant only the id counts: what excuses is in the ledger (`/v1/merchants/{id}/facts`).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [*_EITHER["allOf"], {"anyOf": [_SELLER, _BUYER]}],
            "examples": [
                {
                    "id": "m17",
                    "text": "add me on wh@tsapp +86 138 0013 8000",
                    "at": "2021-09-01T11:58:00+08:00",
                    "conversation": "c4",
                    "sender": "acme",
                    "merchant": {"id": "acme"},
                }
            ],
        }
    )
    id: Id
    at: Annotated[Moment, Field(description="When it was written.")]  # type: ignore[assignment]


class ChargeModel(OutcomeModel):
    """One rule's finding in the text."""

    rule: str
    label: str
    ref: str
    state: Annotated[str, Field(description="`executed`, `proposed`, `review`, `waiting` or `none`.")]
    event: Annotated[int, Field(description="Its number in the ledger; 0: nothing was written.")]
    hits: Annotated[list[int], Field(description="Which of the hits, counted from 0.")]
    thresholds: Annotated[list[str], Field(description="Measures that the balance has reached.")]
    says: str


class Highlight(BaseModel):
    """A place to show to the seller: what is wrong and what to change, not how it was found."""

    model_config = CLOSED
    start: int
    end: int
    level: str
    category: str
    wrong: str
    change: str


class Preview(BaseModel):
    """What may be shown to a seller before the text is published."""

    model_config = CLOSED
    publishable: Annotated[bool, Field(description="Whether nothing stands against the text.")]
    highlights: list[Highlight]
    costs: Annotated[list[str], Field(description="What sending it would cost, a line per rule.")]
    asked: Annotated[int, Field(description="Previews of this merchant in 30 days, this one included.")]


class VerdictResult(ScanResult):
    """The scan, and what it costs the merchant."""

    model_config = real("VerdictResult")
    merchant: str | None
    charges: list[ChargeModel]
    notes: list[str]
    dry_run: bool
    handles: Annotated[
        list[str | None], Field(description="Of each hit, the handle of its contact: see `/v1/handles/{hmac}`.")
    ]
    received: Stamp
    preview: Preview | None
