"""Records: what one JSON line, CSV row or API body must look like to become a `Message`.

`parse_record` takes a mapping, `parse_line` the JSON text of one. Both raise `InputError` whose text
says what is wrong, where, and the cure; it names fields and types, never the scanned text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, cast, get_args

from scanner.errors import InputError
from scanner.model import AuthorisedMark, Kind, Merchant, Message, Role

FIELDS = (
    "id",
    "text",
    "messages",
    "kind",
    "title",
    "role",
    "category",
    "at",
    "conversation",
    "sender",
    "previous",
    "channel",
    "context",
    "buyer_requested",
    "merchant",
)
"""Every field of a record, in the contract's order; a CSV file's columns have the same names."""

NESTED = ("messages", "previous", "merchant")
"""Fields that a CSV cell holds as JSON text."""

_KINDS = get_args(Kind)
_ROLES = get_args(Role)
_CHANNELS = ("onsite", "outside")
_CONTEXTS = ("reasonable", "unreasonable")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON = json.JSONEncoder(ensure_ascii=False)
_JSON_TYPES = {dict: "an object", list: "a list", str: "a string", bool: "true/false", type(None): "null"}


def parse_record(obj: Mapping[str, Any], *, where: str, tz: tzinfo | None = None) -> Message:
    """Check one record and make it a `Message`; unknown fields are ignored.

    `where` is `FILE:LINE`, used in errors and as the id of a record without one. `tz` is lent to
    times without an offset; without it they are refused.
    """
    if not isinstance(obj, Mapping):
        raise InputError(f'{where}: a record is {_type(obj)}; write an object, {{"text": "..."}}')
    fields = _Fields(obj, where)
    kind = cast(Kind, fields.choice("kind", _KINDS) or "message")
    return Message(
        kind=kind,
        text=fields.own_text(),
        messages=fields.messages(),
        title=fields.title(kind),
        previous=fields.strings("previous") or (),
        role=cast(Role, fields.choice("role", _ROLES) or "seller"),
        category=fields.string("category"),
        merchant=fields.merchant(),
        at=fields.time("at", tz),
        id=fields.key("id") or where,
        conversation=fields.key("conversation"),
        sender=fields.key("sender"),
        channel=cast(Any, fields.choice("channel", _CHANNELS) or "onsite"),
        context=cast(Any, fields.choice("context", _CONTEXTS)),
        buyer_requested=fields.flag("buyer_requested"),
    )


def parse_line(line: str, *, where: str, tz: tzinfo | None = None) -> Message:
    """One JSON line as a `Message`; a line that is no JSON is an `InputError` like any other."""
    return parse_record(load_json(line, where), where=where, tz=tz)


def load_json(text: str, where: str) -> Any:
    """The JSON value of one line; errors name the column and, for the usual slips, the cure."""
    try:
        # `json.loads` makes a decoder for every text, but is the one that knows of byte order marks.
        return json.loads(text) if text.startswith("\ufeff") else _DECODER.decode(text)
    except json.JSONDecodeError as error:
        cure = _json_cure(text, error)
        raise InputError(f"{where}: not JSON ({error.msg} at column {error.colno}); {cure}") from None
    except RecursionError:
        raise InputError(f"{where}: JSON nested too deeply; a record needs three levels at most") from None
    except ValueError as error:
        raise InputError(f"{where}: not JSON ({error}); put such values in quotes") from None


def dump_json(value: Any) -> str:
    """`value` as one line of JSON, unescaped but for lone surrogates, which UTF-8 cannot carry."""
    return escape_surrogates(_JSON.encode(value))


def escape_surrogates(text: str) -> str:
    """`text` with lone surrogates as the six characters `\\udc80`, so that it can be encoded."""
    return text if text.isascii() else _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def parse_time(value: str, *, where: str, tz: tzinfo | None = None) -> datetime:
    """An ISO 8601 time with offset; `tz` is lent to one without."""
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise InputError(f"{where} is no ISO 8601 time; write it as 2021-08-31T14:05:00+08:00") from None
    if time.tzinfo is not None:
        return time
    if tz is None:
        raise InputError(f"{where} has no offset; add one (2021-08-31T14:05:00+08:00) or name one with --tz")
    return time.replace(tzinfo=tz)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _json_cure(text: str, error: json.JSONDecodeError) -> str:
    """What most probably went wrong with this line, as an instruction."""
    if error.msg == "Extra data":
        return "write one record per line"
    if text.lstrip()[:1] in ("[", "]"):
        return "write one object per line instead of one array (jq -c '.[]' FILE)"
    if "'" in text[: error.pos + 1] and error.msg.startswith("Expecting property name"):
        return "use double quotes"
    if error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()):
        return "the line ends too early: keep one record on one line (jq -c . FILE)"
    return "mend or remove the line"


def _type(value: Any) -> str:
    """The JSON name of a value's type, for errors."""
    return _JSON_TYPES.get(type(value), "a number")


