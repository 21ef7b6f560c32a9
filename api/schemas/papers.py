"""Papers: case files, notices, letters, and who gave the same contact."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.schemas.common import CLOSED, Name, Rule, Stamp, example, real


class ProofModel(BaseModel):
    """What anybody needs to compute the hash again."""

    model_config = CLOSED
    before: str
    event: list[Any]
    charges: list[list[Any]]
    hash: str
    head: dict[str, Any]


class CaseFile(BaseModel):
    """The evidence file of one charge, as `scanner case` writes it; `scanner case FILE --replay` checks it."""

    model_config = real("CaseFile")
    charge: dict[str, Any]
    merchant: str
    rule: dict[str, Any]
    conduct: dict[str, Any]
    evidence: Annotated[dict[str, Any] | None, Field(description="The record as it was read, and its hits.")]
    conversation: list[dict[str, Any]]
    packs: dict[str, Any]
    policy: dict[str, Any]
    history: list[dict[str, Any]]
    proof: ProofModel


class GivenBy(BaseModel):
    """A merchant that gave a contact."""

    model_config = CLOSED
    merchant: str
    messages: int
    first: Stamp
    last: Stamp
    last_ref: str | None


class HandleResult(BaseModel):
    """Which merchants gave the same contact."""

    model_config = example({"handle": "0f" * 16, "merchants": [
        {"merchant": "acme", "messages": 2, "first": "2021-08-30T20:58:00-07:00", "last": "2021-08-31T20:58:00-07:00",
         "last_ref": "m17"}
    ]})  # fmt: skip
    handle: str
    merchants: list[GivenBy]


class NoticeLine(BaseModel):
    """One line of a public notice: member and company masked."""

    model_config = CLOSED
    day: str
    member: str
    company: str
    reason: str
    penalty: str


class NoticeResult(BaseModel):
    """The public notice of a period: penalties past every appeal."""

    model_config = example({"title": "2021-09-01 至 2021-09-07 违规处罚公示", "items": [
        {"day": "2021-09-02", "member": "ac****me", "company": "某***司", "reason": "站外联系", "penalty": "扣 3 分"}
    ]})  # fmt: skip
    title: str
    items: list[NoticeLine]


class LetterItem(BaseModel):
    """One penalty that the letter tells of."""

    model_config = CLOSED
    rule: str
    ref: str
    appeal_until: Stamp | None


class LetterResult(BaseModel):
    """The letter to a merchant about penalties not served yet; empty when there are none."""

    model_config = real("LetterResult")
    merchant: str
    text: str
    items: list[LetterItem]


class Serve(BaseModel):
    """What reached the merchant."""

    model_config = example({"items": [{"rule": "off_platform", "ref": "m17"}], "how": "letter"})

    class Item(BaseModel):
        """One penalty."""

        model_config = CLOSED
        rule: Rule
        ref: Name

    items: Annotated[list[Item], Field(min_length=1, max_length=500)]
    how: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$", description="By which way.")] = "letter"


class Served(BaseModel):
    """The events of the service; 0 for what was served at this moment before."""

    model_config = example({"merchant": "acme", "events": [44]})
    merchant: str
    events: list[int]
