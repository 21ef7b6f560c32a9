"""What the rooms of the ledger share: names, times, numbers, what an event brings."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.errors import Fault
from scanner.errors import InputError
from scanner.rules.times import Instant, boundary, instant

CLOSED = ConfigDict(extra="forbid", hide_input_in_errors=True)

FIRST, LAST = instant("1990-01-01T00:00:00Z"), instant("2100-01-01T00:00:00Z")
"""Times outside are refused: a slip of the pen, not a time anything happened at."""

_YEAR = r"(199[0-9]|20[0-9]{2})"
_TIME = re.compile(
    rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
)
_DAY = re.compile(rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}")
_MONTHS = "(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31"
_ANY_DAY = rf"{_YEAR}-({_MONTHS})"
_ANY_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
# the schema says a little less than what is taken: no 29 February, and always seconds
_TIME_SCHEMA = {"type": "string", "pattern": rf"^{_ANY_DAY}T{_ANY_TIME}$", "examples": ["2021-08-31T14:05:00+08:00"]}
_DAY_SCHEMA = {"type": "string", "pattern": rf"^{_ANY_DAY}$", "examples": ["2021-08-31"]}


def _moment(value: object) -> object:
    """An ISO time with offset as an instant."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Fault("write a time with an offset, 2021-08-31T14:05:00+08:00, from 1990 to 2099")
    try:
        return instant(value)
    except (InputError, OverflowError):
        raise Fault("there is no such time") from None


def _day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Fault("write a date, 2021-08-31")
    try:
        boundary(value, "UTC")
    except (InputError, OverflowError):
        raise Fault("there is no such date") from None
    return value


def _plain(name: str) -> str:
    if "\0" in name:
        raise Fault("an id holds no NUL")
    return name


def _whole(value: object) -> object:
    """A whole number as JSON has it: 7 and 7.0, no text and no true."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise Fault("write a whole number")
    return int(value)


Whole = Annotated[int, Field(ge=0, le=2**53), BeforeValidator(_whole)]
Seq = Annotated[int, Field(ge=1, le=2**53), BeforeValidator(_whole)]
Moment = Annotated[Instant, BeforeValidator(_moment), WithJsonSchema(_TIME_SCHEMA)]
Day = Annotated[str, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
Name = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00]+$"), AfterValidator(_plain)]
Rule = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$", description="The rule's id in the policy.")]
Note = Annotated[str, Field(max_length=4_000, description="Your own words; kept in the erasable table only.")]
Number = Annotated[int, Path(ge=1, le=2**53)]
MerchantId = Annotated[str, Path(min_length=1, max_length=256, pattern=r"^[^\x00/]+$")]
Stamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


@cache
def _real() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(
        (FilePath(__file__).parent / "examples.json").read_text(encoding="utf-8")
    )
    return found


def real(name: str) -> ConfigDict:
    """The configuration of a model whose examples are answers that the service gave, kept in `examples.json`."""
    return example(*_real()[name])


def example(*values: dict[str, Any]) -> ConfigDict:
    """The configuration of a model with examples of it."""
    return ConfigDict(extra="forbid", hide_input_in_errors=True, json_schema_extra={"examples": list(values)})


class ChangeModel(BaseModel):
    """Another penalty that became a different one."""

    model_config = CLOSED
    rule: str
    ref: str
    offence_no: int | None
    action: str
    points: float
    until: Stamp | None


class OutcomeModel(BaseModel):
    """What an event brings; optional fields are there when they say something."""

    model_config = CLOSED
    action: Literal["none", "warning", "points", "restricted", "ta_suspended", "close_store"]
    points: float
    offence_no: int | None
    balance: Annotated[float, Field(description="Points in force afterwards.")]
    until: Stamp | None
    reason: str | None = None
    flags: list[str] = []
    measure: str | None = None
    changes: Annotated[list[ChangeModel], Field(description="What else changed.")] = []
    appeal: str | None = None
    appeal_until: Stamp | None = None
    example_met: bool | None = None
    ta_suspended: bool | None = None
    store_closed: bool | None = None
    effective_from: Stamp | None = None


class Done(OutcomeModel):
    """One event that was entered; `event` 0: it was there already."""

    event: int
    state: str
