"""Shapes of telephone numbers: what a row of digits could be in the countries that the marketplace trades with.

Judged by shape, not by whether an exchange is assigned: people write new prefixes, and invent numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import phonenumbers

from scanner.text.numbers.windows import LONGEST, SHORTEST

_CHINESE = re.compile(r"1[3-9]\d{9}")


class Shape(NamedTuple):
    """What digits look like.

    kind   "international" (a prefix was written), "coded" (country code and mobile), "coded_fixed", "mobile"
           (national, unmistakable), "short_mobile" (national, but nine or ten plain digits like an order
           number), "fixed", "local" (seven or eight digits) or "loose"
    value  E.164 digits where the country is clear, else the digits
    """

    kind: str
    value: str


class Shapes:
    """The numbering plans of a pack's `regions` table, compiled."""

    def __init__(self, regions: Mapping[str, Mapping[str, Any]]) -> None:
        plans = list(regions.values())
        self._codes: dict[str, list[re.Pattern[str]]] = {}
        for plan in plans:
            self._codes.setdefault(str(plan["code"]), []).append(re.compile(_intl(plan)))
        self._trunks = {str(plan["code"]): str(plan["trunk"]) for plan in plans}
        self._marked = re.compile("|".join(_marked(plan) for plan in plans if _marked(plan)))
        self._mobile = re.compile("|".join(f"(?:{plan['mobile']})" for plan in plans))
        self._fixed = re.compile("|".join(f"(?:{plan['fixed']})" for plan in plans if plan["fixed"]))

    def of(self, digits: str, *, plus: bool = False, first: int = 0) -> Shape:
        """The most telling shape of these digits.

        plus   an international prefix was written
        first  digits of the first group: 1-800-555-0142 is American, 180 0555 0142 Chinese
        """
        if plus and (value := self._international(digits.lstrip("0"))):
            return Shape("international", value)
        if digits.startswith("00") and not digits.startswith("000") and (value := self._international(digits[2:])):
            return Shape("international", value)
        if first != 1 and _CHINESE.fullmatch(digits):
            return Shape("mobile", "86" + digits)
        if len(digits) >= 10 and (coded := self._coded(digits)):
            return coded
        return self._national(digits)

    def _international(self, digits: str) -> str | None:
        if not SHORTEST < len(digits) <= LONGEST + 1:
            return None
        for size in (3, 2, 1):
            trunk = self._trunks.get(digits[:size])
            if trunk and digits.startswith(trunk, size):
                digits = digits[:size] + digits[size + len(trunk) :]
                break
        return digits if digits[:2] in self._codes or _is_possible(digits) else None

    def knows(self, value: str) -> bool:
        """Whether international digits are a mobile of a country in the table."""
        coded = self._coded(value)
        return coded is not None and coded.kind == "coded"

    def _coded(self, digits: str) -> Shape | None:
        for size in (1, 2, 3):
            for pattern in self._codes.get(digits[:size], ()):
                rest = digits[size:]
                if match := pattern.fullmatch(rest):
                    trunk = self._trunks[digits[:size]]
                    rest = rest[len(trunk) :] if trunk and rest.startswith(trunk) else rest
                    return Shape("coded" if match["mobile"] else "coded_fixed", digits[:size] + rest)
        return None

    def _national(self, digits: str) -> Shape:
        size = len(digits)
        if self._marked.fullmatch(digits):
            return Shape("mobile", _canonical(digits))
        if self._mobile.fullmatch(digits):
            return Shape("short_mobile" if size >= 9 else "local", digits)
        if self._fixed.fullmatch(digits):
            return Shape("fixed" if size >= 9 else "local", digits)
        return Shape("local" if size <= 8 else "loose", digits)


@lru_cache(maxsize=1024)
def _is_possible(digits: str) -> bool:
    """Whether a country has numbers of this length behind its code.."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False


def _intl(plan: Mapping[str, Any]) -> str:
    """What may follow the country code: a mobile, or a fixed number without its trunk 0."""
    trunk, fixed = re.escape(str(plan["trunk"])), str(plan["fixed"])
    landline = f"|(?:{fixed.replace('0(?:', '(?:', 1).removeprefix('0')})" if fixed.startswith("0") else ""
    return f"(?P<mobile>(?:{trunk})?(?:{plan['mobile']})){landline}"


def _marked(plan: Mapping[str, Any]) -> str:
    """Mobiles that are unmistakable without a country code: a trunk prefix before them, or eleven digits."""
    if plan["code"] == "86":
        return f"(?:{plan['mobile']})"
    return f"(?:{re.escape(str(plan['trunk']))}(?:{plan['mobile']}))" if plan["trunk"] else ""


def _canonical(digits: str) -> str:
    """The country code for national forms that only one country writes."""
    if _CHINESE.fullmatch(digits):
        return "86" + digits
    if len(digits) == 11 and digits.startswith(("89", "87")):
        return "7" + digits[1:]
    if len(digits) == 11 and digits.startswith("05"):
        return "90" + digits[1:]
    return digits


__all__ = ["Shape", "Shapes"]
