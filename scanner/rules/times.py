"""Time in the rules: instants are whole seconds since 1970 in UTC; days are the platform's days.

Every function is pure; the time zone is passed in. Errors are `InputError` and say what was read.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scanner.errors import InputError

Instant = int
"""Seconds since 1970-01-01T00:00:00Z."""

DAY = 86_400


@lru_cache(maxsize=16)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name; `InputError` when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(f"time zone {name!r} is unknown here: install tzdata or correct the name") from error


def instant(value: object) -> Instant:
    """An ISO time with an offset, or an aware datetime, cut to whole seconds; others are refused."""
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise InputError(f"time {value[:40]!r} is not ISO 8601, as in 2021-08-10T09:00:00-07:00") from None
    if not isinstance(moment, datetime):
        raise InputError(f"a time is text or an aware datetime, not {type(value).__name__}")
    if moment.tzinfo is None:
        raise InputError(f"time {moment.isoformat()} has no offset: write it with one, as in -07:00 or Z")
    return math.floor(moment.timestamp())


def boundary(value: object, tz: str) -> Instant:
    """Where a version begins or ends: a bare date is that platform day's midnight, else an instant."""
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10):
        return instant(value)
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise InputError(f"date {str(value)[:40]!r} is not YYYY-MM-DD") from None
    if not isinstance(value, date):
        raise InputError(f"a date is YYYY-MM-DD or a time with an offset, not {type(value).__name__}")
    return math.floor(datetime.combine(value, time(), tzinfo=zone(tz)).timestamp())


def platform_day(at: Instant, tz: str) -> date:
    """The platform's calendar day of an instant."""
    return datetime.fromtimestamp(at, zone(tz)).date()


def end_of_day(at: Instant, days: int, tz: str) -> Instant:
    """The last second of the platform day that lies `days` after that of `at`."""
    following = platform_day(at, tz) + timedelta(days=days + 1)
    return boundary(following, tz) - 1


def iso(at: Instant, tz: str = "UTC") -> str:
    """An instant as text, with the offset it has in `tz`."""
    return datetime.fromtimestamp(at, UTC if tz == "UTC" else zone(tz)).isoformat()


def iso_or_none(at: Instant | None, tz: str) -> str | None:
    """`iso`, or None when there is no instant."""
    return None if at is None else iso(at, tz)
