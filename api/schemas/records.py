"""A record as a request carries it: the contract's fields, checked, and made a `Message`.

The same records pass and fail here as in `scanner.records` (a test compares the two), but for the published limits on
lengths, which only the service has.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    WithJsonSchema,
    model_validator,
)

from api.errors import Fault
from scanner.errors import InputError
from scanner.lexicon.buffers import MAX_TEXT
from scanner.model import AuthorisedMark, Merchant, Message
from scanner.records import parse_time

MAX_PIECES = 64
MAX_NAME = 256
MAX_LIST = 1_000


def _time(value: object) -> object:
    """A time with offset; the library's own reader."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Fault("write a string, 2021-08-31T14:05:00+08:00")
    try:
        return parse_time(value, where="at")
    except InputError as error:
        raise Fault(str(error)) from error


def _day(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Fault("write a string, 2021-08-31")
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise Fault("write a date, 2021-08-31") from None


Text = Annotated[str, Field(max_length=MAX_TEXT)]
Name = Annotated[str, Field(max_length=MAX_NAME)]
Key = Annotated[Name | StrictInt | None, Field(description="A string, or a whole number, which is read as one.")]
Time = Annotated[datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class _Open(BaseModel):
    """Fields that are not known are ignored, as in files; types are taken as they are."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class Mark(_Open):
    """A mark its owner lets the merchant use."""

    mark: Name
    category: Name | None = None
    territory: Name | None = None
    since: Annotated[Day | None, Field(alias="from", description="First day, inclusive.")] = None
    until: Annotated[Day | None, Field(description="Last day, inclusive.")] = None


class Assurance(_Open):
    """Whether the merchant signed for the escrow, and whether it is open."""

    signed: StrictBool | None = None
    opened: StrictBool | None = None


class MerchantFacts(_Open):
    """What the caller says of the merchant. `scan` believes it; `assess` uses the ledger's facts alone."""

    id: Key = None
    registered_contacts: Annotated[list[Name] | None, Field(max_length=MAX_LIST)] = None
    authorised_marks: Annotated[list[Name | Mark] | None, Field(max_length=MAX_LIST)] = None
    trade_assurance: StrictBool | Assurance | None = None

    def merchant(self) -> Merchant:
        """The library's own."""
        said = self.trade_assurance
        signed, opened = (said.signed, said.opened) if isinstance(said, Assurance) else (said, said)
        return Merchant(
            id=_key(self.id),
            registered_contacts=tuple(self.registered_contacts or ()),
            authorised_marks=tuple(_mark(mark) for mark in self.authorised_marks or ()),
            ta_signed=signed,
            ta_opened=opened,
        )


_EITHER: dict[str, Any] = {
    "allOf": [
        {
            "oneOf": [
                {
                    "required": ["text"],
                    "properties": {"text": {"type": "string"}, "messages": {"type": "null"}},
                },
                {
                    "required": ["messages"],
                    "properties": {
                        "text": {"type": "null"},
                        "title": {"type": "null"},
                        "messages": {"type": "array", "minItems": 1},
                        "previous": {"anyOf": [{"type": "null"}, {"type": "array", "maxItems": 0}]},
                    },
                },
            ]
        },
        {
            "anyOf": [
                {"required": ["kind"], "properties": {"kind": {"const": "listing"}}},
                {"properties": {"title": {"type": "null"}}},
            ]
        },
    ],
    "examples": [{"text": "add me on wh@tsapp +86 138 0013 8000", "id": "m17"}],
}


_BARE = frozenset(("text", "id"))


class Record(_Open):
    """One thing to read: a chat message or a listing. `text`, or `messages`, is all that is needed."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    id: Key = None
    text: Text | None = None
    messages: Annotated[list[Text] | None, Field(max_length=MAX_PIECES, description="One sender's, in order.")] = None
    kind: Literal["message", "listing"] | None = None
    title: Annotated[Text | None, Field(description="Of a listing.")] = None
    role: Literal["seller", "buyer"] | None = None
    category: Annotated[str | None, Field(max_length=2_000, description="The goods path, `A > B`.")] = None
    at: Annotated[Time | None, Field(description="When it was written, with offset.")] = None
    conversation: Key = None
    sender: Key = None
    previous: Annotated[list[Text] | None, Field(max_length=MAX_PIECES, description="The sender's, just before.")] = (
        None
    )
    channel: Literal["onsite", "outside"] | None = None
    context: Literal["reasonable", "unreasonable"] | None = None
    buyer_requested: StrictBool | None = None
    merchant: MerchantFacts | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        """What no single field shows."""
        if self.messages is None:
            if self.text is None:
                raise Fault("no `text`; add it, or `messages` (a list of strings)")
        elif self.text is not None:
            raise Fault("both `text` and `messages`; keep one of them")
        elif not self.messages:
            raise Fault("`messages` is empty; give at least one, or `text`")
        elif self.previous:
            raise Fault("both `messages` and `previous`; put the earlier ones first in `messages`")
        if self.title is not None and (self.kind != "listing" or self.messages is not None):
            raise Fault('`title` on a message, which has none; add "kind": "listing" and `text`, or leave it out')
        return self

    def entry(self) -> tuple[str | Message, str | None]:
        """What is to be read, a bare text where there is nothing else to it, and its id."""
        if self.text is not None and self.model_fields_set <= _BARE:
            return self.text, _key(self.id)
        message = self.message()
        return message, message.id

    def message(self) -> Message:
        """The library's own."""
        return Message(
            text=self.text or "",
            kind=self.kind or "message",
            role=self.role or "seller",
            category=self.category,
            title=self.title,
            merchant=None if self.merchant is None else self.merchant.merchant(),
            previous=tuple(self.previous or ()),
            messages=None if self.messages is None else tuple(self.messages),
            at=self.at,
            id=_key(self.id),
            conversation=_key(self.conversation),
            sender=_key(self.sender),
            channel=self.channel or "onsite",
            context=self.context,
            buyer_requested=self.buyer_requested,
        )


def _key(value: str | int | None) -> str | None:
    return str(value) if isinstance(value, int) else value or None


def _mark(mark: str | Mark) -> AuthorisedMark:
    if isinstance(mark, str):
        return AuthorisedMark(mark)
    return AuthorisedMark(mark.mark, mark.category, mark.territory, mark.since, mark.until)
