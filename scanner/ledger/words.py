"""The words of letters and notices, from `lexicons/policy/texts`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError
from scanner.rules.findings import Penalty
from scanner.rules.load import home
from scanner.rules.penalties import action_of
from scanner.rules.policy import Rung
from scanner.rules.times import iso


@lru_cache(maxsize=4)
def words(path: Path | None = None) -> dict[str, Any]:
    """The tables of the file; `PolicyError` when it cannot be read."""
    source = path or home() / "texts" / "letters.toml"
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{source.name}: cannot be read: {error}") from error


def rung_words(language: str, rung: Rung) -> str:
    """What a rung would bring, in words of a language; a period by its length."""
    say = words()[language]
    days = say["days"].format(days=rung.ta_days or rung.restrict_days)
    pattern: str = say["actions"].get(action_of(rung, rung.close), "-")
    parts = [pattern.format(points=f"{rung.points:g}", until=days)]
    if rung.close and rung.points:
        parts.insert(0, say["actions"]["points"].format(points=f"{rung.points:g}"))
    return ", ".join(parts)


def action_words(language: str, penalty: Penalty, tz: str) -> str:
    """A penalty in words of a language."""
    pattern: str = words()[language]["actions"].get(penalty.action, penalty.action)
    until = iso(penalty.until, tz) if penalty.until is not None else ""
    said = pattern.format(points=f"{penalty.points:g}", until=until)
    return f"{said} ({penalty.measure})" if penalty.measure else said