@dataclass(frozen=True, slots=True)
class _Fields:
    """Typed access to one record's fields; every accessor gives None for absent and null."""

    obj: Mapping[str, Any]
    where: str

    def wrong(self, name: str, cure: str) -> InputError:
        """The error for a field of the wrong type or value."""
        return InputError(f"{self.where}: `{name}` is {_type(self.obj.get(name))}; {cure}")

    def string(self, name: str) -> str | None:
        value = self.obj.get(name)
        if value is None or isinstance(value, str):
            return value
        raise self.wrong(name, "write a string in double quotes")

    def key(self, name: str) -> str | None:
        """A name that identifies: a string, or a whole number as exports write them."""
        value = self.obj.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.string(name) or None

    def choice(self, name: str, options: Sequence[str]) -> str | None:
        value = self.string(name)
        if value is None or value in options:
            return value
        raise InputError(f"{self.where}: `{name}` has an unknown value; write {' or '.join(options)}")

    def flag(self, name: str) -> bool | None:
        value = self.obj.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self.wrong(name, "write true or false")

    def strings(self, name: str) -> tuple[str, ...] | None:
        value = self.obj.get(name)
        if value is None:
            return None
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.wrong(name, "write a list of strings")
        for place, item in enumerate(value):
            if not isinstance(item, str):
                raise InputError(f"{self.where}: `{name}[{place}]` is {_type(item)}; write a string")
        return tuple(value)

    def time(self, name: str, tz: tzinfo | None) -> datetime | None:
        value = self.obj.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(name, "write a string, 2021-08-31T14:05:00+08:00")
        return parse_time(value, where=f"{self.where}: `{name}`", tz=tz)

    def own_text(self) -> str:
        """`text`, which stands unless `messages` does."""
        text = self.string("text")
        if text is None and self.obj.get("messages") is None:
            raise InputError(f"{self.where}: no `text`; add it, or `messages` (a list of strings)")
        if text is not None and self.obj.get("messages") is not None:
            raise InputError(f"{self.where}: both `text` and `messages`; keep one of them")
        return text or ""

    def messages(self) -> tuple[str, ...] | None:
        messages = self.strings("messages")
        if messages is None:
            return None
        if not messages:
            raise InputError(f"{self.where}: `messages` is empty; give at least one, or `text`")
        if self.obj.get("previous"):
            raise InputError(f"{self.where}: both `messages` and `previous`; put the earlier ones first in `messages`")
        return messages

    def title(self, kind: Kind) -> str | None:
        title = self.string("title")
        if title is not None and (kind != "listing" or self.obj.get("messages") is not None):
            cure = 'add "kind": "listing" and `text`, or leave the title out'
            raise InputError(f"{self.where}: `title` on a message, which has none; {cure}")
        return title

    def merchant(self) -> Merchant | None:
        value = self.obj.get("merchant")
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.wrong("merchant", 'write an object, {"id": "...", "registered_contacts": [...]}')
        inner = _Fields(value, f"{self.where}: merchant")
        signed, opened = inner.assurance()
        return Merchant(
            id=inner.key("id"),
            registered_contacts=inner.strings("registered_contacts") or (),
            authorised_marks=inner.marks(),
            ta_signed=signed,
            ta_opened=opened,
        )

    def assurance(self) -> tuple[bool | None, bool | None]:
        """`trade_assurance` as (signed, opened): true/false says both at once."""
        value = self.obj.get("trade_assurance")
        if value is None or isinstance(value, bool):
            return value, value
        if not isinstance(value, Mapping):
            raise self.wrong("trade_assurance", 'write true, false or {"signed": true, "opened": true}')
        inner = _Fields(value, f"{self.where}: trade_assurance")
        return inner.flag("signed"), inner.flag("opened")

    def marks(self) -> tuple[AuthorisedMark, ...]:
        value = self.obj.get("authorised_marks")
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.wrong("authorised_marks", 'write a list, ["MARK", {"mark": "MARK", "until": "..."}]')
        return tuple(self.mark(item, f"authorised_marks[{place}]") for place, item in enumerate(value))

    def mark(self, item: Any, name: str) -> AuthorisedMark:
        if isinstance(item, str):
            return AuthorisedMark(item)
        where = f"{self.where}: {name}"
        if not isinstance(item, Mapping) or not isinstance(item.get("mark"), str):
            raise InputError(f'{where} names no mark; write "MARK" or {{"mark": "MARK", ...}}')
        inner = _Fields(item, where)
        return AuthorisedMark(
            mark=item["mark"],
            category=inner.string("category"),
            territory=inner.string("territory"),
            since=inner.day("from"),
            until=inner.day("until"),
        )

    def day(self, name: str) -> date | None:
        value = self.string(name)
        try:
            return None if value is None else date.fromisoformat(value[:10])
        except ValueError:
            raise InputError(f"{self.where}: `{name}` is no date; write it as 2021-08-31") from None
