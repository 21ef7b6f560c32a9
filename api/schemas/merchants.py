"""Merchants: what is known of them, where they stand, and what was charged."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.schemas.common import CLOSED, Day, Moment, Name, Stamp, example

Contact = Annotated[
    str, Field(min_length=1, max_length=256, description="A phone with its country code, or an e-mail.")
]


class MarkFact(BaseModel):
    """A mark that the merchant is authorised for; a bound left out does not bind."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, hide_input_in_errors=True)
    mark: Name
    category: Annotated[Name | None, Field(description="Goods path the authorisation covers.")] = None
    territory: Name | None = None
    since: Annotated[Day | None, Field(alias="from", description="First day, inclusive.")] = None
    until: Annotated[Day | None, Field(description="Last day, inclusive.")] = None


class Escrow(BaseModel):
    """Whether the merchant signed for the escrow, and whether it is open."""

    model_config = CLOSED
    signed: StrictBool
    opened: StrictBool


class FactsModel(BaseModel):
    """What is known at a time; lists are whole."""

    model_config = CLOSED
    registered_contacts: list[str]
    authorised_marks: list[MarkFact]
    trade_assurance: Escrow
    upgrade_service: bool


class NewFacts(BaseModel):
    """Facts that hold from `at` on. A list replaces the whole list; a field left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "minProperties": 2,
            "examples": [
                {
                    "at": "2021-09-01T00:00:00Z",
                    "registered_contacts": ["sales@acme.example"],
                    "authorised_marks": [{"mark": "WAHL", "category": "Beauty > Clippers", "until": "2022-08-31"}],
                    "trade_assurance": {"signed": True, "opened": True},
                }
            ],
        },
    )
    at: Annotated[Moment, Field(description="From when they hold; never changes what was decided before.")]
    registered_contacts: Annotated[list[Contact], Field(max_length=1_000)] = []
    authorised_marks: Annotated[list[MarkFact], Field(max_length=1_000)] = []
    trade_assurance: Escrow = Escrow(signed=False, opened=False)
    upgrade_service: StrictBool = False
    company: Annotated[Name, Field(description="The company's name.")] = ""

    def changes(self) -> dict[str, Any]:
        """What was stated, as the ledger takes it."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        out: dict[str, Any] = {}
        if "registered_contacts" in said:
            out["registered_contacts"] = list(self.registered_contacts)
        if "authorised_marks" in said:
            out["authorised_marks"] = [mark.model_dump(by_alias=True) for mark in self.authorised_marks]
        if "upgrade_service" in said:
            out["upgrade_service"] = self.upgrade_service
        if "trade_assurance" in said:
            out |= {"ta_signed": self.trade_assurance.signed, "ta_opened": self.trade_assurance.opened}
        return out


class FactsEntered(BaseModel):
    """The facts are recorded; `event` 0: the very same had been stated before."""

    model_config = example({"merchant": "acme", "event": 12, "at": "2021-08-31T17:00:00-07:00"})
    merchant: str
    event: int
    at: Stamp


class Used(BaseModel):
    """How often something was asked."""

    model_config = CLOSED
    asked: int
    found: int


class MerchantResult(BaseModel):
    """Where a merchant stands."""

    model_config = example(
        {
            "merchant": "acme", "at": "2021-09-01T05:00:00-07:00", "balance": 3, "counts": {"off_platform": 2},
            "store_closed": False, "ta_closed_until": None, "waiting": 1, "measures": [], "known": True,
            "facts": {"registered_contacts": ["sales@acme.example"], "authorised_marks": [],
                      "trade_assurance": {"signed": True, "opened": True}, "upgrade_service": False},
            "next": {"off_platform": "3 points"}, "previews": {"asked": 4, "found": 1},
        }
    )  # fmt: skip
    merchant: str
    at: Stamp
    balance: Annotated[float, Field(description="Points in force.")]
    counts: Annotated[dict[str, int], Field(description="Standing offences per rule.")]
    store_closed: bool
    ta_closed_until: Annotated[Stamp | None, Field(description="Until when the escrow is closed.")]
    waiting: Annotated[int, Field(description="Findings that wait for a person.")]
    measures: Annotated[list[str], Field(description="Account measures that the balance has reached.")]
    known: Annotated[bool, Field(description="Whether anything is recorded of this merchant: ids are easily mistyped.")]
    facts: FactsModel
    next: Annotated[dict[str, str], Field(description="What the next offence under each rule would cost.")]
    previews: Annotated[Used, Field(description="Previews in 30 days, and how many found something.")]


class HistoryRow(BaseModel):
    """One charge."""

    model_config = CLOSED
    charge: int
    event: int
    rule: str
    ref: str
    state: str
    offence_no: int | None
    action: str
    points: float
    until: Stamp | None
    measure: str | None
    at: Stamp
    received: Stamp
    type: Annotated[str, Field(description="The kind of event that brought it.")]


class HistoryResult(BaseModel):
    """A merchant's charges, latest first."""

    model_config = example(
        {
            "items": [
                {"charge": 7, "event": 12, "rule": "off_platform", "ref": "m17", "state": "executed", "offence_no": 2,
                 "action": "points", "points": 3, "until": None, "measure": None, "type": "finding",
                 "at": "2021-08-31T20:58:00-07:00", "received": "2021-08-31T20:58:01-07:00"}
            ],
            "next": None,
        }
    )  # fmt: skip
    items: list[HistoryRow]
    next: Annotated[int | None, Field(description="`before` of the next page; null: this is the last.")]
