"""The review queue: items, their detail, decisions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.schemas.common import CLOSED, Done, Note, OutcomeModel, Seq, Stamp, real
from api.schemas.merchants import Used
from scanner.ledger.decisions import CODES, DISMISS_CODES, NOTE_CODES, UPHOLD_CODES, Decision

_CODES = (*UPHOLD_CODES, *DISMISS_CODES, *NOTE_CODES)

_ITEM: Any = {
    "charge": 7, "event": 12, "merchant": "acme", "rule": "off_platform", "ref": "m17", "conversation": "c4",
    "state": "review", "action": "none", "points": 0, "priority": "review", "at": "2021-08-31T20:58:00-07:00",
    "received": "2021-08-31T20:58:01-07:00", "age": 3600, "why": "needs_review",
    "terms": [{"category": "contact", "term": "whatsapp"}], "claimed_by": None, "claimed_until": None,
}  # fmt: skip


class TermModel(BaseModel):
    """What was found, in general."""

    model_config = CLOSED
    category: str
    term: str


class ReviewItem(BaseModel):
    """One finding that waits for a person."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ITEM]})
    charge: Annotated[int, Field(description="Its number, by which it is claimed and decided.")]
    event: int
    merchant: str
    rule: str
    ref: str
    conversation: str | None
    state: Literal["proposed", "review"]
    action: Annotated[str, Field(description="What upholding would do, as far as it was known when it came.")]
    points: float
    priority: Literal["closure", "suspension", "points", "proposed", "review"]
    at: Stamp
    received: Stamp
    age: Annotated[int, Field(description="Seconds since it was received.")]
    why: Annotated[
        str,
        Field(description="`needs_review`, `not_covered` (no rule of the policy covers it), `proposed`, `budget` ..."),
    ]
    terms: list[TermModel]
    claimed_by: str | None
    claimed_until: Stamp | None


class Queue(BaseModel):
    """A page of the queue, most pressing first, oldest first among equals."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"items": [_ITEM], "next": None,
         "waiting": {"closure": 0, "suspension": 0, "points": 0, "proposed": 0, "review": 1},
         "previews": {"acme": {"asked": 4, "found": 1}}}
    ]})  # fmt: skip
    items: list[ReviewItem]
    next: Annotated[str | None, Field(description="`after` of the next page; null: this is the last.")]
    waiting: Annotated[dict[str, int], Field(description="How many wait in all, by priority.")]
    previews: Annotated[dict[str, Used], Field(description="Previews of the merchants on this page, in 30 days.")]


class ReviewHit(BaseModel):
    """A hit; `text`, `value` and `why` only when revealed."""

    model_config = CLOSED
    rule: str
    category: str
    term: str
    level: str
    start: int
    end: int
    score: float
    evasion: list[str]
    tags: list[str]
    exception: str | None
    text: str | None = None
    value: str | None = None
    why: str | None = None


class Turn(BaseModel):
    """One message of the conversation."""

    model_config = CLOSED
    ref: str | None
    role: str
    at: Stamp
    own: Annotated[bool, Field(description="Whether it is the message in question.")]
    text: str


class Shown(BaseModel):
    """The text in question and the conversation around it."""

    model_config = CLOSED
    masked: Annotated[bool, Field(description="Whether contacts are masked.")]
    text: Annotated[str | None, Field(description="Spans index it; null when it was erased.")]
    hits: list[ReviewHit]
    context: list[Turn]


class ForecastModel(BaseModel):
    """What upholding would bring now."""

    model_config = CLOSED
    outcome: OutcomeModel
    action: Annotated[str, Field(description="The gravest thing it does, to other penalties included.")]
    persons: Annotated[int, Field(description="How many different persons it needs.")]
    upheld_by: list[str]


class HandleCount(BaseModel):
    """A contact in the text, and how many merchants gave it."""

    model_config = CLOSED
    handle: str
    merchants: int


class Detail(BaseModel):
    """All that is needed to decide, contacts masked."""

    model_config = real("Detail")
    item: ReviewItem
    shown: Shown
    forecast: ForecastModel
    handles: list[HandleCount]
    previews: Used
    balance: float
    counts: dict[str, int]


class Revealed(BaseModel):
    """The text unmasked; `event` is the record of who saw it."""

    model_config = real("Revealed")
    event: int
    shown: Shown


_NOTHING: Any = {"points": {"type": "null"}, "measure": {"type": "null"}, "strike": {"const": False},
                 "close": {"const": False}}  # fmt: skip
_EITHER: Any = [
    {
        "properties": {
            "decision": {"const": kind}, "code": {"enum": list(codes)}, **({} if kind == "uphold" else _NOTHING),
        }
    }
    for kind, codes in CODES.items()
]  # fmt: skip


def _deciding(*examples: dict[str, Any]) -> ConfigDict:
    extra: Any = {"oneOf": _EITHER, "examples": list(examples)}
    return ConfigDict(extra="forbid", hide_input_in_errors=True, json_schema_extra=extra)


class Decide(BaseModel):
    """A decision and its reason."""

    model_config = _deciding(
        {"decision": "dismiss", "code": "quoted", "note": "he warns the buyer of such offers"},
        {"decision": "uphold", "code": "disguised"},
        {"decision": "note", "code": "withheld"},
    )
    decision: Annotated[
        Literal["uphold", "dismiss", "note"],
        Field(description="`note` closes what no rule covers, without a charge; such an item is never upheld."),
    ]
    code: Annotated[
        Literal[_CODES],  # type: ignore[valid-type]
        Field(description=" ".join(f"To {kind}: {', '.join(codes)}." for kind, codes in CODES.items())),
    ]
    note: Note = ""
    points: Annotated[
        float | None, Field(strict=True, ge=0, le=1_000, multiple_of=0.5, description="Where the rule is open.")
    ] = None
    strike: Annotated[StrictBool, Field(description="Where the rule is open: a strike.")] = False
    close: Annotated[StrictBool, Field(description="Where the rule is open: the store is closed.")] = False
    measure: Annotated[str | None, Field(pattern=r"^[a-z_]{1,64}$", description="Of the policy, in serious cases.")] = (
        None
    )

    def made(self) -> Decision:
        """As the ledger takes it."""
        decided = {"points": self.points} if self.points is not None else {}
        decided |= {name: True for name in ("strike", "close") if getattr(self, name)}
        return Decision(kind=self.decision, code=self.code, note=self.note, decided=decided, measure=self.measure)


class DecideMany(Decide):
    """The same decision for many items: all of them, or none."""

    model_config = _deciding({"charges": [7, 9], "decision": "dismiss", "code": "innocent"})
    charges: Annotated[list[Seq], Field(min_length=1, max_length=200)]


class Decided(Done):
    """What a decision brings; `undo` is how it is taken back."""

    model_config = real("Decided")
    undo: Annotated[str, Field(description="POST there to undo it, within a day.")]


class DecidedOne(BaseModel):
    """One of many."""

    model_config = CLOSED
    charge: int
    event: Annotated[int, Field(description="0 in a preview.")]
    state: str
    outcome: OutcomeModel


class DecidedMany(BaseModel):
    """What the decisions bring, in the order given."""

    model_config = real("DecidedMany")
    dry_run: bool
    items: list[DecidedOne]
