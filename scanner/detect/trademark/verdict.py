"""What a mark in its place amounts to."""

from __future__ import annotations

from typing import NamedTuple

from scanner.model import Level


class Verdict(NamedTuple):
    """A level with its reason; an excused mark is `info` with the reason in `exception`."""

    level: Level
    why: str
    tags: tuple[str, ...] = ()
    exception: str | None = None


def excused(reason: str, why: str, *tags: str) -> Verdict:
    """A mark that is let off, kept in the result with the reason."""
    return Verdict("info", why, tags, reason)
