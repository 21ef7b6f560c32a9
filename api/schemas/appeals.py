"""Appeals: filing, listing, deciding."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from api.schemas.common import CLOSED, Done, Moment, Name, Note, Rule, Stamp, example, real


def _wordy(way: str) -> str:
    """No digits of any script: what stands here goes into the chain, which holds no contact."""
    if any(char.isnumeric() for char in way):
        raise ValueError("a way of export is named in words")
    return way


Way = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^0-9@:/+._-]+$"), AfterValidator(_wordy)]


class Filing(BaseModel):
    """A merchant's appeal against the penalty for `ref` under `rule`."""

    model_config = example({"merchant": "acme", "rule": "ta_refusal", "ref": "m17", "ground": "b",
                            "unusable": ["一达通", "自营出口", "市场采购出口"], "order_usd": 6200})  # fmt: skip
    merchant: Name
    rule: Rule
    ref: Name
    ground: Annotated[str, Field(pattern=r"^[a-z]$", description="By its letter in the policy.")]
    unusable: Annotated[list[Way], Field(max_length=20, description="Ground b: ways of export not usable.")] = []
    order_usd: Annotated[
        float | None, Field(strict=True, ge=0, le=1e12, description="Ground b: the order's value.")
    ] = None
    at: Annotated[Moment | None, Field(description="When it was filed; default: now.")] = None


class AppealDecision(BaseModel):
    """How an appeal is decided."""

    model_config = example({"accepted": True, "note": "the forwarder's letter shows it"})
    accepted: Annotated[StrictBool, Field(description="Accepted, it removes the offence; all that follows is redone.")]
    note: Note = ""


class AppealRow(BaseModel):
    """One filing, and what it was answered."""

    model_config = CLOSED
    event: Annotated[int, Field(description="Its number, by which it is decided.")]
    merchant: str
    rule: str
    ref: str
    at: Stamp
    ground: str | None
    appeal: Annotated[str | None, Field(description="`admitted`, `out_of_time`, `no_ground` ...")]
    pending: bool
    appeal_until: Stamp | None


class AppealList(BaseModel):
    """The latest filings, oldest of them first."""

    model_config = example(
        {
            "items": [
                {"event": 31, "merchant": "acme", "rule": "ta_refusal", "ref": "m17", "at": "2021-09-02T09:00:00-07:00",
                 "ground": "b", "appeal": "admitted", "pending": True, "appeal_until": "2021-09-08T09:00:00-07:00"}
            ]
        }
    )  # fmt: skip
    items: list[AppealRow]


class AppealDone(Done):
    """What a filing or a decision brings."""

    model_config = real("AppealDone")
