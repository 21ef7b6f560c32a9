"""CAS numbers: the check digit, and the numbers in a text however they are broken up.

A CAS number is two to seven digits, two digits and a check digit, joined by hyphens. People who sell what is
banned write them with other dashes, points, spaces, letters for digits, Chinese numerals, or with no hyphen at
all behind the word CAS. Source: CAS, "Check Digit Verification of CAS Registry Numbers".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMERALS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
_LETTERS = str.maketrans("oilzsb", "011258")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−―﹣－⁃", "-"))

_WORD = r"(?<![a-z])c[\W_]{0,2}a[\W_]{0,2}s(?:(?![a-z])|(?=n[or.]|rn))"
_NAMED_SIGNAL = re.compile(
    r"c(?<![a-z]c)[\W_]{0,2}a[\W_]{0,2}s(?:(?![a-z])|(?=n[or.]|rn))[^\n]{0,24}?[\d一二三四五六七八九]"
)
_GLUED_SIGNAL = re.compile(r"cas(?<![a-z]cas)\d{5}")


def _digit_signal(links: str) -> re.Pattern[str]:
    """How a CAS number without the word begins, with these signs between its groups."""
    link = rf"\s{{0,2}}[{links}]{{1,2}}\s{{0,2}}"
    return re.compile(
        rf"\d(?=[{links}\soilzsbdmt横杠])(?:[oilzsb]{{0,3}}{link}[\doilzsb]{{2}}{link}[\doil](?!\d)"
        r"|(?<=\d\d\d) \d\d \d(?![\d.,])|\.\d\.\d\.\d|\s?(?:dash|minus|tiret|横|杠)\s?\d|[oil]\d{1,5}-\d\d-\d)",
        re.ASCII,
    )


_DIGIT_SIGNAL = _digit_signal("-‐‑‒–—―−﹣－⁃_~./*:|·•+=")
_ASCII_SIGNAL = _digit_signal("-_~./*:|+=")
_FIGURE = re.compile("[0-9]")
_HAN_SIGNAL = re.compile(r"[一二三四五六七八九零〇]{2}\W[一二三四五六七八九零〇]{2}\W")
"""What may be a CAS number, by how it begins: three patterns, because one of all three would try each everywhere."""
_NUMBER = re.compile(r"(\d{2,7})-(\d\d)-(\d)", re.ASCII)
_JOINT = r"(?:\s{0,2}[-_~./*:|·•+=]{1,2}\s{0,2}|\s{1,2}|\s?(?:dash|minus|tiret|横|杠)\s?)"
_GROUPS = re.compile(
    rf"(?<![0-9])(?<![0-9][-_.:])([0-9][0-9oilzsb]{{1,6}})({_JOINT})([0-9oilzsb]{{2}})({_JOINT})([0-9oil])"
    r"(?![0-9]|[a-z]{1,2}(?![a-z])|[-_.:][0-9])"
)
_APART = re.compile(r"(?<![0-9])[0-9](?:[\s.\-_*~]{0,3}[0-9]){4,14}(?![0-9])")
_BEHIND = re.compile(_WORD + r"[^\d\n]{0,14}([0-9]{5,10})(?![0-9]|[.,/-][0-9])")
_CUE = re.compile(_WORD)
_CUE_REACH = 24
"""Code points before a number in which the word CAS vouches for it."""
_SURE_DIGITS = 7
"""Digits from which on a number set apart by spaces needs no word CAS before it."""
_MAX_FINDS = 100


@dataclass(frozen=True, slots=True)
class CasFind:
    """A CAS number in a folded text: `number` with its hyphens, and the evasions it took to read it."""

    start: int
    end: int
    number: str
    evasion: tuple[str, ...] = ()


def is_cas(number: str) -> bool:
    """Whether `number` has the form of a CAS number and the right check digit."""
    match = _NUMBER.fullmatch(number) if "-" in number else None
    return match is not None and _checks(match[1] + match[2] + match[3])


def hyphenated(digits: str) -> str:
    """The digits of a CAS number with its hyphens in place."""
    return f"{digits[:-3]}-{digits[-3:-1]}-{digits[-1]}"


def has_cas_signal(folded: str) -> bool:
    """Whether a folded text may hold a CAS number; rarely yes without one, never no to what `find_cas` finds."""
    if (_ASCII_SIGNAL if folded.isascii() else _DIGIT_SIGNAL).search(folded) or _NAMED_SIGNAL.search(folded):
        return True
    return not folded.isascii() and _HAN_SIGNAL.search(folded) is not None


def cas_signals(folded: str) -> Iterator[int]:
    """Where what may be a CAS number begins that no word CAS by itself leads to; `folded` may be many texts."""
    plain = folded.isascii()
    if _FIGURE.search(folded):
        for pattern in (_ASCII_SIGNAL if plain else _DIGIT_SIGNAL, _GLUED_SIGNAL):
            yield from (match.start() for match in pattern.finditer(folded))
    if not plain:
        yield from (match.start() for match in _HAN_SIGNAL.finditer(folded))


def find_cas(folded: str) -> list[CasFind]:
    """The CAS numbers with a right check digit in a folded text, in order, overlaps left out."""
    read = folded.translate(_NUMERALS).translate(_DASHES)
    cues = [match.end() for match in _CUE.finditer(read)]
    taken: list[CasFind] = []
    for find in (*_in_groups(read, cues), *_behind_word(read), *_set_apart(read, cues)):
        if len(taken) >= _MAX_FINDS:
            break
        if not any(find.start < other.end and other.start < find.end for other in taken):
            taken.append(_with_style(find, folded))
    return sorted(taken, key=lambda find: find.start)


def _checks(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits[:-1]), start=1))
    return 5 <= len(digits) <= 10 and total % 10 == int(digits[-1])


def _vouched(cues: list[int], start: int) -> bool:
    return any(0 <= start - end <= _CUE_REACH for end in cues)


def _in_groups(read: str, cues: list[int]) -> Iterator[CasFind]:
    """Numbers whose three groups stand apart: 28578-16-7, 28578_16_7, 28578 16 7, 2O320-59-6."""
    for match in _GROUPS.finditer(read):
        first, gap, middle, other_gap, last = match.groups()
        digits = (first + middle + last).translate(_LETTERS)
        plain = gap.strip() == "-" and other_gap.strip() == "-"
        if not _checks(digits) or (not _vouched(cues, match.start()) and _doubtful(first, middle, gap, plain)):
            continue
        evasion = () if plain else ("spaced",)
        if not (first + middle + last).isdigit():
            evasion = (*evasion, "leet")
        yield CasFind(match.start(), match.end(), hyphenated(digits), evasion)


def _doubtful(first: str, middle: str, gap: str, plain: bool) -> bool:
    """Whether a number without the word CAS reads as a date, a time, a size or a list of numbers."""
    if len(first) == 4 and first[:2] in ("19", "20") and "01" <= middle <= "12":
        return True
    return not plain and not ("_" in gap or "-" in gap) and len(first) + 3 < _SURE_DIGITS


def _behind_word(read: str) -> Iterator[CasFind]:
    """Bare digits behind the word CAS."""
    for match in _BEHIND.finditer(read):
        if _checks(match[1]):
            yield CasFind(match.start(1), match.end(1), hyphenated(match[1]), ("spaced",))


def _set_apart(read: str, cues: list[int]) -> Iterator[CasFind]:
    """Digits that stand apart one by one: 2.0.3.2.0-59-6, cas 1 4 5 1 8 2 7."""
    for match in _APART.finditer(read):
        digits = re.sub(r"\D", "", match.group())
        gaps = len(re.findall(r"\D+", match.group()))
        if _checks(digits) and (_vouched(cues, match.start()) or gaps >= 4):
            yield CasFind(match.start(), match.end(), hyphenated(digits), ("spaced",))


def _with_style(find: CasFind, folded: str) -> CasFind:
    written = folded[find.start : find.end]
    if written.isascii():
        return find
    return CasFind(find.start, find.end, find.number, (*find.evasion, "digits"))
