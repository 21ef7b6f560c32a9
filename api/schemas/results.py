"""The answers of a scan, as the OpenAPI shows them. They are written by `api.answers`; these models only describe."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import examples
from api.settings import Limits

_CLOSED = ConfigDict(extra="forbid")
_LIMITS = Limits()


class PartModel(BaseModel):
    """The piece of a hit in one message."""

    model_config = _CLOSED
    message: Annotated[int, Field(description="0.. in `messages`; 0 for `text`, -1, -2 ... for `previous`.")]
    start: int
    end: int


class HitModel(BaseModel):
    """One finding: where, by which rule, how sure, and why."""

    model_config = _CLOSED
    rule: str
    category: str
    term: str
    level: Literal["violation", "review", "info"]
    start: Annotated[int, Field(ge=0, description="Half-open, in the text read; see `offsets`.")]
    end: Annotated[int, Field(ge=0)]
    text: str
    parts: list[PartModel]
    value: Annotated[str | None, Field(description="The contact itself: digits, address or handle.")]
    score: Annotated[float, Field(ge=0, le=1)]
    evasion: list[str]
    tags: list[str]
    why: str
    exception: Annotated[str | None, Field(description="What lets it off.")]


class ScanResult(BaseModel):
    """What stands in one text. The same JSON as `Scan.to_dict()` and `scanner scan --format jsonl`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.SCAN]})
    id: str | None
    decision: Literal["allow", "review", "block"]
    hits: list[HitModel]
    text_start: Annotated[int, Field(ge=0, description="Where the record's own text begins in the text read.")]
    degraded: Annotated[list[str], Field(description="What cut the scan short, if anything.")]
    packs: dict[str, str]
    engine: str


class FieldError(BaseModel):
    """One fault of a request."""

    model_config = _CLOSED
    field: Annotated[str, Field(description="Where, parts joined by `/`.")]
    code: str
    message: str


class ProblemModel(BaseModel):
    """RFC 9457. Never quotes what was sent."""

    model_config = ConfigDict(title="Problem", extra="forbid")
    type: Annotated[str, Field(description="Stable: urn:problem-type:compliance-scanner:SLUG.")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    request_id: str | None
    errors: Annotated[list[FieldError], Field(description="The faults, where there are several to tell.")] = []


class Batch(BaseModel):
    """Many records. Each is checked on its own: a bad one gets its own status and spoils none of the others."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"items": [{"text": "Hello, is it in stock?"}, {"text": "wechat: abc_123"}]}]},
    )
    items: Annotated[
        list[Any],
        Field(min_length=1, max_length=_LIMITS.batch_items, description="Records, as `/v1/scan` takes them."),
    ]


class ItemModel(BaseModel):
    """The answer for one record of a batch: a result, or a problem."""

    model_config = _CLOSED
    status: Annotated[int, Field(description="200, or what the record alone would have got.")]
    result: ScanResult | None = None
    problem: ProblemModel | None = None


class BatchResult(BaseModel):
    """One answer per record, in order, all by one set of packs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.BATCH]})
    items: list[ItemModel]
